"""Record how many digits SciPy, PyTorch and JAX keep where a class is almost certain.

Run it where the three and mpmath are installed: ``python -m benchmarks.digits [--save]``. The book
needs none of the three: ``--save`` writes ``digits.json``, from which the chapter on the last
digits draws. The inputs are those of the chapter.
"""

import argparse
import json
import platform
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy.special
from mpmath.ctx_mp import MPContext

RECORD = Path(__file__).with_name("digits.json")
EXACT = MPContext()
EXACT.dps = 400
GAPS = {"float64": np.arange(0.5, 60.5, 1.0), "float32": np.arange(0.5, 30.5, 0.5)}
CONSTANTS = {"float64": 2.0 ** np.arange(0, 51, 2), "float32": 2.0 ** np.arange(0, 22)}
LENGTHS = 2 ** np.arange(4, 19)
BINARY = (5.0, 20.0, 40.0)


def leading(gap, dtype):
    """Return ten logits; the first leads the nine others by ``gap`` and more. All are exact."""
    return np.array([gap, *(-np.arange(9) / 8)], dtype)


def rest(z):
    """Return the exact sum of exp(z_k - z_0) over the classes but the first."""
    return EXACT.fsum(EXACT.exp(EXACT.mpf(float(x)) - EXACT.mpf(float(z[0]))) for x in z[1:])


def right_loss(z):
    """Return the exact loss -log y_0."""
    return EXACT.log1p(rest(z))


def right_gradient(z):
    """Return the exact gradient y_0 - 1 of that loss."""
    return -rest(z) / (1 + rest(z))


def error(found, right):
    """Return the relative error of a number against an exact one."""
    return float(abs(EXACT.mpf(float(found)) - right) / abs(right))


def scipy_log_softmax(z):
    """Return the loss by `scipy.special.log_softmax`."""
    return -scipy.special.log_softmax(z)[0]


def scipy_difference(z):
    """Return the loss as log-sum-exp less the target's logit."""
    return scipy.special.logsumexp(z) - z[0]


def scipy_shifted(z):
    """Return the loss as log-sum-exp of the logits less the target's."""
    return scipy.special.logsumexp(z - z[0])


def torch_both(z):
    """Return PyTorch's cross entropy and the gradient of its target's logit."""
    import torch

    logits = torch.tensor(z, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(0))
    loss.backward()
    return loss.item(), logits.grad[0].item()


def in_jax(z):
    """Return an array of JAX of the same type; float64 has to be asked for there."""
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax.numpy.asarray(z)


def jax_both(z):
    """Return the loss by JAX's log_softmax and the gradient of its target's logit."""
    import jax

    loss, slope = jax.value_and_grad(lambda x: -jax.nn.log_softmax(x)[0])(in_jax(z))
    return float(loss), float(slope[0])


def losses():
    """Yield one row for each way to the loss and gap; the gradients have rows of their own."""
    ways = {
        "SciPy log_softmax": scipy_log_softmax,
        "SciPy logsumexp(z) - z_t": scipy_difference,
        "SciPy logsumexp(z - z_t)": scipy_shifted,
        "PyTorch": lambda z: torch_both(z)[0],
        "JAX": lambda z: jax_both(z)[0],
    }
    slopes = {"PyTorch": torch_both, "JAX": jax_both}
    for dtype, gaps in GAPS.items():
        for gap in gaps:
            z = leading(gap, dtype)
            for name, way in ways.items():
                yield _row("loss", name, dtype, gap, error(way(z), right_loss(z)))
            for name, both in slopes.items():
                yield _row("gradient", name, dtype, gap, error(both(z)[1], right_gradient(z)))


def torch_binary(gap, target, dtype):
    """Return PyTorch's loss of one logit, which has the target's sign and the size of the gap."""
    import torch

    logit = torch.tensor(np.array(gap if target else -gap, dtype))
    label = torch.tensor(np.array(target, dtype))
    return torch.nn.functional.binary_cross_entropy_with_logits(logit, label).item()


def binary_losses():
    """Yield one row for each format, gap and target; the loss is log(1 + exp(-gap)) for both."""
    for dtype in GAPS:
        for gap in BINARY:
            right = EXACT.log1p(EXACT.exp(-EXACT.mpf(gap)))
            for target in (1, 0):
                off = error(torch_binary(gap, target, dtype), right)
                yield _row("binary", f"PyTorch, target {target}", dtype, gap, off)


def pulled(constant, dtype):
    """Return logits and an upstream gradient of size 1 plus a constant, all exact."""
    z = np.array([0.25, -0.5, 0.125, 0.75], dtype)
    return z, np.array([1, -1, 2, 0], dtype) + np.dtype(dtype).type(constant)


def right_pullback(z, g):
    """Return the exact y * (g - sum(g * y)) of the shares y of exact logits."""
    z, g = ([EXACT.mpf(float(x)) for x in part] for part in (z, g))
    e = [EXACT.exp(x) for x in z]
    y = [x / EXACT.fsum(e) for x in e]
    mean = EXACT.fsum(a * b for a, b in zip(y, g, strict=True))
    return [a * (b - mean) for a, b in zip(y, g, strict=True)]


def torch_pullback(z, g):
    """Return the gradient from PyTorch's softmax."""
    import torch

    logits = torch.tensor(z, requires_grad=True)
    torch.softmax(logits, 0).backward(torch.tensor(g))
    return logits.grad.numpy()


def jax_pullback(z, g):
    """Return the gradient from JAX's softmax."""
    import jax

    _, pull = jax.vjp(jax.nn.softmax, in_jax(z))
    return np.asarray(pull(in_jax(g))[0])


def largest_error(found, right):
    """Return the largest error in a vector, relative to its largest entry."""
    off = max(abs(EXACT.mpf(float(a)) - b) for a, b in zip(found, right, strict=True))
    return float(off / max(abs(b) for b in right))


def constants():
    """Yield one row for each constant that all entries of g share."""
    for dtype, values in CONSTANTS.items():
        for constant in values:
            z, g = pulled(constant, dtype)
            for name, pull in {"PyTorch": torch_pullback, "JAX": jax_pullback}.items():
                worst = largest_error(pull(z, g), right_pullback(z, g))
                yield _row("constant", name, dtype, constant, worst)


def columns(length):
    """Return logits of shape (length, 8), float32: each column is one long row of classes."""
    return np.random.default_rng(0).standard_normal((length, 8)).astype("float32")


def away_from_one(y):
    """Return how far the column sums, added up in float64, are from 1."""
    return float(abs(y.sum(axis=0, dtype="float64") - 1).max())


def long_sums():
    """Yield one row for each library and length of an axis that is not the last."""
    import torch

    for length in LENGTHS:
        z = columns(length)
        by_torch = torch.softmax(torch.tensor(z), dim=0).numpy()
        by_scipy = scipy.special.softmax(z, axis=0)
        yield _row("long sum", "PyTorch", "float32", length, away_from_one(by_torch))
        yield _row("long sum", "SciPy", "float32", length, away_from_one(by_scipy))


def _row(what, library, dtype, x, relative_error):
    return {"what": what, "library": library, "dtype": dtype, "x": float(x),
            "error": relative_error}  # fmt: skip


def record():
    """Measure everything and return the record."""
    versions = {name: version(name) for name in ("numpy", "scipy", "torch", "jax", "mpmath")}
    return {
        "script": "python -m benchmarks.digits --save",
        "python": platform.python_version(),
        "versions": versions,
        "day": time.strftime("%Y-%m-%d"),
        "rows": [*losses(), *binary_losses(), *constants(), *long_sums()],
    }


def main():
    """Measure, print, and record the result if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--save", action="store_true", help=f"record the result in {RECORD.name}")
    options = parser.parse_args()
    found = record()
    for row in found["rows"]:
        print("{what:9} {library:25} {dtype} {x:12g} {error:.1e}".format(**row))
    if options.save:
        lines = ",\n".join("  " + json.dumps(row) for row in found.pop("rows"))
        head = json.dumps(found, indent=1).removesuffix("\n}")
        RECORD.write_text(f'{head},\n "rows": [\n{lines}\n ]\n}}\n', "utf-8")


if __name__ == "__main__":
    main()

"""How accurate the library is: the worst errors against 400 digits, each beside what is allowed.

``python -m tests.lib.accuracy`` from the root of the repository prints the table, and what the
textbook formulas on top of SciPy give for the same rows.
``test_accuracy.py`` requires that no error is larger than allowed.

d is the range of the logits of a row, divided by T: the rounding of z - max z alone costs up to d/2
eps in a probability, so what is allowed grows with it.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

import softback
from tests.lib import reference, row_sums, with_scipy
from tests.lib.reference import error_in_eps, pieces

RANGES = {
    "f8": (0.0, 1e-3, 0.5, 2.0, 8.0, 18.0, 30.0, 36.0, 37.0, 40.0, 100.0, 350.0, 700.0),
    "f4": (0.0, 1e-3, 0.5, 2.0, 6.0, 10.0, 16.0, 17.0, 18.0, 30.0, 50.0, 80.0),
    "g": (0.0, 0.5, 8.0, 40.0, 45.0, 700.0),
}
NAMES = {"f8": "float64", "f4": "float32", "g": "longdouble"}
# Class counts on both sides of every change of method: few classes go first, long sums are paired.
CLASSES = (1, 2, 3, 10, 65)
LAYOUTS = ("one row", "rows", "many rows", "columns", "middle axis")


@dataclass(frozen=True)
class Measured:
    """The largest error of each row, what is allowed there (both in eps), and the range d."""

    errors: np.ndarray
    allowed: np.ndarray
    d: np.ndarray
    where: str

    @property
    def share(self):
        """The largest share of what is allowed that an error takes."""
        return (self.errors / self.allowed).max()

    def __str__(self):
        k = np.argmax(self.errors / self.allowed)
        figures = f"{self.errors[k]:.1f} eps of {self.allowed[k]:.1f} allowed"
        return f"{figures} at d = {self.d[k]:g}, {self.where}"


def measured(errors, allowed, d, where):
    """Return rows of errors as a `Measured`: each row has its own allowance and range."""
    return Measured(errors.reshape(len(d), -1).max(axis=1), allowed, d, where)


@cache
def rows(dtype, classes, temperature=1.0):
    """Return logits of shape (rows, classes), structured and random, and the range d of each."""
    rng = np.random.default_rng(classes)
    found = []
    for d in RANGES[dtype]:
        low = np.zeros(classes)
        top, two, half = low.copy(), low.copy(), low.copy()
        top[classes // 2] = two[0] = two[-1] = d
        half[classes // 2 :] = d
        drawn = rng.uniform(0, d, size=classes)
        found += [top, two, half, np.linspace(d, 0, classes), drawn, drawn * 0.999 - d / 2]
    z = (np.array(found) * temperature).astype(dtype)
    wide = z.astype(reference.WIDE)
    return z, np.float64((wide.max(axis=1) - wide.min(axis=1)) / temperature)


def lay_out(function, *arrays, layout):
    """Apply ``function(*arrays, axis)`` to rows laid out in memory in one of the `LAYOUTS`.

    What comes back has the rows first, however often they were repeated.
    """
    many = 1 + 2 * 4096 // arrays[0].size
    if layout == "one row":
        return np.stack([function(*row, -1) for row in zip(*arrays, strict=True)])
    if layout == "rows":
        return function(*arrays, -1)
    if layout == "many rows":
        tiled = [np.concatenate([x] * many) for x in arrays]
        return _repeated(function(*tiled, -1), len(arrays[0]))
    if layout == "columns":
        out = function(*(np.ascontiguousarray(x.T) for x in arrays), 0)
        return out.T if out.ndim == 2 else out
    out = function(*(np.stack([x.T, x.T]) if x.ndim > 1 else np.stack([x, x]) for x in arrays), 1)
    assert (out[0] == out[1]).all()
    return out[0].T if out.ndim == 3 else out[0]


def _repeated(out, length):
    copies = out.reshape(-1, length, *out.shape[1:])
    assert (copies == copies[0]).all(), "the same row gave different results"
    return copies[0]


@cache
def right(name, dtype, classes, temperature=1.0):
    """Return what a function of `reference` gives for `rows`, in exact numbers."""
    z, _ = rows(dtype, classes, temperature)
    function = getattr(reference, name)
    return [function(reference.row(r), reference.exact(temperature)) for r in z]


def _each_layout(function, arrays, want, allowed, d, scale=None):
    return [
        measured(error_in_eps(lay_out(function, *arrays, layout=layout), want, scale), allowed, d,
              f"{d.size} x {arrays[0].shape[1]}, {layout}")
        for layout in LAYOUTS
    ]  # fmt: skip


def softmax_errors(dtype, library=softback):
    """Probabilities, relative, each one: (4 + d) eps."""
    for classes in CLASSES:
        z, d = rows(dtype, classes)
        want = pieces(right("softmax", dtype, classes))
        yield from _each_layout(lambda z, a: library.softmax(z, a), [z], want, 4 + d, d)


def log_softmax_errors(dtype, library=softback):
    """Log-probabilities, relative, each one: (8 + d) eps."""
    for classes in CLASSES:
        z, d = rows(dtype, classes)
        want = pieces(right("log_softmax", dtype, classes))
        yield from _each_layout(lambda z, a: library.log_softmax(z, a), [z], want, 8 + d, d)


def tempered_errors(dtype, library=softback):
    """Softmax and log-softmax at T = 0.1 and 2.5, relative: (8 + d) eps, d the range of z / T."""
    for temperature in (0.1, 2.5):
        z, d = rows(dtype, 3, temperature)
        for name in ("softmax", "log_softmax"):
            function, want = getattr(library, name), pieces(right(name, dtype, 3, temperature))
            yield from _each_layout(
                lambda z, a, f=function, t=temperature: f(z, a, temperature=t), [z], want, 8 + d, d
            )


def logsumexp_errors(dtype, library=softback):
    """Log-sum-exp: 4 eps of the maximum and (4 + d) eps of what is above it."""
    for classes in CLASSES:
        z, d = rows(dtype, classes)
        numbers = [[reference.logsumexp(reference.row(r))] for r in z]
        want, top = pieces(numbers)[:, 0], np.abs(z.max(axis=1))
        highest = reference.row(z.max(axis=1))
        above = np.float64([float(n - m) for (n,), m in zip(numbers, highest, strict=True)])
        scale = top + (4 + d) / 4 * above
        yield from _each_layout(
            lambda z, a: library.logsumexp(z, a), [z], want, np.full(d.size, 4.0), d, scale
        )


@cache
def _losses(dtype, classes, place):
    """Return targets (the top, the bottom or the last class), losses and gradients."""
    z, _ = rows(dtype, classes)
    last = np.full(len(z), classes - 1)
    t = {"top": z.argmax(axis=1), "bottom": z.argmin(axis=1), "last": last}[place]
    losses = [-logy[k] for logy, k in zip(right("log_softmax", dtype, classes), t, strict=True)]
    gradients = [
        [p - q for p, q in zip(y, reference.one_hot(k, classes), strict=True)]
        for y, k in zip(right("softmax", dtype, classes), t, strict=True)
    ]
    return t, pieces(losses), pieces(gradients)


def _cross_entropy(dtype, library, result, soft):
    for classes in CLASSES:
        z, d = rows(dtype, classes)
        for place in ("top", "bottom", "last"):
            t, loss, gradient = _losses(dtype, classes, place)
            arrays = [z, np.eye(classes, dtype=dtype)[t] if soft else t]

            def function(z, t, axis):
                found = library.cross_entropy_and_grad(z, t, axis, reduction="none")
                return found[result]

            yield from _each_layout(function, arrays, (loss, gradient)[result], 8 + d, d)


def loss_errors(dtype, library=softback):
    """Loss at a class index, relative: (8 + d) eps."""
    return _cross_entropy(dtype, library, 0, soft=False)


def gradient_errors(dtype, library=softback):
    """Gradient at a class index, every entry relative, the target's too: (8 + d) eps."""
    return _cross_entropy(dtype, library, 1, soft=False)


def one_hot_loss_errors(dtype, library=softback):
    """Loss of one-hot targets, relative: (8 + d) eps."""
    return _cross_entropy(dtype, library, 0, soft=True)


def one_hot_gradient_errors(dtype, library=softback):
    """Gradient of one-hot targets, every entry relative: (8 + d) eps."""
    return _cross_entropy(dtype, library, 1, soft=True)


@cache
def _soft(dtype, classes):
    z, d = rows(dtype, classes)
    t = np.random.default_rng(9).dirichlet(np.full(classes, 0.5), size=len(z)).astype(dtype)
    t[::5] *= 2
    exact = [
        reference.cross_entropy(reference.row(a), reference.row(b))
        for a, b in zip(z, t, strict=True)
    ]
    return z, d, t, pieces([[loss] for loss, _ in exact])[:, 0], pieces([dz for _, dz in exact])


def soft_loss_errors(dtype, library=softback):
    """Loss of soft targets, some summing to 2, relative: (8 + d) eps."""
    for classes in (2, 10):
        z, d, t, loss, _ = _soft(dtype, classes)
        yield from _each_layout(
            lambda z, t, a: library.cross_entropy_and_grad(z, t, a, reduction="none")[0],
            [z, t],
            loss,
            8 + d,
            d,
        )


def soft_gradient_errors(dtype, library=softback):
    """Gradient y sum(t) - t of soft targets: (8 + d) eps of y sum(t) + t."""
    for classes in (2, 10):
        z, d, t, _, gradient = _soft(dtype, classes)
        y = np.float64(right("softmax", dtype, classes))
        yield from _each_layout(
            lambda z, t, a: library.cross_entropy_and_grad(z, t, a, reduction="none")[1],
            [z, t], gradient, 8 + d, d, y * t.sum(axis=1, keepdims=True) + t,
        )  # fmt: skip


# Products with the Jacobian, against the exact softmax of z and not the formula on the rounded y.


@cache
def _directions(dtype, kind, classes):
    """Return logits, their range, vectors g and the exact probabilities."""
    rng = np.random.default_rng(11)
    g = rng.normal(size=(20, classes))
    if kind == "saturated":
        z = rng.normal(size=g.shape)
        z[:, 0] = np.linspace(5, max(RANGES[dtype]) - 5, len(z))
    else:
        z = rng.normal(size=g.shape) * (8.0 if kind == "wide" else 1.0)
    if kind == "1e8 + noise":
        g = 1e8 + g * (1 if dtype == "f8" else 100)  # float32 near 1e8 moves in steps of 8
    if kind == "1e5 + noise":
        g = 1e5 + g
    z, g = z.astype(dtype), g.astype(dtype)
    exact = [reference.softmax(reference.row(r)) for r in z]
    return z, np.float64(z.max(axis=1) - z.min(axis=1)), g, exact


def _products(dtype, library, kind, name, allowance, scale_of=None):
    """Measure a product; its scale is the norm of the row's exact result unless it is given."""
    forward = library.log_softmax if name.startswith("log_") else library.softmax

    def product(z, g, axis):
        return getattr(library, name)(forward(z, axis), g, axis)

    for classes in (2, 10, 65):
        z, d, g, y = _directions(dtype, kind, classes)
        exact = getattr(reference, name)
        want = pieces([exact(a, reference.row(b)) for a, b in zip(y, g, strict=True)])
        scale = scale_of(want[..., 0], np.float64(y), g) if scale_of else _norms(want[..., 0])
        for layout in LAYOUTS:
            error = error_in_eps(lay_out(product, z, g, layout=layout), want, scale)
            error = error if scale_of else np.hypot.reduce(error, axis=1)
            yield measured(error, allowance(d), d, f"{kind}, {classes} classes, {layout}")


def _norms(want):
    return np.hypot.reduce(want, axis=1, keepdims=True)  # squares would underflow


def vjp_errors(dtype, library=softback):
    """softmax_vjp with g = 1e8 + noise (float32 also 1e5), normwise: 8 eps."""
    yield from _products(
        dtype, library, "1e8 + noise", "softmax_vjp", lambda d: np.full(d.size, 8.0)
    )
    yield from _products(
        dtype, library, "1e5 + noise", "softmax_vjp", lambda d: np.full(d.size, 8.0)
    )


def wide_vjp_errors(dtype, library=softback):
    """softmax_vjp with logits further apart, normwise: (8 + d) eps."""
    yield from _products(dtype, library, "wide", "softmax_vjp", lambda d: 8 + d)


def saturated_vjp_errors(dtype, library=softback):
    """softmax_vjp, one probability nearly 1: (8 + d) eps of y_i sum_k(y_k abs(g_i - g_k))."""
    yield from _products(dtype, library, "saturated", "softmax_vjp", lambda d: 8 + d, _terms)


def _terms(want, y, g):
    """Return the sum of the sizes of the terms of dz_i, all of one sign where nothing cancels."""
    gaps = np.abs(np.float64(g)[:, :, None] - g[:, None, :])
    return y * np.einsum("nik,nk->ni", gaps, y)


def log_vjp_errors(dtype, library=softback):
    """log_softmax_vjp: (8 + d) eps of g + y sum(g)."""
    for kind in ("wide", "saturated"):
        yield from _products(
            dtype, library, kind, "log_softmax_vjp", lambda d: 8 + d,
            lambda want, y, g: np.abs(g) + y * np.abs(g).sum(axis=1, keepdims=True),
        )  # fmt: skip


def log_jvp_errors(dtype, library=softback):
    """log_softmax_jvp with v = 1e8 + noise and others, normwise: (8 + d) eps."""
    for kind in ("1e8 + noise", "wide", "saturated"):
        yield from _products(dtype, library, kind, "log_softmax_jvp", lambda d: 8 + d)


def jacobian_errors(dtype, library=softback):
    """softmax_jacobian, each entry relative, the diagonal too: (10 + 2 d) eps."""
    z, d = rows(dtype, 3)
    d = np.where(d < RANGES[dtype][-1] / 2, d, 0)  # beyond, products of probabilities underflow
    z = z * (d[:, None] > 0)
    want = pieces([reference.softmax_jacobian(reference.softmax(reference.row(r))) for r in z])
    got = library.softmax_jacobian(library.softmax(z))
    yield measured(error_in_eps(got, want), 10 + 2 * d, d, "3 classes")


def row_sum_errors(dtype, library=softback):
    """Sum of the probabilities of a row, along any axis, up to 50,257 classes: 4 eps from 1."""
    for classes in row_sums.CLASSES:
        for name in row_sums.ARRANGED:
            error = row_sums.distance_from_one(library.softmax, classes, name, dtype)
            yield Measured(
                np.array([error]), np.array([4.0]), np.array([np.nan]), f"{classes} classes, {name}"
            )


MEASURES = {
    "softmax": softmax_errors,
    "log_softmax": log_softmax_errors,
    "softmax, sum of a row": row_sum_errors,
    "softmax, log_softmax at T ≠ 1": tempered_errors,
    "logsumexp": logsumexp_errors,
    "cross entropy, class index: loss": loss_errors,
    "cross entropy, class index: gradient": gradient_errors,
    "cross entropy, one-hot: loss": one_hot_loss_errors,
    "cross entropy, one-hot: gradient": one_hot_gradient_errors,
    "cross entropy, soft targets: loss": soft_loss_errors,
    "cross entropy, soft targets: gradient": soft_gradient_errors,
    "softmax_vjp, g = 1e8 + noise": vjp_errors,
    "softmax_vjp, logits far apart": wide_vjp_errors,
    "softmax_vjp, one probability nearly 1": saturated_vjp_errors,
    "log_softmax_vjp": log_vjp_errors,
    "log_softmax_jvp": log_jvp_errors,
    "softmax_jacobian": jacobian_errors,
}


def drawn(dtype, spread, classes):
    """Return a few random rows and their exact numbers."""
    z = (np.random.default_rng(classes).normal(size=(8, classes)) * spread).astype(dtype)
    return z, [reference.row(r) for r in z]


def by_row(got, want):
    """Return the largest relative error of each row, in eps."""
    return error_in_eps(np.asarray(got), want).reshape(len(want), -1).max(axis=1)


def main():
    """Print the table in Markdown."""
    print("| what | allowed | dtype | worst error | most of what is allowed | with SciPy |")
    print("|---|---|---|---|---|---|")
    for name, measure in MEASURES.items():
        rule = measure.__doc__.rstrip(".").rpartition(": ")[2]
        for dtype in ("f8", "f4"):
            found = list(measure(dtype))
            scipy = max(m.errors.max() for m in measure(dtype, with_scipy))
            error, share = max(m.errors.max() for m in found), max(m.share for m in found)
            figures = f"{error:.1f} eps | {share:.0%} | {scipy:.2g} eps"
            print(f"| {name} | {rule} | {NAMES[dtype]} | {figures} |")


if __name__ == "__main__":
    main()

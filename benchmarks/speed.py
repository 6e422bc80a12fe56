"""Measure softback against SciPy, PyTorch on one thread (where it is installed) and plain forms.

Run it on a quiet machine: ``python benchmarks/speed.py [--quick] [--save]``. Candidates take turns
in random order, each sample is CPU time of this process, and what is reported is the ratio of
medians: softback over the other, so that below 1 softback is faster. A gate is what the library
promises; a case that misses one is measured once more. Memory is the peak of what a call allocates,
its result included and its arguments not, in units of the logits. On small arrays the fastest run
counts, "unchecked" is the same arithmetic without checks, and depth is how many calls are nested at
most, NumPy's included. ``--save`` records the result in ``speed.json``, from which the appendix of
the book makes its table and its plot with `table` and `plot`.
"""

import argparse
import json
import os
import platform
import random
import sys
import time
import timeit
import tracemalloc
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.metadata import version
from itertools import chain, product
from pathlib import Path
from statistics import median

import numpy as np

RECORD = Path(__file__).with_name("speed.json")
SHAPES = {
    "100000 × 10": ((100_000, 10), 1),
    "4096 × 1000": ((4096, 1000), 1),
    "64 × 50257": ((64, 50_257), 1),
    "8 × 16 × 512 × 512": ((8, 16, 512, 512), 3),
    "128 × 256 × 128, axis 0": ((128, 256, 128), 0),
    "128 × 256 × 128, axis 1": ((128, 256, 128), 1),
    "8 × 21 × 256 × 256, axis 1": ((8, 21, 256, 256), 1),
}
SMALL_SHAPES = {"3": (3,), "4 × 5": (4, 5), "10 × 10": (10, 10)}
SMALL_LIMITS = {
    "softmax": {"SciPy": 1.0, "unchecked": 1.8, "depth": 6},
    "softmax_vjp": {"unchecked": 2.0, "depth": 6},
    "log_softmax": {"depth": 6},
    "logsumexp": {"SciPy": 0.3, "depth": 6},
    "log_softmax_vjp": {"depth": 6},
}
SECONDS_PER_SAMPLE = 0.01


@dataclass
class Case:
    """One function on one array: its candidates, what it may cost, what it was seen to cost."""

    function: str
    shape: str
    dtype: str
    limits: dict[str, float]
    ratios: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0
    depth: int = 0

    def missed(self):
        """Return the names of the gates that were missed."""
        seen = self.seen()
        return [name for name, limit in self.limits.items() if name in seen and seen[name] > limit]

    def seen(self):
        """Return all measured figures that can have a gate."""
        return {**self.ratios, "memory": self.memory, "depth": self.depth}

    def __str__(self):
        """Name the case, then each gate with what was measured, ok or over."""
        seen = self.seen()
        gates = [
            f"{name} {seen[name]:.2f} ≤ {limit:g} {'over' if seen[name] > limit else 'ok'}"
            if name in seen
            else f"{name} not measured ≤ {limit:g}"
            for name, limit in self.limits.items()
        ]
        return f"{self.function:24}{self.shape:28}{self.dtype:9}{'; '.join(gates) or 'no gate'}"


def softback_calls(z, y, g, t, axis):
    """Return a call without arguments for each function of softback."""
    import softback

    logy = softback.log_softmax(z, axis)
    return {
        "softmax": partial(softback.softmax, z, axis),
        "log_softmax": partial(softback.log_softmax, z, axis),
        "logsumexp": partial(softback.logsumexp, z, axis),
        "softmax_vjp": partial(softback.softmax_vjp, y, g, axis),
        "log_softmax_vjp": partial(softback.log_softmax_vjp, logy, g, axis),
        "cross_entropy": partial(softback.cross_entropy, z, t, axis),
        "cross_entropy_and_grad": partial(softback.cross_entropy_and_grad, z, t, axis),
    }


def scipy_calls(z, y, g, t, axis):
    """Return the same from SciPy, composed where SciPy has no such function."""
    from scipy import special

    index = np.expand_dims(t, axis)

    def value():
        picked = np.take_along_axis(z, index, axis).squeeze(axis)
        return (special.logsumexp(z, axis=axis) - picked).mean()

    def value_and_gradient():
        logy = special.log_softmax(z, axis=axis)
        dz = np.exp(logy)
        picked = np.take_along_axis(logy, index, axis)
        np.put_along_axis(dz, index, np.take_along_axis(dz, index, axis) - 1, axis)
        dz /= t.size
        return -picked.mean(), dz

    return {
        "softmax": partial(special.softmax, z, axis=axis),
        "log_softmax": partial(special.log_softmax, z, axis=axis),
        "logsumexp": partial(special.logsumexp, z, axis=axis),
        "cross_entropy": value,
        "cross_entropy_and_grad": value_and_gradient,
    }


def plain_calls(z, y, g, t, axis):
    """Return the vector products as a textbook writes them in NumPy."""
    logy = np.log(y)
    return {
        "softmax_vjp": lambda: y * (g - (g * y).sum(axis=axis, keepdims=True)),
        "log_softmax_vjp": lambda: g - np.exp(logy) * g.sum(axis=axis, keepdims=True),
    }


def torch_calls(z, y, g, t, axis):
    """Return the same from PyTorch on one thread, or nothing where it is not installed."""
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(1)
    z, y, g, t = (torch.from_numpy(np.ascontiguousarray(x)) for x in (z, y, g, t))
    logy = y.log()

    # PyTorch wants the classes in axis 1.
    rows = z.reshape(-1, z.shape[-1]) if axis == z.ndim - 1 else z.movedim(axis, 1)
    t = t.reshape(-1) if axis == z.ndim - 1 else t

    def value_and_gradient():
        logits = rows.clone().requires_grad_()
        loss = torch.nn.functional.cross_entropy(logits, t)
        loss.backward()
        return loss, logits.grad

    return {
        "softmax": lambda: torch.softmax(z, axis),
        "log_softmax": lambda: torch.log_softmax(z, axis),
        "logsumexp": lambda: torch.logsumexp(z, axis),
        "softmax_vjp": lambda: torch._softmax_backward_data(g, y, axis, z.dtype),
        "log_softmax_vjp": lambda: torch._log_softmax_backward_data(g, logy, axis, z.dtype),
        "cross_entropy": lambda: torch.nn.functional.cross_entropy(rows, t),
        "cross_entropy_and_grad": value_and_gradient,
    }


def warm_torch_calls(z, y, g, t, axis):
    """Return PyTorch's softmax into memory that it already has."""
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(1)
    z = torch.from_numpy(np.ascontiguousarray(z))
    out = torch.empty_like(z)
    return {"softmax": lambda: torch._softmax(z, axis, False, out=out)}


def limits(function, shape, axis, dtype):
    """Return the gates of one case: ratios to others, and peak memory in inputs."""
    last, classes, single = axis == len(shape) - 1, shape[axis], dtype == "float32"
    rows = int(np.prod(shape)) // classes
    found = {"memory": 3.0} if "vjp" in function else {}
    if function == "softmax":
        found["SciPy"] = 1.0
        if last and classes >= 500:
            found |= {"PyTorch": 2.5 if single else 2.0, "warm PyTorch": 3.0}
    if function == "log_softmax":
        found["SciPy"] = 1.15 if last else 1.6
    if function in ("softmax", "log_softmax") and last and classes <= 32 and rows >= 10_000:
        found |= {"SciPy": 0.35, "PyTorch": 0.25} if single else {"SciPy": 0.6, "PyTorch": 0.45}
    if function == "softmax_vjp":
        found["plain"] = 1.45
    if function == "logsumexp":
        found |= {"SciPy": 0.6, "memory": 0.15}
    if function == "cross_entropy":
        found |= {"SciPy": 0.5 if last else 1.0, "memory": 0.4}
    if function == "cross_entropy_and_grad":
        found |= {"SciPy": 0.75 if last else 1.0, "PyTorch": 1.15, "memory": 1.05}
    return found


def cpu_time(call, repeats):
    """Return the CPU seconds of one call, averaged over ``repeats``."""
    start = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - start) / repeats


def compare(candidates, samples):
    """Return the median CPU time of each call; they take turns, in random order."""
    times = {name: [] for name in candidates}
    repeats = {}
    for name, call in candidates.items():  # one call warms up, one tells how many make a sample
        call()
        repeats[name] = max(1, int(SECONDS_PER_SAMPLE / max(cpu_time(call, 1), 1e-6)))
    for _ in range(samples):
        for name in random.sample(list(candidates), len(candidates)):
            times[name].append(cpu_time(candidates[name], repeats[name]))
    return {name: median(seen) for name, seen in times.items()}


def peak_memory(call, unit):
    """Return the peak of what ``call`` allocates, in units of ``unit`` bytes."""
    call()  # the first one imports what it needs
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / unit


def measure(case, candidates, unit, samples):
    """Fill in the ratios and the memory of ``case``; once more if a gate was missed."""
    for _ in range(2):
        times = compare(candidates, samples)
        ratios = {n: times["softback"] / t for n, t in times.items() if n != "softback"}
        case.ratios = {n: min(r, case.ratios.get(n, r)) for n, r in ratios.items()}
        case.memory = peak_memory(candidates["softback"], unit)
        if not case.missed():
            return case
    return case


def cases(quick, samples):
    """Measure every function on every shape, in both precisions."""
    rng = np.random.default_rng(0)
    for (name, (shape, axis)), dtype in product(SHAPES.items(), ("float32", "float64")):
        if quick and np.prod(shape) > 2e7:
            continue
        z, g = (rng.standard_normal(shape, dtype) for _ in range(2))
        t = rng.integers(0, shape[axis], shape[:axis] + shape[axis + 1 :])
        e = np.exp(z)
        arguments = (z, e / e.sum(axis=axis, keepdims=True), g, t, axis)
        others = {"SciPy": scipy_calls, "PyTorch": torch_calls, "plain": plain_calls}
        others["warm PyTorch"] = warm_torch_calls
        others = {other: make(*arguments) for other, make in others.items()}
        for function, ours in softback_calls(*arguments).items():
            calls = {n: found[function] for n, found in others.items() if function in found}
            case = Case(function, name, dtype, limits(function, shape, axis, dtype))
            if calls:
                yield measure(case, {"softback": ours, **calls}, z.nbytes, samples)


def unchecked_calls(z, y, g, t, axis):
    """Return the bare arithmetic of functions whose checks must not cost more than it."""
    from softback import formulas

    return {
        "softmax": partial(formulas.softmax, z, axis),
        "softmax_vjp": partial(formulas.softmax_vjp_twice, y, g, axis),
    }


def small_cases():
    """Measure the cost and the depth of calls that have little to compute."""
    rng = np.random.default_rng(0)
    for name, shape in SMALL_SHAPES.items():
        z, g = rng.standard_normal((2, *shape))
        e = np.exp(z)
        arguments = (z, e / e.sum(axis=-1, keepdims=True), g, np.zeros(shape[:-1], int), -1)
        ours, others = softback_calls(*arguments), {}
        for other, make in {"SciPy": scipy_calls, "unchecked": unchecked_calls}.items():
            others[other] = make(*arguments)
        for function, limits in SMALL_LIMITS.items():
            calls = {n: found[function] for n, found in others.items() if n in limits}
            case = Case(function, name, "float64", limits, depth=call_depth(ours[function]))
            for _ in range(2):
                times = fastest({"softback": ours[function], **calls})
                for other in calls:
                    ratio = times["softback"] / times[other]
                    case.ratios[other] = min(ratio, case.ratios.get(other, ratio))
                if not case.missed():
                    break
            yield case


def fastest(calls):
    """Return the seconds of the fastest of many runs of each call; they take turns."""
    best = dict.fromkeys(calls, np.inf)
    for _ in range(50):
        for name, call in calls.items():
            best[name] = min(best[name], timeit.timeit(call, number=300))
    return best


def call_depth(call):
    """Return how many functions are nested in a call at most, itself and NumPy's included."""
    depth = deepest = 0

    def watch(_frame, event, _function):
        nonlocal depth, deepest
        depth += {"call": 1, "c_call": 1}.get(event, -1)
        deepest = max(deepest, depth)

    call()  # the first one imports what it needs
    sys.setprofile(watch)
    try:
        call()
    finally:
        sys.setprofile(None)
    return deepest


def machine():
    """Return what the figures depend on: versions, processor, date."""
    packages = {}
    for name in ("softback", "numpy", "scipy", "torch"):
        try:
            packages[name] = version(name)
        except ModuleNotFoundError:
            continue
    lines = (
        Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if Path("/proc/cpuinfo").exists()
        else []
    )
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "python": platform.python_version(),
        **packages,
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "day": time.strftime("%Y-%m-%d"),
    }


def table(rows, what):
    """Return one figure of all rows as a Markdown table: arrays down, functions across.

    ``what`` names what a ratio of times is taken to, such as "SciPy", or is "memory". Each cell
    holds float32, then float64; a figure that missed its gate is set in bold.
    """
    found = [row for row in rows if _figure(row, what) is not None]
    functions = list(dict.fromkeys(row["function"] for row in found))
    arrays = list(dict.fromkeys(row["shape"] for row in found))
    lines = [f"| array | {' | '.join(f'`{name}`' for name in functions)} |"]
    lines.append("| --- |" + " ---: |" * len(functions))
    for array, function in product(arrays, functions):
        if function == functions[0]:
            lines.append(f"| {array} |")
        here = [row for row in found if (row["shape"], row["function"]) == (array, function)]
        lines[-1] += f" {' · '.join(_cell(row, what) for row in here) or '–'} |"
    return "\n".join(lines)


def _figure(row, what):
    """Return one figure of a row, or None where it was not measured."""
    return (row["memory"] or None) if what == "memory" else row["ratios"].get(what)


def _cell(row, what):
    """Write one figure, in bold if it missed its gate."""
    value, limit = _figure(row, what), row["limits"].get(what, np.inf)
    return f"{value:.2f}" if value <= limit else f"**{value:.2f}**"


def plot(rows, *, other="SciPy"):
    """Draw the ratio of each row to ``other`` on a logarithmic axis, one line for each function."""
    import matplotlib.pyplot as plt

    from softback.figures import palette

    rows = [row for row in rows if other in row["ratios"]]
    functions = list(dict.fromkeys(row["function"] for row in rows))
    _, ax = plt.subplots(figsize=(4.5, 0.55 * len(functions) + 1.4))
    marks = {"float32": ("o", palette.BLUE, -0.14), "float64": ("s", palette.ORANGE, 0.14)}
    for dtype, (mark, colour, shift) in marks.items():
        points = [
            (row["ratios"][other], functions.index(row["function"]) + shift)
            for row in rows
            if row["dtype"] == dtype
        ]
        ax.plot(*zip(*points, strict=True), mark, color=colour, alpha=0.75, label=dtype)
    ax.axvline(1, color=palette.QUIET, lw=1)
    ax.set_xscale("log")
    ax.set_xticks(ticks := [0.1, 0.2, 0.5, 1, 2], [f"{x:g}" for x in ticks])
    ax.set_xticks([], minor=True)
    ax.set_yticks(range(len(functions)), functions)
    ax.invert_yaxis()
    ax.set_xlabel(f"CPU time of softback / {other}")
    ax.figure.legend(loc="outside upper right", ncols=2)
    return ax


def main():
    """Measure, print, and say by the exit code whether every gate was met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out the largest array")
    parser.add_argument("--save", action="store_true", help=f"record the result in {RECORD.name}")
    options = parser.parse_args()
    measured = []
    for case in chain(small_cases(), cases(options.quick, samples=7 if options.quick else 15)):
        measured.append(case)
        print(case, flush=True)
    rows = [asdict(case) for case in measured]
    for what in ("SciPy", "PyTorch", "warm PyTorch", "plain", "unchecked", "memory"):
        print(f"\n{what}\n\n{table(rows, what)}")
    if options.save:
        record = {"machine": machine(), "rows": rows}
        RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    missed = [case for case in measured if case.missed()]
    print(f"\n{len(measured)} cases, {len(missed)} missed a gate")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())

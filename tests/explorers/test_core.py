"""core.mjs against softback, in a real browser.

Expected: each result within 1e-12 of its largest entry, log-probabilities and losses within 1e-12
of each entry, and nan and infinities in the same places.
"""

import functools
import re
from dataclasses import dataclass

import numpy as np
import pytest

import softback
from softback.explorers import _base

RANDOM = 2000
INF, NAN = np.inf, np.nan

HARD_LOGITS = {
    "one class": [3.0],
    "equal": [0.0, 0.0, 0.0],
    "largest float64": [1.7976931348623157e308, -1.7976931348623157e308, 0.0],
    "two huge": [1e308, 1e308, 0.0],
    "gap of 40": [0.0, -40.0],
    "gap that leaves a subnormal share": [0.0, -745.0],
    "gap that leaves nothing": [0.0, -800.0],
    "tiny differences": [1e-300, -1e-300, 0.0],
    "large common part": [1e16, 1e16 + 2, 1e16 - 4],
    "one forbidden": [-INF, 0.0, 1.0],
    "all forbidden": [-INF, -INF],
    "one infinite": [INF, 0.0],
    "nan": [NAN, 0.0, 1.0],
}
HARD_TEMPERATURES = [1e-308, 0.05, 1.0, 20.0, 1e308, INF]
HARD_UPSTREAM = {
    "constant": lambda n: [1e8] * n,
    "huge": lambda n: [(-1) ** k * 1.5e308 for k in range(n)],
    "nearly constant": lambda n: [1e8 + k / 8 for k in range(n)],
    "infinite": lambda n: [INF] + [1.0] * (n - 1),
    "nan": lambda n: [1.0] * (n - 1) + [NAN],
}


@dataclass
class Twin:
    """A function of core.mjs, its twin in Python, and how close they must be."""

    python: callable
    each_entry: bool = False
    first: int = 0  # where the numbers of the result that is compared begin


TWINS = {
    "logsumexp": Twin(softback.logsumexp),
    "softmax": Twin(lambda z, t: softback.softmax(z, temperature=t)),
    "logSoftmax": Twin(lambda z, t: softback.log_softmax(z, temperature=t), each_entry=True),
    "softmaxJacobian": Twin(lambda y, t: softback.softmax_jacobian(y, temperature=t)),
    "softmaxVjp": Twin(lambda y, g, t: softback.softmax_vjp(y, g, temperature=t)),
    "crossEntropy": Twin(
        lambda z, t, e: softback.cross_entropy(z, t, label_smoothing=e), each_entry=True
    ),
    "crossEntropyAndGrad": Twin(
        lambda z, t, e: np.hstack(softback.cross_entropy_and_grad(z, t, label_smoothing=e)),
        first=1,  # the loss, which may be much larger, is that of crossEntropy
    ),
    "smoothed": Twin(lambda t, e: (1 - e) * t + e / t.size),
    "softmaxFullJacobian": Twin(lambda y, axis: full_jacobian(y, axis)),
    "softmaxAlong": Twin(lambda z, axis: softback.softmax(z, axis)),
    "eigenvalues": Twin(np.linalg.eigvalsh),
    "sum": Twin(np.sum),
    "dot": Twin(np.errstate(invalid="ignore")(np.dot)),
    "transpose": Twin(np.transpose),
    "groupAlong": Twin(lambda axis, row, column: {0: column, 1: row, None: 0}[axis]),
}


@functools.cache
def random_calls():
    """Return RANDOM arguments for each function, of many sizes and scales."""
    rng = np.random.default_rng(20)
    calls = {name: [] for name in TWINS}
    for _ in range(RANDOM):
        n, scale = rng.integers(1, 13), 10 ** rng.uniform(-2, 2.5)
        z, g = rng.normal(0, scale, n), rng.normal(0, 1, n) + rng.choice([0, 0, 1e4])
        t, e = rng.dirichlet(np.ones(n)), rng.choice([0.0, 0.1])
        matrix = rng.normal(0, scale, rng.integers(1, 6, 2))
        axis = [0, 1, None][rng.integers(3)]
        add(calls, z=z, g=g, t=t, smoothing=e, temperature=10 ** rng.uniform(-1.3, 1.3))
        calls["softmaxAlong"].append((matrix, axis))
        calls["softmaxFullJacobian"].append((softback.softmax(matrix, axis), axis))
        calls["transpose"].append((matrix,))
        calls["groupAlong"].append((axis, *rng.integers(0, 5, 2)))
    return calls


@functools.cache
def hard_calls():
    """Return the arguments that break careless code, for each function."""
    calls = {name: [] for name in TWINS}
    for z in map(np.array, HARD_LOGITS.values()):
        n = z.size
        for temperature in HARD_TEMPERATURES:
            for upstream in HARD_UPSTREAM.values():
                target = np.eye(n)[-1]
                g = np.array(upstream(n))
                add(calls, z=z, g=g, t=target, smoothing=0.0, temperature=temperature)
        for axis in (0, 1, None):
            calls["softmaxAlong"].append((np.array([z, z]), axis))
            calls["softmaxFullJacobian"].append((softback.softmax([z, z], axis), axis))
            calls["groupAlong"].append((axis, 0, n - 1))
        calls["transpose"].append((np.array([z, z]),))
        for target in np.eye(n):
            for name in ("crossEntropy", "crossEntropyAndGrad"):
                calls[name].append((z, target, 0.0))
    return calls


def full_jacobian(y, axis):
    """Return the full Jacobian of a matrix with both index pairs flattened."""
    if axis is None:
        return softback.softmax_jacobian(y.ravel())
    return softback.softmax_full_jacobian(y, axis)


def add(calls, *, z, g, t, smoothing, temperature):
    """Add one call of every function of a row."""
    with np.errstate(all="ignore"):
        y = softback.softmax(z)
    calls["logsumexp"].append((z,))
    calls["sum"].append((y,))
    calls["dot"].append((y, np.abs(g)))  # of one sign: what cancels has no relative error
    calls["softmax"].append((z, temperature))
    calls["logSoftmax"].append((z, temperature))
    calls["softmaxJacobian"].append((y, temperature))
    calls["softmaxVjp"].append((y, g, temperature))
    calls["smoothed"].append((t, smoothing))
    calls["crossEntropy"].append((z, t, smoothing))
    calls["crossEntropyAndGrad"].append((z, t, smoothing))
    if np.isfinite(y).all():
        calls["eigenvalues"].append((softback.softmax_jacobian(y),))


def plain(argument):
    """Return an argument as Playwright carries it to the page."""
    return argument.tolist() if isinstance(argument, (np.ndarray, np.generic)) else argument


@pytest.fixture(scope="session")
def core(browser, trial_site):
    """Return a function: name of a function and a list of arguments in, list of results out."""
    page = browser.new_page()
    page.goto(trial_site("<!doctype html><title>Core</title>"))
    page.evaluate(
        """async (source) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          window.core = await import(url);
        }""",
        (_base.FOLDER / "core.mjs").read_text("utf-8"),
    )
    run = "([name, calls]) => calls.map((given) => [window.core[name](...given)].flat(Infinity))"
    yield lambda name, calls: page.evaluate(run, [name, [[plain(a) for a in c] for c in calls]])
    page.close()


def worst(got, expected, each_entry):
    """Return the largest error of a result, in parts of its largest entry or of each entry.

    A nan or an infinity that is not in both makes it infinite.
    """
    finite = np.isfinite(expected)
    same = np.array_equal(got[~finite], expected[~finite], equal_nan=True)
    if not same or not np.isfinite(got[finite]).all():
        return np.inf
    got, expected = got[finite], expected[finite]
    size = np.abs(expected) if each_entry else np.abs(expected).max(initial=0)
    smallest = np.finfo(float).tiny  # below it a float64 has fewer digits
    return (np.abs(got - expected) / np.maximum(size, smallest)).max(initial=0)


def check(core, calls, name):
    twin = TWINS[name]
    assert calls[name]
    for given, got in zip(calls[name], core(name, calls[name]), strict=True):
        expected = np.ravel(twin.python(*given))[twin.first :]
        error = worst(np.array(got[twin.first :], float), expected, twin.each_entry)
        assert error <= 1e-12, (name, given, got, expected)


def test_every_function_of_core_has_a_twin_and_enough_calls():
    source = (_base.FOLDER / "core.mjs").read_text("utf-8")
    assert set(re.findall(r"^export (?:const|function) (\w+)", source, re.M)) == set(TWINS)
    assert min(map(len, random_calls().values())) >= 2000


@pytest.mark.parametrize("name", TWINS)
def test_random_inputs_agree_with_softback(core, name):
    check(core, random_calls(), name)


@pytest.mark.parametrize("name", TWINS)
@pytest.mark.filterwarnings("error")
def test_hard_inputs_agree_with_softback(core, name):
    check(core, hard_calls(), name)


def test_comparison_refuses_a_wrong_number_and_a_missing_nan():
    expected = np.array([1.0, 2.0, NAN])
    assert worst(expected.copy(), expected, False) == 0
    assert worst(np.array([1.0, 2.0 + 1e-11, NAN]), expected, False) > 1e-12
    assert worst(np.array([1.0, 2.0, 0.0]), expected, False) == INF
    assert worst(np.array([1.0, INF, NAN]), expected, False) == INF

"""The numbers that the library promises, measured against 400 digits by `tests.lib.accuracy`."""

import math
from functools import cache
from itertools import product

import numpy as np
import pytest

import softback
from tests.lib import accuracy, reference, row_sums, with_scipy
from tests.lib.reference import error_in_eps, pieces

EPS = {"f4": float(np.finfo("f4").eps), "f8": float(np.finfo("f8").eps)}


@cache
def measured(name, dtype):
    return list(accuracy.MEASURES[name](dtype))


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("name", accuracy.MEASURES)
def test_error_is_within_what_is_allowed(name, dtype):
    found = max(measured(name, dtype), key=lambda m: m.share)
    assert found.share <= 1, str(found)


# SciPy has no temperature, and of its row sums it promises nothing.
OTHERS = ("softmax, log_softmax at T ≠ 1", "softmax, sum of a row")


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("name", [name for name in accuracy.MEASURES if name not in OTHERS])
def test_no_row_is_more_than_4_eps_worse_than_with_scipy(name, dtype):
    others = accuracy.MEASURES[name](dtype, with_scipy)
    for ours, theirs in zip(measured(name, dtype), others, strict=True):
        assert (ours.errors <= theirs.errors + 4).all(), f"{ours}; with SciPy {theirs}"


@pytest.mark.parametrize(
    "name",
    [
        "softmax",
        "log_softmax",
        "cross entropy, class index: loss",
        "cross entropy, class index: gradient",
        "softmax_vjp, one probability nearly 1",
    ],
)
def test_error_in_longdouble_is_within_what_is_allowed(name):
    found = max(measured(name, "g"), key=lambda m: m.share)
    assert found.share <= 1, str(found)


@pytest.mark.parametrize("axis", [-1, 0])
def test_float16_results_are_rounded_once(axis):
    z = np.random.default_rng(0).normal(size=(20, 10)).astype("f2")
    exact = [reference.row(r) for r in z]
    laid = z if axis else np.ascontiguousarray(z.T)
    for function, right in (
        (softback.softmax, reference.softmax),
        (softback.log_softmax, reference.log_softmax),
    ):
        got = np.moveaxis(function(laid, axis), axis, -1)
        assert error_in_eps(got, pieces([right(r) for r in exact])).max() <= 0.501
    got = softback.logsumexp(laid, axis)
    assert error_in_eps(got, pieces([reference.logsumexp(r) for r in exact])).max() <= 0.501


# Row sums.


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("axis", [None, (0, 1), (0, 2), (1, 2)])
def test_probabilities_along_several_axes_sum_to_one_within_4_eps(axis, dtype):
    z = row_sums.logits(40 * 40).reshape(10, 40, 40)[5].astype(dtype)
    z = np.repeat(z[None], 1, axis=0) if axis is None else np.stack([z] * 3)
    y = softback.softmax(z, axis)
    axes = (0, 1, 2) if axis is None else axis
    rows = np.moveaxis(y, axes, range(-len(axes), 0))
    rows = rows.reshape(-1, math.prod(z.shape[a] for a in axes))
    assert max(abs(math.fsum(row.tolist()) - 1) for row in rows) <= 4 * EPS[dtype]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(50, 2), (33, 3), (11, 9), (10, 10), (2, 50), (6, 8, 2)])
def test_probabilities_of_a_small_array_sum_to_one_along_any_axis(shape, dtype):
    """All but one equal, so that the errors of a sum in sequence all point the same way."""
    for low in (-0.1, -0.2, -0.3, -0.7, -1.3):
        z = np.full(shape, low, dtype)
        z[0] = 0
        for laid, axis in product((z, np.asfortranarray(z)), (None, *range(len(shape)), (0, 1))):
            axes = axis if isinstance(axis, tuple) else range(z.ndim) if axis is None else (axis,)
            rows = np.moveaxis(softback.softmax(laid, axis), axes, range(-len(axes), 0))
            rows = rows.reshape(-1, math.prod(shape[a] for a in axes))
            assert max(abs(math.fsum(row.tolist()) - 1) for row in rows) <= 4 * EPS[dtype]


@pytest.mark.parametrize("classes", [10, 65, 512, 4096])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("axis", [0, 1])
def test_loss_and_log_softmax_of_long_rows_keep_their_digits(classes, dtype, axis):
    """Here the reference is an exact sum (fsum) of exponentials that are right within 1 eps."""
    z = row_sums.logits(classes).astype(dtype)
    wide = -np.sort(np.float64(z).max(axis=1, keepdims=True) - np.float64(z), axis=1)
    total = np.array([math.log1p(math.fsum(np.exp(row[1:]).tolist())) for row in wide])
    laid = z if axis else np.ascontiguousarray(z.T)
    loss = softback.cross_entropy(laid, z.argmax(axis=1), axis, reduction="none")
    allowed = (8 + np.ptp(wide, axis=1)) * EPS[dtype] * total
    assert (np.abs(loss - total) <= allowed).all()
    logy = np.moveaxis(softback.log_softmax(laid, axis), axis, -1)
    assert (np.abs(logy.max(axis=1) + total) <= allowed).all()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("classes", [500, 513, 20000])
def test_softmax_vjp_of_long_rows_is_within_8_eps(classes, dtype):
    """One class at 0 and all others at -0.3, so that exact probabilities cost two divisions."""
    z = np.full((1, classes), -0.3, dtype)
    z[0, 0] = 0
    g = (1e8 + 100 * np.random.default_rng(17).normal(size=z.shape)).astype(dtype)
    other = reference.EXACT.exp(reference.exact(z[0, 1]))
    top, exact = 1 / (1 + (classes - 1) * other), reference.row(g[0])
    mean = top * exact[0] + top * other * reference.EXACT.fsum(exact[1:])
    centred = np.float64([float(x - mean) for x in exact])
    want = centred * np.append(float(top), np.full(classes - 1, float(top * other)))

    def product(z, g, axis):
        return softback.softmax_vjp(softback.softmax(z, axis), g, axis)

    for layout in ("rows", "columns", "middle axis"):
        got = accuracy.lay_out(product, z, g, layout=layout)[0]
        assert np.linalg.norm(got - want) <= 8 * EPS[dtype] * np.linalg.norm(want), layout

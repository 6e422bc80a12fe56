"""What holds for every input: identities of softmax, its Jacobian, its products and its loss."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softback import (
    cross_entropy,
    cross_entropy_and_grad,
    cross_entropy_hessian,
    log_softmax,
    log_softmax_jacobian,
    log_softmax_jvp,
    log_softmax_vjp,
    logsumexp,
    logsumexp_jvp,
    logsumexp_vjp,
    softmax,
    softmax_full_jacobian,
    softmax_jacobian,
    softmax_jvp,
    softmax_vjp,
)
from tests.lib import reference

EPS = np.finfo(float).eps
SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=6)
TEMPERATURES = st.sampled_from([0.1, 0.5, 1.0, 2.5, 20.0])


def numbers(limit, width=64):
    return st.floats(-limit, limit, width=width, allow_subnormal=False)


def logits(shape=SHAPES, limit=40, dtype=np.float64):
    """Draw logits, ties and gaps of all sizes among them."""
    width = np.dtype(dtype).itemsize * 8
    elements = st.one_of(numbers(limit, width), st.integers(-3, 3).map(float))
    return hnp.arrays(dtype, shape, elements=elements)


def eighths(shape, limit=400):
    """Draw multiples of 1/8: their sums and differences are exact."""
    return hnp.arrays(np.float64, shape, elements=st.integers(-limit, limit).map(lambda n: n / 8))


@st.composite
def logits_and_vector(draw, limit=10):
    """Draw logits, a vector of their shape with entries of at most ``limit``, and an axis."""
    z = draw(logits())
    g = draw(hnp.arrays(np.float64, z.shape, elements=numbers(limit)))
    return z, g, draw(st.integers(-z.ndim, z.ndim - 1))


@st.composite
def classified(draw, limit=40):
    """Draw logits of shape (rows, classes) and a class index for each row."""
    z = draw(logits(hnp.array_shapes(min_dims=2, max_dims=2, max_side=5), limit))
    t = draw(hnp.arrays(np.int64, len(z), elements=st.integers(0, z.shape[1] - 1)))
    return z, t


def close(got, want, atol, rtol=0.0):
    np.testing.assert_allclose(got, want, rtol=rtol, atol=atol)


def rows_of(*arrays, axis):
    """Yield the rows along ``axis`` of all arrays together."""
    moved = [np.moveaxis(x, axis, -1).reshape(-1, x.shape[axis]) for x in arrays]
    return zip(*moved, strict=True)


# The functions.


@given(logits(), st.data())
def test_probabilities_lie_in_zero_to_one_and_sum_to_one(z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    y = softmax(z, axis)
    assert (y >= 0).all()
    assert (y <= 1).all()
    close(y.sum(axis=axis), 1, atol=4 * EPS)


@given(eighths(SHAPES), st.integers(-(2**20), 2**20))
def test_shift_invariance(z, shift):
    np.testing.assert_array_equal(softmax(z + shift), softmax(z))
    np.testing.assert_array_equal(log_softmax(z + shift), log_softmax(z))
    close(logsumexp(z + shift), logsumexp(z) + shift, atol=0, rtol=4 * EPS)


@given(logits(), st.randoms(use_true_random=False))
def test_permuted_classes_give_permuted_probabilities(z, random):
    order = random.sample(range(z.shape[-1]), z.shape[-1])
    close(softmax(z[..., order]), softmax(z)[..., order], atol=0, rtol=4 * EPS)
    close(log_softmax(z[..., order]), log_softmax(z)[..., order], atol=0, rtol=16 * EPS)
    close(logsumexp(z[..., order]), logsumexp(z), atol=8 * EPS, rtol=4 * EPS)


@given(logits())
def test_larger_logit_never_has_the_smaller_probability(z):
    for row, y, logy in zip(
        *(x.reshape(-1, z.shape[-1]) for x in (z, softmax(z), log_softmax(z))), strict=True
    ):
        order = np.argsort(row)
        assert (np.diff(y[order]) >= 0).all()
        assert (np.diff(logy[order]) >= 0).all()


@given(logits())
def test_the_three_functions_agree(z):
    y, logy, total = softmax(z), log_softmax(z), logsumexp(z, keepdims=True)
    assert (logy <= 0).all()
    close(np.exp(logy), y, atol=0, rtol=100 * EPS)
    close(z - total, logy, atol=200 * EPS)


@given(logits())
def test_logsumexp_lies_between_the_maximum_and_log_c_above_it(z):
    top, total = z.max(axis=-1), logsumexp(z)
    assert (total >= top).all()
    assert (total <= top + math.log(z.shape[-1]) + 4 * EPS * (1 + np.abs(top))).all()


@given(logits(), TEMPERATURES)
def test_temperature_divides_the_logits(z, temperature):
    close(softmax(z, temperature=temperature), softmax(z / temperature), 1e-300, 2000 * EPS)
    close(log_softmax(z, temperature=temperature), log_softmax(z / temperature), 1e-300, 2000 * EPS)


@given(logits(), st.data())
def test_where_is_a_mask_of_minus_infinity(z, data):
    where = data.draw(hnp.arrays(bool, z.shape))
    assume(where.any(axis=-1).all())
    masked = np.where(where, z, -np.inf)
    np.testing.assert_array_equal(softmax(z, where=where), softmax(masked))
    np.testing.assert_array_equal(log_softmax(z, where=where), log_softmax(masked))


@given(logits_and_vector())
def test_moved_axis_gives_the_moved_result(drawn):
    z, g, axis = drawn
    y, logy = softmax(z, axis), log_softmax(z, axis)
    zm, gm, ym, logym = (np.ascontiguousarray(np.moveaxis(x, axis, -1)) for x in (z, g, y, logy))
    close(np.moveaxis(y, axis, -1), softmax(zm), atol=0, rtol=8 * EPS)
    close(np.moveaxis(logy, axis, -1), log_softmax(zm), atol=0, rtol=16 * EPS)
    close(logsumexp(z, axis), logsumexp(zm), atol=8 * EPS, rtol=4 * EPS)
    for function, at, vector in (
        (softmax_vjp, y, ym),
        (softmax_jvp, y, ym),
        (log_softmax_vjp, logy, logym),
        (log_softmax_jvp, logy, logym),
    ):
        close(np.moveaxis(function(at, g, axis), axis, -1), function(vector, gm), atol=1e-13)
    close(logsumexp_jvp(y, g, axis), logsumexp_jvp(ym, gm), atol=1e-13)
    for function, at, vector in (
        (softmax_jacobian, y, ym),
        (cross_entropy_hessian, y, ym),
        (log_softmax_jacobian, logy, logym),
    ):
        np.testing.assert_array_equal(function(at, axis), function(vector))


@given(logits(dtype=np.float32))
def test_float32_agrees_with_float64_on_the_same_numbers(z):
    d = np.ptp(z, axis=-1, keepdims=True)
    wide, unit = z.astype(np.float64), float(np.finfo(np.float32).eps)
    for function, slack in ((softmax, 4), (log_softmax, 8)):
        error = np.abs(function(z) - function(wide))
        assert (error <= (slack + d) * unit * np.abs(function(wide))).all()
    close(logsumexp(z), logsumexp(wide), atol=8 * unit, rtol=4 * unit)


# Jacobians.


@given(logits(), TEMPERATURES)
def test_rows_of_the_jacobian_sum_to_zero(z, temperature):
    matrix = softmax_jacobian(softmax(z), temperature=temperature)
    close(matrix.sum(axis=-1), 0, atol=4 * EPS / temperature)


@given(logits())
def test_jacobian_is_symmetric_and_so_its_columns_sum_to_zero(z):
    matrix = softmax_jacobian(softmax(z))
    np.testing.assert_array_equal(matrix, matrix.swapaxes(-1, -2))


@given(logits())
def test_jacobian_is_positive_semidefinite_with_eigenvalues_of_at_most_one_half(z):
    values = np.linalg.eigvalsh(softmax_jacobian(softmax(z)))
    assert (values >= -8 * EPS).all()
    assert (values <= 0.5 + 8 * EPS).all()


@given(logits_and_vector())
def test_quadratic_form_of_the_jacobian_is_a_variance(drawn):
    z, v, _ = drawn
    y = softmax(z)
    variance = (y * (v - (y * v).sum(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    close((v * softmax_jvp(y, v)).sum(axis=-1), variance, atol=1e-12)


@given(logits_and_vector())
def test_jacobian_is_the_derivative_of_softmax(drawn):
    z, v, axis = drawn
    y, h = softmax(z, axis), 1e-200
    step = softmax(z + 1j * h * v, axis).imag / h
    close(softmax_jvp(y, v, axis), step, atol=1e-13)
    matrix = softmax_jacobian(y, axis)
    moved = np.einsum("...ij,...j->...i", matrix, np.moveaxis(v, axis, -1))
    close(np.moveaxis(moved, -1, axis), step, atol=1e-13)


@given(logits(hnp.array_shapes(max_dims=3, max_side=4)), st.data(), TEMPERATURES)
def test_full_jacobian_is_made_of_blocks(z, data, temperature):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    y = softmax(z, axis)
    full = softmax_full_jacobian(y, axis, temperature=temperature)
    blocks = softmax_jacobian(y, axis, temperature=temperature)
    assert full.shape == z.shape + z.shape
    axis %= z.ndim
    for a in np.ndindex(z.shape):
        for b in np.ndindex(z.shape):
            row = a[:axis] + a[axis + 1 :]
            same = row == b[:axis] + b[axis + 1 :]
            assert full[a + b] == (blocks[(*row, a[axis], b[axis])] if same else 0)


@given(logits())
def test_jacobian_of_log_softmax_has_rows_that_sum_to_zero(z):
    close(log_softmax_jacobian(log_softmax(z)).sum(axis=-1), 0, atol=8 * EPS)


@given(logits())
def test_hessian_of_the_cross_entropy_is_the_jacobian_of_softmax(z):
    y = softmax(z)
    np.testing.assert_array_equal(cross_entropy_hessian(y), softmax_jacobian(y))


# Products.


@given(logits_and_vector(), TEMPERATURES)
def test_softmax_vjp_is_g_times_the_jacobian(drawn, temperature):
    z, g, axis = drawn
    y = softmax(z, axis)
    got = softmax_vjp(y, g, axis, temperature=temperature)
    for dz, vector, p in rows_of(got, g, y, axis=axis):
        want = vector @ softmax_jacobian(p, temperature=temperature)
        close(dz, want, atol=1e-14 / temperature)


@given(logits_and_vector())
def test_softmax_jvp_is_softmax_vjp(drawn):
    z, v, axis = drawn
    y = softmax(z, axis)
    np.testing.assert_array_equal(softmax_jvp(y, v, axis), softmax_vjp(y, v, axis))


@given(logits(), st.integers(-(2**30), 2**30), st.data())
def test_softmax_vjp_does_not_see_a_shift_of_g(z, shift, data):
    g = data.draw(eighths(z.shape, 80))
    y = softmax(z)
    close(softmax_vjp(y, g + shift), softmax_vjp(y, g), atol=1e-14)


@given(logits_and_vector())
def test_softmax_vjp_sums_to_zero(drawn):
    z, g, axis = drawn
    close(softmax_vjp(softmax(z, axis), g, axis).sum(axis=axis), 0, atol=1e-14)


@given(logits_and_vector(), TEMPERATURES)
def test_log_softmax_vjp_is_g_times_its_jacobian(drawn, temperature):
    z, g, axis = drawn
    logy = log_softmax(z, axis, temperature=temperature)
    got = log_softmax_vjp(logy, g, axis, temperature=temperature)
    for dz, vector, p in rows_of(got, g, logy, axis=axis):
        matrix = log_softmax_jacobian(p, temperature=temperature)
        close(dz, vector @ matrix, atol=1e-13 / temperature)


@given(logits_and_vector(), TEMPERATURES)
def test_log_softmax_jvp_is_the_derivative_of_log_softmax(drawn, temperature):
    z, v, axis = drawn
    step = log_softmax(z + 1e-200j * v, axis, temperature=temperature).imag / 1e-200
    logy = log_softmax(z, axis, temperature=temperature)
    got = log_softmax_jvp(logy, v, axis, temperature=temperature)
    close(got, step, atol=1e-13 / temperature)


@given(logits_and_vector(), st.data())
def test_products_with_a_mask_are_those_of_the_allowed_classes(drawn, data):
    z, g, _ = drawn
    where = data.draw(hnp.arrays(bool, z.shape[-1]))
    logy = log_softmax(z, where=where)
    for function in (log_softmax_vjp, log_softmax_jvp):
        got = function(logy, g, where=where)
        assert (got[..., ~where] == 0).all()
        close(got[..., where], function(logy[..., where], g[..., where]), atol=1e-13)


@given(logits_and_vector())
def test_vjp_and_jvp_of_each_function_are_adjoint(drawn):
    z, v, axis = drawn
    g, y, logy = np.cos(z + v), softmax(z, axis), log_softmax(z, axis)
    for at, vjp, jvp in ((y, softmax_vjp, softmax_jvp), (logy, log_softmax_vjp, log_softmax_jvp)):
        close((vjp(at, g, axis) * v).sum(), (g * jvp(at, v, axis)).sum(), atol=1e-10)
    g = g.sum(axis=axis)
    close((logsumexp_vjp(y, g, axis) * v).sum(), (g * logsumexp_jvp(y, v, axis)).sum(), atol=1e-10)


@given(logits_and_vector())
def test_softmax_is_the_gradient_of_logsumexp(drawn):
    z, v, axis = drawn
    y = softmax(z, axis)
    np.testing.assert_array_equal(logsumexp_vjp(y, np.ones_like(y.sum(axis=axis)), axis), y)
    step = logsumexp(z + 1e-200j * v, axis).imag / 1e-200
    close(logsumexp_jvp(y, v, axis), step, atol=1e-13)
    close(logsumexp_jvp(y, v, axis), (y * v).sum(axis=axis), atol=1e-13)


# Cross entropy.


@given(classified(), st.sampled_from(["mean", "sum", "none"]), st.sampled_from([0.0, 0.1, 1.0]))
def test_cross_entropy_and_grad_returns_the_loss_of_cross_entropy(drawn, reduction, smoothing):
    z, t = drawn
    options = {"reduction": reduction, "label_smoothing": smoothing}
    for targets in (t, np.eye(z.shape[1])[t]):
        loss, dz = cross_entropy_and_grad(z, targets, **options)
        np.testing.assert_array_equal(loss, cross_entropy(z, targets, **options))
        assert dz.shape == z.shape


@given(classified(), st.sampled_from([0.0, 0.1, 1.0]))
def test_reductions_are_consistent(drawn, smoothing):
    z, t = drawn
    losses, dz = cross_entropy_and_grad(z, t, reduction="none", label_smoothing=smoothing)
    for reduction, divisor in (("sum", 1), ("mean", len(z))):
        loss, gradient = cross_entropy_and_grad(
            z, t, reduction=reduction, label_smoothing=smoothing
        )
        close(loss, math.fsum(losses) / divisor, atol=0, rtol=4 * EPS)
        close(gradient, dz / divisor, atol=0, rtol=4 * EPS)


@given(classified())
def test_class_indices_are_one_hot_targets(drawn):
    z, t = drawn
    loss, dz = cross_entropy_and_grad(z, t)
    soft_loss, soft_dz = cross_entropy_and_grad(z, np.eye(z.shape[1])[t])
    close(soft_loss, loss, atol=0, rtol=100 * EPS)
    close(soft_dz, dz, atol=0, rtol=200 * EPS)


@given(classified())
def test_cross_entropy_is_minus_log_softmax_at_the_target(drawn):
    z, t = drawn
    want = -np.take_along_axis(log_softmax(z), t[:, None], 1)[:, 0]
    close(cross_entropy(z, t, reduction="none"), want, atol=0, rtol=100 * EPS)


@given(classified())
def test_gradient_of_each_row_sums_to_zero(drawn):
    close(cross_entropy_and_grad(*drawn)[1].sum(axis=1), 0, atol=4 * EPS)


@given(classified(), st.sampled_from([0.0, 0.3]), st.data())
def test_gradient_agrees_with_complex_steps(drawn, smoothing, data):
    z, t = drawn
    weight = data.draw(hnp.arrays(np.float64, z.shape[1], elements=st.floats(0.25, 4)))
    j = data.draw(st.integers(0, z.size - 1))
    stepped = z.astype(complex)
    stepped.flat[j] += 1e-200j
    for targets in (t, np.eye(z.shape[1])[t] * 0.5 + 0.25):
        options = {"label_smoothing": smoothing, "weight": weight}
        _, dz = cross_entropy_and_grad(z, targets, **options)
        step = cross_entropy(stepped, targets, **options).imag / 1e-200
        close(dz.flat[j], step, atol=1e-13)


@given(logits(st.integers(1, 5), limit=5), st.data())
def test_hessian_agrees_with_central_differences_of_the_gradient(z, data):
    t, h = data.draw(st.integers(0, z.size - 1)), 2.0**-13
    hessian = cross_entropy_hessian(softmax(z))
    for j in range(z.size):
        ahead, behind = z.copy(), z.copy()
        ahead[j] += h
        behind[j] -= h
        slope = cross_entropy_and_grad(ahead, t)[1] - cross_entropy_and_grad(behind, t)[1]
        close(slope / (2 * h), hessian[:, j], atol=1e-8)


def _expected_loss(z, t, weight, smoothing, ignored, reduction):
    """Return what the definition gives, in exact numbers, from the sums as they are written."""
    e, classes = reference.exact(smoothing), z.shape[1]
    weight = reference.row(weight)
    losses, shares = [], []
    for row, k in zip(z, t, strict=True):
        logy = reference.log_softmax(reference.row(row))
        mixed = [(1 - e) * q + e / classes for q in reference.one_hot(k, classes)]
        loss = -reference.EXACT.fsum(w * q * p for w, q, p in zip(weight, mixed, logy, strict=True))
        losses.append(0 if k == ignored else loss)
        shares.append(0 if k == ignored else weight[k])
    total = sum(losses)
    return {"none": losses, "sum": total, "mean": total / sum(shares)}[reduction]


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@given(classified(limit=20), st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.data())
def test_weights_smoothing_and_ignored_rows_follow_the_definition(
    reduction, drawn, smoothing, data
):
    z, t = drawn
    weight = data.draw(hnp.arrays(np.float64, z.shape[1], elements=st.floats(0.25, 4)))
    ignored = data.draw(st.sampled_from([-100, int(t[0])]))
    assume((t != ignored).any())
    options = {"label_smoothing": smoothing, "ignore_index": ignored, "weight": weight}
    got = cross_entropy(z, t, reduction=reduction, **options)
    want = _expected_loss(z, t, weight, smoothing, ignored, reduction)
    close(got, np.float64(want), atol=0, rtol=100 * EPS)

"""Hard inputs of the Jacobians and their products: zeros, infinities, overflow, saturation.

All of it runs for a caller who has NumPy raise at every signal, and with warnings as errors.
"""

import math

import numpy as np
import pytest

from softback import (
    cross_entropy_hessian,
    log_softmax,
    log_softmax_jacobian,
    log_softmax_jvp,
    log_softmax_vjp,
    logsumexp_jvp,
    logsumexp_vjp,
    softmax,
    softmax_full_jacobian,
    softmax_jacobian,
    softmax_jvp,
    softmax_vjp,
)
from tests.lib.expect import assert_right

pytestmark = pytest.mark.usefixtures("strict_caller")

INF, NAN = np.inf, np.nan
PRODUCTS = [softmax_vjp, softmax_jvp]
LOG_PRODUCTS = [log_softmax_vjp, log_softmax_jvp]
MATRICES = [softmax_jacobian, softmax_full_jacobian, cross_entropy_hessian]
LOG_HALF = math.log(0.5)


# Classes of probability 0, and infinite cotangents.


@pytest.mark.parametrize("bad", [INF, -INF])
@pytest.mark.parametrize("product", PRODUCTS)
def test_probability_zero_times_an_infinite_cotangent_is_zero(product, bad):
    got = product([0.0, 0.25, 0.75], [bad, 4.0, 8.0])
    assert_right(got, [0, 0.25 * (4 - 7), 0.75 * (8 - 7)])


@pytest.mark.parametrize("product", PRODUCTS)
def test_probability_zero_times_a_cotangent_of_nan_is_zero(product):
    assert_right(product([0.0, 0.25, 0.75], [NAN, 4.0, 8.0]), [0, -0.75, 0.75])


@pytest.mark.parametrize("product", PRODUCTS)
def test_infinite_cotangent_in_one_row_leaves_the_others_alone(product):
    rng = np.random.default_rng(1)
    y, g = softmax(rng.normal(size=(4, 5))), rng.normal(size=(4, 5))
    want = product(y, g)
    y[0, 2], g[0, 2] = 0.0, INF
    g[1, 1] = NAN
    got = product(y, g)
    assert got[0, 2] == 0
    assert np.isnan(got[1]).all()
    assert_right(got[2:], want[2:], eps=0)


def test_products_along_other_axes_see_the_same_zeros():
    y, g = np.array([[0.0, 0.25, 0.75]]).T, np.array([[INF, 4.0, 8.0]]).T
    assert_right(softmax_vjp(y, g, 0), [[0], [-0.75], [0.75]])
    assert_right(softmax_vjp(y, g, None), [[0], [-0.75], [0.75]])


def test_logsumexp_tangent_infinite_at_a_class_of_probability_zero():
    assert_right(logsumexp_jvp([0.0, 0.25, 0.75], [INF, 4.0, 8.0]), 7.0)


def test_log_softmax_tangent_infinite_at_a_class_of_probability_zero_moves_only_that_class():
    logy = [-INF, math.log(0.25), math.log(0.75)]
    assert_right(log_softmax_jvp(logy, [INF, 4.0, 8.0]), [INF, -3, 1])


def test_one_hot_probabilities_let_nothing_through():
    g = [3.0, -1e308, 1e300]
    assert_right(softmax_vjp([0.0, 1.0, 0.0], g), [0, 0, 0])
    assert_right(softmax_jacobian([0.0, 1.0, 0.0]), np.zeros((3, 3)))
    assert_right(cross_entropy_hessian([0.0, 1.0, 0.0]), np.zeros((3, 3)))


def test_row_of_probabilities_zero_stays_zero():
    """What softmax returns where `where` allows nothing."""
    assert_right(softmax_vjp([0.0, 0.0], [1.0, INF]), [0, 0])
    assert_right(softmax_jvp([0.0, 0.0], [1.0, INF]), [0, 0])
    assert_right(softmax_jacobian([0.0, 0.0]), np.zeros((2, 2)))
    assert_right(logsumexp_vjp([0.0, 0.0], 3.0), [0, 0])


def test_nan_probabilities_give_nan():
    for product in PRODUCTS:
        assert_right(product([NAN, NAN], [1.0, 2.0]), [NAN, NAN])
    for matrix in MATRICES:
        assert_right(matrix([NAN, NAN]), np.full((2, 2), NAN))
    assert_right(logsumexp_vjp([NAN, NAN], 1.0), [NAN, NAN])
    assert_right(logsumexp_jvp([NAN, NAN], [1.0, 2.0]), NAN)


# Cotangents at the ends of the number range.


@pytest.mark.parametrize("product", PRODUCTS)
def test_cotangents_whose_difference_overflows_but_whose_result_does_not(product):
    assert_right(product([0.5, 0.5], [1.7e308, -1.7e308]), [8.5e307, -8.5e307])
    assert_right(product([0.25, 0.75], [-1.7e308, 1.7e308]), [-6.375e307, 6.375e307])
    tiny = 2.0**-60
    got = product([1.0, tiny], [1.7e308, -1.7e308])
    assert_right(got, [tiny * 1.7e308 * 2, -tiny * 1.7e308 * 2])


@pytest.mark.parametrize("product", PRODUCTS)
def test_huge_equal_cotangents_give_zero(product):
    assert_right(product([0.5, 0.5], [1.7e308, 1.7e308]), [0, 0])


@pytest.mark.parametrize("product", PRODUCTS)
def test_huge_float32_cotangents(product):
    y, g = np.array([0.5, 0.5], "f4"), np.array([3e38, -3e38], "f4")
    assert_right(product(y, g), np.float32([1.5e38, -1.5e38]), dtype="f4")


def test_float16_cotangents_whose_sum_overflows_float16():
    y, g = np.full(4, 0.25, "f2"), np.array([6e4, 6e4, -6e4, 6e4], "f2")
    want = np.float16([7500, 7500, -22496, 7500])  # 6e4 is 60000 in float16, the mean 30000
    assert_right(softmax_vjp(y, g), want, dtype="f2", eps=1)


def test_huge_temperature_brings_a_huge_product_back():
    got = softmax_vjp([0.5, 0.5], [1.7e308, -1.7e308], temperature=1e300)
    assert_right(got, [8.5e7, -8.5e7])


def test_log_softmax_cotangents_whose_sum_overflows_but_whose_result_does_not():
    got = log_softmax_vjp([LOG_HALF, LOG_HALF], [1.7e308, 1.7e308])
    assert np.abs(got).max() <= 4 * np.finfo(float).eps * 1.7e308
    got = log_softmax_vjp([LOG_HALF, LOG_HALF], [1.7e308, 1.5e308])
    assert_right(got, [1e307, -1e307], eps=400)  # (1.7 - 1.6), less what cancels


def test_log_softmax_tangents_whose_difference_overflows_to_what_it_is():
    got = log_softmax_jvp([LOG_HALF, LOG_HALF], [1.5e308, -1.5e308])
    assert_right(got, [1.5e308, -1.5e308])


def test_logsumexp_products_at_the_end_of_the_number_range():
    assert_right(logsumexp_vjp([0.25, 0.75], 1.6e308), [4e307, 1.2e308])
    assert_right(logsumexp_jvp([0.25, 0.75], [1.6e308, 1.6e308]), 1.6e308)
    assert_right(logsumexp_jvp([0.5, 0.5], [1.7e308, -1.7e308]), 0)


@pytest.mark.parametrize("product", PRODUCTS)
def test_subnormal_probabilities_and_cotangents(product):
    assert_right(product([5e-324, 1.0], [1.0, 0.0]), [5e-324, -5e-324])
    assert_right(product([0.5, 0.5], [2e-323, 0.0]), [5e-324, -5e-324])


# Constant cotangents: the row sum of a Jacobian is 0.


@pytest.mark.parametrize("classes", [1, 2, 3, 10, 600])
@pytest.mark.parametrize("product", PRODUCTS)
def test_product_with_ones_vanishes_to_the_square_of_eps(product, classes):
    y = softmax(np.random.default_rng(5).normal(size=(20, classes)))
    assert np.abs(product(y, np.ones_like(y))).max() < 1e-30
    assert np.abs(product(y.T, np.ones_like(y.T), 0)).max() < 1e-30


@pytest.mark.parametrize("gap", [10, 20, 36, 40, 100, 700])
def test_saturated_row_keeps_the_digits_of_its_dominant_entry(gap):
    y = softmax([float(gap), 0.0])
    got = softmax_vjp(y, [1.0, 3.0])
    share = math.exp(-gap) / (1 + math.exp(-gap)) ** 2
    assert_right(got, [-2 * share, 2 * share], eps=8 + gap)


@pytest.mark.parametrize("gap", [10, 20, 36, 40, 100, 700])
def test_jacobian_of_a_saturated_row_keeps_the_digits_of_its_diagonal(gap):
    share = math.exp(-gap) / (1 + math.exp(-gap)) ** 2
    want = share * np.array([[1, -1], [-1, 1]])
    for matrix in MATRICES:
        assert_right(matrix(softmax([float(gap), 0.0])), want, eps=8 + gap)


@pytest.mark.parametrize("gap", [10, 40, 700])
def test_log_softmax_jacobian_of_a_saturated_row_keeps_the_digits_of_its_diagonal(gap):
    low, high = math.exp(-gap) / (1 + math.exp(-gap)), 1 / (1 + math.exp(-gap))
    got = log_softmax_jacobian(log_softmax([float(gap), 0.0]))
    assert_right(got, [[low, -low], [-high, high]], eps=8 + gap)


# Masks and temperature.


@pytest.mark.parametrize("product", LOG_PRODUCTS)
def test_masked_classes_take_and_give_nothing(product):
    logy, where = [-INF, LOG_HALF, LOG_HALF], [False, True, True]
    for ignored in (0.0, 5.0, NAN, INF):
        got = product(logy, [ignored, 1.0, 3.0], where=where)
        assert_right(got, [0, -1, 1])


@pytest.mark.parametrize("product", LOG_PRODUCTS)
def test_where_nothing_is_allowed_nothing_flows(product):
    assert_right(product([-INF, -INF], [1.0, NAN], where=False), [0, 0])
    got = product([[-INF, -INF], [LOG_HALF] * 2], [[1.0, NAN], [1.0, 3.0]], where=[[False], [True]])
    assert_right(got, [[0, 0], [-1, 1]])


def test_class_masked_in_the_logits_gets_no_gradient_from_the_others():
    logy = [-INF, LOG_HALF, LOG_HALF]
    assert_right(log_softmax_vjp(logy, [0.0, 1.0, 3.0]), [0, -1, 1])
    assert_right(log_softmax_jvp(logy, [0.0, 1.0, 3.0]), [-2, -1, 1])
    assert_right(log_softmax_jacobian(logy), [[1, -0.5, -0.5], [0, 0.5, -0.5], [0, -0.5, 0.5]])


@pytest.mark.parametrize("function", [*PRODUCTS, *LOG_PRODUCTS])
def test_temperature_divides_every_product(function):
    y = [LOG_HALF] * 2 if function in LOG_PRODUCTS else [0.5, 0.5]
    g = [1.0, 3.0]
    for temperature in (0.25, 3, 1e-300, 1e300):
        want = np.asarray(function(y, g)) / float(temperature)
        assert_right(function(y, g, temperature=temperature), want)
    assert_right(function(y, g, temperature=INF), [0, 0])


@pytest.mark.parametrize("function", [softmax_jacobian, softmax_full_jacobian])
def test_temperature_divides_every_jacobian(function):
    want = np.array([[0.25, -0.25], [-0.25, 0.25]])
    for temperature in (0.25, 4, 1e-300, 1e300):
        assert_right(function([0.5, 0.5], temperature=temperature), want / temperature)
    assert_right(function([0.5, 0.5], temperature=INF), np.zeros((2, 2)))


def test_temperature_beyond_float32_divides_a_float32_product_to_zero_and_infinity():
    y, g = np.array([0.5, 0.5], "f4"), np.array([1, 3], "f4")
    assert_right(softmax_vjp(y, g, temperature=1e300), [0, 0], dtype="f4")
    assert_right(softmax_vjp(y, g, temperature=1e-300), [-INF, INF], dtype="f4")


# Shapes and types.


@pytest.mark.parametrize("axis", [-1, 0, None])
def test_single_number_is_one_class(axis):
    assert_right(softmax_vjp(1.0, 5.0, axis), 0.0)
    assert_right(softmax_jvp(1.0, 5.0, axis), 0.0)
    assert_right(log_softmax_vjp(0.0, 5.0, axis), 0.0)
    assert_right(log_softmax_jvp(0.0, 5.0, axis), 0.0)
    assert_right(logsumexp_vjp(1.0, 5.0, axis), 5.0)
    assert_right(logsumexp_jvp(1.0, 5.0, axis), 5.0)


def test_one_class_has_no_gradient():
    y, g = np.ones((4, 1)), np.array([[1.0], [-1e308], [5e-324], [7.0]])
    for product in PRODUCTS:
        assert_right(product(y, g), np.zeros((4, 1)))
    for product in LOG_PRODUCTS:
        assert_right(product(np.zeros((4, 1)), g), np.zeros((4, 1)))
    assert_right(softmax_jacobian(y), np.zeros((4, 1, 1)))
    assert_right(cross_entropy_hessian(y), np.zeros((4, 1, 1)))
    assert_right(log_softmax_jacobian(np.zeros((4, 1))), np.zeros((4, 1, 1)))


@pytest.mark.parametrize("shape", [(3, 0), (0, 3), (0, 0)])
def test_empty_arrays(shape):
    y = np.zeros(shape, "f4")
    for product in (*PRODUCTS, *LOG_PRODUCTS):
        assert_right(product(y, y), y, dtype="f4")
        assert_right(product(y, y, None), y, dtype="f4")
    for matrix in (softmax_jacobian, cross_entropy_hessian, log_softmax_jacobian):
        assert_right(matrix(y), np.zeros((*shape, shape[1])), dtype="f4")
    assert softmax_full_jacobian(y).shape == (*shape, *shape)
    assert_right(logsumexp_vjp(y, y.sum(axis=1)), y, dtype="f4")
    assert_right(logsumexp_jvp(y, y), np.zeros(shape[0]), dtype="f4")


@pytest.mark.parametrize("function", [*PRODUCTS, *LOG_PRODUCTS])
@pytest.mark.parametrize("axis", [(0, 2), (-1, 0), [2, 0]])
def test_several_axes_are_one_long_axis(function, axis):
    rng = np.random.default_rng(6)
    z, g = rng.normal(size=(2, 3, 4, 5))
    y = (log_softmax if function in LOG_PRODUCTS else softmax)(z, (0, 2))

    def flat(x):
        return x.transpose(1, 0, 2).reshape(4, 15)

    got = flat(function(y, g, axis))
    np.testing.assert_allclose(got, function(flat(y), flat(g)), rtol=0, atol=1e-15)
    np.testing.assert_allclose(
        logsumexp_jvp(y, g, axis), logsumexp_jvp(flat(y), flat(g)), rtol=0, atol=1e-14
    )


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("kinds", [("f4", "f8", "f8"), ("f8", "f4", "f8"), ("f2", "f4", "f4")])
def test_mixed_precisions_give_the_wider_one(product, kinds):
    first, second, wider = kinds
    got = product(np.array([0.25, 0.75], first), np.array([4, 8], second))
    assert_right(got, [-0.75, 0.75], dtype=wider)


def test_integer_cotangents_do_not_wrap_around():
    g = np.array([100, 100, -100], "i1")
    assert_right(softmax_vjp([0.25, 0.5, 0.25], g), [12.5, 25, -37.5], dtype="f8")
    assert_right(log_softmax_vjp([LOG_HALF] * 2, np.array([255, 1], "u1")), [127, -127], eps=8)
    assert_right(logsumexp_jvp([0.25, 0.5, 0.25], g), 50.0, dtype="f8")


def test_one_hot_integer_cotangent_of_float32_probabilities():
    got = softmax_vjp(np.array([0.25, 0.75], "f4"), np.array([0, 1]))
    assert_right(got, [-0.1875, 0.1875])


@pytest.mark.parametrize("function", [*PRODUCTS, *LOG_PRODUCTS, logsumexp_jvp])
@pytest.mark.parametrize("kind", [">f2", ">f4", ">f8", ">c16"])
def test_other_byte_orders(function, kind):
    y, g = np.array([0.25, 0.75], kind), np.array([4, 8], kind)
    native = [np.asarray(x, x.dtype.newbyteorder("=")) for x in (y, g)]
    got = function(y, g)
    assert got.dtype.isnative
    assert_right(got, function(*native), eps=0)


@pytest.mark.parametrize("function", [*PRODUCTS, *LOG_PRODUCTS, logsumexp_jvp])
@pytest.mark.parametrize("axis", [0, 1, None])
@pytest.mark.parametrize("shape", [(5, 7), (700, 6)])
def test_memory_layout_does_not_matter(function, axis, shape):
    rng = np.random.default_rng(7)
    z, g = rng.normal(size=(2, *shape))
    y = (log_softmax if function in LOG_PRODUCTS else softmax)(z, axis)
    want = function(y, g, axis)
    padded = np.zeros((2 * shape[0], 3 * shape[1]))
    padded[::2, ::3] = y
    backwards = g[::-1, ::-1].copy()[::-1, ::-1]
    for a, b in ((np.asfortranarray(y), g), (padded[::2, ::3], backwards)):
        np.testing.assert_allclose(function(a, b, axis), want, rtol=0, atol=1e-13)


@pytest.mark.parametrize("function", [*PRODUCTS, *LOG_PRODUCTS, logsumexp_jvp])
def test_broadcast_inputs_of_stride_zero(function):
    y, g = np.broadcast_to([0.25, 0.75], (900, 2)), np.broadcast_to(3.0, (900, 2))
    np.testing.assert_allclose(function(y, g), function(y.copy(), g.copy()), rtol=0, atol=1e-15)
    np.testing.assert_allclose(
        function(y, g, 0), function(y.copy(), g.copy(), 0), rtol=0, atol=1e-11
    )

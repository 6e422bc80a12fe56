"""Hard inputs of softmax, log_softmax and logsumexp: extremes, masks, temperatures, dtypes, shapes.

All of it runs for a caller who has NumPy raise at every signal, and with warnings as errors.
"""

import math

import mpmath
import numpy as np
import pytest

from softback import cross_entropy, log_softmax, logsumexp, softmax
from tests.lib import reference
from tests.lib.expect import assert_right

pytestmark = pytest.mark.usefixtures("strict_caller")

INF, NAN = np.inf, np.nan
FUNCTIONS = [softmax, log_softmax, logsumexp]
LIKE_Z = [softmax, log_softmax]

# mpmath: [exp(k) / (exp(1) + exp(2) + exp(3)) for k in (1, 2, 3)] and the logarithm of the sum
SHARES = [0.09003057317038046, 0.24472847105479764, 0.6652409557748219]
LOG_SHARES = [-2.40760596444438, -1.4076059644443801, -0.4076059644443804]
TOTAL = 3.4076059644443806


def test_the_strict_caller_is_strict():
    with pytest.raises(FloatingPointError):
        np.float64(1) / np.float64(0)


# Infinities, nan and the ends of the number range.


def test_row_of_minus_infinity_is_nan_and_its_logsumexp_minus_infinity():
    z = np.full(3, -INF)
    assert_right(softmax(z), [NAN] * 3)
    assert_right(log_softmax(z), [NAN] * 3)
    assert_right(logsumexp(z), -INF)


def test_row_with_plus_infinity_is_nan_in_both_and_its_logsumexp_infinite():
    z = [1.0, INF, 2.0]
    assert_right(softmax(z), [NAN] * 3)
    assert_right(log_softmax(z), [NAN] * 3)
    assert_right(logsumexp(z), INF)


def test_row_with_both_infinities_is_nan():
    z = [-INF, INF, 0.0]
    assert_right(softmax(z), [NAN] * 3)
    assert_right(log_softmax(z), [NAN] * 3)
    assert_right(logsumexp(z), INF)


@pytest.mark.parametrize("rows", [3, 3000], ids=["few rows", "many rows"])
@pytest.mark.parametrize("bad", [NAN, INF, -INF], ids=["nan", "inf", "minus inf"])
def test_a_spoilt_row_leaves_the_others_alone(bad, rows):
    z = np.tile([1.0, 2.0, 3.0], (rows, 1))
    z[1] = bad
    for function, want in ((softmax, SHARES), (log_softmax, LOG_SHARES)):
        got = function(z)
        assert np.isnan(got[1]).all()
        assert_right(np.delete(got, 1, axis=0)[[0, -1]], [want, want])
        assert np.isfinite(np.delete(got, 1, axis=0)).all()
    assert_right(logsumexp(z)[[0, 1, -1]], [TOTAL, bad, TOTAL])


@pytest.mark.parametrize("place", range(3))
def test_one_nan_spoils_its_whole_row(place):
    z = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    z[0, place] = NAN
    assert_right(softmax(z), [[NAN] * 3, SHARES])
    assert_right(log_softmax(z), [[NAN] * 3, LOG_SHARES])
    assert_right(logsumexp(z), [NAN, TOTAL])


def test_nan_beside_infinity_is_nan():
    for z in ([NAN, INF, 0.0], [INF, NAN, 0.0], [NAN, -INF, -INF]):
        assert_right(softmax(z), [NAN] * 3)
        assert_right(log_softmax(z), [NAN] * 3)
        assert_right(logsumexp(z), NAN)


def test_logits_at_both_ends_of_the_number_range():
    z = [1e308, -1e308, 0.0]
    assert_right(softmax(z), [1, 0, 0])
    assert_right(log_softmax(z), [0, -INF, -1e308])
    assert_right(logsumexp(z), 1e308)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g"])
def test_largest_and_smallest_number_of_each_precision(dtype):
    kind = np.finfo(dtype)
    z = np.array([kind.max, kind.min], dtype)
    assert_right(softmax(z), [1, 0], dtype=dtype)
    assert_right(log_softmax(z), [0, -INF], dtype=dtype)
    assert logsumexp(z) == kind.max


def test_subnormal_logits_are_a_tie():
    z = [5e-324, 0.0]
    assert_right(softmax(z), [0.5, 0.5])
    assert_right(log_softmax(z), [-np.log(2)] * 2, eps=1)
    assert_right(logsumexp(z), np.log(2), eps=1)


def test_probability_that_underflows_to_the_smallest_subnormal():
    assert softmax([0.0, -745.0])[1] == 5e-324
    assert softmax(np.float32([0, -103]))[1] == np.float32(1e-45)


def test_logsumexp_keeps_a_tiny_remainder():
    assert_right(logsumexp([0.0, -40.0]), 4.248354255291589e-18)  # mpmath: log1p(exp(-40))
    assert_right(logsumexp([0.0, -700.0]), math.exp(-700))


def test_log_softmax_keeps_a_tiny_remainder():
    want = [-4.248354255291589e-18, -40.0]
    assert_right(log_softmax([0.0, -40.0]), want)
    assert_right(log_softmax(np.array([[0.0], [-40.0]]), 0)[:, 0], want)


@pytest.mark.parametrize("shift", [1e4, -1e4, 1e15, -1e300])
def test_huge_common_shift_costs_nothing(shift):
    z = np.array([0.0, 0.0, 0.0])
    assert_right(softmax(z + shift), [1 / 3] * 3, eps=1)
    assert_right(log_softmax(z + shift), [-np.log(3)] * 3, eps=1)


def test_ties_share():
    assert_right(softmax([7.0, 7.0, -INF, 7.0]), [1 / 3, 1 / 3, 0, 1 / 3])
    assert_right(log_softmax([7.0, 7.0, -INF]), [-np.log(2), -np.log(2), -INF])
    assert_right(logsumexp([0.0, 0.0, 0.0, 0.0]), np.log(4))


# Masks: -inf in the logits, and `where`.


def test_minus_infinity_is_a_class_of_probability_zero():
    z = [-INF, 1.0, -INF, 2.0, 3.0]
    assert_right(softmax(z), [0, SHARES[0], 0, SHARES[1], SHARES[2]])
    assert_right(log_softmax(z), [-INF, LOG_SHARES[0], -INF, LOG_SHARES[1], LOG_SHARES[2]])
    assert_right(logsumexp(z), TOTAL)


def test_where_false_is_a_class_of_probability_zero_whatever_its_logit():
    z = [9.0, 1.0, NAN, 2.0, INF, 3.0, -INF]
    where = [False, True, False, True, False, True, False]
    assert_right(softmax(z, where=where), [0, SHARES[0], 0, SHARES[1], 0, SHARES[2], 0])
    want = [-INF, LOG_SHARES[0], -INF, LOG_SHARES[1], -INF, LOG_SHARES[2], -INF]
    assert_right(log_softmax(z, where=where), want)


def test_row_where_nothing_is_allowed_is_zero_and_its_logarithm_minus_infinity():
    z = [[1.0, 2.0, 3.0], [NAN, INF, 3.0]]
    where = [[True] * 3, [False] * 3]
    assert_right(softmax(z, where=where), [SHARES, [0] * 3])
    assert_right(log_softmax(z, where=where), [LOG_SHARES, [-INF] * 3])


def test_row_whose_allowed_logits_are_all_minus_infinity_is_nan_there_and_zero_elsewhere():
    z, where = [-INF, -INF, 1.0], [True, True, False]
    assert_right(softmax(z, where=where), [NAN, NAN, 0])
    assert_right(log_softmax(z, where=where), [NAN, NAN, -INF])


def test_where_broadcasts_to_the_logits():
    z = np.tile([1.0, 2.0, 3.0, 4.0], (2, 1))
    want = [*SHARES, 0.0]
    assert_right(softmax(z, where=[True, True, True, False]), [want, want])
    assert_right(softmax(z, where=[[True], [False]])[1], [0] * 4)
    assert_right(softmax(z, where=True), softmax(z))
    assert_right(softmax(z, where=False), np.zeros((2, 4)))


def test_where_along_another_axis():
    z = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [9.0, 5.0]])
    where = np.array([[True, False], [True, False], [True, False], [False, False]])
    want = [[SHARES[0], 0], [SHARES[1], 0], [SHARES[2], 0], [0, 0]]
    assert_right(softmax(z, 0, where=where), want)


# Temperature.


def test_temperature_near_zero_is_the_argmax():
    assert_right(softmax([1.0, 2.0, 3.0], temperature=1e-308), [0, 0, 1])
    assert_right(log_softmax([1.0, 2.0, 3.0], temperature=1e-308), [-2e308, -1e308, 0])


def test_temperature_near_zero_lets_ties_share():
    assert_right(softmax([3.0, 1.0, 3.0], temperature=1e-308), [0.5, 0, 0.5])
    assert_right(softmax([3.0, 1.0, 3.0], temperature=5e-324), [0.5, 0, 0.5])
    assert_right(log_softmax([3.0, 3.0], temperature=5e-324), [-np.log(2)] * 2, eps=1)


def test_infinite_temperature_is_uniform_over_what_the_mask_leaves():
    assert_right(softmax([1.0, -INF, 3.0], temperature=INF), [0.5, 0, 0.5])
    assert_right(log_softmax([1.0, -INF, 3.0], temperature=INF), [-np.log(2), -INF, -np.log(2)])


def test_infinite_temperature_with_where():
    where = [True, False, True]
    assert_right(softmax([1.0, 2.0, 3.0], temperature=INF, where=where), [0.5, 0, 0.5])


def test_infinite_temperature_spoils_no_more_and_no_less_than_any_other():
    z = [[1.0, NAN], [1.0, INF], [-INF, -INF], [1.0, 3.0]]
    assert_right(softmax(z, temperature=INF), [[NAN] * 2, [NAN] * 2, [NAN] * 2, [0.5] * 2])
    halves = [-np.log(2)] * 2
    assert_right(log_softmax(z, temperature=INF), [[NAN] * 2, [NAN] * 2, [NAN] * 2, halves])


def test_infinite_temperature_of_complex_logits():
    z = np.array([1.0, -INF, 3.0], complex)
    assert_right(softmax(z, temperature=INF), [0.5, 0, 0.5], dtype=complex)


def test_huge_logits_over_a_huge_temperature_are_divided_before_they_overflow():
    z = reference.row([1, -1])
    want, logs = reference.softmax(z), reference.log_softmax(z)
    assert_right(softmax([1e308, -1e308], temperature=1e308), np.float64(want))
    assert_right(log_softmax([1e308, -1e308], temperature=1e308), np.float64(logs))


def test_huge_float32_logits_over_a_temperature_beyond_float32():
    z = np.array([3e38, -3e38], "f4")
    assert_right(softmax(z, temperature=1e300), [0.5, 0.5], dtype="f4")
    want = reference.softmax(reference.row(z), reference.exact(1e39))
    assert_right(softmax(z, temperature=1e39), np.float64(want), dtype="f4")


def test_temperature_below_the_range_of_the_logits_precision():
    z = np.array([3, 1, 3], "f4")
    assert_right(softmax(z, temperature=1e-300), [0.5, 0, 0.5], dtype="f4")
    assert_right(softmax(z.astype("f2"), temperature=1e-300), [0.5, 0, 0.5], dtype="f2")


def test_temperature_divides_the_logits():
    assert_right(softmax([0.5, 1.0, 1.5], temperature=0.5), SHARES)
    assert_right(log_softmax([4.0, 8.0, 12.0], temperature=4), LOG_SHARES)
    assert_right(softmax([2.5, 5.0, 7.5], temperature=2.5), SHARES)


@pytest.mark.parametrize("kind", [int, np.float32, np.float64, np.int64, np.longdouble])
def test_temperature_of_any_real_type(kind):
    assert_right(softmax([2.0, 4.0, 6.0], temperature=kind(2)), SHARES)


# Data types.


@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"])
def test_integers_become_float64_and_do_not_wrap_around(kind):
    z = np.array([1, 2, 3], kind)
    assert_right(softmax(z), SHARES, dtype="f8")
    assert_right(log_softmax(z), LOG_SHARES, dtype="f8")
    assert_right(logsumexp(z), TOTAL, dtype="f8")


@pytest.mark.parametrize("kind", ["i1", "i2", "i4", "i8", "u8"])
def test_extreme_integers(kind):
    ends = np.iinfo(kind)
    z = np.array([ends.min, ends.max], kind)
    span = float(int(ends.max) - int(ends.min))
    assert_right(softmax(z), [math.exp(-span), 1])
    assert_right(log_softmax(z), [-span, -math.exp(-span)])
    assert_right(logsumexp(z), float(ends.max))


def test_booleans_count_as_zero_and_one():
    low, high = (1 / (1 + math.exp(k)) for k in (1, -1))
    assert_right(softmax([True, False]), [high, low], dtype="f8")
    assert_right(logsumexp([True, False]), 1.3132616875182228)  # mpmath: log(1 + e)


def test_seventy_thousand_equal_float16_logits_are_summed_in_float32():
    z = np.zeros(70000, "f2")
    assert_right(softmax(z), np.full(70000, np.float16(1 / 70000)), dtype="f2", eps=0)
    assert_right(logsumexp(z), np.float16(math.log(70000)), dtype="f2", eps=0)
    assert (log_softmax(z) == np.float16(-math.log(70000))).all()


def test_float16_logits_far_apart():
    z = np.array([65504, -65504, 0], "f2")
    assert_right(softmax(z), [1, 0, 0], dtype="f2")
    assert_right(log_softmax(z), [0, -INF, -65504], dtype="f2")
    assert_right(logsumexp(z), 65504, dtype="f2")


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("kind", [">f2", ">f4", ">f8", "<f8", ">c16", ">i4"])
def test_other_byte_orders(function, kind):
    z = np.array([1, 2, 3], kind)
    native = np.asarray(z, z.dtype.newbyteorder("="))
    got = function(z)
    assert got.dtype.isnative
    assert_right(got, function(native), eps=0)


def test_longdouble_in_longdouble_out():
    got = softmax(np.array([1, 2, 3], "g"))
    assert_right(got, SHARES, dtype="g", eps=float(4 * 2.3e-16 / np.finfo("g").eps))
    assert abs(got.sum() - 1) <= 4 * np.finfo("g").eps


def test_bfloat16_is_refused():
    dtype = pytest.importorskip("ml_dtypes", reason="ml_dtypes, which has bfloat16").bfloat16
    for function in FUNCTIONS:
        with pytest.raises(TypeError, match="z holds bfloat16"):
            function(np.zeros(3, dtype))


# Complex steps: the imaginary part divided by a tiny step is the derivative.

STEP = 1e-200


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    "z",
    [[1.0, 2.0, 3.0], [2.0, 2.0, 1.0], [2.0, 2.0, 2.0], [0.0, 0.0, -800.0], [1e4, 1e4, 9.9e3]],
    ids=["distinct", "two tops", "three tops", "underflow", "far from zero"],
)
@pytest.mark.parametrize("j", range(3))
def test_complex_step_gives_the_derivative_also_at_ties(z, axis, j):
    shares = softmax(z)
    stepped = np.array(z, complex)
    stepped[j] += STEP * 1j
    stepped = stepped[None] if axis else stepped[:, None]
    delta = np.eye(3)[j]
    first = softmax(stepped, axis).imag.ravel() / STEP
    second = log_softmax(stepped, axis).imag.ravel() / STEP
    third = logsumexp(stepped, axis).imag.item() / STEP
    np.testing.assert_allclose(first, shares * (delta - shares[j]), rtol=0, atol=1e-15)
    np.testing.assert_allclose(second, delta - shares[j], rtol=0, atol=1e-15)
    np.testing.assert_allclose(third, shares[j], rtol=0, atol=1e-15)


@pytest.mark.parametrize("dtype", ["c8", "c16", "G"])
def test_complex_in_complex_out(dtype):
    z = np.array([1, 2, 3], dtype)
    assert_right(softmax(z).real, SHARES, eps=4e8 if dtype == "G" else 4)
    assert softmax(z).dtype == log_softmax(z).dtype == logsumexp(z).dtype == dtype


CANCELLING = [[0, 0, -2.5j], [0, 0, 3j, -3j], [1, 1, 1 + 2j, 1 + 3j], [2, 2 + 3j, 2 + 3j, 1j]]


@pytest.mark.parametrize("shape", [(), (3,), (3000,)], ids=str)
@pytest.mark.parametrize("z", CANCELLING, ids=str)
def test_complex_terms_that_cancel(z, shape):
    """Several terms are as large as the largest, and yet the sum is close to 1."""
    z = np.array(z, complex)
    total = np.exp(z - z[0].real).sum()
    want = z[0].real + np.log(total)
    laid = np.broadcast_to(z, (*shape, z.size))
    for axis, turned in ((-1, laid), (0, np.moveaxis(laid, -1, 0))):
        np.testing.assert_allclose(logsumexp(turned, axis), np.full(shape, want), rtol=1e-14)
        logy = np.moveaxis(log_softmax(turned, axis), axis, -1)
        np.testing.assert_allclose(logy, np.broadcast_to(z - want, laid.shape), rtol=1e-14)
        np.testing.assert_allclose(np.exp(logy).sum(axis=-1), np.ones(shape), rtol=1e-14)
    t = np.zeros(shape, int)
    np.testing.assert_allclose(cross_entropy(laid, t), want - z[0], rtol=1e-13)


def test_truly_complex_logits():
    z = np.array([1 + 2j, 0.5 - 1j, -3 + 0.1j])
    e = [mpmath.exp(mpmath.mpc(x)) for x in z]
    np.testing.assert_allclose(softmax(z), [complex(x / sum(e)) for x in e], rtol=1e-15)
    got = np.exp(log_softmax(z))
    np.testing.assert_allclose(got, [complex(x / sum(e)) for x in e], rtol=1e-14)
    np.testing.assert_allclose(np.exp(logsumexp(z)), complex(sum(e)), rtol=1e-14)


# Shapes and axes.


@pytest.mark.parametrize("axis", [-1, 0, None])
def test_single_number_is_one_class(axis):
    assert_right(softmax(np.float32(5), axis), 1.0, dtype="f4")
    assert_right(log_softmax(np.float32(5), axis), 0.0, dtype="f4")
    assert_right(logsumexp(np.float32(5), axis), 5.0, dtype="f4")


@pytest.mark.parametrize("z", [NAN, INF, -INF])
def test_single_number_that_is_not_finite(z):
    assert_right(softmax(z), NAN)
    assert_right(log_softmax(z), NAN)
    assert_right(logsumexp(z), z)


def test_single_number_that_where_does_not_allow():
    assert_right(softmax(3.0, where=False), 0.0)
    assert_right(log_softmax(3.0, where=np.array(False)), -INF)


def test_one_class_has_probability_one_whatever_its_logit():
    z = np.array([[-1e308], [0.0], [1e308], [5e-324]])
    assert_right(softmax(z), np.ones((4, 1)))
    assert_right(log_softmax(z), np.zeros((4, 1)))
    assert_right(logsumexp(z), z[:, 0])


def test_empty_axis():
    z = np.zeros((3, 0))
    assert_right(softmax(z), np.zeros((3, 0)))
    assert_right(log_softmax(z), np.zeros((3, 0)))
    assert_right(logsumexp(z), [-INF] * 3)
    assert_right(logsumexp(z, keepdims=True), [[-INF]] * 3)


def test_empty_batch():
    z = np.zeros((0, 3), "f4")
    assert_right(softmax(z), z, dtype="f4")
    assert_right(log_softmax(z), z, dtype="f4")
    assert_right(logsumexp(z), np.zeros(0), dtype="f4")
    assert_right(logsumexp(z, 0), [-INF] * 3, dtype="f4")


def test_empty_array_along_all_axes():
    z = np.zeros((0, 3))
    assert softmax(z, None).shape == log_softmax(z, None).shape == (0, 3)
    assert_right(logsumexp(z, None), -INF)


def test_empty_array_with_where():
    assert softmax(np.zeros((3, 0)), where=np.ones((3, 0), bool)).shape == (3, 0)


@pytest.mark.parametrize("axis", [(0, 2), (2, 0), (-1, 0), [0, 2]])
def test_several_axes_are_one_long_axis(axis):
    z = np.random.default_rng(1).normal(size=(3, 4, 5))
    flat = z.transpose(1, 0, 2).reshape(4, 15)
    for function in LIKE_Z:
        want = function(flat).reshape(4, 3, 5).transpose(1, 0, 2)
        assert_right(function(z, axis), want)
    assert_right(logsumexp(z, axis), logsumexp(flat))
    assert logsumexp(z, axis, keepdims=True).shape == (1, 4, 1)


def test_axis_none_takes_all_numbers():
    z = np.random.default_rng(1).normal(size=(3, 4, 5))
    for function in LIKE_Z:
        assert_right(function(z, None), function(z.ravel()).reshape(3, 4, 5))
    assert_right(logsumexp(z, None), logsumexp(z.ravel()))
    assert logsumexp(z, None, keepdims=True).shape == (1, 1, 1)


def test_no_axis_at_all_makes_each_number_a_class_of_its_own():
    z = np.array([[1.0, -5.0], [1e308, 0.0]])
    assert_right(softmax(z, ()), np.ones((2, 2)))
    assert_right(log_softmax(z, ()), np.zeros((2, 2)))
    assert_right(logsumexp(z, ()), z)


def test_numpy_integer_as_axis():
    z = np.random.default_rng(1).normal(size=(3, 4))
    for function in FUNCTIONS:
        assert_right(function(z, np.int64(0)), function(z, 0), eps=0)


def test_array_likes():
    assert_right(softmax((1, 2, 3)), SHARES)
    assert_right(softmax([np.float32(1), 2.0, True]), softmax([1.0, 2.0, 1.0]))
    assert_right(softmax(range(1, 4)), SHARES)


# Memory layouts.


def _layouts(z):
    padded = np.zeros((2 * z.shape[0], 3 * z.shape[1]), z.dtype)
    padded[::2, ::3] = z
    read_only = z.copy()
    read_only.flags.writeable = False
    return {
        "fortran order": np.asfortranarray(z),
        "every other row, every third column": padded[::2, ::3],
        "negative strides": z[::-1, ::-1].copy()[::-1, ::-1],
        "read-only": read_only,
        "unaligned": np.frombuffer(b"x" + z.tobytes(), z.dtype, offset=1).reshape(z.shape),
    }


@pytest.mark.parametrize("shape", [(5, 7), (700, 7), (3, 900)])
@pytest.mark.parametrize("axis", [0, 1, None])
@pytest.mark.parametrize("name", _layouts(np.zeros((1, 1))))
def test_memory_layout_does_not_matter(name, axis, shape):
    z = np.random.default_rng(2).normal(size=shape)
    unit = np.finfo(float).eps
    for function in FUNCTIONS:  # a log-sum-exp near 0 is a difference of numbers as large as z
        got, want = function(_layouts(z)[name], axis), function(z, axis)
        np.testing.assert_allclose(got, want, rtol=16 * unit, atol=4 * unit * abs(z).max())


@pytest.mark.parametrize("axis", [0, 1, None])
def test_broadcast_input_of_stride_zero(axis):
    z = np.broadcast_to(np.array([1.0, 2.0, 3.0]), (1500, 3))
    for function in FUNCTIONS:
        assert_right(function(z, axis), function(z.copy(), axis))


@pytest.mark.parametrize("axis", [0, 1, 2, (0, 1), (0, 2), None])
def test_logsumexp_of_an_array_that_is_worked_through_in_blocks(axis):
    z = np.random.default_rng(16).normal(size=(3, 70000, 2))
    want = np.log(np.exp(z).sum(axis=axis))  # safe for logits this small
    np.testing.assert_allclose(logsumexp(z, axis), want, rtol=1e-13, atol=1e-13)

"""Hard inputs of the cross entropy: sure predictions, masks, ignored rows, odd targets, no rows.

All of it runs for a caller who has NumPy raise at every signal, and with warnings as errors.
"""

import math
from fractions import Fraction

import numpy as np
import pytest

from softback import cross_entropy, cross_entropy_and_grad
from tests.lib import reference
from tests.lib.expect import assert_right

pytestmark = pytest.mark.usefixtures("strict_caller")

INF, NAN = np.inf, np.nan

# mpmath: [exp(k) / (exp(1) + exp(2) + exp(3)) for k in (1, 2, 3)] and minus their logarithms
SHARES = np.array([0.09003057317038046, 0.24472847105479764, 0.6652409557748219])
LOSSES = np.array([2.40760596444438, 1.4076059644443801, 0.4076059644443804])


def both(z, t, *args, **kwargs):
    """Return loss and gradient, having seen that the loss alone is the same."""
    loss, dz = cross_entropy_and_grad(z, t, *args, **kwargs)
    assert_right(cross_entropy(z, t, *args, **kwargs), loss, eps=0)
    return loss, dz


def expected(z, t):
    """Return loss and gradient of one row of finite logits in 400 digits, rounded once."""
    loss, dz = reference.cross_entropy(reference.row(z), reference.row(t))
    return float(loss), np.float64(dz)


# Sure predictions.


@pytest.mark.parametrize("gap", [20, 36, 40, 50, 100, 700])
def test_loss_and_gradient_of_a_sure_prediction_keep_their_digits(gap):
    z = [float(gap), 0.0, 0.0]
    want = expected(z, [1, 0, 0])
    for loss, dz in (both(z, 0), both(z, [1, 0, 0])):
        assert_right(loss, want[0], eps=8 + gap)
        assert_right(dz, want[1], eps=8 + gap)


def test_gap_of_eighty_in_float32():
    loss, dz = both(np.array([80, 0], "f4"), 0)
    assert_right(loss, math.exp(-80), eps=88, dtype="f4")
    assert_right(dz, [-math.exp(-80), math.exp(-80)], eps=88, dtype="f4")


def test_sure_and_wrong_prediction_costs_the_gap():
    loss, dz = both([1e308, 0.0], 1)
    assert_right(loss, 1e308)
    assert_right(dz, [1, -1])


def test_logits_at_both_ends_of_the_number_range():
    assert_right(both([1e308, -1e308, 0.0], 0)[0], 0)
    loss, dz = both([1e308, -1e308, 0.0], 1)
    assert_right(loss, INF)
    assert_right(dz, [1, -1, 0])


def test_ties():
    loss, dz = both([3.0, 3.0, 3.0, 3.0], 2)
    assert_right(loss, math.log(4), eps=1)
    assert_right(dz, [0.25, 0.25, -0.75, 0.25], eps=1)


# Infinities and nan in the logits.


def test_masked_target_costs_infinity_and_the_gradient_is_y_minus_t():
    for t in (0, [1.0, 0.0, 0.0, 0.0]):
        loss, dz = both([-INF, 1.0, 2.0, 3.0], t)
        assert_right(loss, INF)
        assert_right(dz, [-1, *SHARES])


@pytest.mark.parametrize("t", [1, [0.0, 1.0, 0.0, 0.0]], ids=["class", "soft"])
def test_masked_class_that_is_not_the_target_adds_nothing(t):
    loss, dz = both([-INF, 1.0, 2.0, 3.0], t)
    assert_right(loss, LOSSES[0])
    assert_right(dz, [0, SHARES[0] - 1, SHARES[1], SHARES[2]])


@pytest.mark.parametrize("row", [[NAN, 1.0, 2.0], [INF, 1.0, 2.0], [-INF] * 3])
@pytest.mark.parametrize("t", [[0, 2], [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]], ids=["class", "soft"])
def test_spoilt_row_is_nan_and_leaves_the_other_alone(row, t):
    loss, dz = both([row, [1.0, 2.0, 3.0]], t, reduction="none")
    assert_right(loss, [NAN, LOSSES[2]])
    assert_right(dz, [[NAN] * 3, [SHARES[0], SHARES[1], SHARES[2] - 1]])


# Label smoothing.


def test_label_smoothing_with_a_masked_class_costs_infinity_with_a_finite_gradient():
    for t in (1, [0.0, 1.0, 0.0, 0.0]):
        loss, dz = both([-INF, 1.0, 2.0, 3.0], t, label_smoothing=0.1)
        assert_right(loss, INF)
        assert_right(dz, [-0.025, SHARES[0] - 0.925, SHARES[1] - 0.025, SHARES[2] - 0.025])


def test_label_smoothing_mixes_the_target_with_the_uniform_distribution():
    want = 0.7 * LOSSES[2] + 0.1 * LOSSES.sum()
    for t in (2, [0, 0, 1]):
        loss, dz = both([1.0, 2.0, 3.0], t, label_smoothing=0.3)
        assert_right(loss, want)
        assert_right(dz, SHARES - [0.1, 0.1, 0.8], eps=8)


def test_label_smoothing_of_one_forgets_the_target():
    for t in (0, 2):
        loss, dz = both([1.0, 2.0, 3.0], t, label_smoothing=1)
        assert_right(loss, LOSSES.mean())
        assert_right(dz, SHARES - 1 / 3, eps=8)


def test_label_smoothing_adds_the_same_to_every_class_whatever_the_targets_sum_to():
    mixed = np.array([0.9 * 2 + 0.1 / 3, 0.1 / 3, 0.1 / 3])  # (1 - e) t + e / C
    loss, dz = both([1.0, 2.0, 3.0], [2.0, 0.0, 0.0], label_smoothing=0.1)
    assert_right(loss, LOSSES @ mixed)
    assert_right(dz, SHARES * 1.9 - mixed, eps=16)


# Ignored rows.


@pytest.mark.parametrize("smoothing", [0.0, 0.25])
def test_all_rows_ignored_gives_mean_nan_and_gradient_zero(smoothing):
    loss, dz = both(np.ones((2, 3)), [-100, -100], label_smoothing=smoothing)
    assert_right(loss, NAN)
    assert_right(dz, np.zeros((2, 3)))


def test_all_rows_ignored_gives_sum_zero():
    loss, dz = both(np.ones((2, 3)), [-100, -100], reduction="sum")
    assert_right(loss, 0.0)
    assert_right(dz, np.zeros((2, 3)))


@pytest.mark.parametrize("smoothing", [0.0, 0.25])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("bad", [[NAN] * 3, [INF, 0.0, 0.0], [-INF] * 3])
def test_ignored_row_may_hold_anything(bad, reduction, smoothing):
    good = both([[1.0, 2.0, 3.0]], [0], reduction=reduction, label_smoothing=smoothing)
    z, t = [bad, [1.0, 2.0, 3.0]], [-100, 0]
    loss, dz = both(z, t, reduction=reduction, label_smoothing=smoothing)
    assert_right(loss, [0, *good[0]] if reduction == "none" else good[0])
    assert_right(dz, [[0] * 3, *good[1]])


def test_ignored_rows_do_not_count_in_the_mean():
    loss, dz = both(np.tile([1.0, 2.0, 3.0], (4, 1)), [0, -100, 2, -100])
    assert_right(loss, (LOSSES[0] + LOSSES[2]) / 2)
    assert_right(dz[0], (SHARES - [1, 0, 0]) / 2)
    assert_right(dz[2], (SHARES - [0, 0, 1]) / 2)
    assert_right(dz[[1, 3]], np.zeros((2, 3)))


def test_ignore_index_may_be_a_class():
    loss, dz = both(np.tile([1.0, 2.0, 3.0], (2, 1)), [0, 1], ignore_index=1)
    assert_right(loss, LOSSES[0])
    assert_right(dz, [SHARES - [1, 0, 0], [0] * 3])


def test_ignore_index_minus_one_is_no_error_and_not_the_last_class():
    loss, dz = both(np.tile([1.0, 2.0, 3.0], (2, 1)), [0, -1], ignore_index=-1)
    assert_right(loss, LOSSES[0])
    assert_right(dz[1], [0] * 3)


@pytest.mark.parametrize("kind", ["u1", "i1", "u8"])
def test_ignore_index_that_the_type_of_t_cannot_hold_ignores_nothing(kind):
    loss, _ = both(np.tile([1.0, 2.0, 3.0], (2, 1)), np.array([0, 2], kind), ignore_index=-1000)
    assert_right(loss, (LOSSES[0] + LOSSES[2]) / 2)


def test_ignore_index_does_not_concern_soft_targets():
    loss, _ = both([[1.0, 2.0, 3.0]], [[-100.0, 0.0, 0.0]])
    assert_right(loss, -100 * LOSSES[0])


def test_one_ignored_number_of_a_single_row():
    loss, dz = both([NAN, 1.0], -100, reduction="sum")
    assert_right(loss, 0.0)
    assert_right(dz, [0, 0])


# Class indices.


@pytest.mark.parametrize("wrong", [3, -1, 7, -2, 2**40])
def test_class_out_of_range_is_refused_minus_one_included(wrong):
    message = rf"class {wrong} in t\[1\] is out of range for 3 classes \(0 to 2\)"
    for function in (cross_entropy, cross_entropy_and_grad):
        with pytest.raises(IndexError, match=message):
            function(np.zeros((2, 3)), [0, wrong])


def test_class_out_of_range_names_its_place_in_two_dimensions():
    t = np.zeros((2, 4), int)
    t[1, 3] = 5
    with pytest.raises(IndexError, match=r"class 5 in t\[1, 3\] is out of range for 3 classes"):
        cross_entropy(np.zeros((2, 3, 4)), t, 1)


def test_class_out_of_range_of_a_single_row():
    with pytest.raises(IndexError, match=r"class -1 in t is out of range for 3 classes"):
        cross_entropy([1.0, 2.0, 3.0], -1)


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "i4", "u4", "i8", "u8", ">i4"])
def test_class_indices_of_any_integer_type(kind):
    loss, dz = both(np.tile([1.0, 2.0, 3.0], (2, 1)), np.array([0, 2], kind))
    assert_right(loss, (LOSSES[0] + LOSSES[2]) / 2)
    assert_right(dz[1], (SHARES - [0, 0, 1]) / 2)


@pytest.mark.parametrize("t", [[0.0, 1.0], [True, False], ["a", "b"], [None, 1], [0j, 1]])
def test_class_indices_that_are_no_integers_are_refused(t):
    with pytest.raises(TypeError, match="class indices must be integers"):
        cross_entropy(np.zeros((2, 3)), t)


# Soft targets.


def test_soft_targets_summing_to_two():
    loss, dz = both([1.0, 2.0, 3.0], [1.0, 0.5, 0.5])
    assert_right(loss, LOSSES @ [1.0, 0.5, 0.5])
    assert_right(dz, 2 * SHARES - [1.0, 0.5, 0.5], eps=8)


def test_soft_targets_of_zero_give_loss_and_gradient_zero():
    loss, dz = both([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])
    assert_right(loss, 0)
    assert_right(dz, [0, 0, 0])


def test_negative_soft_targets_are_taken_as_they_are():
    loss, dz = both([1.0, 2.0, 3.0], [-1.0, 0.0, 2.0])
    assert_right(loss, 2 * LOSSES[2] - LOSSES[0])
    assert_right(dz, SHARES - [-1, 0, 2])


@pytest.mark.parametrize("kind", [bool, "u1", "i8", "f2", "f4", "f8", ">f8"])
def test_soft_targets_of_any_real_type(kind):
    loss, dz = both(np.array([[1, 2, 3]], "f4"), np.array([[0, 1, 0]], kind))
    assert_right(loss, LOSSES[1], dtype="f4")
    assert_right(dz, [SHARES - [0, 1, 0]], dtype="f4")


def test_masked_arrays_as_targets_are_refused():
    for t in (np.ma.masked_array([0], mask=[True]), np.ma.masked_array([[0.0, 1.0]])):
        with pytest.raises(TypeError, match="t is a masked array"):
            cross_entropy([[1.0, 2.0]], t)


@pytest.mark.parametrize("shape", [(3,), (1,), (2, 2), (3, 2), (2, 3, 1), (1, 3), (), (2, 1)])
def test_targets_of_any_other_shape_are_refused_with_both_shapes(shape):
    t = np.zeros(shape, int)
    for function in (cross_entropy, cross_entropy_and_grad):
        with pytest.raises(ValueError, match="t has shape") as caught:
            function(np.zeros((2, 3)), t)
        message = str(caught.value)
        assert str(shape) in message
        assert "(2,)" in message
        assert "(2, 3)" in message


# Weights.

# (rows as exact fractions, so that the expected mean owes nothing to floating point)
WEIGHT = [Fraction(1, 2), Fraction(2), Fraction(4)]


def test_weighted_mean_divides_by_the_weights_of_the_targets():
    z, t, weight = np.tile([1.0, 2.0, 3.0], (3, 1)), [0, 2, 2], np.float64(WEIGHT)
    loss, dz = both(z, t, weight=weight)
    total = float(sum(WEIGHT[k] for k in t))
    assert_right(loss, (0.5 * LOSSES[0] + 8 * LOSSES[2]) / total)
    assert_right(dz[0], 0.5 * (SHARES - [1, 0, 0]) / total)
    assert_right(dz[1], 4 * (SHARES - [0, 0, 1]) / total)


def test_weights_without_a_mean():
    z, weight = np.tile([1.0, 2.0, 3.0], (2, 1)), np.float64(WEIGHT)
    assert_right(both(z, [0, 1], weight=weight, reduction="sum")[0], LOSSES[:2] @ [0.5, 2])
    loss, dz = both(z, [0, 1], weight=weight, reduction="none")
    assert_right(loss, LOSSES[:2] * [0.5, 2])
    assert_right(dz[1], 2 * (SHARES - [0, 1, 0]))


def test_weights_of_ignored_rows_do_not_count():
    z = np.tile([1.0, 2.0, 3.0], (2, 1))
    assert_right(both(z, [0, -100], weight=[5.0, 1.0, 1.0])[0], LOSSES[0])


def test_weight_of_zero_drops_a_class_even_where_it_is_masked():
    z = [[-INF, 1.0, 2.0, 3.0], [-INF, 1.0, 2.0, 3.0]]
    loss, dz = both(z, [0, 1], weight=[0.0, 1.0, 1.0, 1.0], reduction="none")
    assert_right(loss, [0, LOSSES[0]])
    assert_right(dz[0], [0, 0, 0, 0])


def test_weights_of_zero_alone_give_mean_nan():
    assert_right(both([[1.0, 2.0]], [0], weight=[0.0, 1.0])[0], NAN)


def test_weighted_soft_targets_divide_by_the_number_of_rows():
    z = np.tile([1.0, 2.0, 3.0], (2, 1))
    t = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    weighted = t * np.float64(WEIGHT)
    loss, dz = both(z, t, weight=np.float64(WEIGHT))
    assert_right(loss, (weighted @ LOSSES).sum() / 2)
    assert_right(dz, (SHARES * weighted.sum(axis=1, keepdims=True) - weighted) / 2, eps=8)


def test_weights_with_label_smoothing_weigh_each_class():
    z, weight = np.tile([1.0, 2.0, 3.0], (2, 1)), np.float64(WEIGHT)
    loss, _ = both(z, [0, 1], weight=weight, label_smoothing=0.3)
    mixed = [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]] * weight
    assert_right(loss, (mixed @ LOSSES).sum() / 2.5, eps=8)


@pytest.mark.parametrize("weight", [[1.0, 2.0], 1.0, [[1.0, 2.0, 3.0]], [1.0] * 4])
def test_weights_of_the_wrong_shape_are_refused(weight):
    with pytest.raises(ValueError, match=r"weight has shape .*it must have shape \(3,\)"):
        cross_entropy(np.zeros((2, 3)), [0, 1], weight=weight)


# No rows, one row, no classes, other axes and types.


@pytest.mark.parametrize(
    "t", [np.zeros(0, int), [], np.zeros((0, 3))], ids=["class", "list", "soft"]
)
def test_no_rows_give_mean_nan_and_sum_zero(t):
    z = np.zeros((0, 3), "f4")
    for reduction, want in (("mean", NAN), ("sum", 0), ("none", [])):
        loss, dz = both(z, t, reduction=reduction)
        assert_right(loss, want, dtype="f4")
        assert_right(dz, z, dtype="f4")


def test_no_rows_with_weights_and_smoothing():
    loss, dz = both(np.zeros((0, 3)), np.zeros(0, int), weight=[1, 2, 3], label_smoothing=0.1)
    assert_right(loss, NAN)
    assert dz.shape == (0, 3)


@pytest.mark.parametrize("t", [np.zeros((3, 0)), np.zeros(3, int)], ids=["soft", "class"])
def test_no_classes_are_refused(t):
    for function in (cross_entropy, cross_entropy_and_grad):
        with pytest.raises(ValueError, match=r"z has shape \(3, 0\); .*at least one class"):
            function(np.zeros((3, 0)), t)


def test_one_dimensional_logits_with_a_single_class_index():
    for t in (2, np.int32(2), np.array(2)):
        loss, dz = both([1.0, 2.0, 3.0], t)
        assert_right(loss, LOSSES[2])
        assert_right(dz, SHARES - [0, 0, 1])
        assert np.ndim(both([1.0, 2.0, 3.0], t, reduction="none")[0]) == 0


def test_one_class_costs_nothing():
    loss, dz = both([[5.0], [-1e308]], [0, 0], reduction="none")
    assert_right(loss, [0, 0])
    assert_right(dz, [[0], [0]])


@pytest.mark.parametrize("kind", ["i1", "u1", "i8", "u8", bool])
def test_integer_logits_do_not_wrap_around(kind):
    z = np.array([[1, 0, 1]], kind)
    loss, dz = both(z, [1])
    want = expected([1, 0, 1], [0, 1, 0])
    assert_right(loss, want[0], dtype="f8")
    assert_right(dz, [want[1]], dtype="f8")


def test_extreme_integer_logits():
    ends = np.iinfo("i8")
    loss, dz = both(np.array([ends.min, ends.max]), 0)
    assert_right(loss, 2.0**64)
    assert_right(dz, [-1, 1])


def test_float16_is_computed_in_float32():
    loss, dz = both(np.array([1, 2, 3], "f2"), 0)
    assert_right(loss, np.float16(LOSSES[0]), eps=0, dtype="f2")
    assert_right(dz, np.float16(SHARES - [1, 0, 0]), eps=0, dtype="f2")


def test_seventy_thousand_equal_float16_logits():
    loss, _ = both(np.zeros(70000, "f2"), 0)
    assert_right(loss, np.float16(math.log(70000)), eps=0, dtype="f2")


def test_float16_sum_beyond_its_range_is_infinite_and_its_mean_is_right():
    z, t = np.zeros((20000, 100), "f2"), np.zeros(20000, int)
    assert_right(both(z, t, reduction="sum")[0], INF, dtype="f2")
    assert_right(both(z, t)[0], np.float16(math.log(100)), eps=0, dtype="f2")


def test_longdouble_mean_is_as_good_as_its_sum():
    z, t = np.array([[1, 2, 3], [3, 2, 1], [0, 0, 5]], "g"), [0, 1, 2]
    loss, dz = both(z, t)
    want = [
        reference.cross_entropy(reference.row(a), reference.one_hot(k, 3))
        for a, k in zip(z, t, strict=True)
    ]
    mean = reference.pieces([sum(loss for loss, _ in want) / 3])
    gradients = reference.pieces([[x / 3 for x in gradient] for _, gradient in want])
    assert loss.dtype == dz.dtype == "g"
    assert reference.error_in_eps(np.array([loss]), mean).max() <= 8
    assert reference.error_in_eps(dz, gradients).max() <= 16


@pytest.mark.parametrize("kind", [">f4", ">f8", ">f2"])
def test_other_byte_orders(kind):
    loss, dz = both(np.array([[1, 2, 3]], kind), [0])
    assert loss.dtype.isnative
    assert dz.dtype.isnative
    assert_right(loss, LOSSES[0])
    assert_right(dz, [SHARES - [1, 0, 0]])


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
@pytest.mark.parametrize("soft", [False, True])
def test_classes_along_any_axis(axis, soft):
    rng = np.random.default_rng(3)
    z = rng.normal(size=(3, 4, 5))
    moved = np.moveaxis(z, axis, -1)
    t = rng.integers(moved.shape[-1], size=moved.shape[:-1])
    want = both(moved, t, reduction="none")
    if soft:
        t = np.moveaxis(np.eye(moved.shape[-1])[t], -1, axis)
    loss, dz = both(z, t, axis, reduction="none")
    assert_right(loss, want[0], eps=16)
    np.testing.assert_allclose(np.moveaxis(dz, axis, -1), want[1], rtol=0, atol=4e-15)


@pytest.mark.parametrize("rows", [1, 3, 1000, 40000])
def test_number_of_rows_does_not_matter(rows):
    """Many rows are worked through in blocks: each must see its own target and ignored rows."""
    z = np.tile([[1.0, 2.0, 3.0], [3.0, 1.0, 2.0], [NAN, 0.0, 0.0]], (rows, 1))
    t = np.tile([0, 1, -100], rows)
    loss, dz = both(z, t, reduction="none")
    assert_right(loss.reshape(-1, 3)[[0, rows // 2, -1]], [[LOSSES[0], LOSSES[0], 0]] * 3)
    want = [SHARES - [1, 0, 0], SHARES[[2, 0, 1]] - [0, 1, 0], [0] * 3]
    assert np.ptp(dz.reshape(-1, 9), axis=0).max() == 0
    assert_right(dz[:3], want)
    assert_right(both(z, t)[0], LOSSES[0], eps=8)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("soft", [False, True], ids=["class", "soft"])
def test_many_rows_on_several_axes_do_not_get_mixed_up(soft, smoothing):
    rng = np.random.default_rng(15)
    z, t = rng.normal(size=(2, 3, 70000)), rng.integers(3, size=(2, 70000))
    t[rng.random(t.shape) < 0.01] = 1000
    options = {"reduction": "none", "label_smoothing": smoothing, "ignore_index": 1000}
    if soft:
        t = np.moveaxis(rng.dirichlet(np.ones(3), size=(2, 70000)), -1, 1)
    loss, dz = both(z, t, 1, **options)
    for n in (0, 1, 21844, 43690, 43691, 65535, 69999):
        for k in range(2):
            want = both(z[k, :, n], t[k, ..., n], **options)
            assert_right(loss[k, n], want[0])
            np.testing.assert_allclose(dz[k, :, n], want[1], rtol=0, atol=1e-15)


def test_memory_layout_does_not_matter():
    rng = np.random.default_rng(4)
    z, t = rng.normal(size=(50, 7)), rng.integers(7, size=50)
    want = both(z, t)
    padded = np.zeros((100, 21))
    padded[::2, ::3] = z
    backwards = z[::-1].copy()[::-1]
    for layout in (np.asfortranarray(z), padded[::2, ::3], backwards):
        loss, dz = both(layout, t[::-1].copy()[::-1])
        assert_right(loss, want[0])
        assert_right(dz, want[1], eps=16)


def test_broadcast_logits_and_targets_of_stride_zero():
    z, t = np.broadcast_to([1.0, 2.0, 3.0], (5, 3)), np.broadcast_to(2, 5)
    loss, dz = both(z, t)
    assert_right(loss, LOSSES[2])
    assert_right(dz, np.tile((SHARES - [0, 0, 1]) / 5, (5, 1)))
    assert_right(both(z, np.broadcast_to([0.0, 0.0, 1.0], (5, 3)))[0], LOSSES[2])


@pytest.mark.parametrize("place", range(3))
def test_complex_step_gives_the_gradient_also_at_ties(place):
    z = np.array([2, 2, 1], complex)
    z[place] += 1e-200j
    for t, target in ((0, [1, 0, 0]), ([0.25, 0.25, 0.5], [0.25, 0.25, 0.5])):
        _, dz = both(z.real, t)
        assert abs(cross_entropy(z, t).imag / 1e-200 - dz[place]) <= 1e-15
        assert abs(expected([2, 2, 1], target)[1][place] - dz[place]) <= 1e-15

"""The loss of a last linear layer in blocks: right against 400 digits, and small in memory."""

import tracemalloc

import numpy as np
import pytest

from softback import cross_entropy_and_grad
from softback.check import numerical_jacobian
from softback.layers import linear_cross_entropy_and_grad
from tests.lib import reference

N, D, C = 5, 3, 4
RNG = np.random.default_rng(11)
H, W = RNG.standard_normal((N, D)).round(2), RNG.standard_normal((D, C)).round(2)
CLASSES = np.array([3, 0, 1, 1, 2])
SOFT = RNG.random((N, C)).round(2)
IGNORED = np.array([3, -100, 1, -100, 2])
CASES = {"classes": CLASSES, "soft": SOFT, "ignored": IGNORED}
each_target = pytest.mark.parametrize("t", CASES.values(), ids=CASES)


def by_hand(h, w, t):
    """Return loss, dh and dw from the definitions, entry by entry, in 400 digits."""
    h, w = ([reference.row(x) for x in a] for a in (h, w))
    loss, dh, dw = 0, [[0] * D for _ in h], [[0] * C for _ in w]
    counted = [n for n in range(N) if t.ndim > 1 or t[n] >= 0]
    for n in counted:
        z = [sum(h[n][a] * w[a][j] for a in range(D)) for j in range(C)]
        target = reference.row(t[n] if t.ndim > 1 else np.eye(C)[t[n]])
        logy = reference.log_softmax(z)
        loss -= sum(a * b for a, b in zip(target, logy, strict=True)) / len(counted)
        for j in range(C):
            share = reference.EXACT.exp(logy[j])
            dz = (share * sum(target) - target[j]) / len(counted)
            for a in range(D):
                dh[n][a] += dz * w[a][j]
                dw[a][j] += dz * h[n][a]
    return float(loss), np.array(dh, float), np.array(dw, float)


@each_target
@pytest.mark.parametrize("rows", [1, 2, 5, 100])
def test_value_and_gradients_are_right_for_blocks_of_any_size(t, rows):
    found = linear_cross_entropy_and_grad(H, W, t, rows=rows)
    for got, right in zip(found, by_hand(H, W, t), strict=True):
        np.testing.assert_allclose(got, right, rtol=1e-13, atol=1e-16)


def test_the_gradients_are_those_of_the_loss():
    _, dh, dw = linear_cross_entropy_and_grad(H, W, SOFT)
    by_steps = numerical_jacobian(lambda h: linear_cross_entropy_and_grad(h, W, SOFT)[0], H)
    np.testing.assert_allclose(dh, by_steps, atol=1e-8)
    by_steps = numerical_jacobian(lambda w: linear_cross_entropy_and_grad(H, w, SOFT)[0], W)
    np.testing.assert_allclose(dw, by_steps, atol=1e-8)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_results_have_the_precision_of_what_they_belong_to(dtype):
    h, w = H.astype(dtype), W.astype(dtype)
    found = linear_cross_entropy_and_grad(h, w, CLASSES, rows=2)
    assert [x.dtype for x in found] == [np.dtype(dtype)] * 3
    for got, right in zip(found, by_hand(h, w, CLASSES), strict=True):
        np.testing.assert_allclose(
            got, right, rtol=8 * np.finfo(dtype).eps, atol=np.finfo(dtype).eps
        )


def test_the_arguments_are_not_written_to_and_integers_are_numbers():
    h, w = np.array([[1, -2], [0, 3]]), np.array([[1, 0, 2], [0, 1, -1]])
    before = h.copy(), w.copy()
    found = linear_cross_entropy_and_grad(h, w, [2, 0])
    np.testing.assert_array_equal(h, before[0])
    np.testing.assert_array_equal(w, before[1])
    assert [x.dtype for x in found] == [np.dtype("f8")] * 3


def test_a_batch_in_which_nothing_counts_has_no_mean():
    loss, *_ = linear_cross_entropy_and_grad(H, W, np.full(N, -100))
    plain, _ = cross_entropy_and_grad(H @ W, np.full(N, -100))
    assert np.isnan(loss)
    assert np.isnan(plain)


def test_a_batch_in_which_nothing_counts_has_gradients_of_zero():
    _, dh, dw = linear_cross_entropy_and_grad(H, W, np.full(N, -100))
    assert not dh.any()
    assert not dw.any()


def test_the_row_of_a_class_out_of_range_is_counted_from_the_first():
    with pytest.raises(IndexError, match=r"class 9 in t\[4\]"):
        linear_cross_entropy_and_grad(H, W, [0, 1, 2, 3, 9], rows=2)
    with pytest.raises(ValueError, match=r"t has shape \(5, 3\)"):
        linear_cross_entropy_and_grad(H, W, SOFT[:, :3], rows=2)


@pytest.mark.parametrize("arguments", [(H * 1j, W), (H, W * 1j)])
def test_complex_numbers_are_refused_and_not_cut(arguments):
    with pytest.raises(TypeError, match=r"^[hw] holds complex128; it must hold real"):
        linear_cross_entropy_and_grad(*arguments, CLASSES)


def test_a_caller_who_lets_numpy_raise_gets_the_result():
    with np.errstate(all="raise"):
        found = linear_cross_entropy_and_grad([[1e-200, 1.0]], np.full((2, 2), 1e-200), [0])
    assert found[0] == np.log(2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((H, W.T, CLASSES), r"h \(5, 3\), w \(4, 3\), t \(5,\) must be \(N, D\), \(D, C\)"),
        ((H[0], W, CLASSES), r"h \(3,\), "),
        ((H, W, CLASSES[:4]), r"t \(4,\) must be .* \(N, ...\)"),
        ((H, W, CLASSES.reshape(1, 5)), r"t \(1, 5\) must"),
        ((H, W, SOFT[:, :3]), r"t has shape \(5, 3\); it must have shape"),
    ],
)
def test_shapes_that_do_not_fit_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        linear_cross_entropy_and_grad(*arguments)


def test_no_rows_at_all_have_no_mean_and_gradients_of_the_right_shapes():
    loss, dh, dw = linear_cross_entropy_and_grad(H[:0], W, CLASSES[:0])
    assert np.isnan(loss)
    assert (dh.shape, dw.shape) == ((0, D), (D, C))


def test_a_class_out_of_range_is_named():
    with pytest.raises(IndexError, match="class 4"):
        linear_cross_entropy_and_grad(H, W, [0, 1, 2, 3, 4])


@pytest.mark.parametrize("rows", [0, -1, 1.5, "2", None])
def test_blocks_of_no_rows_are_refused(rows):
    with pytest.raises((ValueError, TypeError), match=r"^rows is .*; it must be"):
        linear_cross_entropy_and_grad(H, W, CLASSES, rows=rows)


def peak(call):
    tracemalloc.start()
    call()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_it_never_holds_the_logits_of_all_rows():
    h, w = np.ones((1024, 8)), np.zeros((8, 2000))
    t = np.zeros(1024, int)

    def plain():
        loss, dz = cross_entropy_and_grad(h @ w, t)
        return loss, dz @ w.T, h.T @ dz

    logits = 1024 * 2000 * 8
    assert peak(plain) > 2 * logits
    assert peak(lambda: linear_cross_entropy_and_grad(h, w, t, rows=32)) < 0.15 * logits

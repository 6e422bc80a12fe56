"""The layers: their gradients, and that no caller and no second pass can spoil what they keep."""

from functools import partial

import numpy as np
import pytest
from scipy import special

from softback.check import check_vjp
from softback.layers import LogSoftmax, Softmax, SoftmaxCrossEntropy

LAYERS = [Softmax, LogSoftmax]
CASES = [
    pytest.param((4,), -1, id="vector"),
    pytest.param((3, 4), 0, id="columns"),
    pytest.param((2, 3, 4), 1, id="middle-axis"),
    pytest.param((2, 3, 4), (0, 2), id="two-axes"),
    pytest.param((2, 3), None, id="all-axes"),
    pytest.param((2, 1), -1, id="one-class"),
    pytest.param((), -1, id="number"),
]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def softmax_rule(z, g):
    y = special.softmax(z, axis=-1)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


def log_softmax_rule(z, g):
    return g - special.softmax(z, axis=-1) * g.sum(axis=-1, keepdims=True)


RULES = [(Softmax, softmax_rule), (LogSoftmax, log_softmax_rule)]


def both_ways(make, z, *rest):
    """Return the forward pass of layers made by ``make``, and the backward pass at ``z``."""

    def backward(g):
        layer = make()
        layer.forward(z, *rest)
        return layer.backward(g)

    return (lambda z: make().forward(z, *rest)), backward


# --- Values and gradients -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "reference"),
    [(Softmax, special.softmax), (LogSoftmax, special.log_softmax)],
)
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_forward_is_the_function(layer, reference, axis, rng):
    z = rng.standard_normal((2, 3, 4))
    found = layer(axis, temperature=2.0).forward(z)
    np.testing.assert_allclose(found, reference(z / 2, axis=axis), rtol=1e-13)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize(("shape", "axis"), CASES)
@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_backward_is_the_derivative_of_forward(layer, shape, axis, temperature, rng):
    z = rng.standard_normal(shape)
    f, vjp = both_ways(partial(layer, axis, temperature=temperature), z)
    check_vjp(f, vjp, z, rng=rng)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("axis", [-1, 1, 0])
@pytest.mark.parametrize("hard", [True, False], ids=["classes", "targets"])
def test_backward_of_cross_entropy_is_its_derivative(reduction, axis, hard, rng):
    z = rng.standard_normal((3, 3, 3))
    t = rng.integers(0, 3, (3, 3)) if hard else rng.random((3, 3, 3))
    options = {"label_smoothing": 0.1, "weight": [1.0, 2.0, 0.5], "reduction": reduction}
    f, vjp = both_ways(partial(SoftmaxCrossEntropy, axis, **options), z, t)
    check_vjp(f, vjp, z, rng=rng)


def test_cross_entropy_by_hand():
    # Two rows of equal logits: y = 1/2, loss = log 2, gradient (y - t) / N.
    layer = SoftmaxCrossEntropy()
    assert layer.forward(np.zeros((2, 2)), [0, 1]) == pytest.approx(np.log(2), rel=1e-15)
    np.testing.assert_allclose(layer.backward(), [[-0.25, 0.25], [0.25, -0.25]], rtol=1e-15)


def test_without_g_the_gradient_is_that_of_the_sum_of_losses(rng):
    z, t = rng.standard_normal((3, 4)), [3, 0, 1]
    layer = SoftmaxCrossEntropy(reduction="none")
    layer.forward(z, t)
    found = layer.backward()
    np.testing.assert_allclose(found, special.softmax(z, axis=-1) - np.eye(4)[t], rtol=1e-13)


def test_ignored_rows_get_no_gradient():
    layer = SoftmaxCrossEntropy(ignore_index=7)
    assert layer.forward([[0.0, 0.0], [np.nan, 1.0]], [0, 7]) == pytest.approx(np.log(2))
    np.testing.assert_allclose(layer.backward(3.0), [[-1.5, 1.5], [0, 0]])


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_precision_of_z_is_kept(layer, dtype):
    layer = layer()
    y = layer.forward(np.zeros((2, 3), dtype))
    assert y.dtype == dtype
    assert layer.backward(np.ones((2, 3), dtype)).dtype == dtype


@pytest.mark.parametrize("g", [1.0, 2, np.float64(0.5), np.array(0.5)])
def test_a_plain_number_for_g_does_not_raise_the_precision(g):
    layer = SoftmaxCrossEntropy()
    layer.forward(np.zeros((2, 3), np.float32), [0, 1])
    assert layer.backward(g).dtype == np.float32


# --- What is kept is private ----------------------------------------------------------------------


@pytest.mark.parametrize(("layer", "rule"), RULES)
def test_bug_28a_a_changed_result_does_not_reach_backward(layer, rule, rng):
    z, g = rng.standard_normal((2, 3, 4))
    expected = rule(z, g)
    layer = layer()
    y = layer.forward(z)
    y -= 1.0
    np.testing.assert_allclose(layer.backward(g), expected, rtol=1e-12)


@pytest.mark.parametrize(("layer", "rule"), RULES)
def test_bug_28b_changed_logits_do_not_reach_backward(layer, rule, rng):
    z, g = rng.standard_normal((2, 3, 4))
    expected = rule(z, g)
    layer = layer()
    layer.forward(z)
    z[...] = 0
    np.testing.assert_allclose(layer.backward(g), expected, rtol=1e-12)


def test_bug_28b_changed_logits_and_targets_do_not_reach_cross_entropy(rng):
    z, t, weight = rng.standard_normal((3, 4)), rng.random((3, 4)), rng.random(4)
    layer, same = SoftmaxCrossEntropy(weight=weight), SoftmaxCrossEntropy(weight=weight.copy())
    same.forward(z.copy(), t.copy())
    layer.forward(z, t)
    for array in (z, t, weight):
        array[...] = 0
    np.testing.assert_array_equal(layer.backward(), same.backward())


@pytest.mark.parametrize(("layer", "rule"), RULES)
def test_bug_28c_two_passes_are_not_mixed(layer, rule, rng):
    z, other, g = rng.standard_normal((3, 3, 4))
    layer = layer()
    layer.forward(z)
    layer.forward(other)
    with pytest.raises(RuntimeError, match=r"ran 2 times since the last backward.*forget\(\)"):
        layer.backward(g)
    with pytest.raises(RuntimeError, match="ran 2 times"):
        layer.backward(g)
    layer.forget()
    layer.forward(z)
    np.testing.assert_allclose(layer.backward(g), rule(z, g), rtol=1e-12)


@pytest.mark.parametrize("layer", LAYERS)
def test_two_objects_keep_their_passes_apart(layer, rng):
    z, g = rng.standard_normal((2, 2, 3, 4))
    pair = layer(), layer()
    for one, logits in zip(pair, z, strict=True):
        one.forward(logits)
    found = [one.backward(upstream) for one, upstream in zip(pair, g, strict=True)]
    for dz, logits, upstream in zip(found, z, g, strict=True):
        alone = layer()
        alone.forward(logits)
        np.testing.assert_array_equal(dz, alone.backward(upstream))


@pytest.mark.parametrize("layer", LAYERS)
def test_neither_g_nor_z_is_written_to_and_nothing_is_shared(layer, rng):
    z, g = rng.standard_normal((2, 3, 4))
    z_before, g_before = z.copy(), g.copy()
    layer = layer()
    y = layer.forward(z)
    dz = layer.backward(g)
    np.testing.assert_array_equal(z, z_before)
    np.testing.assert_array_equal(g, g_before)
    assert not np.shares_memory(dz, g)
    assert not np.shares_memory(dz, y)
    assert not np.shares_memory(y, z)


# --- The order of calls ---------------------------------------------------------------------------

ALL = [
    pytest.param(Softmax, (np.zeros((2, 3)),), np.ones((2, 3)), id="Softmax"),
    pytest.param(LogSoftmax, (np.zeros((2, 3)),), np.ones((2, 3)), id="LogSoftmax"),
    pytest.param(SoftmaxCrossEntropy, (np.zeros((2, 3)), [0, 1]), 1.0, id="SoftmaxCrossEntropy"),
]


@pytest.mark.parametrize(("layer", "arguments", "g"), ALL)
def test_backward_before_forward_is_refused(layer, arguments, g):
    with pytest.raises(RuntimeError, match=f"{layer.__name__}.backward needs a forward pass"):
        layer().backward(g)


@pytest.mark.parametrize(("layer", "arguments", "g"), ALL)
def test_backward_uses_its_pass_up(layer, arguments, g):
    layer = layer()
    layer.forward(*arguments)
    layer.backward(g)
    with pytest.raises(RuntimeError, match="needs a forward pass of its own"):
        layer.backward(g)


@pytest.mark.parametrize(("layer", "arguments", "g"), ALL)
def test_forward_and_backward_may_alternate(layer, arguments, g):
    one = layer()
    for _ in range(2):
        alone = layer()
        np.testing.assert_array_equal(one.forward(*arguments), alone.forward(*arguments))
        np.testing.assert_array_equal(one.backward(g), alone.backward(g))


@pytest.mark.parametrize(("layer", "arguments", "g"), ALL)
def test_forward_may_run_many_times_where_nothing_is_learnt(layer, arguments, g):
    one = layer()
    results = [one.forward(*arguments) for _ in range(3)]
    np.testing.assert_array_equal(results[0], results[2])
    with pytest.raises(RuntimeError, match=rf"{layer.__name__}\.forward ran 3 times"):
        one.backward(g)


@pytest.mark.parametrize(("layer", "arguments", "g"), ALL)
def test_forget_drops_the_pass(layer, arguments, g):
    layer = layer()
    layer.forward(*arguments)
    layer.forget()
    with pytest.raises(RuntimeError, match="call forward first"):
        layer.backward(g)


@pytest.mark.parametrize(("layer", "arguments", "g"), ALL)
def test_a_refused_g_leaves_the_pass_in_place(layer, arguments, g):
    layer = layer()
    layer.forward(*arguments)
    with pytest.raises(ValueError, match=r"g has shape \(5,\)"):
        layer.backward(np.ones(5))
    assert layer.backward(g).shape == (2, 3)


@pytest.mark.parametrize(("layer", "arguments", "g"), ALL)
def test_a_refused_forward_is_no_pass(layer, arguments, g):
    layer = layer()
    layer.forward(*arguments)
    with pytest.raises(TypeError, match="z holds"):
        layer.forward(["a"], *arguments[1:])
    assert layer.backward(g).shape == (2, 3)


# --- Settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize(
    ("temperature", "error"), [(0, ValueError), (-1, ValueError), ("1", TypeError)]
)
def test_a_temperature_must_be_above_zero_from_the_start(layer, temperature, error):
    with pytest.raises(error, match="temperature"):
        layer(temperature=temperature)


@pytest.mark.parametrize("layer", LAYERS)
def test_an_axis_out_of_bounds_is_numpys_error(layer):
    with pytest.raises(np.exceptions.AxisError):
        layer(axis=2).forward(np.zeros((2, 3)))


def test_an_unknown_reduction_is_refused_by_forward():
    with pytest.raises(ValueError, match="reduction is 'max'"):
        SoftmaxCrossEntropy(reduction="max").forward(np.zeros((1, 2)), [0])


def test_g_of_a_reduced_loss_is_one_number():
    layer = SoftmaxCrossEntropy()
    layer.forward(np.zeros((2, 3)), [0, 1])
    with pytest.raises(ValueError, match=r"g has shape \(2,\); it must be one number"):
        layer.backward([1.0, 1.0])

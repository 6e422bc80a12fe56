"""The textbook forms agree with their twins where they must, and break where they are said to."""

import tracemalloc

import mpmath
import numpy as np
import pytest
from scipy import special

import softback
from softback import (
    cross_entropy,
    log_softmax,
    slow,
    softmax,
    softmax_jacobian,
    softmax_vjp,
)

EPS = np.finfo(np.float64).eps


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.fixture
def z(rng):
    return rng.standard_normal((3, 4))


@pytest.fixture
def y(z):
    return special.softmax(z, axis=-1)


@pytest.fixture
def g(rng):
    return rng.standard_normal((3, 4))


# --- Where they agree -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("naive", "twin", "reference"),
    [
        (slow.naive_softmax, softmax, special.softmax),
        (slow.naive_log_softmax, log_softmax, special.log_softmax),
    ],
)
@pytest.mark.parametrize("axis", [-1, 0, 1, (0, 2), None])
def test_the_naive_forms_agree_on_small_logits(naive, twin, reference, axis, rng):
    z = rng.standard_normal((2, 3, 4))
    np.testing.assert_allclose(naive(z, axis), reference(z, axis=axis), rtol=1e-13)
    np.testing.assert_allclose(naive(z, axis), twin(z, axis), rtol=1e-13)


@pytest.mark.parametrize("axis", [-1, 0])
def test_naive_cross_entropy_agrees_on_small_logits(axis, z, rng):
    t = rng.random(z.shape)
    by_hand = -(t * special.log_softmax(z, axis=axis)).sum() / (z.size / z.shape[axis])
    found = slow.naive_cross_entropy(z, t, axis)
    assert found == pytest.approx(by_hand, rel=1e-14)
    assert found == pytest.approx(cross_entropy(z, t, axis), rel=1e-14)


def test_jacobian_loop_by_hand():
    expected = [[0.25, -0.125, -0.125], [-0.125, 0.1875, -0.0625], [-0.125, -0.0625, 0.1875]]
    np.testing.assert_array_equal(slow.jacobian_loop([0.5, 0.25, 0.25]), expected)


def test_jacobian_loop_agrees_with_its_twin(y):
    np.testing.assert_allclose(slow.jacobian_loop(y[0]), softmax_jacobian(y[0]), rtol=1e-14)


@pytest.mark.parametrize(
    "vjp", [slow.vjp_loop, slow.vjp_batched_jacobian, slow.vjp_elementwise_layer]
)
def test_every_vjp_is_g_times_the_jacobian(vjp, y, g):
    expected = [g @ (np.diag(y) - np.outer(y, y)) for y, g in zip(y, g, strict=True)]
    np.testing.assert_allclose(vjp(y, g), expected, rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(vjp(y, g), softmax_vjp(y, g), rtol=1e-13, atol=1e-16)


def test_the_layer_form_works_along_any_axis(rng):
    y, g = special.softmax(rng.standard_normal((2, 3, 4)), axis=1), rng.standard_normal((2, 3, 4))
    expected = y * (g - (g * y).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(slow.vjp_elementwise_layer(y, g, 1), expected, atol=1e-15)


def test_the_batched_jacobian_takes_any_leading_axes(rng):
    y, g = special.softmax(rng.standard_normal((2, 3, 4)), axis=-1), rng.standard_normal((2, 3, 4))
    expected = y * (g - (g * y).sum(axis=-1, keepdims=True))
    np.testing.assert_allclose(slow.vjp_batched_jacobian(y, g), expected, atol=1e-15)


# --- Where they break -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "last", "first"),
    [(np.float64, 709.7, 709.8), (np.float32, 88.7, 88.8), (np.float16, 11.0, 11.1)],
)
def test_naive_softmax_overflows_where_its_docstring_says(dtype, last, first):
    assert slow.naive_softmax(np.array([last, 0], dtype))[0] == pytest.approx(1, rel=1e-3)
    np.testing.assert_array_equal(slow.naive_softmax(np.array([first, 0], dtype)), [np.nan, 0])
    assert softmax(np.array([first, 0], dtype))[0] == pytest.approx(1, rel=1e-3)


def test_naive_softmax_underflows_to_nothing_over_nothing():
    np.testing.assert_array_equal(slow.naive_softmax([-745.2, -745.2]), [np.nan, np.nan])
    np.testing.assert_array_equal(softmax([-745.2, -745.2]), [0.5, 0.5])


def test_naive_log_softmax_is_minus_infinity_where_a_probability_underflows():
    np.testing.assert_array_equal(slow.naive_log_softmax([0.0, -746.0]), [0, -np.inf])
    np.testing.assert_array_equal(slow.naive_log_softmax([1000.0, 0.0]), [0, -np.inf])
    assert log_softmax([0.0, -746.0])[1] == -746


@pytest.mark.parametrize("lead", [5.0, 10.0, 18.0, 30.0, 36.0])
def test_naive_log_softmax_loses_digits_in_proportion_as_y_approaches_one(lead):
    with mpmath.workdps(50):
        exact = -mpmath.log1p(mpmath.exp(-mpmath.mpf(lead)))
        missing = -mpmath.expm1(exact)  # 1 - y
        error = float(abs(mpmath.mpf(float(slow.naive_log_softmax([lead, 0.0])[0])) / exact - 1))
        twin = float(abs(mpmath.mpf(float(log_softmax([lead, 0.0])[0])) / exact - 1))
    assert 0.01 * EPS < error * float(missing) < EPS
    assert twin < 4 * EPS


def test_naive_log_softmax_has_lost_all_digits_at_a_lead_of_37():
    assert slow.naive_log_softmax([37.0, 0.0])[0] == 0
    half = slow.naive_log_softmax([18.0, 0.0])[0] / log_softmax([18.0, 0.0])[0] - 1
    assert 1e-10 < abs(half) < 1e-7


def test_naive_cross_entropy_calls_a_good_answer_perfect():
    assert slow.naive_cross_entropy([[40.0, 0.0]], [[1, 0]]) == 0
    assert cross_entropy([[40.0, 0.0]], [[1.0, 0.0]]) == pytest.approx(np.exp(-40), rel=1e-14)


def test_naive_cross_entropy_calls_a_bad_answer_infinitely_bad():
    assert slow.naive_cross_entropy([[0.0, -746.0]], [[0, 1]]) == np.inf
    assert cross_entropy([[0.0, -746.0]], [[0.0, 1.0]]) == 746


def test_naive_cross_entropy_multiplies_zero_by_infinity():
    assert np.isnan(slow.naive_cross_entropy([[1000.0, 0.0]], [[1, 0]]))
    assert cross_entropy([[1000.0, 0.0]], [[1.0, 0.0]]) == 0


def test_jacobian_loop_loses_the_digits_of_its_diagonal():
    y = softmax([40.0, 0.0])
    assert slow.jacobian_loop(y)[0, 0] == 0
    assert softmax_jacobian(y)[0, 0] == pytest.approx(np.exp(-40), rel=1e-14)


def exact_vjp(z, g):
    """Return the gradient of one row with 50 digits, from the logits."""
    with mpmath.workdps(50):
        e = [mpmath.exp(mpmath.mpf(float(x))) for x in z]
        y = [x / mpmath.fsum(e) for x in e]
        g = [mpmath.mpf(float(x)) for x in g]
        mean = mpmath.fdot(y, g)
        return np.array([float(y * (g - mean)) for y, g in zip(y, g, strict=True)])


def test_the_layer_form_keeps_the_rounding_of_a_large_constant(z, g):
    c = 1e8
    exact = np.stack([exact_vjp(*row) for row in zip(z, c + g, strict=True)])
    y = softmax(z)
    error = np.abs(slow.vjp_elementwise_layer(y, c + g) - exact).max()
    twin = np.abs(softmax_vjp(y, c + g) - exact).max()
    assert 0.05 * c * EPS < error < c * EPS
    assert twin < 4 * EPS


# --- Costs that can be counted --------------------------------------------------------------------


def test_the_batched_jacobian_takes_c_times_the_memory(rng):
    y = special.softmax(rng.standard_normal((20, 200)), axis=-1)

    def peak(vjp):
        tracemalloc.start()
        vjp(y, y)
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return memory

    assert peak(slow.vjp_batched_jacobian) >= 200 * y.nbytes
    assert peak(softmax_vjp) < 3 * y.nbytes


# --- Arguments ------------------------------------------------------------------------------------


def test_jacobian_loop_takes_one_vector(y):
    with pytest.raises(ValueError, match=r"y has shape \(3, 4\); it must be one vector"):
        slow.jacobian_loop(y)


def test_vjp_loop_takes_rows(y, g):
    with pytest.raises(ValueError, match=r"y has shape \(4,\); it must have rows"):
        slow.vjp_loop(y[0], g[0])


@pytest.mark.parametrize(
    "vjp", [slow.vjp_loop, slow.vjp_batched_jacobian, slow.vjp_elementwise_layer]
)
def test_shapes_must_agree(vjp, y, g):
    with pytest.raises(ValueError, match=r"g has shape \(3, 1\), but y has shape \(3, 4\)"):
        vjp(y, g[:, :1])


def test_targets_have_the_shape_of_the_logits(z):
    with pytest.raises(ValueError, match=r"t has shape \(3,\), but z has shape \(3, 4\)"):
        slow.naive_cross_entropy(z, [0, 1, 2])


@pytest.mark.parametrize("f", [slow.naive_softmax, slow.naive_log_softmax, slow.jacobian_loop])
def test_only_numbers_are_taken(f):
    with pytest.raises(TypeError, match="it must hold real or complex numbers"):
        f(["a", "b"])


CALLS = [
    pytest.param(slow.naive_softmax, 1, id="naive_softmax"),
    pytest.param(slow.naive_log_softmax, 1, id="naive_log_softmax"),
    pytest.param(slow.naive_cross_entropy, 2, id="naive_cross_entropy"),
    pytest.param(lambda y: slow.jacobian_loop(y[0]), 1, id="jacobian_loop"),
    pytest.param(slow.vjp_loop, 2, id="vjp_loop"),
    pytest.param(slow.vjp_batched_jacobian, 2, id="vjp_batched_jacobian"),
    pytest.param(slow.vjp_elementwise_layer, 2, id="vjp_elementwise_layer"),
]


@pytest.mark.parametrize(("f", "count"), CALLS)
def test_inputs_are_neither_written_to_nor_shared(f, count, rng):
    arguments = list(rng.random((count, 3, 4)))
    before = [x.copy() for x in arguments]
    result = f(*arguments)
    for x, was in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(x, was)
        assert not np.shares_memory(result, x)


@pytest.mark.parametrize(("f", "count"), CALLS)
@pytest.mark.parametrize("value", [1e308, -np.inf, np.nan, 0.0])
def test_no_warning_escapes_where_they_break(f, count, value):
    f(*np.full((count, 2, 3), value))


def test_each_docstring_names_a_twin_that_exists():
    for name in (call.id for call in CALLS):
        twin = getattr(slow, name).__doc__.split("twin: `softback.")[1].split("`")[0]
        assert callable(getattr(softback, twin))

"""The checker is checked: it must refuse wrong derivatives and accept right ones.

The wrong ones hang in the museum of the book.
"""

import re
from functools import partial

import numpy as np
import pytest
from scipy import special

from softback import course, log_softmax, softmax
from softback.check import GradientMismatch, check_vjp, numerical_jacobian
from softback.course import EXHIBITS

ROWS, CLASSES = 3, 4  # not square, so that a missing keepdims cannot hide


@pytest.fixture
def rng():
    return np.random.default_rng(20240229)


@pytest.fixture
def z(rng):
    return rng.standard_normal((ROWS, CLASSES))


# --- The numerical Jacobian -----------------------------------------------------------------------

# d/dz of (z1 z2, sin z1), worked out by hand.
POINT = np.array([0.7, -1.3])
BY_HAND = np.array([[-1.3, 0.7], [np.cos(0.7), 0.0]])


def two_outputs(z):
    return np.array([z[0] * z[1], np.sin(z[0])])


@pytest.mark.parametrize(
    ("method", "tolerance"), [("forward", 3e-8), ("central", 1e-10), ("complex", 1e-15)]
)
def test_each_method_is_as_accurate_as_its_error_analysis_says(method, tolerance):
    found = numerical_jacobian(two_outputs, POINT, method=method)
    np.testing.assert_allclose(found, BY_HAND, rtol=0, atol=tolerance)


@pytest.mark.parametrize("method", ["forward", "central"])
def test_the_default_steps_are_near_the_best(method, z):
    y = special.softmax(z, axis=-1)
    exact = np.einsum("ni,ij,nm->nimj", y, np.eye(CLASSES), np.eye(ROWS))
    exact -= np.einsum("ni,nj,nm->nimj", y, y, np.eye(ROWS))

    def error(step):
        found = numerical_jacobian(softmax, z, method=method, step=step)
        return np.abs(found - exact).max()

    best = min(error(10.0**-k) for k in range(2, 13))
    assert error(None) < 5 * best


def test_step_is_the_h_of_the_formula():
    found = numerical_jacobian(np.square, np.array([3.0]), method="forward", step=0.5)
    np.testing.assert_allclose(found, [[6.5]])  # (3.5² - 3²) / 0.5


@pytest.mark.parametrize(
    ("f", "shape", "expected"),
    [
        pytest.param(np.sum, (), (), id="number-to-number"),
        pytest.param(np.sum, (2, 3), (2, 3), id="matrix-to-number"),
        pytest.param(lambda z: z * np.ones((2, 1)), (), (2, 1), id="number-to-matrix"),
        pytest.param(lambda z: z[..., 0], (2, 3), (2, 2, 3), id="matrix-to-vector"),
        pytest.param(softmax, (2, 1, 3), (2, 1, 3, 2, 1, 3), id="three-axes"),
        pytest.param(softmax, (0, 3), (0, 3, 0, 3), id="no-rows"),
    ],
)
@pytest.mark.parametrize("method", ["forward", "central", "complex"])
def test_the_shape_is_that_of_the_output_then_the_input(f, shape, expected, method, rng):
    jacobian = numerical_jacobian(f, rng.standard_normal(shape), method=method)
    assert jacobian.shape == expected


@pytest.mark.parametrize("size", [1e4, 1e8, 1e12])
def test_logits_far_from_zero_keep_their_digits(size, rng):
    z = rng.integers(-3, 4, 5) + size  # integers, so that the sum is exact
    near = numerical_jacobian(softmax, z - size)
    np.testing.assert_allclose(numerical_jacobian(softmax, z), near, rtol=0, atol=1e-8)


def test_integers_become_float64():
    np.testing.assert_allclose(numerical_jacobian(np.square, [3]), [[6]])


def test_f_may_write_to_what_it_gets():
    def f(z):
        z *= 2
        return z

    z = np.array([1.0, 2.0])
    np.testing.assert_allclose(numerical_jacobian(f, z), 2 * np.eye(2))
    np.testing.assert_array_equal(z, [1.0, 2.0])


def test_f_may_return_the_same_array_each_time():
    out = np.empty(2)
    found = numerical_jacobian(lambda z: np.multiply(z, 3, out=out), np.array([1.0, 2.0]))
    np.testing.assert_allclose(found, 3 * np.eye(2))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex128, np.longdouble])
def test_only_float64_logits_are_differentiated(dtype):
    with pytest.raises(TypeError, match=r"^z holds .*; differences need float64"):
        numerical_jacobian(softmax, np.ones(3, dtype))


def test_only_float64_results_are_differentiated():
    with pytest.raises(TypeError, match=r"f\(z\) holds float32"):
        numerical_jacobian(np.float32, np.ones(3))


def test_an_unknown_method_lists_the_known_ones():
    with pytest.raises(ValueError, match="'secant'; it must be one of central, forward, complex"):
        numerical_jacobian(softmax, np.ones(3), method="secant")


@pytest.mark.parametrize("step", [0.0, -1e-5])
def test_a_step_must_be_above_zero(step):
    with pytest.raises(ValueError, match="step"):
        numerical_jacobian(softmax, np.ones(3), step=step)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_logits_must_be_finite(bad):
    with pytest.raises(ValueError, match=r"z is -?(inf|nan) at \[0, 1\]"):
        numerical_jacobian(softmax, [[0.0, bad]])


def test_values_must_be_finite():
    f = partial(log_softmax, where=[True, False])
    with pytest.raises(ValueError, match=r"f\(z\) is -inf at \[1\]; it must be finite"):
        numerical_jacobian(f, [0.0, 1.0])


@pytest.mark.parametrize("f", [np.abs, np.real, lambda z: np.sqrt(z.real**2 + z.imag**2)])
def test_a_complex_step_explains_a_lost_imaginary_part(f):
    with pytest.raises(TypeError, match=r"drops the imaginary part.*method='central'"):
        numerical_jacobian(f, np.ones(3), method="complex")


# --- The wrong implementations of the museum ------------------------------------------------------
# What a differences check with a random g can catch, on the shapes of this file; `tests/lib/
# test_museum.py` says why the others escape it.


def soft(z):
    return special.softmax(z, axis=-1)


def dot(a, b):
    return (a * b).sum(axis=-1, keepdims=True)


def right(z, g):
    y = soft(z)
    return y * (g - dot(g, y))


def jacobian(y):
    return np.diag(y) - np.outer(y, y)


# Targets of three rows: each sums to one.
ONE_HOT = np.eye(CLASSES)[[2, 0, 3]]
TWICE = ONE_HOT + 0.25  # each row sums to 2


def passes(exhibit, t=ONE_HOT):
    """Return the forward pass of an exhibit, and its vjp at z as a function of z and g."""
    where = {"t": t} if exhibit.room == "cross-entropy" else {}

    def vjp(z, g):
        return exhibit.backward(z, g, **where)

    return partial(exhibit.forward, **where), vjp


VISIBLE = [e for e in EXHIBITS if "random" in e.caught_by and "shape" not in e.caught_by]
CRASHES = [e for e in EXHIBITS if "random" in e.caught_by and "shape" in e.caught_by]
INVISIBLE = [e for e in EXHIBITS if "random" not in e.caught_by]
# This one computes right numbers, and check_vjp looks at more than numbers.
INVISIBLE.remove(WRITES_TO_G := course.exhibit("the-overwritten-gradient"))


def slug(exhibit):
    return exhibit.slug


@pytest.mark.parametrize("exhibit", VISIBLE, ids=slug)
def test_a_wrong_derivative_is_refused(exhibit, z, rng):
    f, vjp = passes(exhibit)
    with pytest.raises(GradientMismatch):
        check_vjp(f, partial(vjp, z), z, rng=rng)


def test_y_less_t_is_refused_for_targets_that_sum_to_two(z, rng):
    f, vjp = passes(course.exhibit("the-condition-forgotten"), TWICE)
    with pytest.raises(GradientMismatch):
        check_vjp(f, partial(vjp, z), z, rng=rng)


@pytest.mark.parametrize("exhibit", CRASHES, ids=slug)
def test_what_mixes_up_shapes_fails_by_itself_on_a_batch_that_is_not_square(exhibit, z, rng):
    f, vjp = passes(exhibit)
    with pytest.raises((ValueError, IndexError), match=r"broadcast|out of bounds"):
        check_vjp(f, partial(vjp, z), z, rng=rng)


# --- Right ones -----------------------------------------------------------------------------------


def transposed(z, g):
    return np.stack([jacobian(y).T @ g for y, g in zip(soft(z), g, strict=True)])


def loss(z):
    return -(TWICE * special.log_softmax(z, axis=-1)).sum() / ROWS


def loss_vjp(z, g):
    return g * (soft(z) * TWICE.sum(axis=-1, keepdims=True) - TWICE) / ROWS


RIGHT = [
    pytest.param(soft, right, id="0a reference"),
    pytest.param(soft, transposed, id="0b transposed Jacobian"),
    pytest.param(loss, loss_vjp, id="40 cross entropy"),
]


@pytest.mark.parametrize(("f", "vjp"), RIGHT)
@pytest.mark.parametrize("seed", range(20))
def test_a_right_derivative_is_accepted(f, vjp, seed):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((ROWS, CLASSES))
    assert check_vjp(f, partial(vjp, z), z, rng=rng) is None


@pytest.mark.parametrize("temperature", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("shift", [0.0, 1e4, -9e8])
def test_sharp_flat_and_shifted_softmaxes_raise_no_false_alarm(temperature, shift, rng):
    z = rng.integers(-3, 4, (ROWS, CLASSES)) + shift

    def vjp(g):
        return right((z - shift) / temperature, g) / temperature

    check_vjp(partial(softmax, temperature=temperature), vjp, z, rng=rng)


@pytest.mark.parametrize("d", [5.0, 40.0, 700.0])
def test_saturated_rows_raise_no_false_alarm(d, rng):
    z = np.array([d, 0.0, -1.0])
    check_vjp(partial(special.log_softmax, axis=-1), lambda g: g - soft(z) * g.sum(), z, rng=rng)


@pytest.mark.parametrize(
    ("f", "vjp", "shape"),
    [
        pytest.param(np.sum, lambda g: np.full((2, 3), g), (2, 3), id="matrix-to-number"),
        pytest.param(np.square, lambda g: 2 * 0.5 * g, (), id="number-to-number"),
        pytest.param(lambda z: np.outer([1, 2], z), lambda g: g.T @ [1, 2], (3,), id="outer"),
        pytest.param(np.copy, lambda g: g, (1, 2, 1), id="vjp-returns-g-itself"),
        pytest.param(np.copy, lambda g: g, (0, 3), id="nothing-to-check"),
        pytest.param(np.ones_like, np.zeros_like, (2,), id="constant"),
        pytest.param(np.square, lambda g: g.tolist(), (1,), id="vjp-returns-a-list"),
    ],
)
def test_any_shape_will_do(f, vjp, shape, rng):
    check_vjp(f, vjp, np.full(shape, 0.5), rng=rng)


def test_a_function_that_cancels_to_nothing_raises_no_false_alarm(rng):
    # A column's shift changes nothing, but rounding leaves about 1e-17 in the place of 0.
    z = rng.standard_normal((3, 4))
    u = rng.standard_normal((3, 4))

    def f(shift):
        return right((z - shift).T, u.T).T.sum(axis=0)

    check_vjp(f, np.zeros_like, rng.standard_normal(4), rng=rng)


# --- What no derivative check can see -------------------------------------------------------------
# Each is wrong, as other checks of the museum show; and yet its derivative is that of its own
# forward pass, or so near that no difference can tell.


@pytest.mark.parametrize("exhibit", INVISIBLE, ids=slug)
def test_no_derivative_check_can_see(exhibit, z, rng):
    f, vjp = passes(exhibit)
    check_vjp(f, partial(vjp, z), z, rng=rng)


# --- Messages, and what a vjp must not do ---------------------------------------------------------


def test_the_message_has_both_numbers_the_place_and_the_distance(rng):
    z = np.array([[1.0, 2.0], [3.0, 4.0]])

    def vjp(g):
        dz = 2 * z * g
        dz[1, 0] += 0.125
        return dz

    with pytest.raises(GradientMismatch) as caught:
        check_vjp(np.square, vjp, z, rng=rng)
    g, v = (np.random.default_rng(20240229).standard_normal((2, 2, 2)))[:2]
    exact = 2 * z * g
    for words in ("(analytic), but <g, df/dv>", "(numeric). ", "vjp(g) is off most at [1, 0]: "):
        assert words in str(caught.value)
    expected = [
        (exact * v).sum() + 0.125 * v[1, 0],
        (exact * v).sum(),
        exact[1, 0] + 0.125,
        exact[1, 0],
    ]
    numbers = re.findall(r"-?\d+\.\d+", str(caught.value))
    np.testing.assert_allclose(np.array(numbers[:4], float), expected, rtol=1e-7)
    assert str(caught.value).endswith("off by 0.12")


def test_a_number_has_no_place_in_the_message(rng):
    with pytest.raises(GradientMismatch, match=r"off most: "):
        check_vjp(np.square, lambda g: g, np.array(3.0), rng=rng)


def test_a_mismatch_is_an_assertion_error():
    assert issubclass(GradientMismatch, AssertionError)


def test_a_result_of_the_wrong_shape_is_refused(z, rng):
    with pytest.raises(GradientMismatch, match=r"shape \(3,\), but z has shape \(3, 4\)"):
        check_vjp(soft, lambda g: right(z, g).sum(axis=-1), z, rng=rng)


def test_a_result_that_only_broadcasts_is_refused(z, rng):
    with pytest.raises(GradientMismatch, match="shape"):
        check_vjp(np.sum, lambda g: g, z, rng=rng)


def test_nan_is_refused(z, rng):
    def vjp(g):
        dz = right(z, g)
        dz[2, 1] = np.nan
        return dz

    with pytest.raises(GradientMismatch, match=r"vjp\(g\) is nan at \[2, 1\]"):
        check_vjp(soft, vjp, z, rng=rng)


def test_something_added_to_a_linear_map_is_refused_even_where_it_is_tiny(z, rng):
    with pytest.raises(GradientMismatch, match=r"vjp\(0\) is not 0"):
        check_vjp(soft, lambda g: right(z, g) + 1e-12, z, rng=rng)


def test_writing_to_g_is_named(z, rng):
    with pytest.raises(GradientMismatch, match="wrote to g"):
        check_vjp(soft, partial(WRITES_TO_G.backward, z), z, rng=rng)


def test_vjp_gets_g_alone_and_is_called_twice(z, rng):
    calls = []

    def vjp(*arguments):
        calls.append(len(arguments))
        return right(z, *arguments)

    check_vjp(soft, vjp, z, rng=rng)
    assert calls == [1, 1]


def test_the_check_costs_three_evaluations_whatever_the_size(rng):
    calls = []

    def f(z):
        calls.append(z.shape)
        return soft(z)

    z = rng.standard_normal((50, 40))
    check_vjp(f, partial(right, z), z, rng=rng)
    assert len(calls) == 3


@pytest.mark.parametrize("rng", [None, 0, np.random.RandomState(0), np.random])
def test_rng_must_be_a_generator(rng):
    with pytest.raises(TypeError, match=r"rng is .*numpy\.random\.Generator"):
        check_vjp(soft, lambda g: g, np.ones(3), rng=rng)


def test_rng_has_no_default():
    with pytest.raises(TypeError, match="rng"):
        check_vjp(soft, lambda g: g, np.ones(3))


def test_a_result_that_holds_no_numbers_is_named(rng):
    with pytest.raises(TypeError, match=r"vjp\(g\) holds object"):
        check_vjp(soft, lambda g: None, np.ones(3), rng=rng)


def test_the_point_is_not_written_to_even_by_f(rng):
    def f(z):
        z *= 2
        return z

    z = np.array([1.0, 2.0])
    check_vjp(f, lambda g: 2 * g, z, rng=rng)
    np.testing.assert_array_equal(z, [1.0, 2.0])


@pytest.mark.parametrize("wrong", [np.float32([1.0, 2.0]), [np.inf, 0.0]])
def test_the_point_must_be_finite_float64(wrong, rng):
    with pytest.raises((TypeError, ValueError), match="z "):
        check_vjp(soft, lambda g: g, wrong, rng=rng)


def test_the_point_must_be_small_enough_for_small_steps(rng):
    with pytest.raises(ValueError, match=r"z reaches 3e\+17; it must stay within 1e\+09"):
        check_vjp(lambda z: 3 * z, lambda g: 2 * g, [1.0, -3e17], rng=rng)

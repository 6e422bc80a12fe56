"""The checker is checked: it must refuse wrong derivatives and accept right ones.

The wrong ones are those of the bug table in the book. Its numbers stand first in each name.
"""

import re
from functools import partial

import numpy as np
import pytest
from scipy import special

from softback import log_softmax, softmax
from softback.check import GradientMismatch, check_vjp, numerical_jacobian

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


# --- The table of wrong implementations -----------------------------------------------------------
# Written with NumPy and SciPy alone, as a student would. Softmax-type: z and g of shape (3, 4).


def soft(z):
    return special.softmax(z, axis=-1)


def dot(a, b):
    return (a * b).sum(axis=-1, keepdims=True)


def right(z, g):
    y = soft(z)
    return y * (g - dot(g, y))


def each_row(matrix, y, g):
    return np.stack([matrix(y) @ g for y, g in zip(y, g, strict=True)])


def jacobian(y):
    return np.diag(y) - np.outer(y, y)


def wrong_einsum(z, g):
    y = soft(z)
    return np.einsum("nij,nj->nj", np.stack([jacobian(row) for row in y]), g)


def flattened(z, g):
    return (jacobian(soft(z).ravel()) @ g.ravel()).reshape(z.shape)


def updated_too_early(z, g):
    y, g = soft(z), g.copy()
    for i in range(g.shape[-1]):
        g[:, i] = y[:, i] * (g[:, i] - (g * y).sum(axis=-1))
    return g


def overwrites_g(z, g):
    y = soft(z)
    g *= y
    g -= y * g.sum(axis=-1, keepdims=True)
    return g


def softmax_bug(rule):
    """Turn a rule of y and g into a backward pass of z and g."""
    return lambda z, g: rule(soft(z), g)


SOFTMAX_BUGS = {
    "1 diagonal only": softmax_bug(lambda y, g: y * (1 - y) * g),
    "3 dot over the wrong axis": softmax_bug(lambda y, g: y * (g - (g * y).sum(axis=0))),
    "4 dot over the whole array": softmax_bug(lambda y, g: y * (g - (g * y).sum())),
    "5 plain mean": softmax_bug(lambda y, g: y * (g - g.mean(axis=-1, keepdims=True))),
    "6 y missing in the dot": softmax_bug(lambda y, g: y * (g - dot(g, np.ones_like(y)))),
    "7 g missing in the dot": softmax_bug(lambda y, g: y * (g - dot(y, y))),
    "8 rule of log-softmax": softmax_bug(lambda y, g: g - y * g.sum(axis=-1, keepdims=True)),
    "9 leading y forgotten": softmax_bug(lambda y, g: g - dot(g, y)),
    "10 plus for minus": softmax_bug(lambda y, g: y * (g + dot(g, y))),
    "11 overall sign": softmax_bug(lambda y, g: y * (dot(g, y) - g)),
    "12 off-diagonal only": softmax_bug(lambda y, g: -y * dot(g, y)),
    "13 logits for probabilities": lambda z, g: z * (g - dot(g, z)),
    "14 y @ y.T of a vector": softmax_bug(
        partial(each_row, lambda y: np.diag(y) - y @ y.T),
    ),
    "15 einsum over the wrong index": wrong_einsum,
    "16 one Jacobian for the batch": softmax_bug(lambda y, g: g @ jacobian(y.mean(axis=0))),
    "17 batch as one long row": flattened,
    "18 divided by the batch size": lambda z, g: right(z, g) / ROWS,
    "19 softmax again in backward": lambda z, g: right(soft(z), g),
    "20 g updated while needed": updated_too_early,
    "21 g overwritten": overwrites_g,
    "29 temperature forgotten": lambda z, g: right(z / 2, g),
}
# Softmax of temperature 2 goes forward for number 29, softmax for the others.
FORWARD = {"29 temperature forgotten": lambda z: soft(z / 2)}

LOG_SOFTMAX_BUGS = {
    "30 exp of g": lambda z, g: g - np.exp(g) * g.sum(axis=-1, keepdims=True),
    "31 exp forgotten": lambda z, g: (
        g - special.log_softmax(z, axis=-1) * g.sum(axis=-1, keepdims=True)
    ),
    "32 rule of softmax": right,
    "33 sum of g forgotten": lambda z, g: g - soft(z),
}

# Cross entropy of three rows: classes, and the same as targets that sum to one.
T = np.array([2, 0, 3])
ONE_HOT = np.eye(CLASSES)[T]
TWICE = ONE_HOT + 0.25  # each row sums to 2


def loss(z, t=ONE_HOT):
    return -(t * special.log_softmax(z, axis=-1)).sum() / ROWS


def every_target_column(y):
    d = y.copy()
    d[:, T] -= 1
    return d / ROWS


CROSS_ENTROPY_BUGS = {
    "41 not divided by N": lambda z: soft(z) - ONE_HOT,
    "43 sign": lambda z: (ONE_HOT - soft(z)) / ROWS,
    "44 through softmax again": lambda z: right(z, soft(z) - ONE_HOT) / ROWS,
    "45 chain stops at y": lambda z: -ONE_HOT / soft(z) / ROWS,
    "46 softmax twice, shortcut kept": lambda z: (soft(soft(z)) - ONE_HOT) / ROWS,
    "51 d[:, t] for d[rows, t]": lambda z: every_target_column(soft(z)),
    "42 y - t, targets sum to 2": lambda z: (soft(z) - TWICE) / ROWS,
}
LOSS = {
    "46 softmax twice, shortcut kept": lambda z: loss(soft(z)),
    "42 y - t, targets sum to 2": lambda z: loss(z, TWICE),
}

VISIBLE = [
    *((name, FORWARD.get(name, soft), bug) for name, bug in SOFTMAX_BUGS.items()),
    *((name, partial(special.log_softmax, axis=-1), b) for name, b in LOG_SOFTMAX_BUGS.items()),
    *(
        (name, LOSS.get(name, loss), lambda z, g, b=b: g * b(z))
        for name, b in CROSS_ENTROPY_BUGS.items()
    ),
]


@pytest.mark.parametrize(("f", "vjp"), [pytest.param(f, b, id=n) for n, f, b in VISIBLE])
def test_a_wrong_derivative_is_refused(f, vjp, z, rng):
    with pytest.raises(GradientMismatch):
        check_vjp(f, partial(vjp, z), z, rng=rng)


def test_bug_2_missing_keepdims_fails_by_itself_on_a_batch_that_is_not_square(z, rng):
    y = soft(z)
    with pytest.raises(ValueError, match="could not be broadcast"):
        check_vjp(soft, lambda g: y * (g - (g * y).sum(axis=-1)), z, rng=rng)


def test_bug_2_missing_keepdims_is_refused_on_a_square_batch(rng):
    z = rng.standard_normal((4, 4))
    y = soft(z)
    with pytest.raises(GradientMismatch):
        check_vjp(soft, lambda g: y * (g - (g * y).sum(axis=-1)), z, rng=rng)


def test_bug_22_axis_ignored_in_backward_is_refused_off_the_last_axis(z, rng):
    with pytest.raises(GradientMismatch):
        check_vjp(partial(special.softmax, axis=0), partial(right, z), z, rng=rng)


# --- Right ones -----------------------------------------------------------------------------------


def transposed(z, g):
    return np.stack([jacobian(y).T @ g for y, g in zip(soft(z), g, strict=True)])


def soft_targets(z, g, t=TWICE):
    return g * (soft(z) * t.sum(axis=-1, keepdims=True) - t) / ROWS


RIGHT = [
    pytest.param(soft, right, id="0a reference"),
    pytest.param(soft, transposed, id="0b transposed Jacobian"),
    pytest.param(partial(loss, t=TWICE), soft_targets, id="40 cross entropy"),
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
# Each is wrong, as its last column shows at a point of its own; and yet its derivative is that of
# its own forward pass, or so near that no difference can tell.


def unshifted(z):
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(z)
        return e / e.sum(axis=-1, keepdims=True)


def one_shift_for_all(z):
    with np.errstate(invalid="ignore"):
        e = np.exp(z - z.max())
        return e / e.sum(axis=-1, keepdims=True)


def in_a_buffer_like_z(z):
    out = np.empty_like(z)
    out[...] = soft(z)
    return out


def almost_normalised(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / (e.sum(axis=-1, keepdims=True) + 1e-8)


def along_columns(z, g):
    y = special.softmax(z, axis=0)
    return y * (g - (g * y).sum(axis=0))


def log_in_two_steps(z):
    with np.errstate(divide="ignore"):
        return np.log(soft(z))


def log_softmax_rule(z, g):
    return g - soft(z) * g.sum(axis=-1, keepdims=True)


def two_step_loss(z, change=lambda y: y):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -(ONE_HOT * np.log(change(soft(z)))).sum() / ROWS


def shortcut(z, g):
    return g * (soft(z) - ONE_HOT) / ROWS


def smoothed(others):
    return 0.9 * ONE_HOT + 0.1 * others


OTHER_CLASSES = smoothed((1 - ONE_HOT) / (CLASSES - 1))
FAR = np.array([[60.0, 0, 0, 0]] * 3)  # the target of row 0 trails by 60, that of row 1 leads
MASKED = np.array([[-np.inf, 0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3.0]])
INTEGERS = np.array([[0, 1, 2, 3]])
APART = np.array([[0.0, 1, 2, 3], [2000, 2001, 2002, 2003]])
SMALL = np.array([[0.1, -0.2, 0.3, 0.4], [1.0, 0.5, -0.5, 0.0], [0.0, 0.2, 0.1, -1.0]])

INVISIBLE = [
    # name, forward, backward, where it goes wrong, what it should give there
    ("22 axis ignored, at the last axis", soft, right, SMALL, partial(special.softmax, axis=0)),
    ("23 no shift", unshifted, right, APART, soft),
    ("24 one shift for the array", one_shift_for_all, right, APART, soft),
    ("25 buffer with the dtype of z", in_a_buffer_like_z, right, INTEGERS, soft),
    ("26 sum + 1e-8", almost_normalised, right, SMALL, soft),
    (
        "27 wrong axis both ways",
        partial(special.softmax, axis=0),
        along_columns,
        SMALL,
        soft,
    ),
    (
        "34 log of softmax",
        log_in_two_steps,
        log_softmax_rule,
        np.array([[800.0, 0]]),
        partial(special.log_softmax, axis=-1),
    ),
    (
        "47 softmax twice, both ways",
        lambda z: loss(soft(z)),
        lambda z, g: right(z, shortcut(soft(z), g)),
        SMALL,
        loss,
    ),
    ("48 log(y + 1e-9)", partial(two_step_loss, change=lambda y: y + 1e-9), shortcut, FAR, loss),
    (
        "49 clipped y",
        partial(two_step_loss, change=lambda y: np.clip(y, 1e-7, 1 - 1e-7)),
        shortcut,
        FAR,
        loss,
    ),
    (
        "50 0 times -inf",
        two_step_loss,
        shortcut,
        MASKED,
        lambda z: -special.log_softmax(z, axis=-1)[np.arange(ROWS), T].mean(),
    ),
    (
        "52 mean over N and C",
        lambda z: loss(z) / CLASSES,
        lambda z, g: shortcut(z, g) / CLASSES,
        SMALL,
        loss,
    ),
    (
        "53 smoothing over the other classes",
        partial(loss, t=OTHER_CLASSES),
        lambda z, g: g * (soft(z) - OTHER_CLASSES) / ROWS,
        SMALL,
        partial(loss, t=smoothed(np.full(CLASSES, 1 / CLASSES))),
    ),
]


@pytest.mark.parametrize(("f", "vjp"), [pytest.param(f, b, id=n) for n, f, b, _, _ in INVISIBLE])
def test_no_derivative_check_can_see(f, vjp, z, rng):
    check_vjp(f, partial(vjp, z), z, rng=rng)


@pytest.mark.parametrize(
    ("f", "where", "reference"), [pytest.param(f, w, r, id=n) for n, f, _, w, r in INVISIBLE]
)
def test_what_no_derivative_check_can_see_is_wrong_all_the_same(f, where, reference):
    assert not np.allclose(f(where), reference(where), rtol=1e-9, atol=0)


def test_bug_42_passes_as_long_as_the_targets_sum_to_one(z, rng):
    check_vjp(loss, partial(shortcut, z), z, rng=rng)


class KeepsResult:
    """A layer that gives away the array it will need."""

    def forward(self, z):
        self.y = soft(z)
        return self.y

    def backward(self, g):
        return self.y * (g - dot(g, self.y))


class KeepsLogits:
    """A layer that relies on the caller's array."""

    def forward(self, z):
        self.z = z
        return soft(z)

    def backward(self, g):
        return right(self.z, g)


CARELESS = [
    pytest.param(KeepsResult, lambda layer, z, y: y.fill(0), id="28a result changed"),
    pytest.param(KeepsLogits, lambda layer, z, y: z.fill(0), id="28b logits changed"),
    pytest.param(KeepsResult, lambda layer, z, y: layer.forward(0 * z), id="28c used twice"),
]


@pytest.mark.parametrize(("layer", "spoil"), CARELESS)
def test_no_derivative_check_can_see_what_a_layer_shares(layer, spoil, z, rng):
    layer, g = layer(), rng.standard_normal(z.shape)
    check_vjp(layer.forward, lambda g: (layer.forward(z), layer.backward(g))[1], z, rng=rng)
    expected = right(z, g)
    spoil(layer, z, layer.forward(z))
    assert not np.allclose(layer.backward(g), expected)


def test_a_check_with_ones_for_g_would_miss_what_a_random_g_finds(z):
    g = np.ones_like(z)
    for name in ("5 plain mean", "9 leading y forgotten", "11 overall sign"):
        np.testing.assert_allclose(SOFTMAX_BUGS[name](z, g), right(z, g), atol=1e-15)


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
        check_vjp(soft, partial(overwrites_g, z), z, rng=rng)


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

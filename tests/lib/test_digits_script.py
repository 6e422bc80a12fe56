"""The digits benchmark measures against the truth, and its record says what the book says."""

import json
from fractions import Fraction

import numpy as np
import pytest

from benchmarks import digits
from tests.lib import reference

SCIPY = {
    "SciPy log_softmax": digits.scipy_log_softmax,
    "SciPy logsumexp(z) - z_t": digits.scipy_difference,
    "SciPy logsumexp(z - z_t)": digits.scipy_shifted,
}
ROWS = json.loads(digits.RECORD.read_text("utf-8"))["rows"]


def recorded(what, library, dtype="float64"):
    wanted = (what, library, dtype)
    return {
        row["x"]: row["error"]
        for row in ROWS
        if (row["what"], row["library"], row["dtype"]) == wanted
    }


@pytest.mark.parametrize("gap", [0.5, 7.0, 40.0])
def test_the_truth_is_that_of_the_definitions(gap):
    z = digits.leading(gap, "float64")
    loss, gradient = reference.cross_entropy(reference.row(z), reference.one_hot(0, 10))
    assert abs(digits.right_loss(z) / loss - 1) < 1e-200
    assert abs(digits.right_gradient(z) / gradient[0] - 1) < 1e-200


@pytest.mark.parametrize("constant", [0.0, 1e6])
def test_the_right_pullback_is_that_of_the_definitions(constant):
    z, g = digits.pulled(constant, "float64")
    y = reference.softmax(reference.row(z))
    want = reference.softmax_vjp(y, reference.row(g))
    assert digits.largest_error(np.float64(want), digits.right_pullback(z, g)) < 2**-52


@pytest.mark.parametrize("gap", digits.GAPS["float64"])
def test_the_logits_are_exact_in_both_formats(gap):
    wide, narrow = (digits.leading(gap, dtype) for dtype in ("float64", "float32"))
    assert list(map(Fraction, wide)) == [Fraction(float(x)) for x in narrow]


def test_an_error_is_relative():
    assert digits.error(1.5, digits.EXACT.mpf(1)) == 0.5
    assert digits.error(0.0, digits.EXACT.mpf("1e-300")) == 1
    assert digits.largest_error([1.5, 4.0], [digits.EXACT.mpf(1), digits.EXACT.mpf(4)]) == 0.125


@pytest.mark.parametrize("dtype", digits.GAPS)
@pytest.mark.parametrize("name", SCIPY)
def test_scipy_still_loses_and_keeps_the_digits_that_the_record_says(name, dtype):
    for gap, error in recorded("loss", name, dtype).items():
        z = digits.leading(gap, dtype)
        found = digits.error(SCIPY[name](z), digits.right_loss(z))
        unit = float(np.finfo(dtype).eps / min(digits.right_loss(z), 1))
        assert min(found, 1) == pytest.approx(min(error, 1), abs=max(1, gap) * unit)


@pytest.mark.parametrize("dtype", digits.GAPS)
def test_taking_the_target_off_first_keeps_all_digits(dtype):
    for gap in digits.GAPS[dtype]:
        z = digits.leading(gap, dtype)
        found = digits.error(digits.scipy_shifted(z), digits.right_loss(z))
        assert found < 2 * np.finfo(dtype).eps


@pytest.mark.parametrize("library", ["SciPy log_softmax", "PyTorch", "JAX"])
def test_the_record_has_every_gap_and_ends_without_a_digit(library):
    for dtype, gaps in digits.GAPS.items():
        rows = recorded("loss", library, dtype)
        assert list(rows) == list(gaps)
        assert rows[gaps[-1]] == 1


def test_the_record_has_every_constant_and_length():
    for dtype, constants in digits.CONSTANTS.items():
        for library in ("PyTorch", "JAX"):
            assert list(recorded("constant", library, dtype)) == list(constants)
    for library in ("SciPy", "PyTorch"):
        assert list(recorded("long sum", library, "float32")) == list(digits.LENGTHS)


def test_the_record_has_both_targets_of_every_gap():
    for dtype in digits.GAPS:
        for target in (1, 0):
            assert list(recorded("binary", f"PyTorch, target {target}", dtype)) == [*digits.BINARY]


def test_the_record_names_the_version_of_each_library():
    record = json.loads(digits.RECORD.read_text("utf-8"))
    assert {"numpy", "scipy", "torch", "jax"} <= set(record["versions"])


@pytest.mark.parametrize("gap", [3.0, 40.5])
@pytest.mark.parametrize("name", ["torch", "jax"])
def test_a_gradient_library_still_has_the_digits_that_the_record_says(name, gap):
    pytest.importorskip(name, reason=f"{name} is not installed: no second loss to see")
    z = digits.leading(gap, "float64")
    loss, slope = {"torch": digits.torch_both, "jax": digits.jax_both}[name](z)
    for found, right in ((loss, digits.right_loss(z)), (slope, digits.right_gradient(z))):
        assert (digits.error(found, right) == 1) == (gap > 37)


@pytest.mark.parametrize("dtype", digits.GAPS)
def test_pytorch_still_keeps_the_digits_of_target_1_and_loses_those_of_0(dtype):
    pytest.importorskip("torch", reason="torch is not installed: no binary loss to see")
    right, _ = reference.cross_entropy(reference.row([20.0, 0.0]), reference.one_hot(0, 2))
    kept, lost = (digits.error(digits.torch_binary(20.0, n, dtype), right) for n in (1, 0))
    assert kept < np.finfo(dtype).eps
    assert lost > 1e-8

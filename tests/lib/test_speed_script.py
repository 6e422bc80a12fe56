"""The benchmark runs, compares what it says, and can miss a gate. Seconds are never asserted."""

import runpy
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

speed = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "speed.py"))


@pytest.fixture
def arguments():
    rng = np.random.default_rng(3)
    z, g = rng.standard_normal((2, 6, 5))
    e = np.exp(z)
    return z, e / e.sum(axis=1, keepdims=True), g, rng.integers(0, 5, 6), 1


@pytest.mark.parametrize("others", ["scipy_calls", "plain_calls", "unchecked_calls"])
def test_candidates_compute_the_same(arguments, others):
    ours = speed["softback_calls"](*arguments)
    for function, call in speed[others](*arguments).items():
        got, want = call(), ours[function]()
        pairs = zip(got, want, strict=True) if isinstance(want, tuple) else [(got, want)]
        for a, b in pairs:
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12, err_msg=function)


def test_a_case_is_measured_and_can_miss_its_gates():
    calls = dict.fromkeys(["softback", "other"], lambda: sum(range(2000)))
    generous = speed["Case"]("f", "6 × 5", "float64", {"other": 1e6, "memory": 1e6})
    strict = speed["Case"]("f", "6 × 5", "float64", {"other": 0.0, "memory": -1.0})
    assert speed["measure"](generous, calls, 1, samples=3).missed() == []
    assert speed["measure"](strict, calls, 1, samples=3).missed() == ["other", "memory"]


def test_depth_counts_nested_calls_of_both_kinds():
    def inner():
        return len([1, 2])

    def outer():
        inner()
        return inner()

    assert speed["call_depth"](outer) == 3


@pytest.mark.parametrize("shape", speed["SMALL_SHAPES"].values(), ids=speed["SMALL_SHAPES"])
@pytest.mark.parametrize("function", speed["SMALL_LIMITS"])
def test_small_arrays_reach_the_arithmetic_within_six_calls(function, shape):
    z, g = np.random.default_rng(4).standard_normal((2, *shape))
    y = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    calls = speed["softback_calls"](z, y, g, np.zeros(shape[:-1], int), -1)
    assert speed["call_depth"](calls[function]) <= 6


def test_a_small_case_has_gates_for_checks_and_depth():
    assert speed["SMALL_LIMITS"]["softmax"] == {"SciPy": 1.0, "unchecked": 1.8, "depth": 6}
    assert speed["SMALL_LIMITS"]["softmax_vjp"] == {"unchecked": 2.0, "depth": 6}
    case = speed["Case"]("f", "3", "float64", {"depth": 6}, depth=7)
    assert case.missed() == ["depth"]


def test_table_sets_what_missed_its_gate_in_bold():
    row = {"function": "f", "shape": "3", "dtype": "float32", "memory": 1.5}
    row |= {"ratios": {"SciPy": 0.8}, "limits": {"SciPy": 0.5, "memory": 2.0}}
    assert "| 3 | **0.80** |" in speed["table"]([row], "SciPy")
    assert "| 3 | 1.50 |" in speed["table"]([row], "memory")


def test_a_case_says_of_each_gate_what_was_seen():
    case = speed["Case"]("f", "3", "float64", {"SciPy": 1.0, "memory": 0.5, "PyTorch": 2.0})
    case.ratios, case.memory = {"SciPy": 0.8}, 0.75
    said = str(case)
    assert "SciPy 0.80 ≤ 1 ok" in said
    assert "memory 0.75 ≤ 0.5 over" in said
    assert "PyTorch not measured ≤ 2" in said


@pytest.mark.parametrize(
    ("function", "shape", "axis", "dtype", "gates"),
    [
        ("softmax", (100_000, 10), 1, "float32", {"SciPy": 0.35, "PyTorch": 0.25}),
        (
            "softmax",
            (8, 16, 512, 512),
            3,
            "float64",
            {"SciPy": 1.0, "PyTorch": 2.0, "warm PyTorch": 3.0},
        ),
        ("log_softmax", (128, 256, 128), 0, "float32", {"SciPy": 1.6}),
        ("softmax_vjp", (128, 256, 128), 1, "float64", {"memory": 3.0, "plain": 1.45}),
        ("cross_entropy", (4096, 1000), 1, "float32", {"SciPy": 0.5, "memory": 0.4}),
    ],
)
def test_gates_of_a_case(function, shape, axis, dtype, gates):
    assert speed["limits"](function, shape, axis, dtype) == gates


def test_plot_has_one_mark_for_each_row():
    row = {"function": "f", "shape": "3", "memory": 0.0, "limits": {}}
    dtypes = ["float32", "float32", "float64"]
    rows = [row | {"dtype": d, "ratios": {"SciPy": 0.5 + i}} for i, d in enumerate(dtypes)]
    with mpl.rc_context({"backend": "svg"}):
        ax = speed["plot"](rows)
        drawn = sorted(x for line in ax.lines[:2] for x in line.get_xdata())
        plt.close("all")
    assert drawn == [0.5, 1.5, 2.5]
    assert ax.get_xscale() == "log"

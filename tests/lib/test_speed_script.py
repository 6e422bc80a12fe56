"""The benchmark runs, compares what it says, and can miss a gate. Seconds are never asserted."""

import runpy
from pathlib import Path

import numpy as np
import pytest

speed = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "speed.py"))


@pytest.fixture
def arguments():
    rng = np.random.default_rng(3)
    z, g = rng.standard_normal((2, 6, 5))
    e = np.exp(z)
    return z, e / e.sum(axis=1, keepdims=True), g, rng.integers(0, 5, 6), 1


@pytest.mark.parametrize("others", ["scipy_calls", "plain_calls"])
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


def test_table_sets_what_missed_its_gate_in_bold():
    row = {"function": "f", "shape": "3", "dtype": "float32", "memory": 1.5}
    row |= {"ratios": {"SciPy": 0.8}, "limits": {"SciPy": 0.5, "memory": 2.0}}
    assert "| 3 | **0.80** |" in speed["table"]([row], "SciPy")
    assert "| 3 | 1.50 |" in speed["table"]([row], "memory")

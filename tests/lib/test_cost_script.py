"""The cost benchmark calls what it names, and its record has the growth that the book speaks of."""

import json

import numpy as np
import pytest

from benchmarks import cost


def test_the_ways_of_a_vector_product_agree():
    calls = cost.calls(6)
    found = [calls[way]() for way in ("loops", "batched Jacobian", "softmax_vjp")]
    np.testing.assert_allclose(found[0], found[2], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found[1], found[2], rtol=1e-12, atol=1e-15)


def test_the_fused_loss_returns_a_loss_and_a_gradient_of_all_rows():
    loss, dz = cost.calls(6)["fused loss"]()
    assert np.ndim(loss) == 0
    assert dz.shape == (cost.ROWS, 6)
    np.testing.assert_allclose(dz.sum(axis=1), 0, atol=1e-15)


def test_peak_counts_what_lives_at_once_and_not_what_was_there():
    kept = np.ones(100_000)
    calls = (lambda: [kept + 1], lambda: [kept + 1, kept + 1])
    one, two = (cost.peak_memory(call, kept.nbytes) for call in calls)
    assert one == pytest.approx(1, rel=0.01)
    assert two == pytest.approx(2, rel=0.01)


def test_each_way_is_measured_at_powers_of_two_up_to_its_last():
    rows = list(cost.measure({"softmax_vjp": 32, "loops": 16}))
    assert [(row["way"], row["classes"]) for row in rows] == [
        ("softmax_vjp", 16),
        ("softmax_vjp", 32),
        ("loops", 16),
    ]
    assert all(row["seconds"] > 0 and row["bytes"] > 0 for row in rows)


@pytest.mark.parametrize("way", cost.MOST)
def test_the_record_holds_every_way_up_to_its_last(way):
    rows = [row for row in json.loads(cost.RECORD.read_text("utf-8"))["rows"] if row["way"] == way]
    classes = [row["classes"] for row in rows]
    assert classes == [2**p for p in range(4, int(np.log2(cost.MOST[way])) + 1)]


@pytest.mark.parametrize(("way", "power"), [("batched Jacobian", 2), ("softmax_vjp", 1)])
def test_memory_grows_as_it_should(way, power):
    few, many = (cost.peak_memory(cost.calls(classes)[way], 1) for classes in (256, 1024))
    assert np.log(many / few) / np.log(4) == pytest.approx(power, abs=0.2)

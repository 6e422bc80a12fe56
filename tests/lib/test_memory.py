"""What calls allocate: one result, and little beside it."""

import tracemalloc

import numpy as np
import pytest

from softback import (
    cross_entropy,
    cross_entropy_and_grad,
    log_softmax,
    log_softmax_vjp,
    logsumexp,
    softmax,
    softmax_vjp,
)

SHAPES = {"short rows": ((40_000, 10), -1), "long rows": ((800, 1000), -1)}
SHAPES["apart in memory"] = ((100, 200, 100), 0)


def peak(call, unit):
    """Return the peak of what a call allocates, its result included, in inputs."""
    call()
    tracemalloc.start()
    result = call()
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del result
    return memory / unit


@pytest.fixture(params=SHAPES.values(), ids=SHAPES)
def case(request):
    shape, axis = request.param
    rng = np.random.default_rng(1)
    kept = [n for a, n in enumerate(shape) if a != axis % len(shape)]
    return rng.standard_normal(shape), rng.integers(0, shape[axis], kept), axis


def test_a_number_for_each_row_needs_a_part_of_the_logits(case):
    z, t, axis = case
    result = logsumexp(z, axis).nbytes / z.nbytes
    assert peak(lambda: logsumexp(z, axis), z.nbytes) < result + 0.35
    assert peak(lambda: cross_entropy(z, t, axis), z.nbytes) < 0.35


def test_a_gradient_needs_little_beside_itself(case):
    z, t, axis = case
    assert peak(lambda: cross_entropy_and_grad(z, t, axis), z.nbytes) < 1.35


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_a_result_as_large_as_the_logits_is_made_in_pieces(function):
    z = np.random.default_rng(2).standard_normal((8000, 200))
    assert peak(lambda: function(z), z.nbytes) < 1.25


def test_a_product_with_the_jacobian_holds_no_second_array():
    y = softmax(np.random.default_rng(3).standard_normal((8000, 200)))
    assert peak(lambda: softmax_vjp(y, y), y.nbytes) < 1.25


def test_log_probabilities_of_no_row_that_sums_to_one_cost_no_matrix():
    logy = np.zeros(1000, complex)
    assert peak(lambda: log_softmax_vjp(logy, logy), logy.nbytes) < 10

"""The gradient of log-probabilities keeps its digits for a class that is nearly certain."""

import numpy as np
import pytest

import softback
from softback import layers
from softback.autograd import functions, graph
from tests.lib import reference
from tests.lib.reference import error_in_eps, pieces


def by_layer(z, g):
    layer = layers.LogSoftmax()
    layer.forward(z)
    return layer.backward(g)


def by_function(z, g):
    z = functions.Variable(z)
    return functions.grad(functions.apply("log_softmax", z), [z], g)[0]


def by_graph(z, g):
    node = graph.placeholder("z")
    (dz,) = graph.grad(graph.log_softmax(node), [node], g)
    return graph.run(dz, {node: z})


WAYS = {
    "log_softmax_vjp": lambda z, g: softback.log_softmax_vjp(softback.log_softmax(z), g),
    "log_softmax_vjp, first axis": lambda z, g: (
        softback.log_softmax_vjp(
            np.ascontiguousarray(softback.log_softmax(z).T), np.ascontiguousarray(g.T), 0
        ).T
    ),
    "layer": by_layer,
    "function": by_function,
    "graph": by_graph,
    "soft targets": lambda z, g: -softback.cross_entropy_and_grad(z, g, reduction="sum")[1],
}
UPSTREAM = {
    "its class alone": [1.0, 0.0, 0.0],
    "others, small": [1.0, 3e-12, 2e-12],
    "others alone": [0.0, 1.0, 0.5],
    "another sign": [-1.0, -1e-9, -1e-9],
}


@pytest.mark.parametrize("rows", [1, 20_000], ids=["one row", "many rows"])
@pytest.mark.parametrize("gap", [5.0, 20.0, 40.0, 300.0])
@pytest.mark.parametrize("g", UPSTREAM.values(), ids=UPSTREAM)
@pytest.mark.parametrize("way", WAYS)
def test_nearly_certain_class_keeps_its_digits(way, g, gap, rows):
    z, g = np.array([gap, 0.0, -1.0]), np.array(g)
    y = reference.softmax(reference.row(z))
    # Without the cancelling 1 - y, so that the error can be measured by what is added up.
    terms = abs(g[0]) * float(1 - y[0]) + np.abs(g[1:]).sum()
    want = pieces([reference.log_softmax_vjp(y, reference.row(g))])
    got = WAYS[way](np.tile(z, (rows, 1)), np.tile(g, (rows, 1)))
    assert (got == got[0]).all()
    error = error_in_eps(got[:1], want, np.array([[terms, *np.abs(g[1:]) + 1e-300]]))
    assert error[0, 0] <= 8 + gap


@pytest.mark.parametrize("gap", [5.0, 40.0])
def test_second_derivative_of_the_graph_is_that_of_softmax(gap):
    """The gradient of log-softmax is a node with gradients of its own, by both of its inputs."""
    z, t = graph.placeholder("z"), np.array([0.2, 0.5, 0.3])
    loss = graph.total(graph.log_softmax(z) * -t)
    (dz,) = graph.grad(loss, [z])
    rows = [graph.grad(graph.total(dz * unit), [z])[0] for unit in np.eye(3)]
    logits = np.array([gap, 0.0, -1.0])
    found = np.array(graph.run(rows, {z: logits}))
    want = softback.cross_entropy_hessian(softback.softmax(logits))
    np.testing.assert_allclose(found, want, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize("axis", [0, 1])
def test_complex_rows_may_hold_several_classes_beyond_a_half(axis, rows):
    # Only probabilities leave room for one such class a row.
    z = np.zeros((rows, 3), complex)
    z[0] = [0.3 + 2.5j, 0.1 - 2.0j, 0.2 + 0.1j]
    logy, g = softback.log_softmax(z), np.tile([1.0, -2.0, 0.5], (rows, 1))
    assert np.count_nonzero(logy.real > -np.log(2)) == 3
    want = g - np.exp(logy) * g.sum(axis=1, keepdims=True)
    logy, g = (np.moveaxis(x, 1, axis) for x in (logy, g))
    found = np.moveaxis(softback.log_softmax_vjp(logy, g, axis), axis, 1)
    np.testing.assert_allclose(found, want, rtol=1e-14)

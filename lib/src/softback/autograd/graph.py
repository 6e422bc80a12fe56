"""A define-then-run graph: nodes are built first and run later, with values fed into placeholders.

Each operation has two methods. ``evaluate`` computes with arrays when the graph runs. ``gradient``
computes nothing: it builds new nodes, so what it returns can be run, or differentiated again.

>>> z = placeholder("z")
>>> y = softmax(z)
>>> first = total(y * [1.0, 0.0])
>>> (dz,) = grad(first, [z])
>>> (ddz,) = grad(total(dz * [1.0, 0.0]), [z])
>>> run([dz, ddz], {z: [0.0, np.log(3.0)]})
[array([ 0.1875, -0.1875]), array([ 0.09375, -0.09375])]

Shapes are known only when the graph runs, so that is when they are checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from softback import _arguments, functions
from softback._types import ArrayLike, Axis
from softback.autograd._sweep import fit, inputs_first, noted, require_shape, sweep
from softback.gradients import log_softmax_vjp


class Node:
    """One value of a computation that has not run yet: an operation and the nodes it takes.

    ``+``, ``-`` and ``*`` of nodes, numbers and arrays make new nodes.
    """

    __array_ufunc__ = None  # so that array * node asks the node

    def __init__(self, operation: Operation, *inputs: Node) -> None:
        self.operation, self.inputs = operation, inputs

    def __repr__(self):
        """Return the operation, and those of its inputs."""
        inputs = ", ".join(repr(x.operation) for x in self.inputs)
        return f"{self.operation!r}({inputs})" if inputs else repr(self.operation)

    def __add__(self, other):
        """Return the node self + other."""
        return Node(Add(), self, _node(other))

    def __sub__(self, other):
        """Return the node self - other."""
        return Node(Sub(), self, _node(other))

    def __rsub__(self, other):
        """Return the node other - self."""
        return Node(Sub(), _node(other), self)

    def __mul__(self, other):
        """Return the node self * other, entry by entry."""
        return Node(Mul(), self, _node(other))

    __radd__, __rmul__ = __add__, __mul__


def placeholder(name: str) -> Node:
    """Return a node whose value is fed to `run`.

    Parameters
    ----------
    name : str
        For messages.

    Returns
    -------
    Node
    """
    return Node(Placeholder(name))


def constant(value: ArrayLike) -> Node:
    """Return a node with a fixed value.

    Parameters
    ----------
    value : array_like
        Copied.

    Returns
    -------
    Node

    Raises
    ------
    TypeError
        If ``value`` does not hold numbers.
    """
    return Node(Constant(np.array(_arguments.as_numbers(value, "value"))))


def total(x: Node | ArrayLike, axis: Axis = None) -> Node:
    """Return the node of a sum.

    Parameters
    ----------
    x : Node or array_like
        What is summed.
    axis : int, tuple of ints or None
        An axis is kept, with length 1. None sums all to a single number.

    Returns
    -------
    Node
    """
    return Node(Sum(axis), _node(x))


def softmax(z: Node | ArrayLike, axis: Axis = -1) -> Node:
    """Return the node of `softback.softmax`.

    Parameters
    ----------
    z : Node or array_like
        Logits.
    axis : int, tuple of ints or None
        The axis that sums to one.

    Returns
    -------
    Node
    """
    return Node(Softmax(axis), _node(z))


def log_softmax(z: Node | ArrayLike, axis: Axis = -1) -> Node:
    """Return the node of `softback.log_softmax`.

    Parameters
    ----------
    z : Node or array_like
        Logits.
    axis : int, tuple of ints or None
        The axis whose probabilities sum to one.

    Returns
    -------
    Node
    """
    return Node(LogSoftmax(axis), _node(z))


def run(nodes: Node | list[Node], feed: dict[Node, ArrayLike]) -> Any:
    """Compute the values of ``nodes``.

    Parameters
    ----------
    nodes : Node or list of Node
        What to compute. What they share is computed once.
    feed : dict from placeholder to array_like
        The values of the placeholders.

    Returns
    -------
    ndarray or scalar, or a list of them
        One for each node, none of them sharing memory with what was fed.

    Raises
    ------
    ValueError
        If a placeholder that is needed was not fed, or shapes do not fit; a note says where.
    TypeError
        If a key of ``feed`` is not a placeholder, or a value does not hold numbers.
    """
    if isinstance(nodes, Node):
        return run([nodes], feed)[0]
    values = {key: _fed(key, value) for key, value in feed.items()}
    with _arguments.quiet():
        for node in inputs_first(nodes):
            if node not in values:
                arrays = [values[x] for x in node.inputs]
                with noted(repr(node), arrays):
                    values[node] = np.asarray(node.operation.evaluate(*arrays))
    return [np.array(values[node])[()] for node in nodes]


def grad(output: Node, inputs: list[Node], g: Node | ArrayLike | None = None) -> list[Node]:
    """Return new nodes: the gradients of ``output`` with respect to ``inputs``.

    Parameters
    ----------
    output : Node
        Where the walk starts.
    inputs : list of Node
        An input that the output does not depend on gets zeros: the output is constant in it.
    g : Node or array_like, shape of output, optional
        The gradient with respect to the output; 1 if that is a single number. Its shape is checked
        when the graph runs.

    Returns
    -------
    list of Node
        One for each input; run, each has the shape of its input.

    Raises
    ------
    TypeError
        If the output or an input is not a `Node`.
    """
    for x in (output, *inputs):
        if not isinstance(x, Node):
            raise TypeError(f"grad connects nodes, not a {type(x).__name__}")
    g = Node(Upstream(), _node(1.0 if g is None else g), output)
    found = sweep(output, g, lambda node, g: node.operation.gradient(node, g))
    return [found[x] if x in found else Node(Expand(), constant(0.0), x) for x in inputs]


def _node(x):
    return x if isinstance(x, Node) else constant(x)


def _fed(node, value):
    if not (isinstance(node, Node) and isinstance(node.operation, Placeholder)):
        raise TypeError(f"feed has the key {node!r}; its keys must be placeholders")
    return _arguments.as_numbers(value, node.operation.name)


class Operation:
    """What a node does: ``evaluate`` takes and returns arrays, ``gradient`` nodes."""

    def __repr__(self):
        """Return its name in a formula."""
        return type(self).__name__.lower()

    def gradient(self, node, g):
        """Return new nodes, one gradient for each input of ``node``; None where there is none."""
        return [None for _ in node.inputs]


@dataclass(frozen=True, repr=False)
class Placeholder(Operation):
    """A value to be fed."""

    name: str

    def __repr__(self):
        """Return the name."""
        return self.name

    def evaluate(self):
        """Say that nothing was fed."""
        raise ValueError(f"placeholder {self.name!r} was not fed; add it to `feed`")


@dataclass(frozen=True, repr=False)
class Constant(Operation):
    """A fixed value."""

    value: np.ndarray

    def evaluate(self):
        """Return the value."""
        return self.value


class Entrywise(Operation):
    """An operation of two arrays entry by entry, which may broadcast."""

    def gradient(self, node, g):
        """Return what g becomes on its way to each input, in its shape."""
        found = zip(_PULL[self.evaluate](g, *node.inputs), node.inputs, strict=True)
        return [Node(Fit(), dx, x) for dx, x in found]


class Add(Entrywise):
    """a + b."""

    evaluate = np.add


class Sub(Entrywise):
    """a - b."""

    evaluate = np.subtract


class Mul(Entrywise):
    """a * b, entry by entry."""

    evaluate = np.multiply


_PULL = {
    np.add: lambda g, a, b: (g, g),
    np.subtract: lambda g, a, b: (g, -1.0 * g),
    np.multiply: lambda g, a, b: (g * b, g * a),
}


@dataclass(frozen=True, repr=False)
class AlongAxis(Operation):
    """What has an axis."""

    axis: Axis


class Sum(AlongAxis):
    """A sum along an axis, which is kept, or over everything."""

    def evaluate(self, x):
        """Return the sum."""
        return x.sum(axis=_arguments.axes_of(x, self.axis), keepdims=self.axis is not None)

    def gradient(self, node, g):
        """Return g in every place that was summed."""
        return [Node(Expand(), g, node.inputs[0])]


class Fit(Operation):
    """x summed down to the shape of another node: the gradient of broadcasting."""

    def evaluate(self, x, like):
        """Return the sum over the axes that broadcasting made or stretched."""
        return fit(x, like.shape)

    def gradient(self, node, g):
        """Return g in every place that was summed; only the shape of ``like`` matters."""
        return [Node(Expand(), g, node.inputs[0]), None]


class Expand(Operation):
    """x repeated up to the shape of another node: the gradient of a sum."""

    def evaluate(self, x, like):
        """Return x, broadcast."""
        return np.broadcast_to(x, like.shape)

    def gradient(self, node, g):
        """Return g summed over the copies; only the shape of ``like`` matters."""
        return [Node(Fit(), g, node.inputs[0]), None]


class Upstream(Operation):
    """The gradient with which the walk back starts, checked against the output."""

    def evaluate(self, g, output):
        """Return g."""
        require_shape(g, output)
        return g

    def gradient(self, node, g):
        """Return g for g; only the shape of the output matters."""
        return [g, None]


class Softmax(AlongAxis):
    """`softback.softmax`."""

    def evaluate(self, z):
        """Return the probabilities."""
        return functions.softmax(z, self.axis)

    def gradient(self, node, g):
        """Return y * (g - sum(g * y)): the node itself is y, so nothing is computed twice."""
        return [node * (g - total(g * node, self.axis))]


class LogSoftmax(AlongAxis):
    """`softback.log_softmax`."""

    def evaluate(self, z):
        """Return the log-probabilities."""
        return functions.log_softmax(z, self.axis)

    def gradient(self, node, g):
        """Return g - y * sum(g): the node itself is log y."""
        return [Node(LogSoftmaxPullback(self.axis), node, g)]


class LogSoftmaxPullback(AlongAxis):
    """`softback.log_softmax_vjp`, which keeps the digits of a class that is nearly certain."""

    def evaluate(self, logy, g):
        """Return g - y * sum(g)."""
        return log_softmax_vjp(logy, g, self.axis)

    def gradient(self, node, g):
        """Return the gradients by log y, on which y = softmax(log y) depends, and by its own g."""
        logy, own_g = node.inputs
        y = softmax(logy, self.axis)
        by_logy = -1.0 * (g * y * total(own_g, self.axis))
        return [by_logy, g - total(g * y, self.axis)]

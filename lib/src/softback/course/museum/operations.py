"""What an exhibit claims to compute, done right, and how its piece of code is put to that work."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np

from softback import formulas
from softback.functions import cross_entropy, log_softmax, logsumexp, softmax
from softback.gradients import cross_entropy_and_grad, log_softmax_vjp, softmax_vjp

Passes = tuple[Callable, Callable]


@dataclass(frozen=True)
class Operation:
    """A function and its backward pass, both right.

    Attributes
    ----------
    name : str
    forward : callable
        ``forward(z, **options)``; the options are ``axis``, ``temperature`` and ``cap``, or for a
        loss ``t`` and ``label_smoothing``.
    backward : callable
        ``backward(z, g, **options)``.
    rule : callable or None
        The backward pass as a function of the output and g, as the book writes it.
    is_loss : bool
        Whether it returns one number, and takes targets.
    slope : callable
        Slope of what bends each logit before the softmax, if anything does.
    """

    name: str
    forward: Callable
    backward: Callable
    rule: Callable | None = None
    is_loss: bool = False
    slope: Callable = np.ones_like


def _softmax_backward(z, g, axis=-1, temperature=1.0):
    y = softmax(z, axis, temperature=temperature)
    return softmax_vjp(y, g, axis, temperature=temperature)


def _log_softmax_backward(z, g, axis=-1):
    return log_softmax_vjp(log_softmax(z, axis), g, axis)


def _loss_backward(z, g, t, label_smoothing=0.0):
    return g * cross_entropy_and_grad(z, t, label_smoothing=label_smoothing)[1]


def causal(z: Any) -> Any:
    """Return the mask of queries that see no key of their future; the last one sees all."""
    rows, keys = np.shape(np.atleast_2d(z))[-2:]
    mask = np.tri(rows, keys, keys - rows, dtype=bool)
    return mask if np.ndim(z) > 1 else mask[0]


def _masked(z, mask=None):
    return softmax(z, where=causal(z) if mask is None else mask)


def _masked_backward(z, g, mask=None):
    return softmax_vjp(_masked(z, mask), g)


CAP = 2.0


def _bent(z, cap=CAP):
    return cap * np.tanh(z / cap)


def _slope(z, cap=CAP):
    return 1 - np.tanh(z / cap) ** 2


def _capped(z, cap, axis=-1):
    return softmax(_bent(z, cap), axis)


def capped_vjp(z, g, cap, axis=-1, rule=formulas.softmax_vjp, slope=None):
    """Return dz of softmax(cap * tanh(z / cap)); the keywords put a mistake into one step."""
    slope = _slope(z, cap) if slope is None else slope
    return rule(_capped(z, cap, axis), g, axis) * slope


def _capped_and_masked(z, mask=None):
    return _masked(_bent(z), mask)


def _capped_and_masked_backward(z, g, mask=None):
    return softmax_vjp(_capped_and_masked(z, mask), g) * _slope(z)


def _with_a_sink(z, a=1.0):
    return np.exp(z - np.logaddexp(logsumexp(z, keepdims=True), a))


def _sink_backward(z, g):
    return formulas.softmax_vjp(_with_a_sink(z), g)


def classes_of(t: Any) -> Any:
    """Return the class of each row of one-hot targets, -100 where the row has none."""
    return np.where(t.any(axis=-1), t.argmax(axis=-1), -100)


def _ignoring(z, t):
    return cross_entropy(z, classes_of(t))


def _ignoring_backward(z, g, t):
    return g * cross_entropy_and_grad(z, classes_of(t))[1]


HEAT = 4.0


def _distilled(z, t):
    return HEAT**2 * cross_entropy(z / HEAT, t)


def _distilled_backward(z, g, t):
    return g * HEAT * cross_entropy_and_grad(z / HEAT, t)[1]


SOFTMAX = Operation("softmax", softmax, _softmax_backward, formulas.softmax_vjp)
LOG_SOFTMAX = Operation("log-softmax", log_softmax, _log_softmax_backward, formulas.log_softmax_vjp)
CROSS_ENTROPY = Operation("cross-entropy", cross_entropy, _loss_backward, is_loss=True)
MASKED = Operation("masked", _masked, _masked_backward, formulas.softmax_vjp)
CAPPED = Operation("capped", _capped, capped_vjp)
CAPPED_AND_MASKED = Operation(
    "capped and masked",
    _capped_and_masked,
    _capped_and_masked_backward,
    formulas.softmax_vjp,
    slope=_slope,
)
SINK = Operation("sink", _with_a_sink, _sink_backward, formulas.softmax_vjp)
IGNORING = Operation("ignoring", _ignoring, _ignoring_backward, is_loss=True)
DISTILLED = Operation("distilled", _distilled, _distilled_backward, is_loss=True)


def takes(code: Callable, name: str) -> bool:
    """Tell whether a piece of code has a parameter called ``name``."""
    return name in signature(code).parameters


# Each role turns a piece of code into (forward, backward). What the code does not say is done
# right, with the options of the exhibit.


def as_forward(code: Callable, task: Operation, options: dict[str, Any]) -> Passes:
    """``code(z)`` returns the output; the plain rule goes back from there."""

    def backward(z, g, **where):
        return task.rule(code(z, **where), g, **where)

    return code, backward


def as_masked(code: Callable, task: Operation, options: dict[str, Any]) -> Passes:
    """``code(z, mask)`` returns the shares of what the mask allows; the plain rule goes back."""

    def forward(z, mask=None):
        return code(z, causal(z) if mask is None else mask)

    def backward(z, g, mask=None):
        return task.rule(forward(z, mask), g) * task.slope(z)

    return forward, backward


def as_rule(code: Callable, task: Operation, options: dict[str, Any]) -> Passes:
    """``code(y, g)``, or ``code(logy, g)``, goes back from the output."""

    def forward(z, **where):
        return task.forward(z, **options, **where)

    def backward(z, g, **where):
        return code(forward(z, **where), g, **where)

    return forward, backward


def as_backward(code: Callable, task: Operation, options: dict[str, Any]) -> Passes:
    """``code(z, g)`` goes back from the logits."""

    def forward(z, **where):
        return task.forward(z, **options, **where)

    return forward, code


def as_output_and_vjp(code: Callable, task: Operation, options: dict[str, Any]) -> Passes:
    """``code(z)`` returns the output and the function that goes back from it."""
    return (lambda z: code(z)[0]), (lambda z, g: code(z)[1](g))


def as_layer(code: Callable, task: Operation, options: dict[str, Any]) -> Passes:
    """``code`` is a class with ``forward(z)`` and ``backward(g)``."""

    def backward(z, g):
        layer = code()
        layer.forward(z)
        return layer.backward(g)

    return (lambda z: code().forward(z)), backward


def as_gradient(code: Callable, task: Operation, options: dict[str, Any]) -> Passes:
    """``code(y, t)``, or ``code(y, classes)``, is the gradient with respect to the logits."""

    def forward(z, t):
        return task.forward(z, t, **options)

    def backward(z, g, t):
        return g * code(softmax(z), classes_of(t) if takes(code, "classes") else t)

    return forward, backward


def as_loss(code: Callable, task: Operation, options: dict[str, Any]) -> Passes:
    """``code(z, t)`` is the loss; its gradient is right."""

    def backward(z, g, t):
        return task.backward(z, g, t, **options)

    return code, backward


def as_loss_and_gradient(code: Callable, task: Operation, options: dict[str, Any]) -> Passes:
    """``code(z, t)`` returns both."""
    return (lambda z, t: code(z, t)[0]), (lambda z, g, t: g * code(z, t)[1])

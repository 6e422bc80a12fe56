"""The function API: pairs of ``forward(ctx, ...)`` and ``backward(ctx, g)``, called by name.

The context is where a forward pass leaves what its backward pass needs. `apply` records which
function ran on which variables, and `grad` walks that record backwards.

>>> z = Variable([0.0, 0.0])
>>> grad(apply("sum", apply("mul", apply("softmax", z), [1.0, 0.0])), [z])
[array([ 0.25, -0.25])]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from softback import _arguments, functions
from softback._types import Array, ArrayLike
from softback.autograd._sweep import fit, noted, require_shape, sweep
from softback.gradients import log_softmax_vjp, softmax_vjp

_REGISTRY = {}


class Context:
    """What one forward pass leaves for its backward pass: the arrays ``saved``, and ``options``."""

    def save(self, *arrays: ArrayLike, **options: Any) -> None:
        """Keep copies of ``arrays``, which nobody can write to, and settings such as an axis.

        Raises
        ------
        RuntimeError
            If this context has saved before: it belongs to one pass.
        """
        if "saved" in vars(self):
            raise RuntimeError("this context holds a pass already; give each forward its own")
        self.saved, self.options = tuple(_locked(np.array(x)) for x in arrays), options

    def __getattr__(self, name):
        """Say that forward did not run, when what it saves is asked for."""
        if name in ("saved", "options"):
            raise RuntimeError("this context saved nothing; run forward with it before backward")
        raise AttributeError(f"a context has no attribute {name!r}")


class Variable:
    """An array that remembers which function it came from, and on which variables.

    Parameters
    ----------
    value : array_like
        Copied, and locked against writing.
    name, context, inputs
        Where it came from, if `apply` made it.

    Raises
    ------
    TypeError
        If ``value`` does not hold numbers.
    """

    def __init__(self, value: ArrayLike, name: str = "", context: Any = None, inputs: Any = ()):
        self.value = _locked(np.array(_arguments.as_numbers(value, "value")))
        self.name, self.context, self.inputs = name, context, inputs

    def __repr__(self):
        """Return the value, and the function that it came from."""
        return f"<{self.name or 'variable'}: {self.value}>"


def register(name: str) -> Callable[[type], type]:
    """Return a class decorator that makes a function known as ``name``.

    Parameters
    ----------
    name : str
        What `apply` will call it.

    Returns
    -------
    callable
        It takes a class with the static methods ``forward(ctx, *arrays, **options)``, which returns
        an array, and ``backward(ctx, g)``, which returns a tuple with one gradient for each array.

    Raises
    ------
    ValueError
        If the name is taken.
    TypeError
        If the class lacks one of the methods.
    """

    def decorate(function):
        if name in _REGISTRY:
            raise ValueError(f"{name!r} is taken by {_REGISTRY[name].__name__}; use another name")
        for method in ("forward", "backward"):
            if not callable(getattr(function, method, None)):
                raise TypeError(f"{function!r} has no method {method}; it needs one to register")
        _REGISTRY[name] = function
        return function

    return decorate


def lookup(name: str) -> Any:
    """Return the function that is registered as ``name``.

    Raises
    ------
    LookupError
        If there is none; the message lists those that there are.
    """
    if name not in _REGISTRY:
        known = ", ".join(sorted(_REGISTRY))
        raise LookupError(f"no function is called {name!r}; known are {known}")
    return _REGISTRY[name]


def apply(name: str, *arrays: Variable | ArrayLike, **options: Any) -> Variable:
    """Run the forward pass of a registered function and record it.

    Parameters
    ----------
    name : str
        Its registered name.
    *arrays : Variable or array_like
        What it is differentiated with respect to.
    **options
        Settings that are not differentiated, such as ``axis``.

    Returns
    -------
    Variable

    Raises
    ------
    LookupError
        If the name is unknown.
    TypeError, ValueError, IndexError
        As the function does, with a note of its name and the shapes it was given.
    """
    function = lookup(name)
    inputs = [x if isinstance(x, Variable) else Variable(x) for x in arrays]
    context, values = Context(), [x.value for x in inputs]
    with noted(f"apply({name!r})", values), _arguments.quiet():
        return Variable(function.forward(context, *values, **options), name, context, inputs)


def grad(output: Variable, inputs: list[Variable], g: ArrayLike | None = None) -> list[Array]:
    """Return the gradients of ``output`` with respect to ``inputs``, as arrays.

    Parameters
    ----------
    output : Variable
        Where the walk starts.
    inputs : list of Variable
        An input that the output does not depend on gets zeros: the output is constant in it.
    g : array_like, shape of output, optional
        The gradient with respect to the output; 1 if that is a single number.

    Returns
    -------
    list of ndarray
        One for each input, of its shape.

    Raises
    ------
    ValueError
        If ``g`` does not have the shape of the output, or is missing where that is not a single
        number; or if a backward pass returns gradients of the wrong number or shape.
    TypeError
        If the output or an input is not a `Variable`.
    """
    for x in (output, *inputs):
        if not isinstance(x, Variable):
            raise TypeError(f"grad connects variables, not a {type(x).__name__}")
    g = np.ones((), output.value.dtype) if g is None else _arguments.as_numbers(g, "g")
    require_shape(g, output.value)
    with _arguments.quiet():
        found = sweep(output, g, _pull)
    return [np.array(found.get(x, np.zeros_like(x.value))) for x in inputs]


def _pull(variable, g):
    """Run one backward pass, and see that it returned a gradient for each input."""
    found = lookup(variable.name).backward(variable.context, _locked(np.array(g)))
    shapes, wanted = [np.shape(dx) for dx in found], [x.value.shape for x in variable.inputs]
    if shapes != wanted:
        returned = f"backward of {variable.name!r} returned gradients of shapes {shapes}"
        raise ValueError(f"{returned}; its arrays have shapes {wanted}")
    return found


def _locked(x):
    """Return the array ``x`` after making it read-only."""
    x.flags.writeable = False
    return x


@register("add")
class Add:
    """The sum of two arrays, which may broadcast."""

    @staticmethod
    def forward(ctx, a, b):
        """Return a + b; only the shapes matter later."""
        ctx.save(shapes=(a.shape, b.shape))
        return a + b

    @staticmethod
    def backward(ctx, g):
        """Return g twice, each in the shape of its array."""
        return tuple(fit(g, shape) for shape in ctx.options["shapes"])


@register("mul")
class Mul:
    """The product of two arrays, entry by entry, which may broadcast."""

    @staticmethod
    def forward(ctx, a, b):
        """Return a * b."""
        ctx.save(a, b)
        return a * b

    @staticmethod
    def backward(ctx, g):
        """Return g times the other factor."""
        a, b = ctx.saved
        return fit(g * b, a.shape), fit(g * a, b.shape)


@register("matmul")
class MatMul:
    """The product of two matrices."""

    @staticmethod
    def forward(ctx, a, b):
        """Return a @ b."""
        if a.ndim != 2 or b.ndim != 2:
            raise ValueError(f"matmul takes two matrices, not shapes {a.shape} and {b.shape}")
        ctx.save(a, b)
        return a @ b

    @staticmethod
    def backward(ctx, g):
        """Return g b' and a' g."""
        a, b = ctx.saved
        return g @ b.T, a.T @ g


@register("sum")
class Sum:
    """The sum of all entries, a single number."""

    @staticmethod
    def forward(ctx, a):
        """Return the sum; only the shape matters later."""
        ctx.save(shape=a.shape)
        return a.sum()

    @staticmethod
    def backward(ctx, g):
        """Return g in every place."""
        return (np.broadcast_to(g, **ctx.options),)


@register("softmax")
class Softmax:
    """`softback.softmax` and its vjp."""

    @staticmethod
    def forward(ctx, z, axis=-1, temperature=1.0):
        """Return the probabilities, and save them."""
        y = functions.softmax(z, axis, temperature=temperature)
        ctx.save(y, axis=axis, temperature=temperature)
        return y

    @staticmethod
    def backward(ctx, g):
        """Return y * (g - sum(g * y)) / T."""
        (y,) = ctx.saved
        return (softmax_vjp(y, g, **ctx.options),)


@register("log_softmax")
class LogSoftmax:
    """`softback.log_softmax` and its vjp."""

    @staticmethod
    def forward(ctx, z, axis=-1, temperature=1.0):
        """Return the log-probabilities, and save them."""
        logy = functions.log_softmax(z, axis, temperature=temperature)
        ctx.save(logy, axis=axis, temperature=temperature)
        return logy

    @staticmethod
    def backward(ctx, g):
        """Return (g - y * sum(g)) / T."""
        (logy,) = ctx.saved
        return (log_softmax_vjp(logy, g, **ctx.options),)

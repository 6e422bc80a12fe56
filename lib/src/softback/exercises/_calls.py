"""Call a reader's function with care, and look at what comes back before any number is compared."""

import inspect
import warnings
from dataclasses import dataclass

import numpy as np

from softback.exercises._time_limit import limited


class Fault(Exception):
    """Something is wrong before any number is compared; the message is the sentence."""


@dataclass(frozen=True)
class Outcome:
    """What one call gave: arrays, one for each returned value, or the exception that it raised."""

    values: tuple[np.ndarray, ...] = ()
    error: Exception | None = None


def require_function(answer, task):
    """Refuse an answer that cannot be called as the task says.

    Raises
    ------
    Fault
        If it is missing, is no function, or takes other arguments.
    """
    if answer is None:
        raise Fault(
            f"There is no answer yet. Hand over a function that can be called as `{task.call}`."
        )
    if not callable(answer):
        raise Fault(
            f"You handed over an object of type `{type(answer).__name__}`, which cannot be called. "
            "Hand over the function itself, without parentheses after its name."
        )
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return
    try:
        _bound(signature, _names(task))
    except TypeError as error:
        raise Fault(f"Your function cannot be called as `{task.call}`: {error}.") from None


def call(function, case, task):
    """Return the `Outcome` of one call, which gets copies of the inputs.

    Raises
    ------
    Fault
        If nothing was written yet, or what came back is no array of real numbers, or an input was
        written to.
    """
    given = {name: _copy(value) for name, value in case.items()}
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = limited(_apply, function, given)
    except NotImplementedError:
        raise Fault("Not written yet.") from None
    except (Exception, SystemExit) as error:
        return Outcome(error=error)
    _require_unchanged(case, given)
    return Outcome(limited(_values, result, task))


def _names(task):
    return dict.fromkeys(
        part.strip() for part in task.call.partition("(")[2].rstrip(")").split(",")
    )


def _bound(signature, given):
    """Bind by position, and by name what can only be given by name."""
    named = {
        name: given[name]
        for name, parameter in signature.parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY and name in given
    }
    return signature.bind(*(value for name, value in given.items() if name not in named), **named)


def _apply(function, given):
    try:
        bound = _bound(inspect.signature(function), given)
    except (TypeError, ValueError):
        return function(*given.values())
    return function(*bound.args, **bound.kwargs)


def _copy(value):
    return value.copy() if isinstance(value, np.ndarray) else value


def _require_unchanged(before, after):
    for name, value in before.items():
        if isinstance(value, np.ndarray) and not np.array_equal(value, after[name], equal_nan=True):
            raise Fault(
                f"Your function writes into its argument `{name}`, which belongs to the caller. "
                "Make a new array instead of changing that one in place."
            )


def _values(result, task):
    if len(task.returns) == 1:
        return (_real(result, task.returns[0]),)
    if result is None:
        raise Fault(_NOTHING)
    if not isinstance(result, tuple | list) or len(result) != len(task.returns):
        wanted = " and ".join(f"`{name}`" for name in task.returns)
        raise Fault(f"Return {len(task.returns)} things, {wanted}, with a comma between them.")
    return tuple(_real(part, name) for part, name in zip(result, task.returns, strict=True))


_NOTHING = "Your function returned nothing (`None`). Is there a `return` in it?"


def _real(result, name):
    if result is None or result is Ellipsis:
        raise Fault(_NOTHING)
    if isinstance(result, list | tuple):
        raise Fault(f"You returned `{name}` as a {type(result).__name__}. Return a NumPy array.")
    found = np.asarray(result)
    if found.dtype.kind == "c":
        raise Fault(f"You returned complex numbers for `{name}`. All numbers here are real.")
    if found.dtype.kind not in "biuf":
        raise Fault(
            f"You returned an object of type `{type(result).__name__}` for `{name}`. "
            "Return a NumPy array of real numbers."
        )
    return found

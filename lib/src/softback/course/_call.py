"""Call a reader's function with care, and look at what comes back before comparing any number."""

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from softback.course import _words
from softback.course._judge import Fault
from softback.course._time_limit import limited

NOTHING = "Your function returned nothing (`None`). Is there a `return` in it?"


@dataclass(frozen=True)
class Outcome:
    """What one call gave: arrays, one for each returned value, or the exception that it raised."""

    values: tuple[np.ndarray, ...] = ()
    error: BaseException | None = None


def require_function(answer: Any, signature: str) -> None:
    """Raise a `Fault` unless the answer is a function that can be called as the task says."""
    if answer is None:
        raise Fault(
            f"There is no answer yet. Hand over a function that can be called as `{signature}`."
        )
    if not callable(answer):
        raise Fault(
            f"You handed over an object of type `{type(answer).__name__}`, which cannot be called. "
            "Hand over the function itself, without parentheses after its name."
        )
    names = signature.partition("(")[2].rstrip(")").split(",")
    try:
        _bound(inspect.signature(answer), dict.fromkeys(name.strip() for name in names))
    except ValueError:
        return  # a function written in C has no signature to look at
    except TypeError as error:
        raise Fault(f"Your function cannot be called as `{signature}`: {error}.") from None


def call(function: Callable, case: Mapping, returns: tuple[str, ...]) -> Outcome:
    """Return the `Outcome` of one call, which gets copies of the inputs.

    Raises
    ------
    Fault
        If nothing was written yet, if what came back is not an array of real numbers, or if the
        function wrote to an input.
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
    return Outcome(limited(_values, result, returns))


def call_known(function: Callable, case: Mapping, returns: tuple[str, ...]) -> Outcome | None:
    """Call a function of the catalogue, which names the inputs that it wants.

    What it returns may be no answer at all, a number where an array is due; then return None.
    """
    given = {name: value for name, value in case.items() if name in _parameters(function)}
    try:
        return call(function, given, returns)
    except Fault:
        return None


@cache
def _parameters(function):
    return frozenset(inspect.signature(function).parameters)


def _bound(signature, given):
    """Bind by position, and by name what can be given only by name."""
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


def _values(result, returns):
    if len(returns) == 1:
        return (_real(result, returns[0]),)
    if result is None:
        raise Fault(NOTHING)
    if not isinstance(result, tuple | list) or len(result) != len(returns):
        wanted = " and ".join(f"`{name}`" for name in returns)
        raise Fault(f"Return {len(returns)} things, {wanted}, with a comma between them.")
    return tuple(_real(part, name) for part, name in zip(result, returns, strict=True))


def _real(result, name):
    if result is None or result is Ellipsis:
        raise Fault(NOTHING)
    if isinstance(result, list | tuple):
        raise Fault(f"You returned `{name}` as a {type(result).__name__}. Return a NumPy array.")
    try:
        found = np.array(result)  # a copy, because an answer may return one array again and again
    except Exception as error:
        raise Fault(f"You returned no NumPy array for `{name}`: {_words.raised(error)}.") from None
    if found.dtype.kind == "c":
        raise Fault(f"You returned complex numbers for `{name}`. All numbers here are real.")
    if found.dtype.kind not in "biuf":
        raise Fault(
            f"You returned an object of type `{type(result).__name__}` for `{name}`. "
            "Return a NumPy array of real numbers."
        )
    return found

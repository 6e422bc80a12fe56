"""Traits of explorers: they refuse a bad value with a sentence that says what is right.

Their bounds stand here alone: `limits` hands them to the front end, which asks typed text and links
for the same.
"""

import math
from numbers import Integral, Real
from typing import Any

import numpy as np
from traitlets import Enum, TraitError, TraitType


class Bounded(TraitType[Any, Any]):
    """A synced trait with bounds.

    Parameters
    ----------
    default : object
        The value at the start.
    **bounds
        By name, as each kind of trait says.
    """

    def __init__(self, default: Any, **bounds: Any) -> None:
        super().__init__(default)
        self.bounds = bounds
        self.tag(sync=True)


class Number(Bounded):
    """A finite real number from ``least`` to ``most``."""

    info_text = "a finite number"

    def validate(self, obj: object, value: Any) -> float:
        """Return the value as a float, or say in a TraitError what is wrong."""
        value, least, most = finite(value, self.name), self.bounds["least"], self.bounds["most"]
        if not least <= value <= most:
            raise TraitError(
                f"{self.name} is {value:g}; it must lie between {least:g} and {most:g}"
            )
        return value


class Whole(Bounded):
    """A whole number from ``least`` to ``most``."""

    info_text = "a whole number"

    def validate(self, obj: object, value: Any) -> int:
        """Return the value as an int, or say in a TraitError what is wrong."""
        least, most = self.bounds["least"], self.bounds["most"]
        if not _is_whole(value) or not least <= value <= most:
            raise TraitError(
                f"{self.name} is {value!r}; it must be a whole number from {least} to {most}"
            )
        return int(value)


class Vector(Bounded):
    """From ``least`` to ``most`` finite numbers, or none where ``optional`` is True.

    Where ``distribution`` is True, none is negative and they sum to one.

    Like the two kinds below, it is kept as a list, because that is what reaches the front end.
    """

    info_text = "a list of finite numbers"

    def validate(self, obj: object, value: Any) -> list[float]:
        """Return the numbers as a list of float, or say in a TraitError what is wrong."""
        numbers = _numbers(value, self.name)
        least, most = self.bounds["least"], self.bounds["most"]
        if not least <= len(numbers) <= most and (numbers or not self.bounds.get("optional")):
            noun = "number" if len(numbers) == 1 else "numbers"
            wanted = least if least == most else f"{least} to {most}"
            raise TraitError(f"{self.name} holds {len(numbers)} {noun}; it must hold {wanted}")
        if self.bounds.get("distribution") and (min(numbers) < 0 or abs(sum(numbers) - 1) > 1e-9):
            raise TraitError(
                f"{self.name} is {numbers}; its numbers must be at least 0 and sum to 1"
            )
        return numbers


class Indices(Bounded):
    """Two indices from 0, each less than ``below``."""

    info_text = "two indices from 0"

    def validate(self, obj: object, value: Any) -> list[int]:
        """Return the indices as a list of int, or say in a TraitError what is wrong."""
        indices, below = _row(value, self.name), self.bounds["below"]
        if len(indices) != 2 or not all(_is_whole(k) and 0 <= k < below for k in indices):
            raise TraitError(
                f"{self.name} is {value!r}; it must hold 2 indices from 0 to {below - 1}"
            )
        return [int(k) for k in indices]


class Matrix(Bounded):
    """Rows of finite numbers, all of one length.

    ``rows`` and ``columns`` are pairs, the fewest and the most of each; where ``square`` is True,
    there must be as many of both.
    """

    info_text = "rows of finite numbers"

    def validate(self, obj: object, value: Any) -> list[list[float]]:
        """Return the numbers as a list of lists, or say in a TraitError what is wrong."""
        matrix = [
            _numbers(row, f"{self.name}[{n}]", whole=self.name)
            for n, row in enumerate(_row(value, self.name))
        ]
        widths = {len(row) for row in matrix} or {0}
        if len(widths) > 1:
            raise TraitError(f"{self.name} has rows of lengths {sorted(widths)}; make them equal")
        rows, columns = len(matrix), widths.pop()
        for noun, count in {"rows": rows, "columns": columns}.items():
            fewest, most = self.bounds[noun]
            if not fewest <= count <= most:
                raise TraitError(f"{self.name} has {count} {noun}; it must have {fewest} to {most}")
        if self.bounds.get("square") and rows != columns:
            raise TraitError(f"{self.name} is {rows} by {columns}; it must be square")
        return matrix


def limits(trait: TraitType[Any, Any]) -> dict[str, Any]:
    """Return what the front end must know of a trait: its kind and its bounds."""
    bounds = {"values": trait.values} if isinstance(trait, Enum) else vars(trait).get("bounds", {})
    return {"kind": type(trait).__name__, **bounds}


def finite(value: Any, name: str | None) -> float:
    """Return a real, finite number as a float, or raise a TraitError that names it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TraitError(f"{name} is {value!r}; it must be a real number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise TraitError(f"{name} is {number}; it must be finite")
    return number


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _row(value: Any, name: str | None) -> list[Any]:
    """Return a list, tuple or array as a list."""
    if not isinstance(value, (list, tuple, np.ndarray)):
        raise TraitError(f"{name} is {value!r}; it must be a list, a tuple or an array")
    return list(value)


def _numbers(value: Any, name: str | None, whole: str | None = None) -> list[float]:
    """Return a list, tuple or array of finite numbers as a list of float."""
    return [finite(part, f"{name}[{k}]") for k, part in enumerate(_row(value, whole or name))]

"""Traits of explorers: they refuse a bad value with a sentence that says what is right."""

import math
from numbers import Integral, Real

import numpy as np
from traitlets import TraitError, TraitType


class Number(TraitType):
    """A finite real number between two bounds.

    Parameters
    ----------
    default : float
        The value at the start.
    least, most : float
        The bounds; both are allowed.
    """

    info_text = "a finite number"

    def __init__(self, default, *, least=-math.inf, most=math.inf, **kwargs):
        super().__init__(default, **kwargs)
        self.least, self.most = least, most

    def validate(self, obj, value):
        """Return the value as a float, or say in a TraitError what is wrong."""
        value = finite(value, self.name)
        if not self.least <= value <= self.most:
            raise TraitError(
                f"{self.name} is {value:g}; it must lie between {self.least:g} and {self.most:g}"
            )
        return value


class Whole(TraitType):
    """A whole number between two bounds."""

    info_text = "a whole number"

    def __init__(self, default, *, least, most, **kwargs):
        super().__init__(default, **kwargs)
        self.least, self.most = least, most

    def validate(self, obj, value):
        """Return the value as an int, or say in a TraitError what is wrong."""
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        if not whole or not self.least <= value <= self.most:
            raise TraitError(
                f"{self.name} is {value!r}; "
                f"it must be a whole number from {self.least} to {self.most}"
            )
        return int(value)


class Vector(TraitType):
    """Finite numbers, so many; kept as a list because that is what reaches the front end.

    Parameters
    ----------
    default : sequence of float
        The value at the start.
    least, most : int
        How many numbers there may be.
    optional : bool
        Whether an empty list is allowed as well.
    """

    info_text = "a list of finite numbers"

    def __init__(self, default, *, least, most, optional=False, **kwargs):
        super().__init__(list(default), **kwargs)
        self.least, self.most, self.optional = least, most, optional

    def validate(self, obj, value):
        """Return the numbers as a list of float, or say in a TraitError what is wrong."""
        numbers = [
            finite(part, f"{self.name}[{k}]") for k, part in enumerate(_row(value, self.name))
        ]
        if not numbers and self.optional:
            return numbers
        if not self.least <= len(numbers) <= self.most:
            noun = "number" if len(numbers) == 1 else "numbers"
            wanted = self.least if self.least == self.most else f"{self.least} to {self.most}"
            raise TraitError(f"{self.name} holds {len(numbers)} {noun}; it must hold {wanted}")
        return numbers


class Indices(TraitType):
    """Indices from 0, always so many, each below a bound.

    Parameters
    ----------
    default : sequence of int
        The value at the start; its length is the number of indices.
    below : int
        The bound.
    """

    info_text = "indices from 0"

    def __init__(self, default, *, below, **kwargs):
        super().__init__(list(default), **kwargs)
        self.count, self.below = len(default), below

    def validate(self, obj, value):
        """Return the indices as a list of int, or say in a TraitError what is wrong."""
        indices = _row(value, self.name)
        whole = all(isinstance(k, Integral) and not isinstance(k, bool) for k in indices)
        if len(indices) != self.count or not whole or not all(0 <= k < self.below for k in indices):
            raise TraitError(
                f"{self.name} is {value!r}; "
                f"it must hold {self.count} indices from 0 to {self.below - 1}"
            )
        return [int(k) for k in indices]


class Matrix(TraitType):
    """Rows of finite numbers, all of one length; kept as a list of lists.

    Parameters
    ----------
    default : sequence of sequences of float
        The value at the start.
    rows, columns : pair of int
        How many there may be, at least and at most.
    """

    info_text = "rows of finite numbers"

    def __init__(self, default, *, rows, columns, **kwargs):
        super().__init__([list(row) for row in default], **kwargs)
        self.rows, self.columns = rows, columns

    def validate(self, obj, value):
        """Return the numbers as a list of lists, or say in a TraitError what is wrong."""
        matrix = [
            [finite(part, f"{self.name}[{n}][{k}]") for k, part in enumerate(_row(row, self.name))]
            for n, row in enumerate(_row(value, self.name))
        ]
        widths = {len(row) for row in matrix}
        if len(widths) > 1:
            raise TraitError(f"{self.name} has rows of lengths {sorted(widths)}; make them equal")
        self._check(len(matrix), "rows", self.rows)
        self._check(widths.pop() if widths else 0, "columns", self.columns)
        return matrix

    def _check(self, count, noun, bounds):
        if not bounds[0] <= count <= bounds[1]:
            raise TraitError(
                f"{self.name} has {count} {noun}; it must have {bounds[0]} to {bounds[1]}"
            )


def finite(value, name):
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


def _row(value, name):
    """Return a list, tuple or array as a list."""
    if isinstance(value, np.ndarray):
        return list(value)
    if not isinstance(value, (list, tuple)):
        raise TraitError(f"{name} is {value!r}; it must be a list, a tuple or an array")
    return list(value)

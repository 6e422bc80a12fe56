"""Shorter path data for SVG: steps from point to point, rounded, without needless spaces."""

import re

# Digits after the point: a hundredth of a point is finer than any screen.
DIGITS = 2

# How many numbers one point, or one curve, takes.
LENGTHS = {"M": 2, "L": 2, "Q": 4, "T": 2, "C": 6, "S": 4, "Z": 0, "z": 0}

_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def shorten(data, *, factor=1, digits=DIGITS):
    """Return path data that draws the same with fewer characters.

    Only the commands of `LENGTHS` with absolute coordinates are known; other data stay as they are.
    So a path that has been shortened stays as it is.

    Parameters
    ----------
    data : str
    factor : float
        The new path is so many times as large.
    digits : int
        How many digits after the point the coordinates keep.

    >>> shorten("M 10 20.004 L 10.25 19 L 10.25 18.5 z")
    'm10 20l.25-1 0-.5z'
    """
    if not is_known(data):
        return data
    pen = _Pen(factor, digits)
    return "".join(_write(pen, _COMMAND.findall(data)))


def is_known(data):
    """Tell whether `shorten` knows all commands of a path.

    >>> is_known("M 1 2 L 3 4"), is_known("m1 2l2 2")
    (True, False)
    """
    return all(name in LENGTHS for name, _ in _COMMAND.findall(data))


def _write(pen, commands):
    before = ""
    for name, rest in commands:
        numbers = _NUMBER.findall(rest)
        steps = _join(pen.draw(name, numbers))
        repeats = name == before and numbers
        yield ("" if steps.startswith("-") else " ") if repeats else name.lower()
        yield steps
        before = name


class _Pen:
    """Knows where a reader of the written path is, rounding included."""

    def __init__(self, factor, digits):
        self.factor, self.digits = factor, digits
        self.point = self.start = (0.0, 0.0)

    def draw(self, name, numbers):
        """Return the numbers of one command, counted from the point before each of its parts."""
        steps = []
        for first in range(0, len(numbers), LENGTHS[name] or 1):
            part = [
                float(number) * self.factor for number in numbers[first : first + LENGTHS[name]]
            ]
            steps += [round(part[k] - self.point[k % 2], self.digits) for k in range(len(part))]
            self.point = self.point[0] + steps[-2], self.point[1] + steps[-1]
            if name == "M" and first == 0:
                self.start = self.point
        if not numbers:
            self.point = self.start
        return steps


def _join(numbers):
    """Return numbers with a space only where a sign does not separate them."""
    return re.sub(" -", "-", " ".join(map(short, numbers)))


def short(number):
    """Return a number with at most `DIGITS` digits after the point.

    >>> short(-0.5), short(63.625), short(-0.001)
    ('-.5', '63.62', '0')
    """
    text = f"{number:.{DIGITS}f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", "0" if text == "-0" else text)

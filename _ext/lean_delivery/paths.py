"""Shorter path data for SVG: steps from point to point, rounded, without needless spaces."""

import re

# Digits after the point: a hundredth of a point is finer than any screen.
DIGITS = 2

# How many numbers one point, or one curve, takes.
LENGTHS = {"M": 2, "L": 2, "Q": 4, "T": 2, "C": 6, "S": 4, "Z": 0, "z": 0}

_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def shorten(data):
    """Return path data that draws the same with fewer characters.

    Only the commands of `LENGTHS` with absolute coordinates are known; other data stay as they are.
    So a path that has been shortened stays as it is.

    >>> shorten("M 10 20.004 L 10.25 19 L 10.25 18.5 z")
    'm10 20l.25-1 0-.5z'
    """
    commands = [(name, _NUMBER.findall(rest)) for name, rest in _COMMAND.findall(data)]
    if not all(name in LENGTHS for name, _ in commands):
        return data
    return "".join(_write(commands))


def _write(commands):
    pen, before = _Pen(), ""
    for name, numbers in commands:
        steps = _join(pen.draw(name, numbers))
        repeats = name == before and numbers
        yield ("" if steps.startswith("-") else " ") if repeats else name.lower()
        yield steps
        before = name


class _Pen:
    """Knows where a reader of the written path is, rounding included."""

    def __init__(self):
        self.point = self.start = (0.0, 0.0)

    def draw(self, name, numbers):
        """Return the numbers of one command, counted from the point before each of its parts."""
        steps = []
        for first in range(0, len(numbers), LENGTHS[name] or 1):
            part = numbers[first : first + LENGTHS[name]]
            steps += [round(float(part[k]) - self.point[k % 2], DIGITS) for k in range(len(part))]
            self.point = self.point[0] + steps[-2], self.point[1] + steps[-1]
            if name == "M" and first == 0:
                self.start = self.point
        if not numbers:
            self.point = self.start
        return steps


def _join(numbers):
    """Return numbers with a space only where a sign does not separate them."""
    return re.sub(" -", "-", " ".join(map(_short, numbers)))


def _short(number):
    text = f"{number:.{DIGITS}f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", "0" if text == "-0" else text)

"""Smaller SVG files that look the same."""

import re
from itertools import chain
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
METADATA, TEXT, GROUP = (f"{{{SVG}}}{name}" for name in ("metadata", "text", "g"))
OLD_HREF = "{http://www.w3.org/1999/xlink}href"

# Digits after the point: a tenth of a point is less than a pixel of any screen.
DIGITS = 1

# Matplotlib writes letters in the units of their font, 64 to a point of size 32. An eighth of them
# draws a letter of any size in the book as well.
LETTER, UNIT, SMALLER = "scale(0.015625)", 8, "scale(.125)"

# How many numbers each command of a path takes, as Matplotlib writes it.
LENGTHS = {"M": 2, "L": 2, "Q": 4, "C": 6, "z": 0}

_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_STEP = re.compile(r"translate\([^)]*\)")


def shrink(svg):
    """Return a drawing without metadata, comments, unused names and plain groups, rounded."""
    root = ElementTree.fromstring(svg)
    used = set(re.findall(r"#([\w.-]+)", svg))
    words = {part for text in root.iter(TEXT) for part in text.iter()}
    for element in [part for part in root.iter() if part not in words]:
        element[:] = [child for child in element if child.tag != METADATA]
        element.text = (element.text or "").strip()
        for child in element:
            child.tail = ""
        if element.get("id") not in used:
            element.attrib.pop("id", None)
        if OLD_HREF in element.attrib:
            element.set("href", element.attrib.pop(OLD_HREF))
        _round(element.attrib)
    # A browser reads a drawing faster without the groups that say nothing; the inner ones go first.
    for element in reversed(list(root.iter())):
        parts = [[*c] if c.tag == GROUP and not c.attrib else [c] for c in element]
        element[:] = chain(*parts)
    return write(root) + "\n"


def write(root):
    """Return an element as text."""
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _round(attributes):
    for name in attributes.keys() & {"x", "y"}:
        attributes[name] = _rounded(attributes[name])
    if attributes.get("transform") == LETTER and "d" in attributes:
        attributes.update(transform=SMALLER, d=shorten(attributes["d"], UNIT, 0))
    if "transform" in attributes:
        attributes["transform"] = _STEP.sub(lambda step: _rounded(step[0]), attributes["transform"])
    if "d" in attributes and attributes.get("transform") != SMALLER:
        attributes["d"] = shorten(attributes["d"])


def _rounded(text):
    return _NUMBER.sub(lambda number: _short(float(number[0])), text)


def shorten(data, unit=1, digits=DIGITS):
    """Return path data as rounded steps from point to point, in multiples of a unit.

    Data with other commands than those of `LENGTHS` stay as they are, and so do shortened ones.

    >>> shorten("M 10 20.04 L 10.25 19 L 10.5 18.5 z")
    'm10 20l.2-1l.3-.5z'
    """
    commands = [(name, _NUMBER.findall(rest)) for name, rest in _COMMAND.findall(data)]
    if any(LENGTHS.get(name) != len(numbers) for name, numbers in commands):
        return data
    pieces, here, start = [], (0, 0), (0, 0)
    for name, numbers in commands:
        points = [round(float(number) / unit, digits) for number in numbers]
        steps = " ".join(_short(number - here[k % 2]) for k, number in enumerate(points))
        pieces.append(name.lower() + steps.replace(" -", "-"))
        here = tuple(points[-2:]) or start
        start = here if name == "M" else start
    return "".join(pieces)


def _short(number):
    text = f"{number:.{DIGITS}f}".removesuffix(".0")
    return re.sub(r"^(-?)0\.", r"\1.", "0" if text == "-0" else text)

"""Smaller SVG files, for the eye the same."""

import re
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
GROUP, METADATA, TEXT = (f"{{{SVG}}}{name}" for name in ("g", "metadata", "text"))

# Digits after the point: a hundredth of a point is finer than any screen.
DIGITS = 2

_NUMBER = re.compile(r"-?\d*\.?\d+(?:e[-+]?\d+)?")


def shrink(svg):
    """Return a drawing without metadata, comments and unused names, with rounded coordinates."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(svg)
    used = set(re.findall(r"#([\w.-]+)", svg))
    texts = {part for text in root.iter(TEXT) for part in text.iter()}
    for element in [part for part in root.iter() if part not in texts]:
        _drop_children(element)
        _drop_space(element)
        _shorten(element, used)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _drop_children(element):
    for child in list(element):
        if child.tag == METADATA or (child.tag == GROUP and not len(child)):
            element.remove(child)


def _drop_space(element):
    element.text = (element.text or "").strip()
    for child in element:
        child.tail = ""


def _shorten(element, used):
    if element.get("id") not in used:
        element.attrib.pop("id", None)
    if "d" in element.attrib:
        element.set("d", shorten_path(element.get("d")))


def shorten_path(data):
    r"""Return path data with rounded numbers and without needless spaces.

    >>> shorten_path("M 0.504 -10.0 \nL 2.2 -3 \nz")
    'M.5-10L2.2-3z'
    """
    if "a" in data.lower():
        return data  # the flags of an arc may stand without a space between them
    numbers = _NUMBER.sub(lambda number: _round(number[0]), data)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", numbers).strip().replace(" -", "-")


def _round(number):
    text = f"{float(number):.{DIGITS}f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", "0" if text == "-0" else text)

"""Smaller SVG files, for the eye the same."""

import re
from xml.etree import ElementTree

from . import paths

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
DEFS, GROUP, METADATA, TEXT, USE = (
    f"{{{SVG}}}{name}" for name in ("defs", "g", "metadata", "text", "use")
)

# Matplotlib draws glyphs 64 times as large as it places them. A unit of an eighth is as fine as
# the hundredth of a point that other paths keep.
GLYPH, SMALLER_GLYPH, SMALLER = "scale(0.015625)", "scale(.125)", 1 / 8

# A tenth of a point is fine enough for marks and letters, and for a line of so many points.
TENTHS, CURVE = 1, 15

_NUMBER = re.compile(r"-?[\d.]+")
_STEP = re.compile(r"translate\(([-.\d]+)[ ,]+([-.\d]+)\)")


def shrink(svg):
    """Return a drawing without metadata, comments and unused names, with rounded coordinates."""
    root = ElementTree.fromstring(svg)
    used = set(re.findall(r"#([\w.-]+)", svg))
    texts = {part for text in root.iter(TEXT) for part in text.iter()}
    for element in [part for part in root.iter() if part not in texts]:
        _drop_space(element)
        _shorten(element, used)
    _simplify(root)
    return write(root) + "\n"


def write(root):
    """Return an element as text."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _drop_space(element):
    element.text = (element.text or "").strip()
    for child in element:
        child.tail = ""


def _shorten(element, used):
    if element.get("id") not in used:
        element.attrib.pop("id", None)
    element.attrib = {"href" if key == HREF else key: value for key, value in element.items()}
    if "style" in element.attrib:
        element.set("style", re.sub(r"([:;])\s+", r"\1", element.get("style")))
    if "transform" in element.attrib:
        element.set("transform", _STEP.sub(_round_step, element.get("transform")))
    if "d" in element.attrib:
        _shorten_path(element)
    if element.tag == USE:
        _shorten_use(element)


def _round_step(match):
    return f"translate({paths.short(float(match[1]))} {paths.short(float(match[2]))})"


def _shorten_path(element):
    data = element.get("d")
    if element.get("transform") == GLYPH and paths.is_known(data):
        element.set("transform", SMALLER_GLYPH)
        element.set("d", paths.shorten(data, factor=SMALLER, digits=0))
    else:
        digits = TENTHS if data.count("L") > CURVE else paths.DIGITS
        element.set("d", paths.shorten(data, digits=digits))


def _shorten_use(element):
    """Say where a copy stands in two numbers with one digit after the point, or in none."""
    step = _STEP.fullmatch(element.get("transform", ""))
    if step and not element.attrib.keys() & {"x", "y"}:
        del element.attrib["transform"]
        element.attrib.update(x=step[1], y=step[2])
    for name in ("x", "y"):
        if _NUMBER.fullmatch(element.get(name, "")):
            element.set(name, paths.short(round(float(element.get(name)), TENTHS)))
        if element.get(name) == "0":
            del element.attrib[name]


def _simplify(element):
    """Leave out, from the innermost elements outwards, those that draw nothing of their own."""
    children = []
    for child in element:
        _simplify(child)
        is_empty = child.tag in (METADATA, DEFS, GROUP) and not len(child)
        if child.tag == GROUP and not child.attrib:
            children += child
        elif child.tag != METADATA and not is_empty:
            children.append(child)
    element[:] = children

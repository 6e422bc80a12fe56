"""Smaller SVG files, for the eye the same."""

import re
from xml.etree import ElementTree

from . import paths

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
GROUP, METADATA, TEXT = (f"{{{SVG}}}{name}" for name in ("g", "metadata", "text"))


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
        element.set("d", paths.shorten(element.get("d")))

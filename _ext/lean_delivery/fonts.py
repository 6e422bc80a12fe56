"""Fonts with the characters that pages need, and no others.

Formulas get the characters of formulas, icons those that the stylesheet draws, and any other font
those of the running text and `KEPT`. A variable font keeps the weights that its ``@font-face``
declares. Small fonts travel inside the stylesheet.
"""

import io
import logging
import re
import string
from base64 import b64encode
from pathlib import Path
from typing import NamedTuple

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# Bytes of a font below which a request of its own costs more.
SMALL = 8192

# What the explorers may write at any time.
KEPT = set(string.printable[:95]) | set("−–—‘’“”…·×÷±≈≠≤≥∞∂∑√∈°′″→←↑↓↔⟨⟩₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀ")

# Pages draw solid icons; outlined ones and brands would be of these classes.
ICON_WEIGHT = (900,)
OTHER_ICONS = {"fa-regular", "far", "fa-brands", "fab"}

_FACE = re.compile(r"@font-face\s*\{([^}]*)\}")
_FONT_URL = re.compile(r"url\(([^)]+\.woff2)\)")


class Face(NamedTuple):
    """What a ``@font-face`` rule says."""

    family: str
    weights: tuple
    file: str

    @classmethod
    def read(cls, rule):
        """Return the face that the content of a rule describes; its file may be empty."""
        said = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", rule))
        file = _FONT_URL.search(rule)
        return cls(
            family=said["font-family"].replace("\\", "").strip("\"' "),
            weights=tuple(int(weight) for weight in re.findall(r"\d+", said["font-weight"])),
            file=file[1] if file else "",
        )


def deliver(css, static, inventory):
    """Write the smaller fonts and return the stylesheet that uses them.

    Parameters
    ----------
    css : str
        A stylesheet that counts addresses from the folder ``static``.
    static : pathlib.Path
        The fonts stand there and are written over.
    inventory : Inventory
        The characters that occur on pages.
    """
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    rules = _FACE.sub("", css)

    def face(match):
        found = Face.read(match[1])
        if not found.file or not re.search(_spelling(found.family), rules):
            return ""
        characters = _characters(found, rules, inventory)
        font = shrink((static / found.file).read_bytes(), characters, found.weights)
        if font is None:
            return ""
        return _declare(match[1], _address(found.file, font, static))

    return _FACE.sub(face, css)


def _spelling(family):
    """Return a pattern for a family's name in a rule, where spaces may be escaped."""
    return re.escape(family).replace(r"\ ", r"\\? ")


def _characters(face, rules, inventory):
    if face.family.startswith("KaTeX_"):
        return inventory.formulas[Path(face.file).stem.removeprefix("KaTeX_")]
    if face.family.startswith("Font Awesome"):
        is_used = face.weights == ICON_WEIGHT or inventory.names & OTHER_ICONS
        return icons(rules) if is_used else set()
    return inventory.text | KEPT


def icons(css):
    """Return the characters from the private area that a stylesheet writes, escaped or not."""
    escaped = {chr(int(code, 16)) for code in re.findall(r"\\([ef][0-9a-f]{3})\b", css)}
    return escaped | {character for character in css if "\ue000" <= character <= "\uf8ff"}


def shrink(font, characters, weights=()):
    """Return a font as WOFF2 with these characters only; None if it has none of them.

    Parameters
    ----------
    font : bytes
    characters : set of str
    weights : tuple of int
        One weight, or the least and the greatest; for variable fonts only.
    """
    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    wanted = {ord(character) for character in characters} & opened.getBestCmap().keys()
    if not wanted:
        return None
    features = ["kern", "liga", "tnum", "lnum", "mark", "ccmp"]
    subsetter = Subsetter(Options(layout_features=features, hinting=False, name_IDs=[]))
    subsetter.populate(unicodes=wanted)
    subsetter.subset(opened)
    if "fvar" in opened and weights:
        limits = weights[0] if len(weights) == 1 else weights
        opened = instantiateVariableFont(opened, {"wght": limits})
    opened.flavor = "woff2"
    opened.save(written := io.BytesIO())
    return written.getvalue()


def _address(file, font, static):
    """Return the address of a font, inside the stylesheet or as the file that is written."""
    if len(font) < SMALL:
        return f"data:font/woff2;base64,{b64encode(font).decode()}"
    Path(static / file).write_bytes(font)
    return f"{file}?v=0"


def _declare(rule, address):
    source = f'src:url({address}) format("woff2")'
    return f"@font-face{{{re.sub(r'src:[^;]*', lambda _: source, rule)}}}"

"""Replace the fonts that the stylesheet names by smaller ones.

Each keeps the `characters` that pages show in it; a variable font keeps the weights that its
``@font-face`` rule declares. Small fonts travel inside the stylesheet, but for those that a page
needs at once: a font in the stylesheet is ready only after the first paint, and lines would move.
"""

import re
from base64 import b64encode
from typing import NamedTuple

from . import characters, parts
from .subset import shrink

# A font of fewer bytes costs less in the stylesheet than by a request of its own.
SMALL = 8192

EARLY = {font for wanted in parts.EARLY_FONTS.values() for font, _ in wanted}

_FACE = re.compile(r"@font-face\s*\{([^}]*)\}")
_FILE = re.compile(r"url\(([^)]+\.woff2)\)")


class Face(NamedTuple):
    """What a ``@font-face`` rule says; `file` is empty if it names no WOFF2 file."""

    family: str
    weights: tuple
    file: str

    @classmethod
    def read(cls, rule):
        """Return the face that the content of a rule describes."""
        said = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", rule))
        weights = re.findall(r"\d+", said.get("font-weight", "400"))
        file = _FILE.search(rule)
        return cls(
            family=said["font-family"].replace("\\", "").strip("\"' "),
            weights=tuple(map(int, weights)),
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
        What stands on pages.

    Returns
    -------
    str
        The stylesheet without the rules for fonts that no page shows.
    """
    rules = _FACE.sub("", css)

    def replace(match):
        face = Face.read(match[1])
        if not face.file or not _is_used(face.family, rules):
            return ""
        wanted = characters.needed(face, rules, inventory)
        font = shrink((static / face.file).read_bytes(), wanted, face.weights)
        return _declare(match[1], _address(face.file, font, static)) if font else ""

    return _FACE.sub(replace, css)


def _is_used(family, rules):
    """Tell whether rules name a family; spaces in it may be escaped."""
    return re.search(re.escape(family).replace(r"\ ", r"\\? "), rules) is not None


def _address(file, font, static):
    """Return the address of a font, inside the stylesheet or as the file that is written."""
    if len(font) < SMALL and file not in EARLY:
        return f"data:font/woff2;base64,{b64encode(font).decode()}"
    (static / file).write_bytes(font)
    return f"{file}?v=0"


def _declare(rule, address):
    source = f'src:url({address}) format("woff2")'
    return f"@font-face{{{re.sub(r'src:[^;]*', lambda _: source, rule)}}}"

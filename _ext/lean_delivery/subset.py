"""Make a font smaller by leaving out what no page shows."""

import io
import logging

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# Kerning and ligatures, figures of one width or height, accents that combine.
FEATURES = ["kern", "liga", "tnum", "lnum", "mark", "ccmp"]

logging.getLogger("fontTools").setLevel(logging.ERROR)


def shrink(font, characters, weights=()):
    """Return a font as WOFF2 with these characters only; None if it has none of them.

    The licence and the names inside the font go too: they stand in a file beside the fonts.

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
    subsetter = Subsetter(Options(layout_features=FEATURES, hinting=False, name_IDs=[]))
    subsetter.populate(unicodes=wanted)
    subsetter.subset(opened)
    if "fvar" in opened and weights:
        limits = weights[0] if len(weights) == 1 else weights
        opened = instantiateVariableFont(opened, {"wght": limits})
    return _woff2(opened)


def _woff2(opened):
    opened.flavor = "woff2"
    opened.save(written := io.BytesIO())
    return written.getvalue()

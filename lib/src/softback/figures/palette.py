"""The colours of the book, each once.

Blue and orange can be told apart in every common kind of colour blindness; the diverging map is
centred at zero, where it is nearly white.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.typing import ColorType

INK = "#1f2933"
QUIET = "#5b6770"
GRID = "#d9dee3"
CARD = "#ffffff"
BLUE = "#1f6fb2"  # rises
ORANGE = "#bf4f17"  # falls
GREEN = "#2b7a55"  # a share y
PLUM = "#75206b"  # an upstream gradient g
SLATE = "#4a5566"  # a logit z
RED = "#a32014"  # a wrong digit
# Classes, groups and methods; those above mean something else.
CLASSES = ("#007a87", "#8a6d00", "#7a4fa3", "#a0305f", "#7a5a44", "#4d5f00")

DIVERGING = LinearSegmentedColormap.from_list(
    "softback", ["#8f3308", "#dd7f4a", "#f6f5f2", "#5c9bd1", "#0d4a80"]
)


def of_sign(value: float) -> str:
    """Return the colour of what rises, or of what falls."""
    return ORANGE if value < 0 else BLUE


def of_class(index: int) -> str:
    """Return the colour of class ``index``, counted from 0; after six classes they repeat."""
    return CLASSES[index % len(CLASSES)]


def text_on(colour: ColorType) -> str:
    """Return the text colour, INK or CARD, that stands out more on ``colour`` (WCAG contrast)."""
    return max(INK, CARD, key=lambda text: contrast(text, colour))


def contrast(one: ColorType, other: ColorType) -> float:
    """Return the WCAG contrast ratio of two colours, from 1 to 21."""
    low, high = sorted(_luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: ColorType) -> float:
    """Return the relative luminance of a colour, from 0 for black to 1 for white."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])

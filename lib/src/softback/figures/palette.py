"""The colours of the book, each once.

Blue and orange stay apart for every common kind of colour blindness; the diverging map is centred
at zero, where it is nearly white.
"""

from matplotlib.colors import LinearSegmentedColormap

INK = "#1f2933"
QUIET = "#5b6770"
GRID = "#d9dee3"
CARD = "#ffffff"
BLUE = "#1f6fb2"
ORANGE = "#bf4f17"
GREEN = "#2b7a55"
CLASSES = ("#1f6fb2", "#bf4f17", "#2b7a55", "#7a4fa3", "#8a6d00", "#a0305f")

DIVERGING = LinearSegmentedColormap.from_list(
    "softback", ["#8f3308", "#dd7f4a", "#f6f5f2", "#5c9bd1", "#0d4a80"]
)


def of_class(index):
    """Return the colour of class ``index``, counted from 0; after six classes they repeat."""
    return CLASSES[index % len(CLASSES)]

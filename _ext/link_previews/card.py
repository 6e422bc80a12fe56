"""Draw the picture that a preview of a link shows: the page's title beside a softmax Jacobian."""

import hashlib
import textwrap
from functools import partial

import numpy as np

from softback import softmax_jacobian

WIDTH, HEIGHT = 1200, 630
INK, PAPER, ACCENT = "#f4f1ea", "#16263d", "#f2a65a"
QUESTION = "Why is it y * (g - sum(g * y))?"
LOGITS = [1.6, 1.1, 0.7, 0.3, 0.0]


def publish(folder, pagename, title, book):
    """Draw the card of a page unless it is there already, and return its file name.

    The name contains a hash of everything that the card shows, so that a changed title gives a new
    address.
    """
    shown = "\n".join([title, book, QUESTION, INK, PAPER, ACCENT])
    digest = hashlib.sha256(shown.encode()).hexdigest()[:10]
    name = f"{pagename.replace('/', '-')}-{digest}.png"
    if not (folder / name).exists():
        folder.mkdir(parents=True, exist_ok=True)
        draw(title, book).savefig(folder / name, metadata={"Software": None})
    return name


def draw(title, book):
    """Return a Matplotlib figure of 1200 by 630 pixels."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER)
    _write(figure, title, book)
    _draw_jacobian(figure.add_axes((0.66, 0.22, 0.29, 0.56)))
    return figure


def _write(figure, title, book):
    style = {"fontfamily": "STIXGeneral", "ha": "left"}
    heading = QUESTION if title == book else book
    figure.text(0.06, 0.84, heading, color=ACCENT, fontsize=30, va="center", **style)
    place = {"va": "center", "linespacing": 1.15, **style}
    figure.text(0.06, 0.5, _balanced(title), color=INK, fontsize=52, **place)
    rule = r"$dz \,=\, y \odot (g - \langle g,\, y \rangle)$"
    style["math_fontfamily"] = "stix"
    figure.text(0.06, 0.14, rule, color=INK, fontsize=30, va="center", **style)


def _balanced(title, longest=20):
    """Break a title into as few lines as fit, all about as long."""
    wrap = partial(textwrap.wrap, title, break_on_hyphens=False)
    wrapped = [wrap(width) for width in range(1, longest + 1)]
    return "\n".join(next(lines for lines in wrapped if len(lines) == len(wrapped[-1])))


def _draw_jacobian(axes):
    from softback.figures import palette  # here, since Matplotlib is slow to load

    jacobian = softmax_jacobian(LOGITS)
    top = np.abs(jacobian).max()
    colours = {"cmap": palette.DIVERGING, "vmin": -top, "vmax": top}
    axes.pcolormesh(jacobian[::-1], edgecolors=PAPER, linewidth=4, **colours)
    axes.set_aspect("equal")
    axes.set_axis_off()

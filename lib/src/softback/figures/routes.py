"""Figures made of nodes and arrows: how values go forward and gradients come back."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle
from numpy.typing import ArrayLike, NDArray

from softback.figures import palette
from softback.figures._style import number
from softback.functions import softmax
from softback.gradients import softmax_jacobian

Place = tuple[float, float]
FORWARD, BACK = palette.INK, palette.PLUM  # back goes a gradient


def _canvas(ax: Axes, width: float, height: float) -> None:
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.axis("off")


def _node(ax: Axes, at: Place, text: str, colour: str = palette.INK) -> None:
    box = {"boxstyle": "circle,pad=0.25", "fc": palette.CARD, "ec": colour, "lw": 1.4}
    ax.text(*at, text, ha="center", va="center", bbox=box, zorder=3)


def _arrow(
    ax: Axes, start: Place, end: Place, colour: str, label: str = "", *, at: float = 0.5,
    bend: float = 0.0, width: float = 1.5, gap: float = 13,
) -> None:  # fmt: skip
    """Draw an arrow between two nodes, its label on a white ground at a part of its way."""
    shape = f"arc3,rad={bend}"
    ax.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=11, connectionstyle=shape,
            color=colour, lw=width, shrinkA=gap, shrinkB=gap, zorder=1,
        )
    )  # fmt: skip
    if label:
        (x, y), (dx, dy) = start, np.subtract(end, start)
        # An arc of this kind has its middle half of `bend` away from the straight line.
        x, y = x + at * dx + bend * dy / 2, y + at * dy - bend * dx / 2
        ground = {"boxstyle": "square,pad=0.1", "fc": palette.CARD, "ec": "none"}
        ax.text(x, y, label, color=colour, ha="center", va="center", bbox=ground, zorder=2)


def chain_rule(z: ArrayLike, g: ArrayLike, j: int) -> NDArray[np.object_]:
    """Draw how logit ``j`` reaches the loss through every share, and how its gradient comes back.

    Parameters
    ----------
    z, g : array_like, shape (C,)
        Logits and upstream gradient.
    j : int
        The logit, counted from 0.

    Returns
    -------
    ndarray of two matplotlib.axes.Axes
        Forward, with the derivatives at the arrows; and back, with g and the products.
    """
    g = np.asarray(g, float)
    slopes = softmax_jacobian(softmax(z))[:, j]
    axes = plt.subplots(2, 1, figsize=(4.5, 2.6 + 0.6 * g.size))[1]
    source, loss = (0.5, g.size / 2), (6.5, g.size / 2)
    for ax, title in zip(axes, ("forward: slopes", "back: gradients"), strict=True):
        _canvas(ax, 7, g.size)
        ax.set_title(title)
        _node(ax, source, f"$z_{{{j + 1}}}$")
        _node(ax, loss, "$L$")
    for i in range(g.size):
        share = (3.5, g.size - i - 0.5)
        for ax in axes:
            _node(ax, share, f"$y_{{{i + 1}}}$", palette.GREEN)
        slope, product = slopes[i], g[i] * slopes[i]
        _arrow(axes[0], source, share, palette.of_sign(slope), number(slope, ".2f"))
        _arrow(axes[0], share, loss, palette.INK)
        _arrow(axes[1], loss, share, palette.PLUM, number(g[i], ".2f"))
        _arrow(axes[1], share, source, palette.of_sign(product), number(product, ".2f"))
    dz = float(g @ slopes)
    found = f"$dz_{{{j + 1}}}$ = {number(dz, '.2f')}"
    axes[1].text(0.1, g.size / 2 - 0.62, found, color=palette.of_sign(dz))
    return axes


def who_keeps_y() -> NDArray[np.object_]:
    """Draw a forward and a backward pass of softmax in three homes, and where each keeps y.

    Returns
    -------
    ndarray of three matplotlib.axes.Axes
    """
    homes = {
        "a layer": "the object keeps a copy",
        "a function": "the context of this call keeps it",
        "a node of a graph": "the node itself is $y$",
    }
    axes = plt.subplots(3, 1, figsize=(4.5, 5.6))[1]
    for n, (ax, (home, keeper)) in enumerate(zip(axes, homes.items(), strict=True)):
        _canvas(ax, 7, 2.4)
        ax.set_title(home)
        left, right, keep = (0.5, 2.0), (6.5, 2.0), (3.5, 1.2)
        if n < 2:
            style = ("-", "--")[n]
            ax.add_patch(
                Rectangle((1.3, 0.78), 4.4, 0.84, ls=style, fc=palette.CARD, ec=palette.QUIET)
            )
        else:
            right = (3.5, 2.0)
        _arrow(ax, left, right, FORWARD, "softmax")
        _node(ax, left, "$z$")
        _node(ax, right, "$y$", FORWARD)
        if n < 2:
            _arrow(ax, right, (5.2, 1.2), FORWARD, gap=9)
        ax.text(*keep, keeper, ha="center", va="center")
        _arrow(ax, (6.5, 0.3), (0.5, 0.3), BACK, "$y \\, (g - \\langle g, y \\rangle)$")
        _arrow(ax, (3.5, 1.05), (3.5, 0.4), palette.QUIET, gap=3)
        _node(ax, (6.5, 0.3), "$g$", BACK)
        _node(ax, (0.5, 0.3), "$dz$", BACK)
    return axes


def attention_routes() -> Axes:
    """Draw the steps of attention, and the four matrix products of its way back.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = plt.subplots(figsize=(4.5, 3.9))[1]
    _canvas(ax, 9, 7.8)
    places: Mapping[str, Place] = {
        "Q": (0.6, 7.2), "K": (0.6, 4.2), "Z": (3.2, 5.7), "Y": (5.8, 5.7), "V": (5.8, 1.8),
        "O": (8.4, 3.8),
    }  # fmt: skip
    steps = [
        ("Q", "Z", "", "$dZ \\, K$"), ("K", "Z", "", "$dZ^\\mathsf{T} Q$"),
        ("Z", "Y", "softmax", "the rule"), ("Y", "O", "", "$dO \\, V^\\mathsf{T}$"),
        ("V", "O", "", "$Y^\\mathsf{T} dO$"),
    ]  # fmt: skip
    for start, end, forward, back in steps:
        a, b = places[start], places[end]
        _arrow(ax, a, b, FORWARD, forward, bend=-0.22)
        _arrow(ax, b, a, BACK, back, bend=-0.3)
    for name, at in places.items():
        _node(ax, at, f"${name}$")
    _arrow(ax, (8.4, 6.2), places["O"], BACK, "$dO$", at=0, gap=13)
    ax.text(0, 1.5, "forward", color=FORWARD)
    ax.text(0, 0.9, "back", color=BACK)
    ax.text(0, 0.3, "$dQ$, $dK$: also over $\\sqrt{d}$", color=BACK)
    return ax


def tiles() -> Axes:
    """Draw the scores in blocks: those read and gone, the one that is held, those to come.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows, columns, now = 3, 5, (1, 2)
    ax = plt.subplots(figsize=(4.5, 2.5))[1]
    _canvas(ax, columns + 2.6, rows + 0.7)
    held = now[0] * columns + now[1]
    for n in range(rows * columns):
        row, column = divmod(n, columns)
        colour = palette.ORANGE if n == held else palette.GRID if n < held else palette.CARD
        at = (column, rows - 1 - row)
        ax.add_patch(Rectangle(at, 0.92, 0.92, fc=colour, ec=palette.QUIET, lw=1))
    for row in range(rows):
        at = (columns + 0.7, rows - 1 - row)
        colour = palette.BLUE if row <= now[0] else palette.CARD
        ax.add_patch(Rectangle(at, 0.3, 0.92, fc=colour, ec=palette.QUIET, lw=1))
    middle = rows - 1 - now[0] + 0.46
    _arrow(ax, (now[1] + 0.92, middle), (columns + 0.7, middle), palette.INK, gap=2)
    ax.text(0, rows + 0.25, "keys, block by block")
    ax.text(columns + 1.15, rows - 0.6, "$O_n$, $m_n$, $S_n$", va="center")
    return ax


def balanced_flows(y: ArrayLike) -> Axes:
    """Draw the share that each pair of classes trades: an arrow both ways, as wide as y_i y_j.

    Parameters
    ----------
    y : array_like, shape (C,)
        Shares.

    Returns
    -------
    matplotlib.axes.Axes
    """
    y = np.asarray(y, float)
    ax = plt.subplots(figsize=(4.5, 3.3))[1]
    angles = np.pi * (0.5 - 2 * (np.arange(y.size) + 2) / y.size)
    places = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for i in range(y.size):
        for j in range(i):
            flow = y[i] * y[j]
            for start, end in ((i, j), (j, i)):
                _arrow(
                    ax, tuple(places[start]), tuple(places[end]), palette.of_class(end),
                    bend=-0.25, width=0.5 + 24 * flow, gap=24,
                )  # fmt: skip
            x, height = places[[i, j]].mean(axis=0)
            ax.text(x, height, f"{flow:.3f}", ha="center", va="center")
    for i, at in enumerate(places):
        _node(ax, tuple(at), f"$y_{{{i + 1}}}$\n{y[i]:.3f}", palette.of_class(i))
    low, high = places[:, 1].min() - 0.4, places[:, 1].max() + 0.35
    ax.set(xlim=(-1.5, 1.5), ylim=(low, high), aspect="equal")
    ax.axis("off")
    return ax

"""Figures made of bars: one bar for each class."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from softback.figures import palette
from softback.figures._style import number
from softback.functions import softmax
from softback.gradients import softmax_vjp

LARGE = 1e6
Numbers = NDArray[np.float64]


def shares(
    values: ArrayLike,
    *,
    ax: Axes | None = None,
    label: str = "",
    digits: int = 2,
    symbol: str = "y",
    after: str = "",
) -> Axes:
    """Draw one bar for each class, its value above it.

    Parameters
    ----------
    values : array_like, shape (C,)
        One number for each class; they may be negative.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes by default.
    label : str
        What the height of a bar means.
    digits : int
        Digits after the point of the numbers at the bars.
    symbol : str
        The letter under the bars, with the class as its index.
    after : str
        What stands behind it, in LaTeX.

    Returns
    -------
    matplotlib.axes.Axes
    """
    values = np.asarray(values, float)
    ax = plt.subplots()[1] if ax is None else ax
    places = range(values.size)
    meant = {"y": palette.GREEN, "z": palette.SLATE, "g": palette.PLUM}
    rises = [palette.of_sign(value) for value in values]
    bars = ax.bar(places, drawable(values), color=meant.get(symbol, rises), width=0.7)
    ax.bar_label(bars, [written(v, digits) for v in values], padding=2)
    ax.axhline(0, color=palette.QUIET, lw=0.8)
    ax.set_xticks(places, [f"${symbol}_{{{i + 1}}}{after}$" for i in places])
    ax.set_title(label)
    ax.margins(y=0.18)
    if np.any(np.abs(values) > LARGE):
        ax.set_yticks([])
    return ax


def drawable(values: Numbers) -> Numbers:
    """Return heights of bars; large values, on which Matplotlib overflows, are scaled down."""
    largest = np.finfo(float).max
    values = np.clip(values, -largest, largest)
    size = np.max(np.abs(values), initial=0)
    return values / size if size > LARGE else values


def written(value: float, digits: int) -> str:
    """Return a number with so many decimals, or in powers of ten if it is large."""
    return number(value, f".{digits}{'e' if abs(value) > LARGE else 'f'}")


def forward_pass(z: ArrayLike) -> NDArray[np.object_]:
    """Draw the three stages of softmax: logits, exponentials, and their shares of the sum.

    Parameters
    ----------
    z : array_like, shape (C,)
        Logits, small enough for exp not to overflow.

    Returns
    -------
    ndarray of three matplotlib.axes.Axes
    """
    z = np.asarray(z, float)
    _, axes = plt.subplots(1, 3, figsize=(4.5, 2.3))
    shares(z, ax=axes[0], label="logits $z$", symbol="z", digits=1)
    shares(np.exp(z), ax=axes[1], label="exponentials $e^z$", symbol="z", digits=2)
    shares(softmax(z), ax=axes[2], label="shares $y$", digits=3)
    axes[2].set_ylim(0, 1)
    for ax in axes:
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
    return axes


def answer_to_a_nudge(z: ArrayLike, j: int, h: float) -> Axes:
    """Draw all shares before and after logit ``j`` is raised by ``h``, with arrows.

    Parameters
    ----------
    z : array_like, shape (C,)
        Logits.
    j : int
        The class whose logit moves, counted from 0.
    h : float
        By how much it moves.

    Returns
    -------
    matplotlib.axes.Axes
    """
    z = np.asarray(z, float)
    before, after = softmax(z), softmax(z + h * (np.arange(z.size) == j))
    places = np.arange(z.size)
    ax = plt.subplots()[1]
    ax.bar(places - 0.19, before, 0.34, color=palette.GRID, label="before")
    ax.bar(places + 0.19, after, 0.34, color=palette.GREEN, label="after")
    for i in range(z.size):
        arrow = {"arrowstyle": "-|>", "color": palette.INK, "lw": 1.4, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (i + 0.43, after[i]), (i + 0.43, before[i]), arrowprops=arrow)
        ax.text(
            i, max(before[i], after[i]) + 0.025, number(after[i] - before[i], "+.3f"), ha="center"
        )
    ax.set_xticks(places, [f"$y_{{{i + 1}}}$" for i in places])
    ax.set_ylabel("share")
    ax.margins(y=0.12)
    return ax


def pullback_areas(y: ArrayLike, g: ArrayLike) -> Axes:
    """Draw bars y wide and g high, and their mean level s: each dz is an area above or below it.

    Parameters
    ----------
    y : array_like, shape (C,)
        Probabilities.
    g : array_like, shape (C,)
        Upstream gradient.

    Returns
    -------
    matplotlib.axes.Axes
    """
    y, g = np.asarray(y, float), np.asarray(g, float)
    *heights, level = drawable(np.append(g, y @ g))
    starts = np.cumsum(y) - y
    ax = plt.subplots(figsize=(4.5, 3))[1]
    colours = [palette.BLUE if top >= level else palette.ORANGE for top in heights]
    ax.bar(starts, np.subtract(heights, level), y, level, align="edge", color=colours, ec="white")
    ax.axhline(0, color=palette.QUIET, lw=0.8)
    ax.axhline(level, color=palette.INK, lw=1.4)
    ax.annotate(f"$s$ = {written(y @ g, 2)}", (1, level), (4, 0), textcoords="offset points")
    for start, width, top, dz in zip(starts, y, heights, softmax_vjp(y, g), strict=True):
        if width > 0.05:  # there is room for a number
            side = "bottom" if top >= level else "top"
            ax.text(
                start + width / 2, top, number(dz, "+.3f"), va=side, ha="center", color=palette.INK
            )
    ax.set_xticks(starts + y / 2, [f"$y_{{{k + 1}}}$" for k in range(y.size)])
    ax.set_ylabel("upstream $g$; areas are $dz$")
    ax.margins(x=0, y=0.12)
    if np.any(np.abs(g) > LARGE):
        ax.set_yticks([])
    return ax


def pullback_pipeline(y: ArrayLike, g: ArrayLike) -> NDArray[np.object_]:
    """Draw y, g, g minus its weighted mean s, and dz = y (g - s) as four small charts.

    Parameters
    ----------
    y : array_like, shape (C,)
        Probabilities.
    g : array_like, shape (C,)
        Upstream gradient.

    Returns
    -------
    ndarray of four matplotlib.axes.Axes
    """
    y, g = np.asarray(y, float), np.asarray(g, float)
    mean = y @ g
    axes = plt.subplots(2, 2, figsize=(4.5, 4.2))[1].ravel()
    shares(y, ax=axes[0], label="weights $y$")
    shares(g, ax=axes[1], label="upstream $g$, mean $s$", symbol="g")
    height = drawable(np.append(g, mean))[-1]
    axes[1].axhline(height, color=palette.INK, lw=1.2, ls="--")
    axes[1].annotate(
        f"$s$ = {written(mean, 2)}",
        (1.0, height),
        (4, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center",
    )
    with np.errstate(over="ignore"):  # two huge numbers of different signs
        centred = g - mean
    shares(centred, ax=axes[2], label="centred $g - s$", symbol="g", after=" - s")
    dz = softmax_vjp(y, g)
    shares(dz, ax=axes[3], label=r"scaled $y\,(g - s)$", symbol="dz")
    for ax in axes:
        ax.set_yticks([])
        ax.spines[["left", "bottom"]].set_visible(False)
    return axes

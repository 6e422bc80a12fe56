"""Figures made of curves: how a result changes with one number."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from softback.figures import palette
from softback.functions import logsumexp, softmax


def temperature_sweep(z: ArrayLike, temperatures: Sequence[float]) -> Axes:
    """Draw each share against the temperature, on a logarithmic axis.

    Parameters
    ----------
    z : array_like, shape (C,)
        Logits.
    temperatures : array_like, shape (n,)
        Positive numbers in increasing order.

    Returns
    -------
    matplotlib.axes.Axes
    """
    z = np.asarray(z, float)
    y = np.array([softmax(z, temperature=t) for t in temperatures])
    ax = plt.subplots()[1]
    at_one = softmax(z)
    rising = np.flatnonzero(y[0] < at_one)
    highest = max(rising, key=lambda i: at_one[i], default=None)
    for i in range(z.size):
        ax.plot(temperatures, y[:, i], color=palette.GREEN)
        # The highest of the rising curves has room above it, the others have it below.
        offset = (-6, 4) if i == highest else (8, -12) if i in rising else (8, 5)
        ax.annotate(
            f"$y_{{{i + 1}}}$",
            (1, at_one[i]),
            offset,
            textcoords="offset points",
            ha="right" if i == highest else "left",
            color=palette.GREEN,
        )
    ax.axhline(1 / z.size, color=palette.QUIET, lw=1, ls=":")
    ax.annotate(
        "uniform",
        (temperatures[0], 1 / z.size),
        (0, 4),
        textcoords="offset points",
        color=palette.QUIET,
    )
    ax.axvline(1, color=palette.GRID, lw=1)
    ax.set_xscale("log")
    ax.set(xlabel="temperature $T$", ylabel="share", ylim=(-0.03, 1.03))
    return ax


def secants(z: ArrayLike, i: int, j: int, steps: Sequence[float]) -> Axes:
    """Draw y_i against the change of logit j, its tangent at 0 and a secant for each step.

    Parameters
    ----------
    z : array_like, shape (C,)
        Logits.
    i, j : int
        Output and input, counted from 0.
    steps : sequence of float
        Where the secants end.

    Returns
    -------
    matplotlib.axes.Axes
    """
    z = np.asarray(z, float)
    unit = np.arange(z.size) == j

    def share(x: ArrayLike) -> Any:
        return softmax(z + np.multiply.outer(x, unit))[..., i]

    x = np.linspace(-2.5, max(steps) + 0.6, 300)
    y = softmax(z)
    slope = y[i] * (float(i == j) - y[j])
    ax = plt.subplots()[1]
    ax.plot(x, share(x), color=palette.GREEN, label=f"$y_{{{i + 1}}}$")
    for step, shade in zip(steps, np.linspace(0.85, 0.45, len(steps)), strict=True):
        ax.plot([0, step], [y[i], share(step)], color=palette.SLATE, alpha=1.3 - shade, lw=1.4)
        ax.plot(step, share(step), "o", color=palette.SLATE, ms=5)
        ax.annotate(
            f"$h$ = {step:g}",
            (step, share(step)),
            (7, -4),
            textcoords="offset points",
            bbox={"fc": palette.CARD, "ec": "none", "pad": 1},  # the tangent passes behind it
            zorder=3,
        )
    ax.plot(x, y[i] + slope * x, color=palette.INK, lw=1.2, ls="--", label=f"slope {slope:.3f}")
    ax.set(xlabel=f"change of $z_{{{j + 1}}}$", ylabel=f"$y_{{{i + 1}}}$")
    ax.set_ylim(min(share(x).min(), 0) - 0.02, share(x).max() + 0.08)
    ax.legend(loc="best")
    return ax


def smooth_maximum() -> NDArray[np.object_]:
    """Draw max(x, 0) and logsumexp(x, 0), and below them the slopes: a step and a share.

    Returns
    -------
    ndarray of two matplotlib.axes.Axes
        The upper one and the lower one.
    """
    x = np.linspace(-5, 5, 401)
    z = np.stack([x, np.zeros_like(x)])
    _, (upper, lower) = plt.subplots(2, 1, figsize=(4.5, 4.8), sharex=True)
    upper.plot(x, z.max(axis=0), color=palette.INK, lw=1.4, ls="--", label="max$(x, 0)$")
    upper.plot(x, logsumexp(z, axis=0), color=palette.BLUE, label="logsumexp$(x, 0)$")
    upper.annotate(
        "", (0, np.log(2)), (0, 0), arrowprops={"arrowstyle": "<->", "color": palette.INK}
    )
    upper.annotate("log 2", (-0.2, 0.8), ha="right")
    upper.set(ylabel="value")
    upper.legend(loc="upper left")
    lower.plot(x, (x > 0).astype(float), color=palette.INK, lw=1.4, ls="--", label="slope of max")
    lower.plot(x, softmax(z, axis=0)[0], color=palette.GREEN, label="slope of logsumexp: $y_1$")
    lower.set(xlabel="$x$", ylabel="slope")
    lower.set_ylim(-0.05, 1.45)
    lower.legend(loc="upper left")
    return np.array([upper, lower])


def logsumexp_along(z: ArrayLike, j: int) -> Axes:
    """Draw log-sum-exp along one logit, between the maximum and the maximum plus log C.

    The curve lies around 0, or around the logit if that lies farther out. The arrow is the gap to
    the maximum; the tangent has the slope ``softmax(z)[j]``.

    Parameters
    ----------
    z : array_like, shape (C,)
        Logits, small enough to be drawn on one axis.
    j : int
        The logit that varies, counted from 0.

    Returns
    -------
    matplotlib.axes.Axes
    """
    z = np.array(z, float)
    here, top, most = z[j], z.max(), np.log(z.size)
    x = np.linspace(-6, 6, 241) + (here if abs(here) > 6 else 0.0)
    rows = np.tile(z, (x.size, 1))
    rows[:, j] = x
    ax = plt.subplots(figsize=(4.5, 3.3))[1]
    ax.plot(x, logsumexp(rows), color=palette.BLUE, label="log-sum-exp")
    ax.plot(x, rows.max(axis=1), color=palette.INK, lw=1.4, ls="--", label="max $z$")
    ax.plot(x, rows.max(axis=1) + most, color=palette.INK, ls=":", label=f"max $z$ + log {z.size}")
    total, slope = float(logsumexp(z)), softmax(z)[j]
    ax.axline((here, total), slope=slope, color=palette.GREEN, lw=1.2, label="tangent")
    ax.vlines(here, top, total, color=palette.INK, lw=3)
    ax.annotate(f"gap {total - top:.3f}", (here, top), (8, -14), textcoords="offset points")
    ax.set(xlabel=f"$z_{j + 1}$", ylim=(rows.max(axis=1)[0] - 0.9, rows.max() + most + 0.2))
    ax.legend(loc="upper left")
    return ax

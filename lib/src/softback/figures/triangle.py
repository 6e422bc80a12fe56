"""The probability triangle of three classes: every point is one y."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from softback.figures import palette
from softback.figures._style import number
from softback.functions import softmax
from softback.gradients import cross_entropy_and_grad, softmax_jacobian, softmax_jvp

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])


def loss_triangle(t: ArrayLike) -> Axes:
    """Draw the cross entropy over the triangle, and where a step against its gradient leads.

    Parameters
    ----------
    t : array_like, shape (3,)
        Targets that sum to one.

    Returns
    -------
    matplotlib.axes.Axes
        Contours of the loss; each arrow is the direction in which y moves when the logits take a
        small step against y - t.
    """
    t = np.asarray(t, float)
    ax = _triangle()
    fine, coarse = _grid(34), _grid(11)
    losses, _ = cross_entropy_and_grad(
        np.log(fine), np.broadcast_to(t, fine.shape), reduction="none"
    )
    across, up = (fine @ CORNERS).T
    ax.tricontourf(across, up, losses, levels=np.linspace(0, 4, 17), cmap="Blues", extend="max")
    _, dz = cross_entropy_and_grad(
        np.log(coarse), np.broadcast_to(t, coarse.shape), reduction="none"
    )
    moves = softmax_jvp(softmax(np.log(coarse)), -dz) @ CORNERS
    ax.quiver(*(coarse @ CORNERS).T, *moves.T, color=palette.ORANGE, scale=2.2, width=0.006)
    ax.plot(*(t @ CORNERS), "*", color=palette.INK, ms=14, label="target $t$")
    ax.legend(loc="upper left")
    return ax


def temperature_paths(scores: ArrayLike) -> Axes:
    """Draw the path of y through the triangle as the temperature rises, for each row of logits.

    Parameters
    ----------
    scores : array_like, shape (N, 3)
        Logits.

    Returns
    -------
    matplotlib.axes.Axes
        A line for each row, from near its largest logit to the centre; a dot at temperature 1.
    """
    ax = _triangle()
    heat = np.geomspace(0.02, 1000, 300)[:, None]
    for row, z in enumerate(np.atleast_2d(np.asarray(scores, float))):
        colour = palette.of_class(row)
        ax.plot(
            *(softmax(z / heat) @ CORNERS).T,
            color=colour,
            label=", ".join(number(x, "g") for x in z),
        )
        ax.plot(*(softmax(z) @ CORNERS), "o", color=colour)
    ax.plot(*CORNERS.mean(axis=0), "+", color=palette.INK, ms=10, mew=1.5)
    ax.legend(loc="upper left", title="logits")
    return ax


def reach(points: ArrayLike, step: float = 1.0) -> Axes:
    """Draw where y can go, to first order, when the logits move by up to ``step`` in any direction.

    Parameters
    ----------
    points : array_like, shape (N, 3)
        Shares; rows may contain zeros.
    step : float
        The largest length of the step.

    Returns
    -------
    matplotlib.axes.Axes
        An ellipse at each point: J times a ball. It is a line on an edge and a dot in a corner.
    """
    ax = _triangle()
    turn = np.linspace(0, 2 * np.pi, 90)
    # An orthonormal basis of the plane across (1, 1, 1), the direction that J forgets.
    basis = np.array([[1, -1, 0], [1, 1, -2]]) / np.sqrt([[2], [6]])
    directions = step * np.stack([np.cos(turn), np.sin(turn)], axis=1) @ basis
    for y in np.atleast_2d(np.asarray(points, float)):
        moved = (y + directions @ softmax_jacobian(y)) @ CORNERS
        ax.plot(*moved.T, color=palette.GREEN)
        ax.plot(*(y @ CORNERS), "o", color=palette.GREEN, ms=5)
    return ax


def _triangle() -> Axes:
    """Return axes with the triangle and the names of its corners."""
    ax = plt.subplots(figsize=(4.5, 4.0))[1]
    ax.plot(*CORNERS[[0, 1, 2, 0]].T, color=palette.QUIET, lw=1)
    for i, (x, y) in enumerate(CORNERS):
        at, where = (0, 6 if i == 2 else -16), "offset points"
        ax.annotate(f"$y_{{{i + 1}}}$ = 1", (x, y), at, textcoords=where, ha="center")
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _grid(n: int) -> NDArray[np.float64]:
    """Return the points inside the triangle whose coordinates are odd multiples of 1 / (2n)."""
    steps = np.arange(n) + 1 / 3
    a, b = (grid.ravel() for grid in np.meshgrid(steps, steps))
    y = np.stack([a, b, n - a - b], axis=-1) / n
    return y[y[:, 2] > 0]

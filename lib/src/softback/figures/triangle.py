"""The probability triangle of three classes: every point is one y."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from softback.figures import palette
from softback.functions import softmax
from softback.gradients import cross_entropy_and_grad, softmax_jvp

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
    ax = plt.subplots(figsize=(4.5, 4.0))[1]
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
    ax.plot(*CORNERS[[0, 1, 2, 0]].T, color=palette.QUIET, lw=1)
    for i, (x, y) in enumerate(CORNERS):
        ax.annotate(
            f"$y_{{{i + 1}}}$ = 1",
            (x, y),
            (0, 6 if i == 2 else -16),
            textcoords="offset points",
            ha="center",
        )
    ax.legend(loc="upper left")
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _grid(n: int) -> NDArray[np.float64]:
    """Return the points inside the triangle whose coordinates are odd multiples of 1 / (2n)."""
    steps = np.arange(n) + 1 / 3
    a, b = (grid.ravel() for grid in np.meshgrid(steps, steps))
    y = np.stack([a, b, n - a - b], axis=-1) / n
    return y[y[:, 2] > 0]

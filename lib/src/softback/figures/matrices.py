"""Figures made of matrices: Jacobians as heat maps, centred at zero."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from softback.figures import palette
from softback.figures._style import number
from softback.functions import softmax
from softback.gradients import softmax_full_jacobian, softmax_jacobian


def heat_map(
    matrix: ArrayLike,
    *,
    ax: Axes | None = None,
    title: str = "",
    limit: float | None = None,
    digits: int = 3,
    names: tuple[str, str] = ("y", "z"),
) -> Axes:
    """Draw a matrix, blue above zero and orange below, with its numbers where there is room.

    Parameters
    ----------
    matrix : array_like, shape (n, m)
        Entry [i, j] says how output i responds to input j.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes by default.
    title : str
        The title above the matrix.
    limit : float, optional
        The absolute value that gets the strongest colour; that of the largest entry by default.
    digits : int
        Digits after the point.
    names : pair of str
        Letters of the outputs (rows) and inputs (columns).

    Returns
    -------
    matplotlib.axes.Axes
    """
    matrix = np.asarray(matrix, float)
    ax = plt.subplots()[1] if ax is None else ax
    limit = limit or abs(matrix).max() or 1.0
    ax.imshow(matrix, cmap=palette.DIVERGING, vmin=-limit, vmax=limit)
    for axis, name, n in (
        (ax.yaxis, names[0], matrix.shape[0]),
        (ax.xaxis, names[1], matrix.shape[1]),
    ):
        axis.set_ticks(range(n), [f"${name}_{{{k + 1}}}$" for k in range(n)])
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.spines[:].set_visible(False)
    ax.set_title(title)
    if matrix.size <= 36:
        for (i, j), value in np.ndenumerate(matrix):
            cell = palette.DIVERGING(0.5 + 0.5 * value / limit)[:3]
            ax.text(
                j,
                i,
                number(value, f".{digits}f"),
                ha="center",
                va="center",
                fontsize=8.5 if matrix.shape[1] > 4 else 10.5,
                color=palette.text_on(cell),
            )
    return ax


def jacobians(cases: Mapping[str, ArrayLike]) -> NDArray[np.object_]:
    """Draw the Jacobian of softmax for several inputs, two in a row, on one colour scale.

    Parameters
    ----------
    cases : dict of str to array_like, shape (C,)
        A name for each vector of logits.

    Returns
    -------
    ndarray of matplotlib.axes.Axes
    """
    rows = -(-len(cases) // 2)
    axes = plt.subplots(rows, 2, figsize=(4.5, 2.35 * rows))[1].ravel()
    for ax, (name, z) in zip(axes, cases.items(), strict=False):
        heat_map(softmax_jacobian(softmax(z)), ax=ax, title=name, limit=0.25, digits=2)
    for ax in axes[len(cases) :]:
        ax.remove()
    return axes[: len(cases)]


def axis_patterns(z: ArrayLike) -> NDArray[np.object_]:
    """Draw the full Jacobian of a matrix, softmaxed along rows and along columns, as a square.

    Both index pairs are flattened row by row. The third picture sorts the second one's positions
    column by column, which turns it into blocks on the diagonal.

    Parameters
    ----------
    z : array_like, shape (N, C)
        Logits.

    Returns
    -------
    ndarray of three matplotlib.axes.Axes
    """
    z = np.asarray(z, float)
    size = z.size
    along_rows, along_columns = (
        softmax_full_jacobian(softmax(z, axis), axis).reshape(size, size) for axis in (1, 0)
    )
    by_column = np.arange(size).reshape(z.shape).T.ravel()
    pictures = {
        "axis = 1": (along_rows, z.shape[1]),
        "axis = 0": (along_columns, None),
        "axis = 0, sorted": (along_columns[np.ix_(by_column, by_column)], z.shape[0]),
    }
    axes = plt.subplots(2, 2, figsize=(4.5, 4.7))[1].ravel()
    axes[3].remove()
    for ax, (title, (matrix, block)) in zip(axes, pictures.items(), strict=False):
        ax.set_facecolor(palette.GRID)
        ax.spines[:].set_visible(True)
        ax.imshow(
            np.where(matrix == 0, np.nan, matrix), cmap=palette.DIVERGING, vmin=-0.25, vmax=0.25
        )
        for start in range(0, size, block or size):
            square = plt.Rectangle(
                (start - 0.5, start - 0.5),
                block or size,
                block or size,
                fill=False,
                lw=1.2,
                clip_on=False,
            )
            ax.add_patch(square)
        ax.set(title=title, xticks=[], yticks=[], xlabel="input position", ylabel="output position")
    return axes[:3]

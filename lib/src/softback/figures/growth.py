"""Figures with two logarithmic axes, on which a power law is a straight line."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike, NDArray

from softback.figures import palette
from softback.figures.digits import Panels

MARKS = ("o", "s", "^", "D")


def step_errors(panels: Panels) -> NDArray[np.object_]:
    """Draw the error of difference quotients against their step, one panel for each precision.

    A ring marks the best step of each method. Errors of exactly 0 have no place on the axis and
    are left out.

    Parameters
    ----------
    panels : dict of str to dict
        For each precision, by its name, the errors of each method, by its name: pairs of steps and
        errors, two sequences of the same length.

    Returns
    -------
    ndarray of matplotlib.axes.Axes
    """
    axes = _stacked(len(panels), sharey=True)
    for ax, (precision, methods) in zip(axes, panels.items(), strict=True):
        ax.set(xscale="log", yscale="log", xlabel=f"step in {precision}", ylabel="largest error")
        for index, (name, (steps, errors)) in enumerate(methods.items()):
            errors = _nan_for_zero(errors)
            colour = palette.of_class(index)
            ax.plot(steps, errors, MARKS[index], ms=2.5, ls="-", lw=1.2, color=colour, label=name)
            best = np.argsort(errors, kind="stable")[:1]  # the first of equals; nan comes last
            ax.plot(np.take(steps, best), errors[best], "o", ms=9, mfc="none", color=colour)
    _legend_above(axes)
    return axes


def growth(panels: Panels) -> NDArray[np.object_]:
    """Draw costs against the number of classes, one panel for each cost.

    Parameters
    ----------
    panels : dict of str to dict
        For each cost, by the label of its axis, the methods that were measured, by name: pairs
        of numbers of classes and costs, two sequences of the same length.

    Returns
    -------
    ndarray of matplotlib.axes.Axes
    """
    axes = _stacked(len(panels))
    for ax, (label, ways) in zip(axes, panels.items(), strict=True):
        ax.set(xscale="log", yscale="log", xlabel="classes $C$", ylabel=label)
        for index, (name, (classes, costs)) in enumerate(ways.items()):
            colour = palette.of_class(index)
            costs = _nan_for_zero(costs)
            ax.plot(classes, costs, MARKS[index], ms=4, ls="-", lw=1.2, color=colour, label=name)
    _legend_above(axes)
    return axes


def _nan_for_zero(numbers: ArrayLike) -> NDArray[np.float64]:
    """Return ``numbers`` with nan for 0, which has no place on a logarithmic axis."""
    return np.where(np.equal(numbers, 0), np.nan, numbers)


def _stacked(number: int, **options: Any) -> NDArray[np.object_]:
    size = (4.5, 0.5 + 2.5 * number)
    return plt.subplots(number, 1, figsize=size, squeeze=False, **options)[1][:, 0]


def _legend_above(axes: NDArray[np.object_]) -> None:
    lines, names = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(
        lines, names, loc="outside upper center", ncols=3 if len(names) == 3 else 2
    )

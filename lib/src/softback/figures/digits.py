"""How many digits of a result are right, against whatever puts them at risk."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike, NDArray

from softback.figures import palette

# For each panel, its lines; for each line, places and what was found there.
Panels = Mapping[str, Mapping[str, tuple[ArrayLike, ArrayLike]]]
STYLES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1)))


def correct_digits(panels: Panels, xlabel: str, *, log: bool = False) -> NDArray[np.object_]:
    """Draw the digits that methods get right, one panel for each number format.

    An error is drawn as at least half a unit in the last place and as at most 1, the loss of all
    digits. nan counts as the loss of all digits.

    Parameters
    ----------
    panels : dict of str to dict
        For each format, by its NumPy name, the methods, by theirs: pairs of positions and relative
        errors, two sequences of the same length.
    xlabel : str
        What the positions are.
    log : bool
        Put the positions on a logarithmic axis.

    Returns
    -------
    ndarray of matplotlib.axes.Axes
    """
    size = (4.5, 0.7 + 2.2 * len(panels))
    figure, axes = plt.subplots(len(panels), 1, figsize=size, squeeze=False)
    for ax, (dtype, methods) in zip(axes[:, 0], panels.items(), strict=True):
        most = -np.log10(np.finfo(dtype).eps / 2)
        ax.axhline(most, color=palette.GRID, lw=0.8)
        ax.set(
            xlabel=f"{xlabel}, {dtype}", ylabel="correct digits", ylim=(-0.04 * most, 1.08 * most)
        )
        ax.set_xscale("log" if log else "linear")
        for index, (name, (positions, errors)) in enumerate(methods.items()):
            style = {"color": palette.of_class(index), "ls": STYLES[index], "lw": 1.6}
            ax.plot(positions, _digits(errors, most), label=name, **style)
    lines, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside upper center", ncols=_columns(names))
    return axes[:, 0]


def _columns(names: Sequence[str]) -> int:
    """Return how many columns of a legend have room beside each other."""
    return min(len(names), 3, 54 // (max(map(len, names)) + 6))


def _digits(errors: ArrayLike, most: float) -> NDArray[np.float64]:
    """Return -log10 of relative errors, between 0 and ``most``; nan has no digits."""
    errors = np.where(np.isnan(errors), 1, np.asarray(errors, float))
    return -np.log10(np.clip(errors, 10.0**-most, 1))

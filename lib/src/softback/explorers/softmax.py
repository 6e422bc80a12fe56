"""The Softmax explorer."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from softback.explorers._base import Explorer
from softback.explorers._traits import Indices, Number, Vector
from softback.figures import palette
from softback.figures.bars import drawable, written
from softback.functions import softmax


class Softmax(Explorer):
    """Shares as parts of a whole; a shift changes none, the temperature changes them all.

    Parameters
    ----------
    z : sequence of float
        Logits, 2 to 8 of them.
    shift : float
        A number added to every logit, from -6 to 6.
    temperature : float
        T, from 0.05 to 20.
    pair : pair of int
        The two classes, from 0, whose odds are shown.

    Examples
    --------
    >>> Softmax(z=[0.0, 0.0], shift=3.0).y
    array([0.5, 0.5])
    """

    z = Vector([1.0, 2.0, 3.0], least=2, most=8)
    shift = Number(0.0, least=-6, most=6)
    temperature = Number(1.0, least=0.05, most=20)
    pair = Indices([2, 1], below=8)

    @property
    def shifted(self) -> NDArray[np.float64]:
        """The logits that softmax is given: z plus the shift, shape (C,)."""
        return np.add(self.z, self.shift)

    @property
    def y(self) -> NDArray[np.float64]:
        """Probabilities, shape (C,)."""
        return softmax(self.shifted, temperature=self.temperature)

    def description(self) -> str:
        """Return what the explorer shows, in words."""
        parts = ", ".join(f"{share:.3f}" for share in self.y)
        return f"Exponentials end to end: shares {parts} at temperature {self.temperature:g}."

    def figure(self) -> Figure:
        """Return a Matplotlib figure: the exponentials, end to end, divide a whole into shares."""
        y, rows = self.y, np.arange(len(self.z))
        starts = np.cumsum(y) - y
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(6.4, 1.4 + 0.4 * y.size), width_ratios=(1, 2), sharey=True
        )
        left.barh(rows, drawable(self.shifted), 0.5, color=palette.SLATE)
        names = [f"$z_{{{k + 1}}}$ = {written(z, 2)}" for k, z in enumerate(self.shifted)]
        left.set_yticks(rows, names)
        left.set_xlabel("logits")
        right.barh(rows, y, 0.5, starts, color="none", edgecolor=palette.GREEN)
        right.barh(y.size, y, 0.7, starts, color=palette.GREEN, edgecolor=palette.CARD)
        for k, (start, share) in enumerate(zip(starts, y, strict=True)):
            name = f" $y_{{{k + 1}}}$ = {share:.3f} "
            if start > 0.7:  # no room on the right
                right.text(start, k, name, ha="right", va="center")
            else:
                right.text(start + share, k, name, va="center")
        right.set(xlim=(0, 1), xlabel="exponentials, end to end")
        right.invert_yaxis()
        return figure

"""The Softmax explorer."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from softback.explorers._base import Explorer
from softback.explorers._traits import Indices, Number, Vector
from softback.figures import shares
from softback.functions import softmax


class Softmax(Explorer):
    """Shares as bars; a shift changes none of them, the temperature changes them all.

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
        return f"Bars of the shares {parts} at temperature {self.temperature:g}."

    def figure(self) -> Figure:
        """Return the bars as a Matplotlib figure."""
        figure, axes = plt.subplots(1, 2, figsize=(6.4, 2.8))
        shares(self.shifted, ax=axes[0], label="logits", symbol="z")
        shares(self.y, ax=axes[1], label="shares", digits=3)
        return figure

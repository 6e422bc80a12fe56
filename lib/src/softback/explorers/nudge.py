"""The Nudge explorer."""

from typing import cast

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from softback.explorers._base import Explorer
from softback.explorers._traits import Indices, Number, Vector
from softback.figures import answer_to_a_nudge
from softback.functions import softmax
from softback.gradients import softmax_jacobian


class Nudge(Explorer):
    """Push one logit: every probability responds, and the secant becomes the tangent.

    Parameters
    ----------
    z : sequence of float
        Logits, 2 to 6 of them.
    entry : pair of int
        Output i and input j, from 0: how y_i responds to z_j. An index beyond the last class means
        the last.
    h : float
        The size of the push, from 1e-6 to 2.

    Examples
    --------
    >>> Nudge(z=[0.0, 0.0], entry=[0, 1]).tangent
    -0.25
    """

    z = Vector([1.0, 2.0, 3.0], least=2, most=6)
    entry = Indices([1, 1], below=6)
    h = Number(1.0, least=1e-6, most=2)

    @property
    def y(self) -> NDArray[np.float64]:
        """Probabilities before the push, shape (C,)."""
        return softmax(self.z)

    @property
    def pushed(self) -> NDArray[np.float64]:
        """Probabilities after logit j was raised by h, shape (C,)."""
        z = np.array(self.z)
        z[self._at[1]] += self.h
        return softmax(z)

    @property
    def secant(self) -> float:
        """The slope (y_i after - y_i before) / h."""
        i = self._at[0]
        return float((self.pushed[i] - self.y[i]) / self.h)

    @property
    def tangent(self) -> float:
        """The derivative of y_i with respect to z_j."""
        return float(softmax_jacobian(self.y)[self._at])

    @property
    def _at(self) -> tuple[int, int]:
        return tuple(min(index, len(self.z) - 1) for index in self.entry)

    def description(self) -> str:
        """Return what the explorer shows, in words."""
        i, j = self._at
        return (
            f"Raising logit {j + 1} by {self.h:g} moves share {i + 1} with slope "
            f"{self.secant:.4f}; the tangent has slope {self.tangent:.4f}."
        )

    def figure(self) -> Figure:
        """Return the response of all probabilities as a Matplotlib figure."""
        return cast(Figure, answer_to_a_nudge(self.z, self._at[1], self.h).figure)

"""The log-sum-exp explorer."""

from typing import cast

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from softback.explorers._base import Explorer
from softback.explorers._traits import Vector, Whole
from softback.figures import logsumexp_along, smooth_maximum
from softback.functions import logsumexp, softmax


class LogSumExp(Explorer):
    """Log-sum-exp as a smooth maximum: its gap to the maximum, and its slope, which is softmax.

    Parameters
    ----------
    z : sequence of float
        Logits, 2 to 6 of them.
    moved : int
        The logit, counted from 0, that the curve varies. An index beyond the last class means the
        last.

    Examples
    --------
    >>> round(LogSumExp(z=[0.0, 0.0]).gap, 4)
    0.6931
    """

    z = Vector([0.5, 1.0, -1.0], least=2, most=6)
    moved = Whole(0, least=0, most=5)

    @property
    def logsumexp(self) -> float:
        """log(sum(exp(z)))."""
        return float(logsumexp(self.z))

    @property
    def gap(self) -> float:
        """How far log-sum-exp lies above the maximum: from 0 to log C."""
        with np.errstate(over="ignore"):  # two huge logits of different signs
            return float(logsumexp(np.subtract(self.z, max(self.z))))

    @property
    def y(self) -> NDArray[np.float64]:
        """The slopes of log-sum-exp: softmax, shape (C,)."""
        return softmax(self.z)

    def description(self) -> str:
        """Return what the explorer shows, in words."""
        return (
            f"The maximum of the logits is {max(self.z):g}, log-sum-exp is {self.logsumexp:.4g}. "
            f"The gap of {self.gap:.4f} is at most log {len(self.z)} = {np.log(len(self.z)):.4f}."
        )

    def figure(self) -> Figure:
        """Return log-sum-exp along the moved logit; for huge logits the curves of two classes."""
        if max(map(abs, self.z)) > 1e6:
            return smooth_maximum()[0].figure
        return cast(Figure, logsumexp_along(self.z, min(self.moved, len(self.z) - 1)).figure)

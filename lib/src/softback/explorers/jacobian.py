"""The Jacobian explorer."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Bool

from softback.explorers._base import Explorer
from softback.explorers._traits import Indices, Vector
from softback.figures import heat_map
from softback.functions import softmax
from softback.gradients import softmax_jacobian


class Jacobian(Explorer):
    """The Jacobian of softmax as a heat map, each entry with its own formula.

    Parameters
    ----------
    z : sequence of float
        Logits. The page offers 2 to 12 classes; Python may set up to 64. From 32 on, the map shows
        colours without numbers.
    entry : pair of int
        Output i and input j, from 0, of the entry whose formula is shown.
    pinned : sequence of float
        Logits whose Jacobian is kept for comparison; empty for none.
    compact : bool
        Leave out the extras, as on the front page.

    Examples
    --------
    >>> explorer = Jacobian(z=[0.0, 0.0])
    >>> explorer.jacobian
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """

    z = Vector([1.0, 2.0, 3.0], least=2, most=64)
    entry = Indices([2, 1], below=64)
    pinned = Vector([], least=2, most=12, optional=True)
    compact = Bool(False).tag(sync=True)

    @property
    def y(self) -> NDArray[np.float64]:
        """Probabilities: the softmax of the logits, shape (C,)."""
        return softmax(self.z)

    @property
    def jacobian(self) -> NDArray[np.float64]:
        """The derivatives of output i with respect to input j, shape (C, C)."""
        return softmax_jacobian(self.y)

    @property
    def eigenvalues(self) -> NDArray[np.floating]:
        """The eigenvalues of the Jacobian in ascending order, shape (C,)."""
        return np.linalg.eigvalsh(self.jacobian)

    def description(self) -> str:
        """Return what the explorer shows, in words."""
        shares = ", ".join(f"{share:.3f}" for share in self.y)
        return (
            f"Heat map of the Jacobian of softmax for {len(self.z)} classes with shares "
            f"{shares}. The diagonal is positive, the rest is negative, and every row sums to zero."
        )

    def figure(self) -> Figure:
        """Return the heat map as a Matplotlib figure."""
        figure, ax = plt.subplots(figsize=(4.2, 3.8))
        heat_map(self.jacobian, ax=ax, title="Jacobian of softmax")
        return figure

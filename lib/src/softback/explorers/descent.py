"""The Descent explorer."""

from typing import cast

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from softback.explorers._base import Explorer
from softback.explorers._traits import Number, Vector
from softback.figures import loss_triangle, palette
from softback.figures.triangle import CORNERS
from softback.functions import softmax
from softback.gradients import cross_entropy_and_grad, softmax_vjp


class Descent(Explorer):
    """Gradient descent on the cross entropy of three classes, on the triangle of probabilities.

    Parameters
    ----------
    z : sequence of float
        Three logits.
    t : sequence of float
        Three targets, none negative, that sum to one.
    smoothing : float
        Label smoothing, from 0 to 1.
    rate : float
        Learning rate, from 0.01 to 10.

    Examples
    --------
    >>> explorer = Descent(z=[0.0, 0.0, 0.0], t=[1.0, 0.0, 0.0], rate=3.0)
    >>> explorer.step()
    >>> explorer.z
    [2.0, -1.0, -1.0]
    """

    z = Vector([-1.0, 2.0, 0.5], least=3, most=3)
    t = Vector([0.7, 0.2, 0.1], least=3, most=3, distribution=True)
    smoothing = Number(0.0, least=0, most=1)
    rate = Number(1.0, least=0.01, most=10)

    @property
    def y(self) -> NDArray[np.float64]:
        """Probabilities, shape (3,)."""
        return softmax(self.z)

    @property
    def targets(self) -> NDArray[np.float64]:
        """The targets after smoothing, shape (3,)."""
        return (1 - self.smoothing) * np.array(self.t) + self.smoothing / 3

    @property
    def loss(self) -> float:
        """The cross entropy."""
        return float(self._loss_and_gradient()[0])

    @property
    def dz(self) -> NDArray[np.float64]:
        """Its gradient with respect to the logits: y - t, shape (3,)."""
        return self._loss_and_gradient()[1]

    @property
    def squared_error_dz(self) -> NDArray[np.float64]:
        """For comparison: the gradient of half the squared error of y, shape (3,)."""
        return softmax_vjp(self.y, self.y - self.targets)

    def step(self) -> None:
        """Take one step against the gradient."""
        self.z = self.z - self.rate * self.dz

    def _loss_and_gradient(self) -> tuple[float, NDArray[np.float64]]:
        z, t = np.array(self.z), np.array(self.t)
        loss, dz = cross_entropy_and_grad(z, t, label_smoothing=self.smoothing)
        return float(loss), dz

    def description(self) -> str:
        """Return what the explorer shows, in words."""
        shares, targets = (", ".join(f"{x:.3f}" for x in part) for part in (self.y, self.targets))
        return (
            f"The triangle of three shares. The point y stands at {shares}, where the "
            f"cross entropy is {self.loss:.4f}; the target is {targets}."
        )

    def figure(self) -> Figure:
        """Return the loss on the triangle, the target and y as a Matplotlib figure."""
        ax = loss_triangle(self.targets)
        ax.plot(*(self.y @ CORNERS), "o", color=palette.INK, label="$y$", clip_on=False)
        ax.legend(loc="upper left")
        return cast(Figure, ax.figure)

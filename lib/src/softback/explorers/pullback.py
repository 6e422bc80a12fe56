"""The Pullback explorer."""

from typing import Any, cast

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import TraitError, validate

from softback.explorers._base import Explorer
from softback.explorers._traits import Number, Vector
from softback.figures import pullback_areas
from softback.functions import softmax
from softback.gradients import softmax_jacobian, softmax_vjp


class Pullback(Explorer):
    """An upstream gradient on its way back through softmax: y, g, s, g - s, dz.

    Parameters
    ----------
    z : sequence of float
        Logits, 2 to 6 of them.
    g : sequence of float
        Upstream gradient, as many numbers as z. To change how many there are, set both with
        `change`.
    constant : float
        A number added to every entry of g, from -4 to 4.

    Examples
    --------
    >>> Pullback(z=[0.0, 0.0], g=[1.0, 0.0]).dz
    array([ 0.25, -0.25])
    """

    z = Vector([1.0, 2.0, 3.0], least=2, most=6)
    g = Vector([1.6, -1.0, 1.2], least=2, most=6)
    constant = Number(0.0, least=-4, most=4)

    @validate("z", "g")
    def _lengths_agree(self, proposal: dict[str, Any]) -> list[Any]:
        value, trait = proposal["value"], proposal["trait"].name
        other = {"z": "g", "g": "z"}[trait]
        if len(value) != len(getattr(self, other)):
            raise TraitError(
                f"{trait} holds {len(value)} numbers, but {other} holds "
                f"{len(getattr(self, other))}; set both with change(z=..., g=...)"
            )
        return value

    @property
    def y(self) -> NDArray[np.float64]:
        """Probabilities, shape (C,)."""
        return softmax(self.z)

    @property
    def upstream(self) -> NDArray[np.float64]:
        """Upstream gradient: g with the constant added, shape (C,)."""
        return np.add(self.g, self.constant)

    @property
    def mean(self) -> float:
        """s, the mean of the upstream gradient weighted by y."""
        return float(self.y @ self.upstream)

    @property
    def dz(self) -> NDArray[np.float64]:
        """The gradient with respect to the logits, shape (C,)."""
        return softmax_vjp(self.y, self.upstream)

    @property
    def product(self) -> NDArray[np.float64]:
        """The same by way of the matrix: g times the Jacobian, shape (C,)."""
        return self.upstream @ softmax_jacobian(self.y)

    def description(self) -> str:
        """Return what the explorer shows, in words."""
        parts = ", ".join(f"{part:.3g}" for part in self.dz)
        return (
            f"Bars y wide and g high, with their mean level {self.mean:.3g}: "
            f"the areas above and below it are dz = {parts}, which sums to zero."
        )

    def figure(self) -> Figure:
        """Return the bars as a Matplotlib figure."""
        return cast(Figure, pullback_areas(self.y, self.upstream).figure)

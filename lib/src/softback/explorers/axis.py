"""The Axis explorer."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Bool, Enum

from softback.explorers._base import Explorer
from softback.explorers._traits import Indices, Matrix
from softback.figures import axis_patterns
from softback.functions import softmax
from softback.gradients import softmax_full_jacobian, softmax_jacobian


class Axis(Explorer):
    """The softmax of a matrix along an axis, and its full Jacobian as one square.

    Parameters
    ----------
    z : sequence of sequences of float
        Logits, up to 4 rows and 5 columns.
    axis : {0, 1, None}
        The axis whose entries sum to one; None for both.
    grouped : bool
        Whether the positions are sorted by the sum that they belong to.
    entry : pair of int
        Positions of the output and the input, counted row by row from 0. A position beyond the
        last means the last.

    Examples
    --------
    >>> Axis(z=[[0.0, 0.0]], axis=1).jacobian
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """

    z = Matrix([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]], rows=(1, 4), columns=(1, 5))
    axis = Enum([0, 1, None], default_value=0).tag(sync=True)
    grouped = Bool(False).tag(sync=True)
    entry = Indices([4, 1], below=20)

    @property
    def y(self) -> NDArray[np.float64]:
        """Probabilities, shape of z."""
        return softmax(self.z, self.axis)

    @property
    def jacobian(self) -> NDArray[np.float64]:
        """The full Jacobian with both index pairs flattened row by row, shape (size, size)."""
        y = self.y
        if self.axis is None:
            return softmax_jacobian(y.ravel())
        return softmax_full_jacobian(y, self.axis).reshape(y.size, y.size)

    @property
    def order(self) -> NDArray[np.intp]:
        """The positions as they are shown: row by row, or sorted by group, shape (size,)."""
        places = np.arange(np.size(self.z)).reshape(np.shape(self.z))
        return (places.T if self.grouped and self.axis == 0 else places).ravel()

    @property
    def permuted(self) -> NDArray[np.float64]:
        """The full Jacobian in the order in which it is shown."""
        return self.jacobian[np.ix_(self.order, self.order)]

    def description(self) -> str:
        """Return what the explorer shows, in words."""
        rows, columns = np.shape(self.z)
        zero = int((self.jacobian == 0).sum())
        return (
            f"The softmax of a {rows} by {columns} matrix along axis {self.axis}; {zero} of the "
            f"{self.jacobian.size} entries of its full Jacobian are zero."
        )

    def figure(self) -> Figure:
        """Return the patterns of both axes as a Matplotlib figure."""
        return axis_patterns(self.z)[0].figure

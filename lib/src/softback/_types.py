"""Names for the types that signatures use."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike as ArrayLike
from numpy.typing import NDArray

Array = NDArray[Any]
# An array, or a scalar where no axis is left.
Numbers = Array | np.number[Any]
Mask = ArrayLike | None
Axis = int | tuple[int, ...] | None

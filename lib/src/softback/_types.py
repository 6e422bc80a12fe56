"""Names for the types that signatures use."""

from typing import Any

from numpy.typing import ArrayLike, NDArray

__all__ = ["Array", "ArrayLike", "Axis"]

Array = NDArray[Any]
Axis = int | tuple[int, ...] | None

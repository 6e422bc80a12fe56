"""What a checker answers: right or not yet, and why, in a sentence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


class CheckFailed(AssertionError):
    """An answer that had to be right and is not; IPython shows it as one line."""

    def _render_traceback_(self) -> list[str]:
        return [f"CheckFailed: {self}"]


@dataclass(frozen=True)
class Verdict:
    """What a checker says about an answer; it is true if the answer passed.

    Attributes
    ----------
    passed : bool
        Whether nothing wrong was found.
    message : str
        One or two sentences in Markdown.
    mistake : str
        The id of the mistake in the catalogue, or "" if none was recognised.
    """

    passed: bool
    message: str
    mistake: str = ""

    def __bool__(self) -> bool:
        """Return whether the answer passed."""
        return self.passed

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message

    def _repr_markdown_(self) -> str:
        return self.message

    def require(self) -> "Verdict":
        """Return the verdict if the answer passed.

        Raises
        ------
        CheckFailed
            If it did not, with the sentence.
        """
        if not self.passed:
            raise CheckFailed(self.message)
        return self


def same(found: ArrayLike, wanted: ArrayLike, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """Return whether two results are the same but for rounding: how tests of sheets compare.

    Unlike `numpy.allclose` it stretches nothing: an empty array, one more axis or a number in
    place of an array are not the same as what is wanted.

    Parameters
    ----------
    found : array_like
        What an answer returned; anything else than real numbers is not the same.
    wanted : array_like
        What is right, with its shape.
    rtol, atol : float
        How far entries may be off: by ``atol + rtol * abs(wanted)``.

    Examples
    --------
    >>> same([0.5, 0.5], [1 / 2, 1 / 2]), same([], [0.5, 0.5]), same([[0.5, 0.5]], [0.5, 0.5])
    (True, False, False)
    """
    try:
        numbers = np.asarray(found)
        if numbers.shape != np.shape(wanted) or numbers.dtype.kind not in "uif":
            return False
        return bool(np.allclose(numbers, wanted, rtol=rtol, atol=atol))
    except Exception:  # what an answer returned may refuse in words of its own
        return False

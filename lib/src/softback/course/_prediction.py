"""Tasks whose answer says beforehand what will happen: numbers, lists of them, or a word."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from softback.course._judge import Task
from softback.course.verdict import Verdict

# A prediction by hand has few digits.
CLOSE = 0.01


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction(Task):
    """A task whose answer is a value; ``asked`` says what is predicted, and in which form."""

    def judge(self, answer: Any, rng: np.random.Generator | None = None) -> Verdict:
        """Return the verdict on a prediction; what happens is not told."""
        if answer is None or answer is Ellipsis:
            return Verdict(False, f"No prediction yet: in place of `None`, write {self.asked}.")
        given, right = _plain(answer), _plain(self.right)
        if isinstance(given, list) != isinstance(right, list):
            return Verdict(False, f"That cannot be compared. Write down {self.asked}.")
        if not isinstance(given, list):
            return self._said(_equal(given, right), "That is not what happens.")
        if len(given) != len(right):
            return Verdict(False, f"You wrote {len(given)} entries. Write down {self.asked}.")
        agree = [_equal(*pair) for pair in zip(given, right, strict=True)]
        place = agree.index(False) + 1 if False in agree else 0
        return self._said(all(agree), f"That is not what happens: look at entry {place} again.")

    def _said(self, passed: bool, no: str) -> Verdict:
        return Verdict(passed, self.praise if passed else f"{no} Change it, or run it and see why.")


def _plain(value: Any) -> Any:
    """Return arrays and tuples as lists, words without their case."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.strip().casefold() if isinstance(value, str) else value


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        try:
            return bool(np.isclose(one, other, rtol=CLOSE, atol=1e-9))
        except OverflowError:  # an integer beyond all floats
            return False
    return type(one) is type(other) and one == other

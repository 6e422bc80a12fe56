"""What a reader is asked for, and which wrong answers to it are known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from softback.course.catalogue import MISTAKES
from softback.course.verdict import Verdict

SECONDS = 5.0


class Fault(ValueError):
    """An answer that cannot be compared with anything; the message is the sentence for it."""


def _as_it_is(known):
    return known


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """Something that a reader is asked for: a function, or a formula.

    Attributes
    ----------
    name : str
        What `softback.course.check` calls it; entries of the catalogue list wrong answers by it.
    asked : str
        How the function is called, or what the formula must equal.
    right : callable or str
        A right answer.
    praise : str
        The sentence for a right answer.
    like : str
        The name of a task whose mistakes can be made here too, or "".
    lift : callable
        Makes a wrong answer to this task out of one to ``like``.
    """

    name: str
    asked: str
    right: Any
    praise: str
    like: str = ""
    lift: Callable = _as_it_is

    def judge(self, answer: Any, rng: np.random.Generator | None = None) -> Verdict:
        """Return the verdict on an answer."""
        raise NotImplementedError

    def wrong_answers(self) -> Iterator[tuple[str, str, Any]]:
        """Yield the id and the sentence of a mistake, and a wrong answer that comes of it."""
        for mistake in MISTAKES.values():
            said = list(mistake.wrong_answers(self.name))
            if not said and self.like:
                said = [(s, self.lift(known)) for s, known in mistake.wrong_answers(self.like)]
            for sentence, known in said:
                yield mistake.id, sentence, known

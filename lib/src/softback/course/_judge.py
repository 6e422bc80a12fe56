"""Judge an answer: read it, compare it, name the mistake behind it or show where it differs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from softback.course._time_limit import TimeUp, time_limit
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

    # What a kind of task has to say. A `known` answer is one of the catalogue, or the right one.

    def inputs(self, rng: np.random.Generator | None) -> Sequence:
        """Return the cases on which answers are compared."""
        raise NotImplementedError

    def read(self, answer: Any) -> Any:
        """Return what can be evaluated; raise a `Fault` if there is no such thing."""
        raise NotImplementedError

    def outcome(self, answer: Any, case: Any) -> Any:
        """Return what an answer that was read gives for one case."""
        raise NotImplementedError

    def expected(self, known: Any, case: Any) -> Any:
        """Return what a known answer gives for one case, or None if it gives nothing."""
        raise NotImplementedError

    def same(self, found: Any, other: Any) -> bool:
        """Return whether two outcomes are equal."""
        raise NotImplementedError

    def views(self, found: Sequence) -> Iterable[list[int]]:
        """Return the sets of cases on which a mistake must show, one after the other."""
        return [list(range(len(found)))]

    def difference(self, cases: Sequence, found: Sequence, right: Sequence, wrong: set) -> str:
        """Return a sentence that shows where an answer differs from the right one."""
        raise NotImplementedError

    def doubt(self, answer: Any, cases: Sequence, found: Sequence) -> str:
        """Return what is wrong with an answer whose outcomes are right, or ""."""
        raise NotImplementedError

    def praised(self, found: Sequence, right: Sequence) -> str:
        """Return the sentence for a right answer."""
        return self.praise

    def too_slow(self) -> str:
        """Return the sentence for an answer that was stopped."""
        raise NotImplementedError

    # The same for all.

    def judge(self, answer: Any, rng: np.random.Generator | None = None) -> Verdict:
        """Return the verdict on an answer."""
        cases = self.inputs(rng)
        try:
            with time_limit(SECONDS):
                answer = self.read(answer)
                found = [self.outcome(answer, case) for case in cases]
            right = [self.expected(self.right, case) for case in cases]
            pairs = enumerate(zip(found, right, strict=True))
            if wrong := {n for n, pair in pairs if not self.same(*pair)}:
                named = self._named(cases, found, wrong)
                if named is not None:
                    return named
                return Verdict(False, self.difference(cases, found, right, wrong))
            with time_limit(SECONDS):
                doubt = self.doubt(answer, cases, found)
        except Fault as fault:
            return Verdict(False, str(fault))
        except TimeUp:
            return Verdict(False, self.too_slow())
        return Verdict(not doubt, doubt or self.praised(found, right))

    def wrong_answers(self) -> Iterator[tuple[str, str, Any]]:
        """Yield the id and the sentence of a mistake, and a wrong answer that comes of it."""
        for mistake in MISTAKES.values():
            said = list(mistake.wrong_answers(self.name))
            if not said and self.like:
                said = [(s, self.lift(known)) for s, known in mistake.wrong_answers(self.like)]
            for sentence, known in said:
                yield mistake.id, sentence, known

    def _named(self, cases: Sequence, found: Sequence, wrong: set[int]) -> Verdict | None:
        """Return the verdict that names the mistake behind an answer, if there is one.

        At least one of the cases looked at must be wrong: a function that is right and then stops
        has made none of these mistakes.
        """
        for view in self.views(found):
            if wrong.isdisjoint(view):
                continue
            for name, sentence, known in self.wrong_answers():
                if all(self.same(self.expected(known, cases[n]), found[n]) for n in view):
                    return Verdict(False, sentence, name)
        return None

"""Tasks whose answer is a function: compared on arrays, and digit by digit where digits matter."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from softback.course import _judge, _words
from softback.course._call import Outcome, call, call_known, require_function

# Room for another order of the same arithmetic, far below what a wrong formula changes.
RTOL, ATOL = 1e-6, 1e-9
# Room for a few dozen roundings of float64, so that every careful order of the sums passes.
ALL_DIGITS = 1e-12
# Fixed, so that a page says the same each time it is built.
SEED = 27


@dataclass(frozen=True)
class Rung:
    """Inputs on which digits are counted, and what is said of an answer that loses them there.

    Attributes
    ----------
    sentence : str
        The misunderstanding.
    cases : tuple of dict
        The inputs, exact in float64.
    part : int
        Which of the returned values is looked at.
    """

    sentence: str
    cases: tuple[dict, ...]
    part: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Code(_judge.Task):
    """A task whose answer is a function; ``asked`` says how it is called.

    Attributes
    ----------
    returns : tuple of str
        What the function returns.
    cases : callable
        Takes a Generator, returns the inputs: a list of dictionaries from parameter to value.
    properties : tuple of callable
        Each takes a case and what was returned for it, and gives a sentence or None.
    rungs : tuple of Rung
        Where every digit must be right, in the order in which losses are named.
    rough : str
        What is said in place of the praise where digits are missing, or "".
    """

    returns: tuple[str, ...]
    cases: Callable[[np.random.Generator], list[dict]]
    properties: tuple[Callable, ...] = ()
    rungs: tuple[Rung, ...] = ()
    rough: str = ""

    def inputs(self, rng: np.random.Generator | None) -> list[dict]:
        """Return the inputs, those on which digits are counted last."""
        cases = self.cases(np.random.default_rng(SEED) if rng is None else rng)
        return [*cases, *(case for rung in self.rungs for case in rung.cases)]

    def read(self, answer: Any) -> Callable:
        """Return the answer if it can be called as the task says."""
        require_function(answer, self.asked)
        return answer

    def outcome(self, answer: Callable, case: dict) -> Outcome:
        """Return what the reader's function gives for one case."""
        return call(answer, case, self.returns)

    def expected(self, known: Callable, case: dict) -> Outcome | None:
        """Return what a function of the catalogue gives for one case."""
        return call_known(known, case, self.returns)

    def same(self, found: Outcome | None, other: Outcome | None) -> bool:
        """Return whether two outcomes hold the same numbers; nan equals nan here."""
        if found is None or other is None or found.error or other.error:
            return False
        return all(
            a.shape == b.shape and np.allclose(a, b, rtol=RTOL, atol=ATOL, equal_nan=True)
            for a, b in zip(found.values, other.values, strict=True)
        )

    def views(self, found: Sequence[Outcome]) -> Iterator[list[int]]:
        """Look where there is an answer, then where it is finite: nan may hide another mistake."""
        answered = [n for n, outcome in enumerate(found) if not outcome.error]
        yield answered
        yield [n for n in answered if all(np.isfinite(v).all() for v in found[n].values)]

    def praised(self, found: Sequence[Outcome], right: Sequence[Outcome]) -> str:
        """Return the praise, unless the answer is right without its last digits."""
        if not self.rough:
            return self.praise
        pairs = zip(found, right, strict=True)
        parts = [part for got, want in pairs for part in zip(got.values, want.values, strict=True)]
        exact = all(np.allclose(*part, rtol=ALL_DIGITS, atol=ALL_DIGITS) for part in parts)
        return self.praise if exact else self.rough

    def too_slow(self) -> str:
        """Return the sentence for a function that was stopped."""
        return (
            f"Your function was still running after {_judge.SECONDS:g} seconds on small arrays, "
            "and was stopped. Is there a loop that never ends?"
        )

    def difference(self, cases: Sequence, found: Sequence, right: Sequence, wrong: set) -> str:
        """Return what is wrong with the first wrong outcome."""
        first = min(wrong)
        given = _words.inputs(cases[first])
        if error := found[first].error:
            raised = _words.code(f"{type(error).__name__}: {error}")
            return f"Your function raised {raised} for {given}.{self._instead(error)}"
        return f"For {given} {self._fault_of(cases[first], found[first], right[first])}"

    def _instead(self, error):
        """Say how to name the last axis, unless the task hands an axis over."""
        if isinstance(error, np.exceptions.AxisError) and "axis" not in self.asked:
            return " The last axis is `axis=-1`, however many axes there are."
        return ""

    def _fault_of(self, case, outcome, right):
        parts = list(zip(self.returns, outcome.values, right.values, strict=True))
        for complaint_of in (_shape, _not_a_number):
            for part in parts:
                if complaint := complaint_of(*part):
                    return complaint
        for property_of in self.properties:
            if complaint := property_of(case, *outcome.values):
                return complaint
        return next(filter(None, (_entry(*part) for part in parts)))

    def doubt(self, answer: Callable, cases: Sequence, found: Sequence[Outcome]) -> str:
        """Return a sentence about the first rung on which digits are missing, or ""."""
        count = sum(len(rung.cases) for rung in self.rungs)
        outcomes = iter(found[len(found) - count :])
        for rung in self.rungs:
            for case in rung.cases:
                got = next(outcomes).values[rung.part]
                want = call(self.right, case, self.returns).values[rung.part]
                errors = np.asarray(abs(got - want) / np.where(want == 0, 1, abs(want)))
                if errors.max() > ALL_DIGITS:
                    return f"{rung.sentence} {self._digits_of(rung, case, want, errors)}"
        return ""

    def _digits_of(self, rung, case, want, errors):
        index = tuple(map(int, np.unravel_index(errors.argmax(), errors.shape)))
        name, value = _words.place(self.returns[rung.part], index), _words.number(want[index])
        digits = max(0, int(-np.log10(errors[index])))
        right = f"{digits or 'no'} correct {'digit' if digits == 1 else 'digits'}"
        return f"For {_words.inputs(case)} {name} is {value}, and yours has {right} of 15."


def _shape(name, found, right):
    if found.shape == right.shape:
        return None
    if not right.shape:
        return f"`{name}` must be one number, and yours has the shape {found.shape}."
    have = f"has the shape {found.shape}" if found.shape else "is a single number"
    return f"`{name}` must have the shape {right.shape}, and yours {have}."


def _not_a_number(name, found, right):
    bad = np.argwhere(~np.isfinite(found) & np.isfinite(right))
    if not len(bad):
        return None
    index = tuple(bad[0].tolist())
    return (
        f"{_words.place(name, index)} is {_words.number(found[index])} and must be "
        f"{_words.number(right[index])}. Does something overflow, or is 0 divided by 0?"
    )


def _entry(name, found, right):
    far = ~np.isclose(found, right, rtol=RTOL, atol=ATOL, equal_nan=True)
    if not far.any():
        return None
    index = tuple(np.argwhere(far)[0].tolist())
    yours, wanted = _words.apart(found[index], right[index])
    return f"{_words.place(name, index)} must be {wanted}, and yours is {yours}."

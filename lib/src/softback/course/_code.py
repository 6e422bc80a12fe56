"""Tasks whose answer is a function: compared on arrays, and digit by digit where digits matter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from softback.course import _judge, _words
from softback.course._call import call, call_known, require_function
from softback.course._time_limit import TimeUp, time_limit
from softback.course.verdict import Verdict

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

    def judge(self, answer: Any, rng: np.random.Generator | None = None) -> Verdict:
        """Compare an answer, name the mistake behind it or show where it differs."""
        cases = self.cases(np.random.default_rng(SEED) if rng is None else rng)
        # Those on which digits are counted come last.
        cases = [*cases, *(case for rung in self.rungs for case in rung.cases)]
        try:
            with time_limit(_judge.SECONDS):
                require_function(answer, self.asked)
                found = [call(answer, case, self.returns) for case in cases]
        except _judge.Fault as fault:
            return Verdict(False, str(fault))
        except TimeUp:
            return Verdict(False, self._too_slow())
        right = [call_known(self.right, case, self.returns) for case in cases]
        pairs = enumerate(zip(found, right, strict=True))
        if wrong := {n for n, pair in pairs if not _same(*pair)}:
            named = self._named(cases, found, wrong)
            if named is not None:
                return named
            return Verdict(False, self._difference(cases, found, right, wrong))
        doubt = self._doubt(found, right)
        return Verdict(not doubt, doubt or self._praised(found, right))

    def _named(self, cases, found, wrong):
        """Return the verdict that names the mistake behind an answer, if there is one.

        At least one of the cases looked at must be wrong: a function that is right and then stops
        has made none of these mistakes.
        """
        for view in _views(found):
            if wrong.isdisjoint(view):
                continue
            for name, sentence, known in self.wrong_answers():
                if all(_same(call_known(known, cases[n], self.returns), found[n]) for n in view):
                    return Verdict(False, sentence, name)
        return None

    def _praised(self, found, right):
        """Return the praise, unless the answer is right without its last digits."""
        if not self.rough:
            return self.praise
        pairs = zip(found, right, strict=True)
        parts = [part for got, want in pairs for part in zip(got.values, want.values, strict=True)]
        exact = all(np.allclose(*part, rtol=ALL_DIGITS, atol=ALL_DIGITS) for part in parts)
        return self.praise if exact else self.rough

    def _too_slow(self):
        return (
            f"Your function was still running after {_judge.SECONDS:g} seconds on small arrays, "
            "and was stopped. Is there a loop that never ends?"
        )

    def _difference(self, cases, found, right, wrong):
        """Return what is wrong with the first wrong outcome."""
        first = min(wrong)
        given = _words.inputs(cases[first])
        if error := found[first].error:
            raised = _words.raised(error)
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

    def _doubt(self, found, right):
        """Return a sentence about the first rung on which digits are missing, or ""."""
        counted = [(rung, case) for rung in self.rungs for case in rung.cases]
        first = len(found) - len(counted)
        for (rung, case), *pair in zip(counted, found[first:], right[first:], strict=True):
            got, want = (outcome.values[rung.part] for outcome in pair)
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


def _same(found, other):
    """Return whether two outcomes hold the same numbers; nan equals nan here."""
    if found is None or other is None or found.error or other.error:
        return False
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=RTOL, atol=ATOL, equal_nan=True)
        for a, b in zip(found.values, other.values, strict=True)
    )


def _views(found):
    """Look where there is an answer, then where it is finite: nan may hide another mistake."""
    answered = [n for n, outcome in enumerate(found) if not outcome.error]
    yield answered
    yield [n for n in answered if all(np.isfinite(v).all() for v in found[n].values)]


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

"""Judge an implementation: faults, misconceptions, the first wrong number, and lost digits."""

import numpy as np

from softback.exercises import _words
from softback.exercises._calls import Fault, call, require_function
from softback.exercises._digits import lost
from softback.exercises._time_limit import TimeUp, time_limit
from softback.exercises.verdict import Verdict

SECONDS = 5.0
# Room for another order of the same arithmetic, far below what a wrong formula changes.
RTOL, ATOL = 1e-6, 1e-9
# Fixed, so that a page says the same each time it is built.
SEED = 27


def judge(task, answer, rng=None):
    """Return the `Verdict` on a reader's function.

    Parameters
    ----------
    task : Task
        The exercise.
    answer : callable
        What the reader wrote. It runs under a limit of five seconds in all, where the platform
        allows one.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.
    """
    cases = task.cases(np.random.default_rng(SEED) if rng is None else rng)
    counted = [case for rung in task.rungs for case in rung.cases]
    cases = [*cases, *counted]
    try:
        require_function(answer, task)
        with time_limit(SECONDS):
            outcomes = [call(answer, case, task) for case in cases]
    except Fault as fault:
        return Verdict(False, str(fault))
    except TimeUp:
        return Verdict(False, _still_running())
    digits = outcomes[len(cases) - len(counted) :]
    complaint = _complaint(task, cases, outcomes) or lost(task, digits)
    return Verdict(False, complaint) if complaint else Verdict(True, task.praise)


def _still_running():
    return (
        f"Your function was still running after {SECONDS:g} seconds on small arrays, and was "
        "stopped. Is there a loop that never ends?"
    )


def _complaint(task, cases, outcomes):
    right = [call(task.right, case, task) for case in cases]
    wrong = [n for n, pair in enumerate(zip(outcomes, right, strict=True)) if not _same(*pair)]
    if not wrong:
        return None
    first = wrong[0]
    return _misconception(task, cases, outcomes, wrong) or _first_failure(
        task, cases[first], outcomes[first], right[first]
    )


def _misconception(task, cases, outcomes, wrong):
    """Return the sentence of the slip behind an answer.

    A second look leaves out where the answer is nan or infinite: another slip may lie below that.
    """
    answered = [n for n, outcome in enumerate(outcomes) if not outcome.error]
    finite = [n for n in answered if all(np.isfinite(v).all() for v in outcomes[n].values)]
    for looked_at in (answered, finite):
        for slip in task.slips:
            for formula in slip.formulas:
                predicted = [_try(formula, case, task) for case in cases]
                if _explains(predicted, outcomes, looked_at, wrong):
                    return slip.sentence
    return None


def _try(formula, case, task):
    """Return what a wrong formula gives; one that gives no array is like no other."""
    try:
        return call(formula, case, task)
    except Fault:
        return None


def _same(one, other):
    """Return whether two outcomes hold the same numbers; nan counts as a number here."""
    if one is None or one.error or other.error:
        return False
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=RTOL, atol=ATOL, equal_nan=True)
        for a, b in zip(one.values, other.values, strict=True)
    )


def _explains(predicted, outcomes, looked_at, wrong):
    """Return whether a formula gives the answer's numbers wherever we look.

    At least one of them must be wrong: a function that is right and then stops is no misconception.
    """
    return any(n in wrong for n in looked_at) and all(
        _same(predicted[n], outcomes[n]) for n in looked_at
    )


def _first_failure(task, case, outcome, right):
    given = _words.inputs(case)
    if error := outcome.error:
        raised = _words.code(f"{type(error).__name__}: {error}")
        return f"Your function raised {raised} for {given}."
    parts = list(zip(task.returns, outcome.values, right.values, strict=True))
    for complaint in (_shape, _not_a_number):
        for part in parts:
            if found := complaint(*part):
                return f"For {given} {found}"
    for property_of in task.properties:
        if found := property_of(case, *outcome.values):
            return f"For {given} {found}"
    return f"For {given} {next(filter(None, (_entry(*part) for part in parts)))}"


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
    return (
        f"{_words.place(name, index)} must be {_words.number(right[index])}, "
        f"and yours is {_words.number(found[index])}."
    )

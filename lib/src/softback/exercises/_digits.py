"""Count the right digits of an answer whose numbers are right to the eye."""

import numpy as np

from softback.exercises import _words
from softback.exercises._calls import call

# Room for a few dozen roundings of float64, so that every careful order of the sums passes.
RTOL = 1e-12


def lost(task, outcomes):
    """Return a sentence about the first rung on which digits are missing, or None.

    Parameters
    ----------
    task : Task
        The exercise.
    outcomes : list of Outcome
        What the answer gave for the cases of all rungs, in their order. None holds an exception.
    """
    remaining = iter(outcomes)
    for rung in task.rungs:
        for case in rung.cases:
            found, right = next(remaining), call(task.right, case, task)
            errors = _relative(found.values[rung.part], right.values[rung.part])
            if errors.max() > RTOL:
                return f"{rung.sentence} {_example(task, rung, case, right, errors)}"
    return None


def _relative(found, right):
    scale = np.where(right == 0, 1, abs(right))
    return np.asarray(abs(found - right) / scale)


def _example(task, rung, case, right, errors):
    index = tuple(map(int, np.unravel_index(errors.argmax(), errors.shape)))
    name = _words.place(task.returns[rung.part], index)
    value = _words.number(right.values[rung.part][index])
    return f"For {_words.inputs(case)} {name} is {value}, and yours has {_count(errors[index])}."


def _count(error):
    digits = max(0, int(-np.log10(error)))
    return f"{digits or 'no'} right {'digit' if digits == 1 else 'digits'} of 15"

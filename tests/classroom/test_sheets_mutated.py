"""Hidden tests notice every single change of what a right answer returns."""

import warnings

import numpy as np
import pytest

from classroom.sheets import HIDDEN_TEST, SOLUTION
from softback.course import same
from tests.classroom.test_sheets_wrong_answers import SHEETS, everything_but_tests, sheet


def one_off(x):
    x = np.array(x, float)
    x.flat[-1:] += 1e-3 * (1 + abs(x.flat[-1:]))
    return x


# Each takes an array and returns another; where it is the same, nothing is asked.
MUTATIONS = {
    "an empty leading axis": lambda x: np.empty((0, *np.shape(x))),
    "one more leading axis": lambda x: np.asarray(x)[None],
    "clipped": lambda x: np.clip(x, -0.4, 0.4),
    "constant": lambda x: np.full(np.shape(x), np.mean(x)),
    "zero": np.zeros_like,
    "transposed": np.transpose,
    "not a number": lambda x: np.full(np.shape(x), np.nan),
    "one nan": lambda x: np.where(np.arange(np.size(x)).reshape(np.shape(x)) == 0, np.nan, x),
    "infinite": lambda x: np.full(np.shape(x), np.inf),
    "one entry off": one_off,
    "a little too large": lambda x: np.asarray(x) * 1.001,
    "the other sign": np.negative,
    "reversed": lambda x: np.flip(x),
    "None": lambda x: None,
}


def functions():
    """Return sheet, exercise and name of every function that students write."""
    return [
        (name, cell.exercise, function)
        for name in SHEETS
        for cell in sheet(name).cells
        if cell.role == SOLUTION
        for function in sheet(name).functions
        if f"def {function}(" in cell.source
    ]


def mutated(function, mutation, at, changed):
    """Return the function, with one array of its result changed."""

    def mutant(*args, **kwargs):
        found = function(*args, **kwargs)
        parts = found if isinstance(found, tuple) else (found,)
        new = mutation(parts[at])
        if new is None or not same(new, parts[at], rtol=1e-12, atol=1e-14):
            changed.append(new)
        parts = (*parts[:at], new, *parts[at + 1 :])
        return parts if isinstance(found, tuple) else parts[0]

    return mutant


def survives(name, exercise, function, mutation):
    """Return which parts of a result can be changed so that hidden tests see nothing."""
    survivors, at, width = [], 0, 1
    while at < width:
        names, changed, widths = everything_but_tests(name), [], []
        original = names[function]

        def counted(*args, _original=original, _widths=widths, **kwargs):
            found = _original(*args, **kwargs)
            _widths.append(len(found) if isinstance(found, tuple) else 1)
            return found

        names[function] = mutated(counted, mutation, at, changed)
        passed = True
        for cell in sheet(name).cells:
            if cell.exercise == exercise and cell.role == HIDDEN_TEST:
                try:
                    with np.errstate(all="ignore"), warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        exec(cell.source, names)
                except Exception:
                    passed = False
        if passed and changed:
            survivors.append(at)
        width, at = max(widths, default=1), at + 1
    return survivors


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
@pytest.mark.parametrize(("name", "exercise", "function"), functions())
def test_a_changed_result_is_noticed(name, exercise, function, mutation):
    assert survives(name, exercise, function, mutation) == []

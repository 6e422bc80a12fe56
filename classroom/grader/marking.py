"""Run the tests of a sheet on the functions of one submission."""

import contextlib
import io
import warnings

import numpy as np

from .record import Result
from .student import StudentError
from .words import plain_text

VISIBLE_MOST, HIDDEN_MOST = 1500, 200


def mark(paper, student):
    """Run all tests.

    Parameters
    ----------
    paper : Paper
    student : Student or None
        None if there is nothing to run: each test fails.

    Returns
    -------
    list of Result
        In the order of the sheet. Visible tests run first: what a hidden test handed over must
        not appear in the message of a later error.
    """
    if student is None:
        return [_result(test, "Not run.") for test in paper.tests]
    scope = _scope(paper, student)
    order = sorted(paper.tests, key=lambda test: test.hidden)
    said = {test.name: _run(test, dict(scope), student) for test in order}
    return [_result(test, said[test.name]) for test in paper.tests]


def _scope(paper, student):
    """Return the names that tests find: stand-ins, and what the sheet's other cells define."""
    scope = {"__name__": "tests", "display": lambda *values, **options: None}
    scope |= {name: student.stand_in(name) for name in student.functions}
    for step in paper.steps:
        if not step.test:
            student.begin_cell()
            with contextlib.suppress(Exception), _silence():
                exec(compile(step.source, step.name, "exec"), scope)
    return scope


def _run(test, scope, student):
    """Return what is wrong, or an empty string."""
    student.begin_cell()
    student.changed.clear()
    try:
        with _silence():
            exec(compile(test.source, test.name, "exec"), scope)
    except Exception as error:
        error = student.absent or error  # a checker would say it in words of its own
        # An empty message would count as passed.
        return (_hidden(error) if test.hidden else _visible(error)) or "A check failed."
    if student.changed:
        return f"{student.changed[0]} writes into its argument, which belongs to the caller."
    return ""


@contextlib.contextmanager
def _silence():
    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def _visible(error):
    if isinstance(error, StudentError):
        return error.sentence
    if isinstance(error, AssertionError):
        return plain_text(error, VISIBLE_MOST) or "A check of this cell failed."
    return plain_text(f"The result cannot be used: {type(error).__name__}: {error}", VISIBLE_MOST)


def _hidden(error):
    """Return only what the author of the test wrote, and none of the student's words."""
    if isinstance(error, StudentError):
        return error.brief
    if type(error) is AssertionError:  # a checker's own may quote what a result holds
        begun = str(error)[: 20 * HIDDEN_MOST].splitlines()
        lines = filter(None, (plain_text(line, HIDDEN_MOST) for line in begun))
        return next(lines, "A hidden check of this exercise failed.")
    if isinstance(error, AssertionError):
        return "A hidden check of this exercise failed."
    return f"The result cannot be used ({type(error).__name__})."


def _result(test, message):
    score = 0.0 if message else test.points
    return Result(test.name, test.exercise, test.hidden, test.points, score, message)

"""Judge a later answer once more, with right ones in place of earlier answers that are broken.

The points stay what they are, and of the second run no words are kept: what runs beside the
student's code holds right answers then.
"""

import ast
import re
import time
from contextlib import closing
from dataclasses import replace

from .marking import mark
from .student import Student

DEFINITION = re.compile(r"^def +(\w+)", re.M)


def followed(job, student, results):
    """Return the results; those of tests that would have passed say with which functions.

    Parameters
    ----------
    job : Job
    student : Student
        As it was graded.
    results : list of Result
    """
    broken, passed, functions = [], {}, job.paper.functions
    for exercise in dict.fromkeys(where for where, _ in functions.values()):
        failed = {r.name for r in results if r.exercise == exercise and r.message}
        names = [name for name, (where, _) in functions.items() if where == exercise]
        tests = [step for step in job.paper.tests if step.exercise == exercise]
        called = (n.id for t in tests for n in ast.walk(ast.parse(t.source)) if hasattr(n, "id"))
        words = _mentioned({*names, *called}, student.cells.values())
        if failed and (used := [name for name in broken if name in words]):
            again = _again(job, student, [functions[name][1] for name in broken], tests)
            passed |= {result.name: used for result in again if not result.message}
        if failed - passed.keys():
            broken += names
    return [replace(r, given=passed.get(r.name, [])) if r.message else r for r in results]


def _mentioned(names, cells):
    """Return some names, the words in the functions of these names, the words in those, ..."""
    bodies, found = {}, set()
    for cell in cells:
        _, *parts = DEFINITION.split(cell)
        bodies |= zip(parts[::2], parts[1::2], strict=True)
    while names:
        found |= names
        texts = (bodies.get(name, "") for name in names)
        names = {word for text in texts for word in re.findall(r"\w+", text)} - found
    return found


def _again(job, student, right, tests):
    steps = [step for step in job.paper.steps if not step.test or step in tests]
    limits = replace(job.limits, submission=student.end - time.monotonic())
    cells = [*student.cells.items(), (0, "\n\n".join(dict.fromkeys(right)))]
    with closing(Student(cells, student.functions, job.sandbox, limits)) as again:
        return mark(replace(job.paper, steps=steps), again)

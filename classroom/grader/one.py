"""Grade one submission: ``python -m classroom.grader.one``, a job on standard input.

Each has its own process, so one that hangs or crashes a test does not affect the others.
"""

import contextlib
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from . import record, submissions
from .limits import Limits
from .marking import mark
from .paper import Paper, from_dict
from .sandbox import Sandbox
from .student import Student
from .words import plain_text

# Tests compute with what came back, which can be large.
TEST_MEMORY = 4_000_000_000


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes
    ----------
    paper : Paper
    path, file, name : str
        As in `Submission`.
    base : str
        The foundation of the key of its record.
    sandbox : Sandbox
    limits : Limits
    """

    paper: Paper
    path: str
    file: str
    name: str
    base: str
    sandbox: Sandbox
    limits: Limits

    def to_json(self):
        """Return the job as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text):
        """Return the job that a text holds."""
        values = json.loads(text)
        values["paper"] = from_dict(values["paper"])
        values["sandbox"] = Sandbox(**values["sandbox"])
        values["limits"] = Limits(**values["limits"])
        return cls(**values)


def grade(job):
    """Return the `Record` of a submission.

    Raises
    ------
    NoSandbox
        If there is none of the kind that the job asks for.
    """
    begin = time.monotonic()
    content, notebook, unreadable = b"", None, ""
    try:
        content = submissions.content(Path(job.path), job.limits.size)
        notebook = submissions.read(content, job.paper)
    except submissions.Unreadable as error:
        unreadable = str(error)
    results, errors = _marked(job, notebook)
    return record.Record(
        name=job.name,
        file=plain_text(job.file),
        key=record.key(job.base, content),
        results=results,
        notes=[unreadable] if unreadable else errors,
        answers={name: text[:20_000] for name, text in notebook.answers.items()}
        if notebook
        else {},
        seconds=round(time.monotonic() - begin, 2),
        sandbox=job.sandbox.kind,
        unreadable=unreadable,
    )


def _marked(job, notebook):
    if notebook is None:
        return mark(job.paper, None), []
    student = Student(notebook.code, job.paper.functions, job.sandbox, job.limits)
    try:
        return mark(job.paper, student), student.errors
    finally:
        student.close()


def main():
    """Read a job, print a record."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (TEST_MEMORY, TEST_MEMORY))
    print(record.to_json(grade(Job.from_json(sys.stdin.read()))))


if __name__ == "__main__":
    main()

"""Grade one submission, in a process of its own.

One that hangs or crashes a test does not affect the others.
"""

import resource
import time
from contextlib import closing, suppress
from dataclasses import dataclass

from . import record, submissions
from .follow import followed
from .limits import Limits
from .marking import mark
from .paper import Paper
from .sandbox import Sandbox
from .student import Student
from .submissions import Submission
from .words import plain_text

# Tests compute with what came back, which can be large.
TEST_MEMORY = 4_000_000_000


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes
    ----------
    paper : Paper
    submission : Submission
    key : str
        Of its record.
    content : bytes
        What was handed in.
    unreadable : str
        Why it could not be opened, or an empty string.
    sandbox : Sandbox
    limits : Limits
    """

    paper: Paper
    submission: Submission
    key: str
    content: bytes
    unreadable: str
    sandbox: Sandbox
    limits: Limits


def grade(job):
    """Return the `Record` of a submission.

    Raises
    ------
    NoSandbox
        If there is none of the kind that the job asks for.
    """
    begin = time.monotonic()
    answers, unreadable = {}, job.unreadable
    try:
        if not unreadable:
            notebook = submissions.read(job.content, job.paper)
            answers = {name: text[:20_000] for name, text in notebook.answers.items()}
    except submissions.Unreadable as error:
        unreadable = str(error)
    if unreadable:
        results, notes = mark(job.paper, None), [unreadable]
    else:
        results, notes = _marked(job, notebook.code)
    seconds = round(time.monotonic() - begin, 2)
    return record.Record(
        name=job.submission.name,
        file=plain_text(job.submission.file),
        key=job.key,
        results=results,
        notes=notes,
        answers=answers,
        content=record.key("", job.content)[:8],
        seconds=seconds,
        unreadable=unreadable,
    )


def _marked(job, code):
    with closing(Student(code, job.paper.functions, job.sandbox, job.limits)) as student:
        results = mark(job.paper, student)
    return followed(job, student, results), student.errors


def run(job, pipe):
    """Send the record of a job through a pipe, or why there is none."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (TEST_MEMORY, TEST_MEMORY))
    try:
        said = record.to_json(grade(job))
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    with suppress(BrokenPipeError):
        pipe.send_bytes(said.encode())

"""Grade a folder of submissions, a few at a time, and resume a run that was interrupted."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import record, submissions
from .one import Job
from .paper import from_sheet
from .sandbox import ENVIRONMENT, candidates, opened
from .worker import NoSandbox, Worker

ROOT = Path(__file__).resolve().parents[2]
# What the grading process may take beyond the submission's own seconds.
SLACK_SECONDS = 60.0


class CannotGrade(Exception):
    """The run cannot start; the text says why, and what would be right."""


@dataclass
class Outcome:
    """The outcome of a run.

    Attributes
    ----------
    records : list of Record
        In the order of the submissions.
    failed : dict
        From names to what went wrong in the grader; these were not graded.
    others : dict
        From paths of other files to why they are not graded.
    kept : int
        How many records were there from an earlier run.
    """

    records: list = field(default_factory=list)
    failed: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)
    kept: int = 0

    @property
    def unreadable(self):
        """From names to why nothing of them could be graded."""
        return {found.name: found.unreadable for found in self.records if found.unreadable}


@contextmanager
def chosen(kind, limits):
    """Yield the sandbox of a kind, or the strongest that works here for None.

    Raises
    ------
    CannotGrade
        If the kind that was asked for does not work.
    """
    reasons = []
    for candidate in (kind,) if kind else candidates():
        with opened(candidate) as sandbox:
            try:
                Worker(sandbox, limits).close()
            except (NoSandbox, OSError, subprocess.SubprocessError) as error:
                reasons.append(f"{candidate}: {error}")
                continue
            yield sandbox
            return
    raise CannotGrade(f"no worker starts ({'; '.join(reasons)})")


def grade_folder(sheet, folder, out, sandbox, limits, jobs, progress):
    """Grade all notebooks in a folder; save each record as soon as it is made.

    Parameters
    ----------
    sheet : Sheet
    folder, out : pathlib.Path
    sandbox : Sandbox
    limits : Limits
    jobs : int
        How many at a time.
    progress : callable
        Takes how many are done, how many there are, and the name of the last.

    Returns
    -------
    Outcome
    """
    found, others = submissions.find(folder)
    base, paper = record.foundation(sheet.path, limits), from_sheet(sheet)
    outcome = Outcome(others=others)
    records, waiting = {}, []
    for submission in found:
        if kept := _kept(out, submission, base, limits):
            records[submission.name] = kept
        else:
            fields = str(submission.path), submission.file, submission.name
            waiting.append(Job(paper, *fields, base, sandbox, limits))
    outcome.kept = len(records)
    for name, result in _all(waiting, jobs):
        if isinstance(result, str):
            outcome.failed[name] = result
        else:
            records[name] = result
            record.write(_place(out, name), record.to_json(result))
        progress(len(records) + len(outcome.failed), len(found), name)
    outcome.records = [records[s.name] for s in found if s.name in records]
    return outcome


def _place(out, name):
    return out / "records" / f"{name}.json"


def _kept(out, submission, base, limits):
    """Return the record of an earlier run, if nothing that decides it has changed."""
    try:
        kept = record.from_json(_place(out, submission.name).read_text(encoding="utf-8"))
        content = submissions.content(submission.path, limits.size)
    except submissions.Unreadable:
        content = b""
    except OSError:
        return None
    return kept if kept and kept.key == record.key(base, content) else None


def _all(jobs, at_once):
    """Yield the name and the record of each job, or a sentence where there is none."""
    waiting, running = list(reversed(jobs)), []
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(_Grading(waiting.pop()))
            for grading in [grading for grading in running if grading.is_over()]:
                running.remove(grading)
                yield grading.job.name, grading.result()
            time.sleep(0.01)
    finally:
        for grading in running:
            grading.process.kill()
            grading.process.wait()


class _Grading:
    """One grading process."""

    def __init__(self, job):
        self.job = job
        self._end = time.monotonic() + job.limits.submission + SLACK_SECONDS
        self._said, self._complaint = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "classroom.grader.one"],
            stdin=subprocess.PIPE,
            stdout=self._said,
            stderr=self._complaint,
            env=os.environ | ENVIRONMENT | {"PYTHONPATH": _python_path()},
        )
        self.process.stdin.write(job.to_json().encode())
        self.process.stdin.close()

    def is_over(self):
        if self.process.poll() is None and time.monotonic() > self._end:
            self.process.kill()
            self.process.wait()
        return self.process.poll() is not None

    def result(self):
        with self._said, self._complaint:
            self._said.seek(0)
            self._complaint.seek(0)
            found = record.from_json(self._said.read().decode())
            lines = self._complaint.read().decode(errors="replace").split("\n")
        reason = next((line for line in reversed(lines) if line.strip()), "it was stopped")
        return found or f"the grader itself failed: {reason}"


def _python_path():
    return os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))

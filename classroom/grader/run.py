"""Grade a folder of submissions, a few at a time, and resume a run that was interrupted."""

import multiprocessing
import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import connection, forkserver

from . import one, record, submissions
from .paper import from_sheet
from .sandbox import ENVIRONMENT, candidates, opened
from .worker import NoSandbox, Worker

# Each grading process is a copy of one that has loaded what all of them need.
PROCESSES = multiprocessing.get_context("forkserver")
LOADED = [one.__name__, "softback.course"]
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
        How many were graded in an earlier run.
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
    """Return the `Outcome` of a folder of notebooks; save each record as soon as it is made.

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
    """
    found, others = submissions.find(folder)
    base, paper = record.foundation(sheet.path, limits), from_sheet(sheet)
    outcome, records = Outcome(others=others), {}

    def waiting():
        for submission in found:
            content, why = submissions.content(submission.path, limits.size)
            key = record.key(base, content or why.encode())
            kept = _kept(_place(out, submission.name))
            if kept and kept.key == key:
                records[submission.name] = kept
                outcome.kept += not kept.unreadable
            else:
                yield one.Job(paper, submission, key, content, why, sandbox, limits)

    for name, result in _all(waiting(), jobs):
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


def _kept(path):
    with suppress(OSError):
        return record.from_json(path.read_text(encoding="utf-8"))


def _all(jobs, at_once):
    """Yield the name and the record of each job, or a sentence where there is none."""
    running = []
    _prepare()
    try:
        while True:
            running += map(_Grading, islice(jobs, at_once - len(running)))
            if not running:
                return
            left = min(grading.end for grading in running) - time.monotonic()
            connection.wait([grading.pipe for grading in running], max(left, 0))
            for grading in [grading for grading in running if grading.is_over()]:
                running.remove(grading)
                yield grading.name, grading.result()
    finally:
        for grading in running:
            grading.stop()


def _prepare():
    """Start the process that the others are copies of; Ctrl-C is for this one, which ends them."""
    forkserver.set_forkserver_preload(LOADED)
    ours, stop = dict(os.environ), signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(ENVIRONMENT)
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, stop)
        os.environ.clear()
        os.environ.update(ours)


class _Grading:
    """One grading process."""

    def __init__(self, job):
        self.name = job.submission.name
        self.end = time.monotonic() + job.limits.submission + SLACK_SECONDS
        self.pipe, other_end = PROCESSES.Pipe(duplex=False)
        self._process = PROCESSES.Process(target=one.run, args=(job, other_end), daemon=True)
        self._process.start()
        other_end.close()

    def is_over(self):
        return self.pipe.poll() or time.monotonic() > self.end

    def result(self):
        said = "it was stopped"
        with suppress(EOFError):
            said = self.pipe.recv_bytes().decode() if self.pipe.poll() else said
        self.stop()
        return record.from_json(said) or f"the grader itself failed: {said}"

    def stop(self):
        self._process.kill()
        self._process.join()
        self.pipe.close()

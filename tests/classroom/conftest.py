"""What the tests of the classroom share."""

import re
from contextlib import nullcontext
from pathlib import Path

import pytest

import softback
from classroom.grader import record
from classroom.grader.record import Result
from classroom.grader.sandbox import Sandbox
from classroom.sheets import read
from tests.classroom import grader_sheet
from tests.classroom.trial import SHEET

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def pages_with_cells():
    """Paths of the pages of the book that are notebooks."""
    pages = [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]
    return [path for path in pages if re.search(r"^`+\{code-cell\}", path.read_text("utf-8"), re.M)]


@pytest.fixture
def write_sheet(tmp_path):
    """Return a function: text in, path of a sheet out."""

    def write(text=SHEET):
        path = tmp_path / "trial-sheet.md"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def trial(write_sheet):
    """A small sheet."""
    return read(write_sheet())


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A sheet and four submissions; the grader finds the same library as this test."""
    monkeypatch.setenv("PYTHONPATH", str(Path(softback.__file__).parents[1]))
    (tmp_path / "sheet.md").write_text(grader_sheet.SHEET)
    (tmp_path / "in").mkdir()
    for name in grader_sheet.NAMES:
        (tmp_path / "in" / f"{name}.ipynb").write_text(grader_sheet.notebook())
    return tmp_path


@pytest.fixture
def quick(monkeypatch):
    """Keep the books alone: a notebook without a stub gets full points, and nothing is run."""

    def graded(job):
        right = b"NotImplementedError" not in job.content
        results = [
            Result(t.name, t.exercise, t.hidden, t.points, t.points * right, "" if right else "no")
            for t in job.paper.tests
        ]
        name, file = job.submission.name, job.submission.file
        return name, record.Record(name, file, job.key, results)

    monkeypatch.setattr("classroom.grader.run._all", lambda jobs, at_once: map(graded, jobs))
    monkeypatch.setattr("classroom.grader.cli.chosen", lambda *wanted: nullcontext(Sandbox("none")))

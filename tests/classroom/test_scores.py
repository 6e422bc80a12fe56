"""In our grader a blank copy of each sheet scores nothing and a solved one all that tests give."""

import csv
import json
import subprocess
import sys
import zipfile

import pytest

from classroom.grader.limits import Limits
from classroom.grader.run import chosen
from classroom.grader.sandbox import NONE
from classroom.gradescope import __main__ as program
from classroom.sheets import ANSWER, notebooks, read
from classroom.sheets.book import Book
from classroom.sheets.gradescope import gradescope
from tests.classroom.conftest import ROOT

SHEETS = [read(path) for path in sorted((ROOT / "exercises").glob("*.md"))]


def grade(sheet, submissions, out):
    """Grade a folder as a teacher does; return the rows of the table by name."""
    command = [sys.executable, "-m", "classroom.grader", sheet.path, submissions, "-o", out]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as table:
        return {row["name"]: row for row in csv.DictReader(table)}


def by_tests(sheet):
    """Return the points that no person gives."""
    return sum(cell.points for cell in sheet.cells if cell.role != ANSWER)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_blank_copy_scores_nothing_and_a_solved_one_everything(sheet, tmp_path):
    submissions = tmp_path / "submissions"
    submissions.mkdir()
    for name, make in (("blank", notebooks.student), ("solved", notebooks.solution)):
        text = notebooks.text(make(sheet, Book()))
        (submissions / f"{name}.ipynb").write_text(text, encoding="utf-8")
    rows = grade(sheet, submissions, tmp_path / "out")
    assert {name: float(row["score"]) for name, row in rows.items()} == {
        "blank": 0,
        "solved": by_tests(sheet),
    }
    assert rows["solved"]["notes"] == ""


@pytest.fixture
def autograder(tmp_path):
    """A folder as Gradescope lays it out, with the archive of the first sheet unpacked."""
    archive = tmp_path / "archive.zip"
    archive.write_bytes(gradescope(SHEETS[0]))
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "source")
    # In the place of the environment that setup.sh makes there.
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / "submission").mkdir()
    return tmp_path


def results(autograder):
    """Run the program of the archive; return what Gradescope would read."""
    command = ["bash", autograder / "source" / "run_autograder"]
    settings = {"AUTOGRADER": str(autograder), "PATH": "/usr/bin:/bin"}
    subprocess.run(command, env=settings, check=True, capture_output=True)
    return json.loads((autograder / "results" / "results.json").read_text("utf-8"))


@pytest.fixture
def sandboxed():
    """Skip the test where no sandbox works."""
    with chosen(None, Limits()) as sandbox:
        if sandbox.kind == NONE:
            pytest.skip("no sandbox works here: neither bubblewrap nor another user as root")


def test_the_archive_for_gradescope_grades_a_solved_notebook(autograder, sandboxed):
    text = notebooks.text(notebooks.solution(SHEETS[0], Book()))
    (autograder / "submission" / "any name.ipynb").write_text(text, encoding="utf-8")
    found = results(autograder)
    assert found["score"] == by_tests(SHEETS[0])
    assert {test["status"] for test in found["tests"]} == {"passed"}


@pytest.mark.parametrize(("names", "words"), [([], "There was none"), ("ab", "There were 2")])
def test_it_says_what_to_hand_in(autograder, names, words):
    for name in names:
        (autograder / "submission" / f"{name}.ipynb").write_text("{}")
    found = results(autograder)
    assert found["score"] == 0
    assert words in found["output"]


def test_a_folder_with_the_name_of_a_notebook_is_none(autograder):
    (autograder / "submission" / "folder.ipynb").mkdir()
    assert "There was none" in results(autograder)["output"]


def test_without_a_sandbox_gradescope_grades_nothing(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(program, "grade", lambda words: asked.append(words[-2:]) or 1)
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "a.ipynb").write_text("{}")
    program.run(tmp_path)
    assert "could not grade" in (tmp_path / "results" / "results.json").read_text("utf-8")
    assert asked == [["--sandbox", "bwrap"], ["--sandbox", "user"]]

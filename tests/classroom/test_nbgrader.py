"""Real nbgrader makes the students' version and grades it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from classroom.sheets import ANSWER, HIDDEN_TEST, SOLUTION, notebooks, read
from classroom.sheets.book import Book
from tests.classroom.conftest import ROOT

SHEETS = {path.stem: read(path) for path in sorted((ROOT / "exercises").glob("*.md"))}
COURSE = Path(__file__).with_name("nbgrader_course.py")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of a course with all sheets, graded, and the scores by sheet and student."""
    root = tmp_path_factory.mktemp("course")
    for name, sheet in SHEETS.items():
        made = notebooks.for_nbgrader(sheet, Book())
        write(root / "source" / name / f"{name}.ipynb", made)
        write(root / "filled" / f"{name}.ipynb", filled(made, sheet))
    command = [sys.executable, COURSE, root]
    answer = subprocess.run(
        command,
        cwd=root,
        env=own_settings(root),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return root, json.loads(answer.stdout.splitlines()[-1])


def write(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebooks.text(notebook), encoding="utf-8")


def filled(made, sheet):
    """Return the assignment as somebody would hand it in who has every answer."""
    roles = {cell.name: cell for cell in sheet.cells}
    made = nbformat.from_dict(json.loads(notebooks.text(made)))
    for cell in made.cells:
        if roles[cell.id].role == SOLUTION:
            cell.source = roles[cell.id].solved()
        if roles[cell.id].role == HIDDEN_TEST:
            cell.source = "# Further tests run when your work is graded."
    return made


def own_settings(home):
    """Return an environment in which nbgrader and Jupyter find nothing of the person's own."""
    kinds = ("CONFIG", "DATA", "RUNTIME")
    folders = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in kinds}
    # nbgrader calls another program of the environment by its name alone.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {"HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "PATH": path}
    return os.environ | folders | own


@pytest.mark.parametrize("name", SHEETS)
def test_students_get_no_answer_and_no_hidden_test(course, name):
    root, _ = course
    text = (root / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    released = nbformat.reads(text, as_version=4)
    texts = "\n".join(cell.source for cell in released.cells)
    assert "BEGIN" not in texts
    secrets = [cell.source for cell in SHEETS[name].cells if cell.role in (ANSWER, HIDDEN_TEST)]
    assert [secret for secret in secrets if secret[:60] in texts] == []


@pytest.mark.parametrize("name", SHEETS)
def test_a_blank_copy_scores_nothing_and_a_solved_one_all_that_tests_give(course, name):
    _, scores = course
    sheet = SHEETS[name]
    read_by_people = sum(cell.points for cell in sheet.cells if cell.role == ANSWER)
    assert scores[name] == {
        "blank": {"score": 0, "of": sheet.points},
        "solved": {"score": sheet.points - read_by_people, "of": sheet.points},
    }

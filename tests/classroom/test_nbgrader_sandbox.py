"""nbgrader with the sandboxed kernel: a submission reaches neither the grade book nor a network."""

import csv
import os
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from nbformat import v4
from nbformat import write as write_notebook

from tools.console import ROOT

SAMPLE = ROOT / "classroom" / "nbgrader"


def works(*command):
    return shutil.which(command[0]) and subprocess.run(command, capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.skipif(find_spec("nbgrader") is None, reason="nbgrader is not installed"),
    pytest.mark.skipif(
        not works("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"),
        reason="bubblewrap is not there or may not make a sandbox",
    ),
]

RIGHT = "def answer():\n    return 42"
HOSTILE = """\
import os, pathlib, socket, sqlite3

def attempt(name, action):
    try:
        print(name, "did", action())
    except BaseException as error:
        print(name, "failed", type(error).__name__)

def rewrite():
    book = sqlite3.connect({book!r})
    with book:
        return book.execute("update grade set manual_score = 99").rowcount

attempt("grade book", rewrite)
attempt("others", lambda: os.listdir({course!r}))
attempt("own folder", lambda: pathlib.Path("mark").write_text("x"))
attempt("network", lambda: socket.create_connection(("127.0.0.1", {port}), timeout=2))

def answer():
    return 41"""
TEST = "assert answer() == 42"


def marks(name, **kinds):
    """Return nbgrader's metadata of a cell."""
    kinds = dict.fromkeys(("grade", "solution", "locked", "task"), False) | kinds
    return {"nbgrader": {"schema_version": 3, "grade_id": name} | kinds}


def write_assignment(path, solution):
    """Write a notebook with one exercise of two points."""
    cells = [
        v4.new_code_cell(solution, id="solution", metadata=marks("solution", solution=True)),
        v4.new_code_cell(
            TEST, id="test", metadata=marks("test", grade=True, locked=True, points=2)
        ),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True)
    write_notebook(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course in which two submissions were graded; the port on which somebody listens."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(SAMPLE, course, dirs_exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told = {"book": str(course / "gradebook.db"), "course": str(course)}
        hostile = HOSTILE.format(port=listener.getsockname()[1], **told)
        write_assignment(course / "source" / "one" / "one.ipynb", RIGHT)
        write_assignment(course / "submitted" / "honest" / "one" / "one.ipynb", RIGHT)
        write_assignment(course / "submitted" / "hostile" / "one" / "one.ipynb", hostile)
        for command in (["generate_assignment", "one"], ["autograde", "one"], ["export"]):
            nbgrader(course, *command)
        listener.settimeout(0.01)
        yield course, listener


def nbgrader(course, *arguments):
    """Run nbgrader in a course, without the settings of the person who tests."""
    places = {name: str(course / "home") for name in ("HOME", "JUPYTER_CONFIG_DIR")}
    # nbgrader calls a program of its environment by name.
    places["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    line = [sys.executable, "-m", "nbgrader", *arguments]
    environment = {**os.environ, **places}
    done = subprocess.run(line, cwd=course, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def scores(course):
    """Return what nbgrader's export says of each student."""
    with open(course / "grades.csv", encoding="utf-8") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def said(course, student):
    text = (course / "autograded" / student / "one" / "one.ipynb").read_text("utf-8")
    return [line for line in ("grade book", "others", "own folder", "network")
            if f"{line} failed" in text]  # fmt: skip


def test_each_gets_the_deserved_score(graded):
    assert scores(graded[0]) == {"honest": 2, "hostile": 0}


def test_what_a_submission_tries_fails(graded):
    course, listener = graded
    assert said(course, "hostile") == ["grade book", "others", "own folder", "network"]
    with pytest.raises(TimeoutError):
        listener.accept()

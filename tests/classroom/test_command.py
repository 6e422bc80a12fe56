"""One command makes everything, the same bytes each time."""

import io
import os
import subprocess
import sys
import zipfile
from importlib.metadata import version

import pytest

from classroom.grader.cli import main as grade
from classroom.sheets.__main__ import main, make
from classroom.sheets.archive import pack
from classroom.sheets.gradescope import gradescope
from tests.classroom.conftest import ROOT
from tests.classroom.trial import SHEET

WHEEL = f"softback-{version('softback')}-py3-none-any.whl"


@pytest.fixture
def made(write_sheet, tmp_path):
    """Paths and contents of everything that is made of the small sheet."""
    out = tmp_path / "out"
    paths = make([write_sheet()], out)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}


def test_it_makes_a_page_notebooks_a_guide_and_archives(made):
    assert sorted(made) == [
        "gradescope/trial-sheet.zip",
        "guide/trial-sheet.md",
        f"nbgrader/source/trial-sheet/{WHEEL}",
        "nbgrader/source/trial-sheet/trial-sheet.ipynb",
        "page/trial-sheet.md",
        f"solution/{WHEEL}",
        "solution/trial-sheet.ipynb",
        f"student/{WHEEL}",
        "student/trial-sheet.ipynb",
    ]


def test_the_archive_holds_programs_grader_library_and_sheet(made):
    archive = zipfile.ZipFile(io.BytesIO(made["gradescope/trial-sheet.zip"]))
    names = set(archive.namelist())
    assert {"setup.sh", "run_autograder", "sheet.md", "lib/pyproject.toml"} < names
    assert {"classroom/grader/__main__.py", "classroom/sheets/reading.py"} < names
    assert "lib/src/softback/gradients.py" in names
    assert archive.read("sheet.md").decode() == SHEET
    assert archive.getinfo("run_autograder").external_attr >> 16 == 0o755


def test_the_archive_holds_nothing_that_running_leaves_behind(trial, tmp_path):
    for name in ("grader/a.py", "grader/__pycache__/a.pyc", "gradescope/setup.sh"):
        path = tmp_path / "classroom" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    (tmp_path / "classroom/gradescope/run_autograder").write_bytes(b"")
    archive = zipfile.ZipFile(io.BytesIO(gradescope(trial, tmp_path)))
    expected = ["classroom/grader/a.py", "run_autograder", "setup.sh", "sheet.md"]
    assert archive.namelist() == expected


def test_an_archive_is_the_same_whatever_the_order(tmp_path):
    (tmp_path / "one.zip").write_bytes(pack({"b": b"2", "a": b"1"}))
    (tmp_path / "two.zip").write_bytes(pack({"a": b"1", "b": b"2"}))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["a", "b"]
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}


def test_another_process_makes_the_same_bytes(made, tmp_path):
    again = tmp_path / "again"
    settings = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", "classroom.sheets", tmp_path / "trial-sheet.md", "-o", again]
    subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True)
    assert {name: (again / name).read_bytes() for name in made} == made


def test_a_malformed_sheet_leaves_nothing_behind(write_sheet, tmp_path, capsys):
    path = write_sheet(SHEET.replace("[test, points-1]", "[test]"))
    with pytest.raises(SystemExit) as left:
        main([str(path), "-o", str(tmp_path / "out")])
    assert str(left.value).startswith(f"error: {path}, line 55: the cell tagged test")
    assert not (tmp_path / "out").exists()
    assert capsys.readouterr().out == ""


def test_a_reference_to_nothing_is_malformed(write_sheet, tmp_path):
    path = write_sheet(SHEET.replace("#jacobian", "#jaco"))
    with pytest.raises(SystemExit, match="line 22: the book has no 'jaco'"):
        main([str(path), "-o", str(tmp_path)])


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SystemExit, match="none"):
        main([str(tmp_path / "none.md"), "-o", str(tmp_path)])


def test_it_names_what_it_made(write_sheet, tmp_path, capsys):
    main([str(write_sheet()), "-o", str(tmp_path)])
    assert f"{tmp_path}/student/trial-sheet.ipynb" in capsys.readouterr().out.splitlines()


SOLUTION = '''def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION'''
SECRET_LOOP = "for x in np.random.default_rng(77).normal(size=5):"
WRONG = {
    "a solution that is no def": (
        (SOLUTION, "### BEGIN SOLUTION\ndouble = lambda x: x + x\n### END SOLUTION"),
        "its own solution fails ex-double-test: The result cannot be used: NameError",
    ),
    "a name that is missing": ((SECRET_LOOP, f"{SECRET_LOOP}\n    some"), "NameError: name 'some'"),
    "an import of what is not there": (
        (SECRET_LOOP, f"import nothing_of_this_name\n{SECRET_LOOP}"),
        "ModuleNotFoundError: No module named 'nothing_of_this_name'",
    ),
    "a wrong value": (("double(2) == 4", "double(2) == 5"), "ex-double-test: Twice two is four."),
    "a test of nothing": (
        ("assert double(2) == 4", "assert 2 + 2 == 4"),
        "a blank copy passes ex-double-test. Let the test call",
    ),
}


WRONG_IN_NBGRADER = {
    "a test that warns": (
        (SECRET_LOOP, f"np.float64(1) / np.float64(0)\n{SECRET_LOOP}"),
        "in nbgrader its own solution fails ex-double-hidden-test: ",
    ),
    "a test that spoils a name for the next": (
        ("assert double(2) == 4, ", "twice, np = double, None\nassert twice(2) == 4, "),
        "in nbgrader its own solution fails ex-double-hidden-test: AttributeError",
    ),
    "a test that an empty array passes": (
        ("assert double(2) == 4", "assert np.all(double(np.ones((3, 2))) == 2)"),
        "an empty array passes ex-double-test. Compare with same(found, wanted)",
    ),
    "a blank copy that a test above has filled": (
        (
            'assert double(2) == 4, "Twice two is four."',
            'found, double = double, lambda x: x + x\nassert found(2) == 4, "Four."',
        ),
        "in nbgrader a blank copy passes ex-double-hidden-test",
    ),
}


@pytest.mark.parametrize(("change", "words"), WRONG_IN_NBGRADER.values(), ids=WRONG_IN_NBGRADER)
def test_what_nbgrader_alone_would_grade_wrongly_is_refused(write_sheet, tmp_path, change, words):
    assert change[0] in SHEET
    with pytest.raises(SystemExit) as stop:
        main([str(write_sheet(SHEET.replace(*change))), "-o", str(tmp_path / "out")])
    assert words in str(stop.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_sheet_is_refused_by_grading_it_first(write_sheet, tmp_path, change, words):
    assert change[0] in SHEET
    path = write_sheet(SHEET.replace(*change))
    with pytest.raises(SystemExit) as stop:
        main([str(path), "-o", str(tmp_path / "out")])
    assert words in str(stop.value)
    assert not (tmp_path / "out").exists()


def test_the_grader_refuses_a_wrong_sheet_before_it_grades_anybody(write_sheet, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").write_text("{}")
    change, words = WRONG["a wrong value"]
    path = write_sheet(SHEET.replace(*change))
    assert grade([str(path), str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out" / "grades.csv").exists()

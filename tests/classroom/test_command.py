"""One command makes everything, the same bytes each time."""

import io
import os
import subprocess
import sys
import zipfile

import pytest

from classroom.sheets.__main__ import main, make
from classroom.sheets.gradescope import gradescope
from tests.classroom.conftest import ROOT
from tests.classroom.trial import SHEET


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
        "nbgrader/source/trial-sheet/trial-sheet.ipynb",
        "page/trial-sheet.md",
        "solution/trial-sheet.ipynb",
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

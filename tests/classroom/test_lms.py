"""Moodle and Canvas: their downloads are taken as they come, and get back what they can read."""

import csv
import io
import json
import os
import shutil
import time
from zipfile import ZipFile, ZipInfo

import pytest

from classroom.grader.cli import main
from classroom.grader.lms import senders, unpacked
from classroom.grader.submissions import find
from tests.classroom.grader_sheet import STUB, notebook, table, words

OLDER, NEWER = (2026, 3, 1, 9, 0, 0), (2026, 3, 2, 9, 0, 0)
MOODLE = {
    "Ada Lovelace_12345_assignsubmission_file_/sheet.ipynb": (notebook(), OLDER),
    "José Núñez_12346_assignsubmission_file/my sheet.IPYNB": (notebook(STUB), OLDER),
    "Zoë O'Brien_12347_assignsubmission_file_a.ipynb": (notebook(), NEWER),
    "Zoë O'Brien_12347_assignsubmission_file_b.ipynb": (notebook(STUB), OLDER),
    "Eve_12348_assignsubmission_file_/essay.pdf": ("no", OLDER),
}
CANVAS = {
    "lovelaceada_4501_99001_sheet.ipynb": (notebook(), OLDER),
    "núñezjosé_LATE_4502_99010_sheet_2_1.ipynb": (notebook(STUB), OLDER),
    "núñezjosé_LATE_4502_99009_sheet.ipynb": (notebook(), NEWER),
    "essayeve_4503_99003_essay.pdf": ("no", OLDER),
}


def handed_in(course, files, *, packed):
    """Put a download where the course has its submissions, as an archive or unpacked."""
    shutil.rmtree(course / "in")
    with ZipFile(course / "in", "w") as archive:
        for name, (content, changed) in files.items():
            archive.writestr(ZipInfo(name, changed), content)
    if not packed:
        shutil.move(course / "in", course / "in.zip")
        shutil.unpack_archive(course / "in.zip", course / "in")
        for name, (_, changed) in files.items():
            then = time.mktime((*changed, 0, 0, -1))
            os.utime(course / "in" / name, (then, then))


def read_by_moodle(path):
    """Return person and file as Moodle's import of feedback sees them."""
    folder, name = path.split("/")
    _, number, kind, plugin, rest = folder.split("_", 4)
    assert (kind, plugin, rest) == ("assignsubmission", "file", "")
    return int(number), name


def read_by_canvas(path):
    """Return person and file as Canvas sees them: the first two parts that are numbers."""
    person, file = [part for part in path.split("_") if part.isdigit()][:2]
    return int(person), int(file)


def rows(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def mark_all(course, points):
    path = course / "out" / "grades.csv"
    found = rows(path)
    column = found[0].index("ex-words-answer (of 2)")
    for row in found[1:]:
        row[column] = points if row[1] else ""
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(found)


@pytest.mark.parametrize("packed", [True, False])
def test_what_moodle_hands_over_comes_back_as_moodle_takes_it(course, quick, packed):
    handed_in(course, MOODLE, packed=packed)
    assert main(words(course)) == 0
    mark_all(course, "1.5")
    assert main(words(course)) == 0
    found = table(course)
    assert {name: row["total"] for name, row in found.items() if row["score"]} == {
        "Ada_Lovelace_12345": "7.5",
        "José_Núñez_12346": "1.5",
        "Zoë_O_Brien_12347": "7.5",
    }
    with ZipFile(course / "out" / "upload" / "moodle-feedback.zip") as archive:
        pages = {read_by_moodle(name): archive.read(name).decode() for name in archive.namelist()}
    assert sorted(pages) == [(n, "feedback.html") for n in (12345, 12346, 12347)]
    assert "1.5 of 8 points" in pages[12346, "feedback.html"]
    assert rows(course / "out" / "upload" / "moodle-grades.csv") == [
        ["Identifier", "Full name", "Grade", "Last modified (grade)"],
        ["Participant 12345", "Ada Lovelace", "7.5", "-"],
        ["Participant 12346", "José Núñez", "1.5", "-"],
        ["Participant 12347", "Zoë O'Brien", "7.5", "-"],
    ]


@pytest.mark.parametrize("packed", [True, False])
def test_what_canvas_hands_over_comes_back_as_canvas_takes_it(course, quick, packed):
    handed_in(course, CANVAS, packed=packed)
    main(words(course))
    mark_all(course, "1")
    main(words(course))
    with ZipFile(course / "out" / "upload" / "canvas-feedback.zip") as archive:
        files = {read_by_canvas(name): archive.read(name) for name in archive.namelist()}
    assert sorted(files) == [(4501, 99001), (4502, 99010)]
    [cell] = json.loads(files[4501, 99001])["cells"]
    assert "7 of 8 points" in cell["source"]
    assert rows(course / "out" / "upload" / "canvas-grades.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Three functions"],
        ["lovelaceada", "4501", "", "", "", "7"],
        ["núñezjosé", "4502", "", "", "", "1"],
    ]


def test_only_the_latest_of_a_person_is_graded_and_the_others_are_named(course, quick, capsys):
    handed_in(course, CANVAS, packed=True)
    main(words(course))
    earlier = "núñezjosé_LATE_4502_99009_sheet.ipynb"
    said = "the same person handed in núñezjosé_LATE_4502_99010_sheet_2_1.ipynb later"
    assert f"{earlier} was not graded: {said}" in capsys.readouterr().err
    assert table(course)[earlier]["notes"] == f"NOT GRADED: {said}"


def test_grades_that_are_not_complete_are_not_uploaded(course, quick):
    handed_in(course, MOODLE, packed=True)
    main(words(course))
    assert len(rows(course / "out" / "upload" / "moodle-grades.csv")) == 1


def test_a_folder_that_is_neither_is_left_alone(course, quick):
    (course / "in" / "sheet_12_345_ada.ipynb").write_text(notebook())
    main(words(course))
    assert not (course / "out" / "upload").exists()
    assert "sheet_12_345_ada" in table(course)
    assert senders(["a_12_345_x.ipynb", "b.ipynb"]) == {}


LONG = "你" * 100
HOSTILE = {
    "../outside.ipynb": ("out", OLDER),
    "/absolute.ipynb": ("in", OLDER),
    f"Ada_1_assignsubmission_file_/{LONG}.ipynb": ("long", OLDER),
    "Bob_2_assignsubmission_file_/large.ipynb": ("large" * 100, OLDER),
}


def test_an_archive_writes_nowhere_else_and_no_more_than_a_notebook(course, monkeypatch):
    handed_in(course, HOSTILE, packed=True)
    monkeypatch.setattr("tempfile.tempdir", str(course))
    with unpacked(course / "in", size=100) as folder:
        found = {path.read_text() for path in folder.rglob("*.ipynb")}
        assert found == {"in", "long", "large" * 20 + "l"}
        assert not (course / "outside.ipynb").exists()
    assert not folder.exists()


def test_an_archive_of_macos_keeps_its_letters(course):
    shutil.rmtree(course / "in")
    with ZipFile(course / "in", "w") as archive:
        archive.writestr("JoXrg.ipynb", "{}")
        archive.writestr("__MACOSX/._JoXrg.ipynb", "")
    # Its names are UTF-8, taken apart, and are not said to be.
    content = (course / "in").read_bytes()
    (course / "in").write_bytes(content.replace(b"JoXr", "o\u0308r".encode()))
    with unpacked(course / "in", size=100) as folder:
        assert [found.name for found in find(folder)[0]] == ["\u00f6rg"]


def test_a_damaged_archive_is_named(course, quick, capsys):
    handed_in(course, MOODLE, packed=True)
    content = bytearray((course / "in").read_bytes())
    content[60:90] = bytes(30)
    (course / "in").write_bytes(content)
    assert main(words(course)) == 1
    assert "in, which is not a folder, nor a zip: " in capsys.readouterr().err

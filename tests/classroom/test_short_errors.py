"""A failed check says a sentence in a notebook; an error of the student's own says more."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from classroom.sheets import TEST, notebooks, read
from classroom.sheets.book import Book
from tests.classroom.conftest import ROOT

SHEETS = sorted((ROOT / "exercises").glob("*.md"))
BEGIN = "from softback.course import short_errors\nshort_errors()"
STUB = "def f(x):\n    raise NotImplementedError"


@pytest.fixture
def run():
    """Return a function: code of cells in, what each says out."""
    settings = Config(
        {"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}}
    )
    shell = InteractiveShell.instance(config=settings)

    def run_cells(*cells):
        return [_said(shell, code) for code in cells]

    yield run_cells
    InteractiveShell.clear_instance()


def _said(shell, code):
    with capture_output() as said:
        shell.run_cell(code)
    return said.stdout.splitlines()


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_each_check_of_a_blank_notebook_answers_in_one_line(run, path):
    sheet = read(path)
    cells = [cell for cell in notebooks.student(sheet, Book()).cells if cell.cell_type == "code"]
    said = dict(zip((c.id for c in cells), run(*(c.source for c in cells)), strict=True))
    tests = [said[cell.name] for cell in sheet.cells if cell.role == TEST]
    assert tests
    assert [lines for lines in tests if len(lines) != 1] == []
    assert all(line.startswith("CheckFailed: Not written yet") for [line] in tests)


def test_a_stub_says_its_name_and_an_assertion_its_message(run):
    *_, called, failed = run(
        BEGIN, STUB, "f(1)", "for x in (1, 2):\n    assert x > 2, f'{x} is small.'"
    )
    assert called == ["CheckFailed: Not written yet: f."]
    assert failed == ["CheckFailed: 1 is small."]


@pytest.mark.parametrize(
    "cell",
    [
        "1 / 0",
        "assert 1 > 2",
        "raise NotImplementedError('of another kind')",
        "def g(x):\n    assert x > 2, 'x is small.'\ng(1)",
    ],
)
def test_what_says_too_little_in_a_line_keeps_its_traceback(run, cell):
    *_, said = run(BEGIN, cell)
    assert any("Traceback" in line for line in said)
    assert any(line.startswith("---->") for line in said)


def test_without_a_notebook_nothing_happens():
    from softback.course import short_errors

    assert short_errors() is None

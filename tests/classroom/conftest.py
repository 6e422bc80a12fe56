"""What the tests of the classroom share."""

import re
from pathlib import Path

import pytest

from classroom.sheets import read
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

"""What the tests of the classroom share."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def pages_with_cells():
    """Paths of the pages of the book that are notebooks."""
    pages = [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]
    return [path for path in pages if re.search(r"^`+\{code-cell\}", path.read_text("utf-8"), re.M)]

"""The functions that the formula index names are there, and so are the equations."""

import re
from importlib import import_module

import pytest

from tests.chapters.sources import PAGES, ROOT, labels

TEXT = (ROOT / "chapters" / "formula-index.md").read_text("utf-8")
LINES = re.findall(r"^((?:eq|def)-[\w-]+): (.+)$", TEXT, re.M)
STATED = {name for page in PAGES for name, _ in labels(page.read_text("utf-8"))}


@pytest.mark.parametrize(("label", "names"), LINES)
def test_the_functions_of_an_equation_exist(label, names):
    for name in names.split(", "):
        module, _, function = name.rpartition(".")
        assert callable(getattr(import_module(module), function))


def test_each_line_names_an_equation_of_the_book_once():
    named = [label for label, _ in LINES]
    assert sorted(set(named)) == sorted(named)
    assert [label for label in named if label not in STATED] == []

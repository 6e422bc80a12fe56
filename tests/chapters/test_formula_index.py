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


MODULES = ["softback", *(f"softback.{name}" for name in ("attention", "check", "layers", "slow"))]
DERIVED = re.compile(r"[Dd]erived\s+in\s+the\s+chapters?\s+([^.]*)")
NAMED = {(label, name) for label, names in LINES for name in names.split(", ")}


@pytest.mark.parametrize("module", MODULES)
def test_the_equations_that_a_docstring_names_stand_in_the_index(module):
    held = import_module(module)
    functions = [getattr(held, name) for name in getattr(held, "__all__", dir(held))]
    own = [f for f in functions if callable(f) and (f.__module__ == module or module == "softback")]
    said = {
        (label, f"{module}.{function.__name__}")
        for function in own
        for sentence in DERIVED.findall(function.__doc__ or "")
        for label in re.findall(r"\b(?:eq|def)-[\w-]+", sentence)
    }
    assert said - NAMED == set()


def test_each_line_names_an_equation_of_the_book_once():
    named = [label for label, _ in LINES]
    assert sorted(set(named)) == sorted(named)
    assert [label for label in named if label not in STATED] == []

"""Sheets are shown as pages, and what they hide stays out of the site."""

import json

import pytest

from tests.classroom.trial import SHEET

INDEX = "# Book\n\n```{toctree}\nexercises/trial\nchapters/04-jacobian\n```\n"
SECRETS = ("a secret number", "is secret", "secret marking", "default_rng")


@pytest.fixture(scope="module")
def built(make_book):
    """A book with one sheet."""
    settings = {"html_theme": "sphinx_book_theme", "nb_execution_mode": "off"}
    extensions = ["myst_nb", "sphinx_exercise", "sphinx_book_theme", "classroom_sheets"]
    book = make_book(extensions=extensions, myst_enable_extensions=["dollarmath"], **settings)
    for folder in ("exercises", "chapters"):
        (book.source / folder).mkdir(parents=True)
    sheet = {"exercises/trial": SHEET}
    book.write(index=INDEX, **sheet, **{"chapters/04-jacobian": "(jacobian)=\n# The matrix"})
    return book.build(exercise_style="solution_follow_exercise")


def files(built):
    return [path for path in built.output.rglob("*") if path.is_file()]


def test_nothing_that_is_written_holds_a_secret(built):
    texts = {path: path.read_text("utf-8", errors="ignore") for path in files(built)}
    assert [path for path, text in texts.items() for word in SECRETS if word in text] == []
    assert built.warnings == ""


def test_the_page_has_the_stub_and_the_folded_solution(built):
    html = built.html("exercises/trial")
    assert "NotImplementedError" in html
    assert html.count('id="sol-') == 2


def test_exercises_are_counted_in_the_sheet(built):
    html = built.html("exercises/trial")
    assert "Exercise 1 (Twice)" in html
    assert "Exercise 2 (A reason)" in html


def test_the_source_behind_the_button_is_that_of_the_page(built):
    text = (built.output / "_sources/exercises/trial.md").read_text("utf-8")
    assert "{solution-start} ex-double" in text


def test_the_notebook_is_the_students(built):
    text = (built.output / "_sources/exercises/trial.ipynb").read_text("utf-8")
    assert "return x + x" not in text
    cells = json.loads(text)["cells"]
    assert "ex-double-solution" in [cell["metadata"].get("exercise") for cell in cells]


def test_a_malformed_sheet_stops_the_build(make_book):
    from sphinx.errors import ExtensionError

    book = make_book(extensions=["myst_nb", "sphinx_exercise", "classroom_sheets"])
    (book.source / "exercises").mkdir(parents=True)
    book.write(**{"exercises/trial": SHEET.replace("[test, points-1]", "[test]")})
    with pytest.raises(ExtensionError, match=r"trial\.md, line 55: .* does not say its points"):
        book.build()

"""References of a sheet lead to pages of the book, and say the numbers that the book gives."""

import re

import pytest

from classroom.sheets.book import Book
from tests.chapters.sources import chapter
from tests.classroom.conftest import ROOT

BOOK = Book("https://book.example/")


def test_a_page_is_called_by_its_title():
    expected = "Read the Jacobian", f"https://book.example/{chapter('jacobian')}"
    assert BOOK("doc", f"../{chapter('jacobian', '')}") == expected


def test_a_part_of_a_page_is_called_by_its_heading():
    words, address = BOOK("ref", "exhibit-only-the-diagonal")
    assert words.startswith("Exhibit ")
    assert address.endswith("chapters/bug-museum.html#exhibit-only-the-diagonal")


def test_an_exercise_is_called_by_its_title():
    words, address = BOOK("ref", "ex-jvp")
    assert words.startswith("the exercise “The other direction")
    assert address.endswith(f"{chapter('vector-jacobian-product')}#ex-jvp")


def test_without_an_address_there_are_only_words():
    assert Book()("doc", "../index") == ("Softmax, Backwards", None)


@pytest.mark.parametrize(("role", "target"), [("eq", "eq-no"), ("doc", "no"), ("cite", "dao2022")])
def test_what_leads_nowhere_is_refused(role, target):
    with pytest.raises(LookupError, match=r"the book has no|no plain form"):
        BOOK(role, target)


def test_equations_have_the_numbers_of_the_built_book():
    built = ROOT / "_build" / "html" / "chapters"
    if not built.is_dir():
        pytest.fail("no built book: build it first, for example with `make book`")
    for path in sorted((ROOT / "chapters").glob("*.md")):
        html = (built / f"{path.stem}.html").read_text(encoding="utf-8")
        shown = re.findall(r'eqno">\(([\d.]+)\)<a [^>]*href="#equation-([\w-]+)"', html)
        assert len(shown) == html.count('"eqno"')
        for number, label in shown:
            words, address = BOOK("eq", label)
            assert (words, address.split("/")[-1]) == (
                f"({number})",
                f"{path.stem}.html#equation-{label}",
            )

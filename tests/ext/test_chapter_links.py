"""Links to chapters in tiny books: the number, the title, and a place on the page."""

import re

INDEX = "# Book\n\n```{toctree}\n:numbered: 1\none\ntwo\n```\n\n```{toctree}\nback\n```\n"
PAGES = {
    "one": "(first)=\n# Begin with this\n\nRead [the chapter on the end](#second).\n",
    "two": "(second)=\n# End with that\n\n(part)=\n## A part\n\n[The chapter on it](#first) began.",
    "back": "(notes)=\n# Notes\n\n[A tie](#second/explorer-bars?z=2,2&t=1;0), [words](#first),"
    " [End with that](#second), [one part](#part), [here](#notes).\n",
}


def links(book, page):
    """Return address, title and words of each internal link in the text of a page."""
    body = book.html(page).partition('<div class="body"')[2].partition('<div class="sphinxside')[0]
    found = re.findall(r'<a class="reference internal" href="([^"]*)"(.*?)>(.*?)</a>', body, re.S)
    titles = [re.search('title="(.*?)"', rest) for _, rest, _ in found]
    return [
        (address, title and title[1], re.sub("<[^>]*>", "", words))
        for (address, _, words), title in zip(found, titles, strict=True)
    ]


def trial(book, **changed):
    return book("myst_parser", "chapter_links").write(**PAGES | {"index": INDEX} | changed).build()


def test_a_link_shows_the_number_and_keeps_the_title_for_the_pointer(book):
    made = trial(book)
    assert made.warnings == ""
    assert links(made, "one") == [("two.html", "End with that", "chapter\N{NO-BREAK SPACE}2")]
    assert links(made, "two") == [("one.html", "Begin with this", "Chapter\N{NO-BREAK SPACE}1")]


def test_numbers_follow_the_table_of_contents(book):
    made = trial(book, index=INDEX.replace("one\ntwo", "two\none"))
    assert links(made, "one") == [("two.html", "End with that", "chapter\N{NO-BREAK SPACE}1")]


def test_other_words_stay_and_a_place_is_kept(book):
    made = trial(book)
    assert links(made, "back") == [
        ("two.html#explorer-bars?z=2,2&amp;t=1;0", "End with that", "A tie"),
        ("one.html", "Begin with this", "words"),
        ("two.html", None, "End with that"),
        ("two.html#part", "A part", "one part"),
        ("#notes", None, "here"),
    ]


def test_a_page_without_a_number_is_a_warning(book):
    made = trial(book, one=PAGES["one"].replace("#second", "#notes"))
    assert "leads to no numbered chapter: Notes" in made.warnings


def test_rest_has_a_role(book):
    text = "# Back\n\n```{eval-rst}\n:chapter:`The chapter <second>` ends.\n```\n"
    made = trial(book, back=text)
    assert links(made, "back") == [("two.html", "End with that", "Chapter\N{NO-BREAK SPACE}2")]
    assert made.warnings == ""


def test_a_section_is_no_chapter(book):
    made = trial(book, one=PAGES["one"].replace("#second", "#part"))
    assert "leads to no numbered chapter: A part" in made.warnings


def test_a_page_may_be_called_like_its_label(book):
    made = trial(book, index=INDEX.replace("back", "notes"), notes=PAGES["back"], back="Gone.")
    assert made.warnings.count("\n") == 1  # of the page that is in no table of contents
    assert links(made, "notes")[0][0].startswith("two.html#explorer")


def test_a_label_that_the_book_does_not_have_is_a_warning(book):
    made = trial(book, one=PAGES["one"].replace("#second", "#third"))
    assert "target not found: 'third'" in made.warnings

"""Sections are found by phrases that their page lists."""

import json

import pytest

PAGE = """\
---
search:
  the-shortcut: Cross entropy gradient, softmax minus one-hot
---
# Take the shortcut

## The shortcut

Text.
"""


@pytest.fixture
def site(book):
    """Return a function that builds one page."""

    def build(text):
        return book("myst_parser", "search_phrases").write(page=text).build()

    return build


def index(built):
    text = (built.output / "searchindex.js").read_text("utf-8")
    return json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


def test_a_phrase_leads_to_its_section(site):
    built = site(PAGE)
    assert built.warnings == ""
    found = index(built)
    place = [[found["docnames"].index("page"), "the-shortcut", True]]
    assert found["indexentries"]["cross entropy gradient"] == place
    assert found["indexentries"]["softmax minus one-hot"] == place


def test_each_word_of_a_phrase_finds_the_page(site):
    found = index(site(PAGE))
    assert found["terms"]["entropi"] == found["docnames"].index("page")  # as Sphinx stems it


def test_an_anchor_that_is_gone_is_named(site):
    built = site(PAGE.replace("the-shortcut:", "the-detour:"))
    assert "no section has the anchor 'the-detour'" in built.warnings
    assert "the-shortcut" in built.warnings


def test_a_page_without_phrases_is_left_alone(site):
    found = index(site("# Title\n\nText.\n"))
    assert found["indexentries"] == {}

"""Dropdowns and hidden cells are elements that the browser itself folds."""

import re

import pytest

NOTEBOOK = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Page

```{code-cell} ipython3
:tags: [hide-input]
1 + 1
```
"""


@pytest.fixture
def page(book):
    """Return a function: Markdown in, HTML of the page out."""

    def build(text):
        trial = book("myst_parser", "native_dropdowns")
        return trial.write(page=f"# Page\n\n{text}\n").build().html("page")

    return build


def test_a_dropdown_with_a_title_becomes_details(page):
    html = page("```{admonition} Why *so*?\n:class: dropdown\nBecause.\n```")
    box = re.search(r'<details class="admonition dropdown">(.*?)</details>', html, re.DOTALL)[1]
    assert '<summary class="admonition-title">Why <em>so</em>?</summary>' in box
    assert "<p>Because.</p>" in box
    assert "Why" not in box.partition("</summary>")[2]


def test_a_dropdown_note_keeps_its_kind_and_label(page):
    html = page("```{note}\n:class: dropdown\nBecause.\n```")
    assert '<details class="admonition dropdown note">' in html
    assert '<summary class="admonition-title">Note</summary>' in html


def test_a_dropdown_can_be_linked_to(page):
    html = page(
        "```{note}\n:class: dropdown\n:name: fold-me\nText.\n```\n\nSee <project:#fold-me>."
    )
    assert re.search('<details class="[^"]*" id="fold-me">', html)


def test_dropdowns_may_be_nested(page):
    inner = "```{note}\n:class: dropdown\nInner.\n```"
    html = page(f"````{{tip}}\n:class: dropdown\n{inner}\n````")
    assert html.count("<details") == html.count("</details>") == 2


def test_other_admonitions_stay_as_they_are(page):
    html = page("```{note}\nBecause.\n```")
    assert "<details" not in html
    assert '<p class="admonition-title">Note</p>' in html


def test_a_hidden_cell_is_named_by_what_it_shows(book):
    trial = book("myst_nb", "native_dropdowns", nb_execution_mode="off")
    html = trial.write(page=NOTEBOOK).build().html("page")
    summary = re.search(r"<details class=\"hide[^>]*><summary>(.*?)</summary>", html)[1]
    assert "aria-label" not in summary
    assert '<span class="collapsed">Show' in summary
    assert '<span class="expanded">Hide' in summary

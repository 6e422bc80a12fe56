"""Each fault of the theme that is mended stays mended."""

import re

import pytest


@pytest.fixture(scope="module")
def site(make_book):
    """A site of two pages with the book theme, with settings as in `_config.yml`."""
    settings = {
        "extensions": ["myst_parser", "sphinx_book_theme", "theme_repairs"],
        "html_theme": "sphinx_book_theme",
        "html_title": "The Title",
        "html_theme_options": {"navbar_persistent": []},
        "comments_config": {"utterances": False},
    }
    trial = make_book(**settings)
    index = "# The Title\n\n```{toctree}\npage\n```\n"
    return trial.write(index=index, page="# Page\n\n## Section\n\nText.\n").build()


def test_the_setting_that_jupyter_book_always_makes_is_known(site):
    assert site.warnings == ""


def test_the_title_of_the_front_page_is_said_once(site):
    assert "<title>The Title</title>" in site.html("index")
    assert re.search("<title>Page .* The Title</title>", site.html("page"))


def test_the_bibliography_is_a_list_of_items(book):
    text = "# Page\n\n```{eval-rst}\nSee [Kn]_.\n\n.. [Kn] A book.\n```\n"
    html = book("myst_parser", "theme_repairs").write(page=text).build().html("page")
    assert re.search('<div role="list" class="citation-list">\\s*<div class="citation"', html)
    assert re.findall('<div class="citation"[^>]* role="(.*?)"', html) == ["listitem"]


def test_a_build_that_failed_early_does_not_break_the_next(make_book, monkeypatch):
    def fail(builder):
        raise RuntimeError("a cell failed")

    logo = {"image_light": "logo.svg", "image_dark": "logo.svg"}
    settings = {"html_theme": "sphinx_book_theme", "html_theme_options": {"logo": logo}}
    trial = make_book(extensions=["myst_parser", "sphinx_book_theme", "theme_repairs"], **settings)
    trial.write(page="# Page\n")
    (trial.source / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    with monkeypatch.context() as patch:
        patch.setattr("sphinx.builders.Builder.read", fail)
        with pytest.raises(RuntimeError, match="a cell failed"):
            trial.build()
    assert trial.build().warnings == ""


def test_there_is_one_toggle_for_the_chapters(site):
    assert len(re.findall(r"<button[^>]*\bprimary-toggle\b", site.html("page"))) == 1


def test_the_colour_mode_is_known_before_the_first_paint(site):
    head = site.html("page").partition("</head>")[0]
    assert head.index("localStorage.getItem") < head.index('dataset.mode = "auto"')


@pytest.mark.parametrize(
    ("element", "name"),
    [
        ("pst-primary-sidebar", "Book"),
        ("pst-primary-sidebar-modal", "Chapters"),
        ("pst-secondary-sidebar-modal", "Sections of this page"),
        ("pst-search-dialog", "Search"),
    ],
)
def test_landmarks_and_dialogs_have_names(site, element, name):
    assert re.search(rf'id="{element}"[^>]* aria-label="{name}"', site.html("page"))


def test_the_search_button_is_named_by_its_text(site):
    button = re.search(r"<button[^>]*search-button-field[^>]*>", site.html("page"))[0]
    assert "aria-label" not in button


def test_only_the_search_page_loads_the_excerpts(site):
    assert "search-excerpts.js" in site.html("search")
    assert "search-excerpts.js" not in site.html("page")


def test_no_room_is_made_for_banners_that_nobody_made(site):
    assert "banner-revealer" not in site.html("page")

"""Books with the delivery: what pages load, what is warned about, what stays over builds."""

import base64
import hashlib
import re
import shutil
from pathlib import Path

import pytest

THEME = {
    "extensions": ["myst_parser", "sphinx_book_theme", "theme_repairs", "lean_delivery"],
    "html_theme": "sphinx_book_theme",
    "html_title": "Trial",
    "html_theme_options": {"navbar_persistent": []},
    "comments_config": {},
}
INDEX = "# Trial\n\n```{toctree}\none\ntwo\n```\n"
PAGES = {"index": INDEX, "one": "# One\n\nText.\n", "two": "# Two\n\n:::{note}\nText.\n:::\n"}
RAW = "# Page\n\n```{{raw}} html\n{}\n```\n"


@pytest.fixture(scope="module")
def site(make_book):
    """A site with the book theme and the delivery."""
    return make_book(**THEME).write(**PAGES).build()


def loaded(html):
    """Addresses of scripts and stylesheets that a page loads."""
    part = r'<(?:script|link rel="stylesheet")[^>]* (?:src|href)="(?:\./)?([^"?]*)'
    return re.findall(part, html)


def files(folder):
    """All files of a site with their contents; `.buildinfo` is a note of Sphinx to itself."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".buildinfo")
    return {path.relative_to(folder): path.read_bytes() for path in found}


def test_a_page_loads_one_stylesheet_and_one_script(site):
    assert site.warnings == ""
    assert loaded(site.html("one")) == ["_static/site.css", "_static/site.js"]


def test_only_the_search_page_loads_the_search(site):
    assert loaded(site.html("search")) == [
        "_static/site.css",
        "_static/site.js",
        "_static/searchtools.js",
        "_static/language_data.js",
        "_static/../searchindex.js",
        "_static/search-excerpts.js",
    ]


def test_everything_that_pages_ask_for_is_there(site):
    for page in site.output.glob("*.html"):
        addresses = re.findall(r' (?:src|href)="([^"#?:]+)[^":]*"', page.read_text("utf-8"))
        assert [name for name in addresses if not (site.output / name).exists()] == []


def test_files_that_no_page_asks_for_are_gone(site):
    names = {path.name for path in files(site.output)}
    assert not names & {"bootstrap.js", "fontawesome.js", "pydata-sphinx-theme.css", "plus.png"}


def test_the_policy_allows_exactly_the_one_inline_script(site):
    html = site.html("one")
    inline = re.findall(r"<script>(.*?)</script>", html, re.S)
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert len(inline) == 1
    assert re.search(rf"script-src 'self' 'sha256-{re.escape(digest)}';", html)


def test_the_policy_stands_before_everything_that_it_governs(site):
    head = site.html("one")
    assert head.index("Content-Security-Policy") < head.index("<script") < head.index("<link")


def test_the_colours_are_chosen_before_the_stylesheet(site):
    head = site.html("one")
    assert head.index('getItem("mode")') < head.index('dataset.mode="auto"') < head.index("<link")


def test_no_handler_stands_in_a_page(site):
    assert not re.search(r"<[^>]+ on[a-z]+=", site.html("one"))


def test_two_builds_give_the_same_bytes(site, make_book):
    again = make_book(**THEME).write(**PAGES).build()
    assert files(again.output) == files(site.output)


def test_a_second_build_keeps_what_untouched_pages_need(make_book):
    trial = make_book(**THEME).write(**PAGES).build()
    trial.write(**PAGES | {"one": "# One\n\n:::{warning}\nText.\n:::\n"}).build()
    css = (trial.output / "_static" / "site.css").read_text()
    assert trial.warnings == ""
    assert ".admonition.note" in css
    assert ".admonition.warning" in css
    fresh = make_book(**THEME)
    fresh.write(**PAGES | {"one": "# One\n\n:::{warning}\nText.\n:::\n"}).build()
    assert files(trial.output).keys() == files(fresh.output).keys()
    assert trial.html("two") == fresh.html("two")


def test_a_build_without_changes_leaves_the_site_as_it_is(site):
    before = files(site.output)
    assert files(site.build().output) == before


def test_what_extensions_copy_in_every_build_is_gone_after_each(make_book):
    copying = ["myst_nb", "sphinx_design", "sphinx_exercise", "sphinx_copybutton"]
    extensions = copying + [name for name in THEME["extensions"] if name != "myst_parser"]
    trial = make_book(**THEME | {"extensions": extensions}).write(**PAGES).build()
    first = files(trial.output)
    second = files(trial.build().output)
    assert trial.warnings == ""
    assert second == first
    assert [name for name in second if name.suffix == ".css"] == [Path("_static", "site.css")]


@pytest.fixture
def small(book):
    """A book with Sphinx's basic theme, quick to build."""
    return book("myst_parser", "lean_delivery", html_sidebars={"**": []})


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<script src="_static/other.js"></script>', "script _static/other.js is not known"),
        ('<script src="https://example.org/a.js"></script>', "https://example.org/a.js is not"),
        ("<script>alert(1)</script>", "blocks the inline script 'alert(1)'"),
        ('<link rel="stylesheet" href="https://example.org/a.css">', "is not part of the site"),
        ("<style>p { color: red; }</style>", "blocks the styles"),
        ('<p onclick="alert(1)">Text.</p>', "the handler onclick of a <p>"),
    ],
)
def test_what_is_unknown_or_forbidden_is_a_warning_in_every_build(small, html, said):
    assert said in small.write(page=RAW.format(html)).build().warnings
    (small.source / "other.md").write_text("# Other\n", encoding="utf-8")
    assert said in small.build(suppress_warnings=["toc.not_included"]).warnings


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} 9"><path d="m0 0l{0} 0"/></svg>'


def test_a_second_build_keeps_the_drawings_of_untouched_pages(small):
    small.write(**{name: f"# {name}\n\n![A](a.svg)\n\n![B](b.svg)\n" for name in ("one", "two")})
    for number, name in enumerate("abc", 1):
        (small.source / f"{name}.svg").write_text(SVG.format(number))
    first = {path.name for path in (small.build().output / "_images").iterdir()}
    (small.source / "two.md").write_text("# two\n\n![B](b.svg)\n\n![C](c.svg)\n")
    second = {path.name for path in (small.build().output / "_images").iterdir()}
    assert small.warnings == ""
    assert len(first) == 1
    assert first < second
    for page in ("one", "two"):
        shown = re.findall(r'src="_images/([^"#]+)#(d[01])"', small.html(page))
        assert [view for _, view in shown] == ["d0", "d1"]
        for name, view in shown:
            assert f'<view id="{view}"' in (small.output / "_images" / name).read_text()
    assert len(second) == 2


def test_a_code_block_keeps_its_empty_lines_and_its_markup(small):
    code = "a = 1\n\n\nb = '<script>'  # onclick=\"x\""
    html = small.write(page=f"# Page\n\n```text\n{code}\n```\n").build().html("page")
    assert small.warnings == ""
    assert "a = 1\n\n\nb = " in html


def test_what_the_explorers_load_is_left_alone(small):
    static = small.source / "static" / "explorers"
    static.mkdir(parents=True)
    (static / "host-1a.js").write_text('element.className = "made-later";')
    (static / "host-1a.css").write_text("p { color: var(--only-here); }")
    (small.source / "static" / "own.css").write_text(
        ".made-later { top: 0 } .never { top: 1px } :root { --only-here: red; --nowhere: blue }"
    )
    small.settings |= {
        "html_static_path": ["static"],
        "html_css_files": ["own.css", "explorers/host-1a.css"],
        "html_js_files": [("explorers/host-1a.js", {"defer": "defer"})],
    }
    data = '<script type="application/vnd.jupyter.widget-state+json">{"state": {}}</script>'
    html = small.write(page=RAW.format(data)).build().html("page")
    assert small.warnings == ""
    assert data in html
    assert re.search(r'<script defer="defer" src="_static/explorers/host-1a.js[^"]*">', html)
    assert re.search(r'<link [^>]*href="_static/explorers/host-1a.css[^"]*"', html)
    assert html.index("/site.css") < html.index("/host-1a.css") < html.index("/site.js")
    assert (small.output / "_static" / "explorers" / "host-1a.js").is_file()
    css = (small.output / "_static" / "site.css").read_text()
    assert ".made-later" in css
    assert ".never" not in css
    assert "--only-here: red" in css
    assert "--nowhere" not in css


def test_a_failed_build_is_left_alone(small, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("no page")

    small.write(page="# Page\n").build()
    shutil.rmtree(small.output)
    monkeypatch.setattr("sphinx.builders.html.StandaloneHTMLBuilder.finish", fail)
    with pytest.raises(RuntimeError, match="no page"):
        small.build()
    assert not Path(small.output, "_static", "site.css").exists()

"""Without the delivery, and with no grader beside it, the book builds: the same, only heavier."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.chapters.sources import chapter
from tests.conftest import HTML, pages, serve

ROOT = Path(__file__).parents[2]
# All that a build reads. Of `classroom` that is what reads the sheets.
SOURCES = (
    "LICENSE",
    "LICENSE-TEXT.txt",
    "_config.yml",
    "_ext",
    "_static",
    "_toc.yml",
    "benchmarks",
    "chapters",
    "classroom/__init__.py",
    "classroom/sheets",
    "exercises",
    "index.md",
    "lib",
    "media",
    "references.bib",
    "teaching",
)
OPENED = (chapter("jacobian"), "index.html")

# What the delivery may change in what a reader meets: how pictures arrive, and room for sections.
CHANGED = {"img": {"src", "width", "height", "loading", "decoding", "style"}, "section": {"style"}}
# Its own form of the theme's buttons, and what no reader meets.
LEFT_OUT = {"class": "article-header-buttons", "names": {"script", "style", "link", "noscript"}}
ADDED_META = {"viewport", "Content-Security-Policy"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The folder of the book, built without the delivery; cells that have run do not run again."""
    book = tmp_path_factory.mktemp("plain")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (book / name).parent.mkdir(exist_ok=True)
        copy(ROOT / name, book / name)
    settings = (book / "_config.yml").read_text(encoding="utf-8")
    settings, count = re.subn(r"\n *- lean_delivery(?=\n)", "", settings)
    assert count == 1
    (book / "_config.yml").write_text(settings, encoding="utf-8")
    # Cells that have run do not run again, and pages get the same Python, if there is any.
    for name in (".jupyter_cache", "page_python"):
        if (HTML.parent / name).is_dir():
            shutil.copytree(HTML.parent / name, book / "_build" / name)
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-n", "-W", "-q"]
    done = subprocess.run(command, cwd=book, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return book / "_build" / "html"


class _Met(HTMLParser):
    """What a reader meets on a page, in order: elements with their attributes, and text."""

    def __init__(self, html):
        super().__init__()
        self.parts = []
        self._left_out = 0  # how many elements are open, from the one that is left out
        self.feed(html)
        self.close()

    def handle_starttag(self, name, attributes):
        given = dict(attributes)
        is_void = name in VOID
        if self._left_out or self._is_left_out(name, given):
            self._left_out += not is_void
        elif not (name == "meta" and self._is_added(given)):
            kept = sorted(item for item in given.items() if item[0] not in CHANGED.get(name, ()))
            self.parts.append((name, kept))

    def handle_endtag(self, name):
        self._left_out -= self._left_out > 0

    def handle_data(self, text):
        if text.strip() and not self._left_out:
            self.parts.append(" ".join(text.split()))

    @staticmethod
    def _is_left_out(name, given):
        is_buttons = LEFT_OUT["class"] in (given.get("class") or "").split()
        return is_buttons or name in LEFT_OUT["names"]

    @staticmethod
    def _is_added(given):
        return "charset" in given or {given.get("name"), given.get("http-equiv")} & ADDED_META


def met(folder, page):
    return _Met((folder / page).read_text(encoding="utf-8")).parts


def test_both_have_the_same_pages(plain):
    assert pages(plain) == pages()


@pytest.mark.parametrize("page", pages() or ["none.html"])
def test_a_reader_meets_the_same_without_the_delivery(plain, page):
    parts = met(HTML, page)
    assert len(parts) > 100
    assert met(plain, page) == parts


def test_without_the_delivery_pages_are_heavier(plain):
    page = (plain / OPENED[0]).read_text(encoding="utf-8")
    assert len(re.findall(r"<script [^>]*src=", page)) > 10
    assert (plain / "_static" / "styles" / "pydata-sphinx-theme.css").is_file()


@pytest.mark.parametrize("name", OPENED)
def test_without_the_delivery_a_page_works_in_a_browser(browser, site, plain, name):
    with browser.new_context() as context, serve(plain) as address:
        faults, texts = [], []
        for origin in (site, address):
            page = context.new_page()
            page.on("console", lambda said: faults.append((said.type, said.text)))
            page.on("pageerror", lambda error: faults.append(("error", str(error))))
            page.on("requestfailed", lambda request: faults.append(("error", request.url)))
            page.goto(f"{origin}/{name}")
            for explorer in page.locator(".explorer").all():
                explorer.scroll_into_view_if_needed()
                expect(explorer).to_have_attribute("data-state", "ready")
            texts.append(page.locator("article").first.text_content().split())
        assert [text for kind, text in faults if kind == "error"] == []
        assert texts[0] == texts[1]

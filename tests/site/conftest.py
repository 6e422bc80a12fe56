"""Open every page of the built book in each width, once."""

import functools
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.accessibility import SCHEMES
from tests.chapters.sources import chapter

sys.path.insert(0, str(Path(__file__).parent))

WIDTHS = {"desk": 1280, "phone": 390}
# What stands around the text is the same on all pages: in all widths and colours it is seen here.
WHOLE = ("index.html", chapter("softmax"))
SCHEME = {"desk": "light", "phone": "dark"}
KEPT = "() => Object.entries(localStorage).sort()"


@pytest.fixture(scope="session")
def contexts(browser):
    """One browser context for each width of a window."""
    sizes = {name: {"width": width, "height": 900} for name, width in WIDTHS.items()}
    opened = {name: browser.new_context(viewport=size) for name, size in sizes.items()}
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def visitor(browser):
    """A page of somebody who comes for the first time."""
    with browser.new_context(accept_downloads=True) as context:
        yield context.new_page()


def come_again(page, after):
    """Do something and reload the page; anew where Chromium loses what one from a folder keeps.

    It does so now and then, also with a page of one line that is not ours.
    """
    for _ in range(5):
        after()
        kept = page.evaluate(KEPT)
        page.reload()
        if page.url.startswith("http") or page.evaluate(KEPT) == kept:
            return


@pytest.fixture(scope="session")
def inspection(site, browser):
    """Return a function: page and width in, `Inspection` out; each pair is opened once."""
    from page_checks import inspect_page

    looks = Counter()

    @functools.cache
    def look(page, width):
        # Somebody who comes for the first time: nothing is in the cache.
        with browser.new_context(viewport={"width": WIDTHS[width], "height": 900}) as context:
            schemes = SCHEMES if page in WHOLE else [SCHEME[width]]
            return inspect_page(context, f"{site}/{page}", looks, schemes)

    return look

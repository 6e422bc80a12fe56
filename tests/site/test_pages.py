"""Every page of the built book, read to its end, in light on a desk and dark on a phone."""

from collections import Counter

import pytest
from page_checks import Inspection, read_to_the_end

from benchmarks.site.__main__ import BUDGET
from tests.conftest import pages
from tests.site.conftest import WIDTHS

PAGES = pages() or ["index.html"]

# Search and the plain list of names are no pages to read.
READ = [page for page in PAGES if "/" in page] or PAGES

MOST_SHIFT = 0.01

every_page = pytest.mark.parametrize("page", PAGES)
every_width = pytest.mark.parametrize("width", ["desk", "phone"])


@every_page
@every_width
def test_asks_no_other_origin(inspection, page, width):
    assert inspection(page, width).foreign_requests == []


@every_page
@every_width
def test_no_request_fails(inspection, page, width):
    assert inspection(page, width).failed_requests == []


@every_page
@every_width
def test_the_console_is_silent(inspection, page, width):
    found = inspection(page, width)
    assert found.console + found.script_errors == []


@every_page
@every_width
def test_the_page_does_not_scroll_sideways(inspection, page, width):
    assert inspection(page, width).overflow == []


@every_page
@every_width
def test_every_image_is_described_and_loads(inspection, page, width):
    assert inspection(page, width).images == []


@every_page
@every_width
def test_no_serious_or_critical_accessibility_finding(inspection, page, width):
    assert inspection(page, width).accessibility == []


@pytest.mark.parametrize("page", READ)
@every_width
def test_a_page_keeps_its_budget(inspection, page, width):
    sent = inspection(page, width).sent
    assert len(sent) <= BUDGET["requests"], sent
    assert sum(sent.values()) <= BUDGET["bytes"], sent


@pytest.mark.parametrize("page", READ)
@every_width
def test_nothing_moves_on_the_way_to_the_end(inspection, browser, site, page, width):
    shift = inspection(page, width).shift
    for _ in range(5):  # on a busy machine a font may come late
        if shift >= MOST_SHIFT:
            viewport = {"width": WIDTHS[width], "height": 900}
            with browser.new_context(viewport=viewport) as context, context.new_page() as tab:
                again = Inspection()
                read_to_the_end(tab, f"{site}/{page}", again)
                shift = again.shift
    assert shift < MOST_SHIFT


@pytest.mark.parametrize("page", READ)
@every_width
def test_sections_state_about_how_long_they_are(inspection, page, width):
    heights = inspection(page, width).heights
    stated, true = (sum(column) for column in zip(*heights, strict=True)) if heights else (1, 1)
    assert 0.7 < stated / true < 1.35
    assert [pair for pair in heights if not 0.5 < (pair[0] + 60) / (pair[1] + 60) < 1.7] == []


@pytest.mark.parametrize("page", READ)
def test_no_equation_is_wider_than_a_phone(inspection, page):
    assert inspection(page, "phone").wide == []


@every_page
@every_width
def test_every_character_of_a_formula_is_drawn_by_its_font(inspection, page, width):
    assert inspection(page, width).borrowed == set()


@every_page
def test_the_head_says_what_the_page_is(inspection, page):
    head = inspection(page, "desk").head
    assert head["lang"] == "en"
    assert all(head.values()), head
    assert head["description"] == head["og:description"]


@pytest.mark.parametrize("key", ["title", "description", "og:title", "og:image"])
def test_no_two_pages_say_the_same(inspection, key):
    said = Counter(inspection(page, "desk").head[key] for page in PAGES)
    assert [text for text, count in said.items() if count > 1] == []


@every_page
def test_the_preview_picture_is_served(inspection, contexts, site, page):
    picture = inspection(page, "desk").head["og:image"]
    address = picture if "://" in picture else f"{site}/{page.rpartition('/')[0]}/{picture}"
    answer = contexts["desk"].request.get(address)
    assert answer.headers["content-type"] == "image/png"

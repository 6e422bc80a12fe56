"""Every page of the built book, light and dark, on a desk and on a phone."""

from collections import Counter
from pathlib import Path

import pytest

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(
    path.relative_to(HTML).as_posix()
    for path in HTML.rglob("*.html")
    if "_static" not in path.parts
) or ["index.html"]

every_page = pytest.mark.parametrize("page", PAGES)
every_variant = pytest.mark.parametrize(
    "variant", ["light-1280", "light-390", "dark-1280", "dark-390"]
)


@every_page
@every_variant
def test_asks_no_other_origin(inspection, page, variant):
    assert inspection(page, variant).foreign_requests == []


@every_page
@every_variant
def test_no_request_fails(inspection, page, variant):
    assert inspection(page, variant).failed_requests == []


@every_page
@every_variant
def test_the_console_is_silent(inspection, page, variant):
    found = inspection(page, variant)
    assert found.console + found.script_errors == []


@every_page
@every_variant
def test_the_page_does_not_scroll_sideways(inspection, page, variant):
    assert inspection(page, variant).overflow == []


@every_page
@every_variant
def test_every_image_is_described_and_loads(inspection, page, variant):
    assert inspection(page, variant).images == []


@every_page
@every_variant
def test_no_serious_or_critical_accessibility_finding(inspection, page, variant):
    assert inspection(page, variant).accessibility == []


@every_page
def test_the_head_says_what_the_page_is(inspection, page):
    head = inspection(page, "light-1280").head
    assert head["lang"] == "en"
    assert all(head.values()), head
    assert head["description"] == head["og:description"]


@pytest.mark.parametrize("key", ["title", "description", "og:title", "og:image"])
def test_no_two_pages_say_the_same(inspection, key):
    said = Counter(inspection(page, "light-1280").head[key] for page in PAGES)
    assert [text for text, count in said.items() if count > 1] == []


@every_page
def test_the_preview_picture_is_served(inspection, contexts, site, page):
    picture = inspection(page, "light-1280").head["og:image"]
    address = picture if "://" in picture else f"{site}/{page.rpartition('/')[0]}/{picture}"
    answer = contexts["light-1280"].request.get(address)
    assert answer.headers["content-type"] == "image/png"

"""Previews of links, formulas copied as TeX, all code of a page, symbols of a section."""

import pytest
from playwright.sync_api import expect

from tests.accessibility import accessibility_faults
from tests.chapters.sources import chapter
from tests.conftest import HTML

CHAPTER = chapter("jacobian")
# Selects a paragraph with formulas and returns what copying it would put on the clipboard.
COPIED = """(paragraph) => {
  getSelection().selectAllChildren(paragraph);
  const settings = { clipboardData: new DataTransfer(), bubbles: true, cancelable: true };
  const event = new ClipboardEvent("copy", settings);
  paragraph.dispatchEvent(event);
  return event.clipboardData.getData("text/plain");
}"""


@pytest.fixture(scope="module")
def context(browser):
    permissions = ["clipboard-read", "clipboard-write"]
    with browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=permissions
    ) as context:
        yield context


@pytest.fixture
def page(context, site):
    with context.new_page() as page:
        page.goto(f"{site}/{CHAPTER}")
        expect(page.locator("#sb-preview")).to_have_count(1)
        yield page


def focus(page, link):
    """Reach a link as a keyboard does."""
    link.scroll_into_view_if_needed()
    page.keyboard.press("Tab")  # so that the browser shows the focus
    link.focus()


def test_an_equation_is_shown_where_the_focus_or_the_pointer_rests(page):
    card = page.locator("#sb-preview")
    link = page.locator("p:not(.sb-proof) a.reference[href='#equation-eq-row-balance']").first
    focus(page, link)
    expect(card).to_be_visible()
    expect(card.locator(".katex-display")).to_have_count(1)
    expect(card).to_contain_text("✓ proved for every C")
    expect(card.locator("p math")).to_have_count(1)  # a letter as it is typeset, once
    expect(link).to_have_attribute("aria-describedby", "sb-preview")
    assert accessibility_faults(page) == []
    before = card.bounding_box()["y"]
    page.evaluate("scrollBy(0, 40)")
    page.wait_for_function(f"() => document.getElementById('sb-preview').offsetTop < {before}")
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    link.hover()
    expect(card).to_be_visible()
    card.hover()
    expect(card).to_be_visible()
    page.mouse.move(2, 2)
    expect(card).to_be_hidden()


def test_an_equation_of_another_chapter_is_shown_and_nothing_is_fetched(context):
    with context.new_page() as page:
        page.goto(f"{HTML.as_uri()}/{CHAPTER}")
        link = page.locator("p a.reference[href*='.html#equation-eq-']").first
        focus(page, link)
        expect(page.locator("#sb-preview .katex-display")).to_be_visible()
        expect(page.locator("#sb-preview p")).to_contain_text("Proved for every")
        expect(page.locator("#sb-preview p math mi")).to_have_text("C")


def test_a_citation_shows_its_source(page):
    link = page.locator("a.reference[href*='bibliography.html#id']").first
    focus(page, link)
    expect(page.locator("#sb-preview")).to_contain_text("20")
    assert link.get_attribute("title") is None


def test_a_formula_is_copied_by_its_button_and_with_its_text(page):
    number = page.locator("#equation-eq-jacobian .headerlink")
    focus(page, number)
    page.keyboard.press("Tab")
    copy = page.get_by_role("button", name="Copy TeX")
    expect(copy).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".sb-copy-tex")).to_have_text("Copied")
    assert "\\operatorname{diag}" in page.evaluate("navigator.clipboard.readText()")
    paragraph = page.locator("p:has(> .math)").first
    said = paragraph.evaluate(COPIED)
    first = paragraph.locator("annotation").first.text_content()
    assert f"${first}$" in said
    assert said.count("$") == 2 * paragraph.locator("annotation").count()


def test_all_code_is_shown_hidden_and_remembered(page):
    folded = page.locator("article details.hide")
    opened = page.locator("article details.hide[open]")
    page.get_by_role("button", name="Show all code").click()
    expect(opened).to_have_count(folded.count())
    page.reload()
    hide = page.get_by_role("button", name="Hide all code")
    expect(hide).to_be_visible()
    expect(opened).to_have_count(folded.count())
    hide.click()
    expect(opened).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('view'))") == []


def test_the_symbols_of_a_section_are_explained(page):
    page.locator("section section h2").nth(1).scroll_into_view_if_needed()
    page.get_by_role("button", name="Explain the symbols").click()
    box = page.locator(".sb-symbols")
    expect(box).to_contain_text("Jacobian, outputs by inputs")
    expect(box).not_to_contain_text("queries, keys")
    assert accessibility_faults(page) == []
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()

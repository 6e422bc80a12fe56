"""What a reader does with the built book: open the navigation, search, switch colours, scroll."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.accessibility import accessibility_faults
from tests.chapters.sources import chapter

CHAPTER = chapter("softmax")
CHAPTER_WITH_A_WIDE_EQUATION = chapter("vector-jacobian-product")
# Equations are written for a width of 390; on the narrowest phones some have to scroll.
NARROW = {"width": 320, "height": 700}


# Which equations do not fit, and which do, counted from 0, with all of them laid out.
WIDE_AND_NARROW = """async () => {
  await document.fonts.ready;
  const boxes = [...document.querySelectorAll(".math-scroll")];
  boxes.forEach((box) => { box.style.contentVisibility = "visible"; });
  const isWide = (n) => boxes[n].scrollWidth > boxes[n].clientWidth;
  const all = [...boxes.keys()];
  return [all.filter(isWide), all.filter((n) => !isWide(n))];
}"""


# The theme begins to listen as soon as the first frame is drawn, which nobody sees.
AWAKE = "new Promise((done) => requestAnimationFrame(() => setTimeout(() => setTimeout(done))))"


@pytest.fixture
def phone(contexts, site):
    """A chapter on a phone."""
    page = contexts["phone"].new_page()
    page.goto(f"{site}/{CHAPTER}")
    page.evaluate(AWAKE)
    yield page
    page.close()


@pytest.fixture
def desk(browser, site):
    """A chapter on a desk, for a reader who was never here and prefers dark."""
    with browser.new_context(color_scheme="dark", accept_downloads=True) as context:
        page = context.new_page()
        page.goto(f"{site}/{CHAPTER}")
        page.evaluate(AWAKE)
        yield page


def test_the_navigation_opens_by_keyboard_and_by_tap_and_is_accessible(phone):
    toggle = phone.get_by_role("button", name="Chapters")
    toggle.focus()
    phone.keyboard.press("Enter")
    dialog = phone.get_by_role("dialog", name="Chapters")
    expect(dialog).to_be_visible()
    phone.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    toggle.click()
    expect(dialog).to_be_visible()
    assert accessibility_faults(phone) == []
    dialog.locator("nav a").nth(1).click()
    expect(phone).not_to_have_url(re.compile(CHAPTER))


def test_search_finds_a_word_of_a_chapter_and_a_function_of_the_library(desk):
    for words, link, place in (
        ("softmax", f"*='{CHAPTER}'", "article h1"),
        ("softmax_vjp", "$='api.html#softback.softmax_vjp'", "[id='softback.softmax_vjp']"),
    ):
        desk.keyboard.press("Control+k")
        desk.keyboard.type(words)
        desk.keyboard.press("Enter")
        found = desk.locator(f"#search-results li a[href{link}]").first
        expect(found).to_be_visible()
        found.click()
        expect(desk.locator(place)).to_be_in_viewport()
        desk.evaluate(AWAKE)


@pytest.mark.parametrize(
    ("typed", "page", "anchor"),
    [
        ("softmax gradient", "index.html", "softmax-backwards"),
        ("y * (g - sum(g * y))", chapter("vector-jacobian-product"), "take-the-sum-apart"),
        ("numerical stability", chapter("softmax"), "where-the-plain-form-breaks"),
        ("Quotient rule", chapter("quotient-rule"), "quotient-rule"),
        ("eigenvalues", chapter("jacobian"), "how-strong-can-it-be"),
        ("backpropagation", chapter("vector-jacobian-product"), "vector-jacobian-product"),
        ("vjp", chapter("vector-jacobian-product"), "vector-jacobian-product"),
        ("stability of softmax", chapter("softmax"), ""),  # no phrase, but words of two
        ("cross entropy", chapter("cross-entropy"), "cross-entropy"),
        ("softmax_vjp", "chapters/api.html", "softback.softmax_vjp"),
    ],
)
def test_search_finds_first_what_a_phrase_of_the_field_means(contexts, site, typed, page, anchor):
    with contexts["desk"].new_page() as desk:
        desk.goto(f"{site}/search.html?q={quote(typed)}")
        expect(desk.locator("#search-results")).to_contain_text("Search finished")
        first = desk.locator("#search-results li a").first
        expect(first).to_have_attribute("href", f"{page}#{anchor}".removesuffix("#"))


def test_search_says_when_it_finds_nothing_and_quotes_no_copies_of_formulas(contexts, site):
    with contexts["desk"].new_page() as page:
        page.goto(f"{site}/search.html?q=xylophone")
        expect(page.locator("#search-results")).to_contain_text("did not match any documents")
        text = "async (page) => Search.htmlToText(await (await fetch(page)).text())"
        quoted = page.evaluate(text, CHAPTER)
    assert "softmax" in quoted
    assert "\\frac" not in quoted


def test_the_first_visit_follows_the_system_before_the_theme_wakes_up(desk):
    desk.route("**/*.js*", lambda route: route.abort())
    desk.evaluate("localStorage.clear()")
    desk.reload()
    assert desk.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_colour_button_changes_the_colours(desk):
    before = desk.evaluate("getComputedStyle(document.body).backgroundColor")
    desk.get_by_role("button", name="Color mode").click()
    desk.reload()
    assert desk.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_the_chapter_can_be_taken_home_as_a_notebook(desk):
    desk.get_by_role("button", name="Download this page").click()
    link = desk.locator("a.btn-download-notebook-button")
    answer = desk.request.get(desk.evaluate("link => link.href", link.element_handle()))
    assert answer.json()["nbformat"] == 4


def test_equations_that_fit_are_no_tab_stops(desk):
    settled = """async () => {
      const boxes = [...document.querySelectorAll(".math-scroll")];
      const skipped = [...document.querySelectorAll("section section"), ...boxes];
      skipped.forEach((part) => { part.style.contentVisibility = "visible"; });
      const isRight = (box) => box.tabIndex === (box.scrollWidth > box.clientWidth ? 0 : -1);
      const patience = performance.now() + 10_000;
      while (!boxes.every(isRight) && performance.now() < patience) {
        await new Promise(requestAnimationFrame);
      }
      return [boxes.every(isRight), boxes.some((box) => box.tabIndex === -1)];
    }"""
    assert desk.evaluate(settled) == [True, True]


@pytest.fixture
def narrow(contexts, site):
    """A chapter on a narrow phone, with an equation that is wider."""
    with contexts["phone"].new_page() as page:
        page.set_viewport_size(NARROW)
        page.goto(f"{site}/{CHAPTER_WITH_A_WIDE_EQUATION}")
        yield page


def test_boxes_are_tab_stops_only_while_they_scroll(narrow):
    boxes = narrow.locator("article :is(pre, .cell_output > .output):visible")
    settled = """async (boxes) => {
      const isRight = (box) => {
        box.scrollIntoView();
        const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
        return box.tabIndex === (scrolls ? 0 : -1);
      };
      const patience = performance.now() + 10_000;
      while (!boxes.every(isRight) && performance.now() < patience) {
        await new Promise(requestAnimationFrame);
      }
      return [boxes.every(isRight), new Set(boxes.map((box) => box.tabIndex)).size];
    }"""
    assert boxes.evaluate_all(settled) == [True, 2]
    narrow.set_viewport_size({"width": 1600, "height": 900})
    assert boxes.evaluate_all(settled)[0]


def test_equations_are_measured_when_the_reader_comes_near_and_scroll_by_keyboard(narrow):
    wide, fitting = narrow.evaluate(WIDE_AND_NARROW)
    narrow.reload()
    boxes = narrow.locator(".math-scroll")
    boxes.nth(fitting[0]).scroll_into_view_if_needed()
    expect(boxes.nth(fitting[0])).to_have_js_property("tabIndex", -1)
    assert boxes.nth(fitting[-1]).evaluate("(box) => box.tabIndex") == 0
    assert [boxes.nth(n).evaluate("(box) => box.tabIndex") for n in wide] == [0] * len(wide) != []
    boxes.nth(fitting[-1]).scroll_into_view_if_needed()
    expect(boxes.nth(fitting[-1])).to_have_js_property("tabIndex", -1)
    box = boxes.nth(wide[0])
    box.focus()
    narrow.keyboard.press("ArrowRight")
    expect(box).not_to_have_js_property("scrollLeft", 0)
    expect(box).to_have_js_property("tabIndex", 0)


def test_a_short_formula_stays_with_its_marks_on_one_line(phone):
    lines = """(formulas) => formulas.map((formula) => formula.getClientRects().length)"""
    counts = phone.locator("p > span.math:not(.may-break)").evaluate_all(lines)
    assert len(counts) > 10
    assert set(counts) == {1}


def test_screen_readers_get_the_equation_and_its_number(desk):
    equation = desk.get_by_role("group", name="Equation 1.1")
    expect(equation.locator("math")).to_have_count(1)
    expect(equation.locator(".katex-html")).to_have_attribute("aria-hidden", "true")

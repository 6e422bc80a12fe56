"""What a reader does with the built book: open the navigation, search, switch colours, scroll."""

import pytest
from playwright.sync_api import expect

from tests.accessibility import accessibility_faults
from tests.chapters.sources import chapter

CHAPTER = chapter("softmax")
CHAPTER_WITH_A_WIDE_EQUATION = chapter("vector-jacobian-product")
# Equations are written for a width of 390; on the narrowest phones some have to scroll.
NARROW = {"width": 320, "height": 700}


# An equation far away is not laid out, so its width is not known until one comes near it.
FIRST_WIDE = """async (all) => {
  for (const [n, box] of all.entries()) {
    box.scrollIntoView();
    for (let k = 0; k < 2; k++) await new Promise(requestAnimationFrame);
    if (box.scrollWidth > box.clientWidth) return n;
  }
  return -1;
}"""


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


def test_the_navigation_opens_by_tap(phone):
    phone.get_by_role("button", name="Chapters").click()
    dialog = phone.get_by_role("dialog", name="Chapters")
    expect(dialog).to_be_visible()
    dialog.locator("nav a").nth(1).click()
    expect(phone).not_to_have_url(CHAPTER)


def test_the_navigation_opens_and_closes_by_keyboard(phone):
    toggle = phone.get_by_role("button", name="Chapters")
    toggle.focus()
    phone.keyboard.press("Enter")
    dialog = phone.get_by_role("dialog", name="Chapters")
    expect(dialog).to_be_visible()
    phone.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_open_navigation_is_accessible(phone):
    phone.get_by_role("button", name="Chapters").click()
    expect(phone.get_by_role("dialog", name="Chapters")).to_be_visible()
    assert accessibility_faults(phone) == []


def test_search_finds_a_word_of_a_chapter(desk):
    desk.keyboard.press("Control+k")
    desk.keyboard.type("softmax")
    desk.keyboard.press("Enter")
    found = desk.locator(f"#search-results li a[href*='{CHAPTER}']")
    expect(found.first).to_be_visible()
    found.first.click()
    expect(desk.locator("article h1")).to_be_visible()


def test_search_finds_a_function_of_the_library(desk):
    desk.keyboard.press("Control+k")
    desk.keyboard.type("softmax_vjp")
    desk.keyboard.press("Enter")
    found = desk.locator("#search-results li a[href$='api.html#softback.softmax_vjp']")
    expect(found.first).to_be_visible()
    found.first.click()
    expect(desk.locator("[id='softback.softmax_vjp']")).to_be_in_viewport()


def test_search_excerpts_hold_no_copies_of_formulas(desk, site):
    desk.goto(f"{site}/search.html")
    quoted = desk.evaluate(
        "async (page) => Search.htmlToText(await (await fetch(page)).text())", CHAPTER
    )
    assert "softmax" in quoted
    assert "\\frac" not in quoted


def test_search_says_when_it_finds_nothing(desk, site):
    desk.goto(f"{site}/search.html?q=xylophone")
    expect(desk.locator("#search-results")).to_contain_text("did not match any documents")


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


def test_a_wide_equation_scrolls_by_keyboard(phone, site):
    phone.set_viewport_size(NARROW)
    phone.goto(f"{site}/{CHAPTER_WITH_A_WIDE_EQUATION}")
    boxes = phone.locator(".math-scroll")
    wide = boxes.evaluate_all(FIRST_WIDE)
    assert wide >= 0, "no equation of this chapter is wider than a narrow phone: name another"
    box = boxes.nth(wide)
    expect(box).to_have_js_property("tabIndex", 0)
    box.focus()
    phone.keyboard.press("ArrowRight")
    expect(box).not_to_have_js_property("scrollLeft", 0)


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


def test_boxes_are_tab_stops_only_while_they_scroll(phone, site):
    phone.goto(f"{site}/{CHAPTER_WITH_A_WIDE_EQUATION}")
    boxes = phone.locator("article :is(pre, .cell_output > .output):visible")
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
    phone.set_viewport_size({"width": 1600, "height": 900})
    assert boxes.evaluate_all(settled)[0]


def test_equations_are_measured_when_the_reader_comes_near(phone, site):
    phone.set_viewport_size(NARROW)
    phone.goto(f"{site}/{CHAPTER_WITH_A_WIDE_EQUATION}")
    wide, narrow = phone.evaluate(WIDE_AND_NARROW)
    phone.reload()
    boxes = phone.locator(".math-scroll")
    boxes.nth(narrow[0]).scroll_into_view_if_needed()
    expect(boxes.nth(narrow[0])).to_have_js_property("tabIndex", -1)
    assert boxes.nth(narrow[-1]).evaluate("(box) => box.tabIndex") == 0
    assert [boxes.nth(n).evaluate("(box) => box.tabIndex") for n in wide] == [0] * len(wide) != []
    boxes.nth(narrow[-1]).scroll_into_view_if_needed()
    expect(boxes.nth(narrow[-1])).to_have_js_property("tabIndex", -1)


def test_a_short_formula_stays_with_its_marks_on_one_line(phone):
    lines = """(formulas) => formulas.map((formula) => formula.getClientRects().length)"""
    counts = phone.locator("p > span.math:not(.may-break)").evaluate_all(lines)
    assert len(counts) > 10
    assert set(counts) == {1}


def test_screen_readers_get_the_equation_and_its_number(desk):
    equation = desk.get_by_role("group", name="Equation 1.1")
    expect(equation.locator("math")).to_have_count(1)
    expect(equation.locator(".katex-html")).to_have_attribute("aria-hidden", "true")

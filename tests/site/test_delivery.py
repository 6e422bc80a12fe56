"""How the built book arrives: budgets, the policy, other places to stand, no scripts, print."""

import pytest
from playwright.sync_api import expect

from tests.chapters.sources import chapter
from tests.conftest import HTML, pages
from tests.site.explorer_reader import bring_to_life

CHAPTER = chapter("jacobian")
SHEET = next((page for page in pages() if page.startswith("exercises/")), "none.html")
PAPER = {"width": 672, "height": 1000}  # what the margins leave of A4


def test_formulas_that_are_only_read_aloud_ask_for_no_font_of_their_own(noted, site):
    noted.goto(f"{site}/{CHAPTER}")
    styles = """(selector) => [...new Set([...document.querySelectorAll(selector)].map((part) => {
      const { fontFamily, textTransform } = getComputedStyle(part);
      return `${fontFamily} ${textTransform}`;
    }))]"""
    menu = noted.evaluate(styles, ".bd-sidebar a")
    assert noted.evaluate(styles, ".katex-mathml math, .katex-mathml math *") == menu
    assert len(menu) == 1


def test_the_policy_stops_evaluated_and_inline_code(visitor, site):
    visitor.goto(f"{site}/{CHAPTER}")
    tried = visitor.evaluate(
        """async () => {
          const script = document.createElement("script");
          script.textContent = "window.inline = true";
          document.head.append(script);
          await new Promise((resolve) => setTimeout(() => {
            try { eval("window.evaluated = true"); } catch { /* as it should be */ }
            resolve();
          }));
          return [window.inline, window.evaluated];
        }"""
    )
    assert tried == [None, None]


@pytest.fixture
def noted(browser):
    """A page, and the faults that it reports while it is open."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("requestfailed", lambda request: page.faults.append(request.url))
        yield page


def test_the_book_works_as_files(noted):
    noted.goto((HTML / CHAPTER).as_uri())
    before = noted.evaluate("getComputedStyle(document.body).backgroundColor")
    noted.get_by_role("button", name="Color mode").click()
    assert noted.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert noted.evaluate("document.fonts.check('1em \"Source Serif 4\"')")
    bring_to_life(noted)
    noted.get_by_role("button", name="uniform").click()
    expect(noted.locator(".sb-heat td[role=gridcell]").first).to_have_text("0.222")
    noted.goto((HTML / "search.html").as_uri() + "?q=softmax")
    expect(noted.locator("#search-results li a").first).to_be_visible()


def test_without_scripts_nothing_is_offered_that_needs_them(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/{CHAPTER}")
        expect(page.locator(".katex-display").first).to_be_visible()
        expect(page.get_by_role("button", name="Color mode")).to_be_hidden()
        expect(page.get_by_role("button", name="Download this page")).to_be_visible()


def test_the_download_menu_opens_and_closes_by_keyboard(noted, site):
    noted.goto(f"{site}/{CHAPTER}")
    menu = noted.locator(".download-menu")
    expect(menu).to_be_hidden()
    noted.get_by_role("button", name="Download this page").focus()
    noted.keyboard.press("Enter")
    expect(menu).to_be_visible()
    noted.keyboard.press("Tab")
    expect(menu.get_by_role("link", name=".ipynb")).to_be_focused()
    noted.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_every_button_of_the_header_shows_that_it_has_the_focus(noted, site):
    noted.goto(f"{site}/{CHAPTER}")
    buttons = noted.locator(".bd-header-article button").filter(visible=True)
    assert buttons.count() > 4
    for button in buttons.all():
        button.focus()
        noted.keyboard.press("Shift")  # now the keyboard is what is used
        ring = button.evaluate("(one) => getComputedStyle(one).outline")
        assert "solid 3px" in ring, button.get_attribute("aria-label")


def test_the_buttons_print_and_fill_the_screen(noted, site):
    noted.add_init_script("window.print = () => { window.printed = true; };")
    noted.goto(f"{site}/{CHAPTER}")
    noted.get_by_role("button", name="Download this page").click()
    noted.get_by_role("button", name=".pdf", exact=True).click()
    assert noted.evaluate("window.printed") is True
    noted.keyboard.press("Escape")
    noted.get_by_role("button", name="Fullscreen mode").click()
    expect(noted.locator("html:fullscreen")).to_have_count(1)


def test_a_cell_is_copied_by_its_button(browser, site):
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{site}/{CHAPTER}")
        cell = page.locator("div.cell_input:visible").first
        cell.hover()
        cell.locator("button.copybtn").click()
        expect(cell.locator("button.copybtn.success")).to_be_visible()
        code = cell.locator("pre").inner_text().rstrip("\n")
        assert page.evaluate("navigator.clipboard.readText()") == code


def test_the_search_page_is_ready_to_type(noted, site):
    noted.goto(f"{site}/search.html")
    field = noted.locator("main form.bd-search input")
    expect(field).to_be_focused()
    magnifier = noted.locator("main form.bd-search i").bounding_box()
    room = field.evaluate("(field) => parseFloat(getComputedStyle(field).paddingLeft)")
    assert magnifier["x"] + magnifier["width"] < field.bounding_box()["x"] + room


def test_in_print_folds_stay_as_they_are_and_no_button_is_left(noted, site):
    noted.emulate_media(media="print")
    noted.set_viewport_size(PAPER)
    noted.goto(f"{site}/{CHAPTER}")
    text = noted.locator("article p").first.bounding_box()
    assert (text["x"], text["width"]) == (0, PAPER["width"])
    expect(noted.locator(".article-header-buttons")).to_be_hidden()
    expect(noted.locator("#pst-primary-sidebar")).to_be_hidden()
    expect(noted.locator("details.hide, .sb-run").filter(visible=True)).to_have_count(0)
    solution = noted.locator("details.solution").first
    expect(solution.locator("p").last).to_be_hidden()
    solution.locator("summary").click()
    expect(solution.locator("p").last).to_be_visible()


@pytest.mark.parametrize("page", [CHAPTER, SHEET])
def test_a_page_is_printed_with_all_hints_and_solutions_or_without(noted, site, page):
    noted.add_init_script("window.print = () => {};")
    noted.goto(f"{site}/{page}")
    answers = noted.locator("details.hint > p, details.solution > p:not([hidden])")
    assert answers.count() > 10
    for button, shown in ((".pdf with solutions", answers.count()), (".pdf", 0)):
        noted.emulate_media(media="screen")
        noted.get_by_role("button", name="Download this page").click()
        noted.get_by_role("button", name=button, exact=True).click()
        noted.keyboard.press("Escape")
        noted.emulate_media(media="print")
        expect(answers.filter(visible=True)).to_have_count(shown)


@pytest.mark.parametrize("width", [1280, 390])
def test_equations_state_their_height(noted, site, width):
    noted.set_viewport_size({"width": width, "height": 900})
    noted.goto(f"{site}/{CHAPTER}")
    heights = noted.evaluate(
        """async () => {
          await document.fonts.ready;
          const rows = [...document.querySelectorAll(".math-scroll")];
          const stated = rows.map((row) => {
            row.style.contentVisibility = "hidden";
            return row.getBoundingClientRect().height;
          });
          return rows.map((row, n) => {
            row.style.contentVisibility = "visible";
            return [stated[n], row.getBoundingClientRect().height];
          });
        }"""
    )
    assert heights
    assert [pair for pair in heights if abs(pair[0] - pair[1]) > 8] == []


def test_sections_far_away_are_skipped_until_somebody_comes(noted, site):
    is_skipped = "(part) => !part.checkVisibility({ contentVisibilityAuto: true })"
    noted.goto(f"{site}/{CHAPTER}")
    last = noted.locator("article section section").last.locator("p").first
    assert last.evaluate(is_skipped)
    last.scroll_into_view_if_needed()
    noted.wait_for_function(f"(part) => !({is_skipped})(part)", arg=last.element_handle())


# What is laid out after the arrival must not push the place away.
READ_ON = """async () => {
  await document.fonts.ready;
  for (let n = 0; n < 10; n++) await new Promise(requestAnimationFrame);
}"""


@pytest.mark.parametrize(
    ("width", "place"),
    [(1280, "exhibit-the-exponential-forgotten"), (390, "which-check-catches-what")],
)
def test_a_link_into_a_long_page_arrives_at_its_place(noted, site, width, place):
    noted.set_viewport_size({"width": width, "height": 900})
    noted.goto(f"{site}/chapters/bug-museum.html#{place}")
    noted.evaluate(READ_ON)
    top = noted.locator(f"#{place} > :is(h2, h3)").evaluate("(e) => e.getBoundingClientRect().top")
    assert 0 < top < 200

"""The explorers on the built pages: alive without a kernel, and a picture without a script."""

import re
from functools import cache

import pytest
from playwright.sync_api import expect

from tests.chapters.sources import NUMBERED, chapter
from tests.conftest import HTML, pages, serve
from tests.site.explorer_reader import bring_to_life


def holding(pattern):
    """Return the pages in which a pattern is found."""
    return [page for page in pages() if re.search(pattern, (HTML / page).read_text("utf-8"))]


WITH_EXPLORERS = holding('class="sb[" ]')
# Fields of exercises and sheets of the desk are mounted in the same way.
EVERY_PAGE = holding('class="explorer"')
JACOBIAN = chapter("jacobian")
every_page = pytest.mark.parametrize("page", EVERY_PAGE)

# What the reader sees of the explorers, but for buttons and places to type.
SEEN = """() => {
  const parts = `figcaption, label, output, td:not(:has(input, .as-input)), th, dd, text, code,
    .sb-formula, .sb-small`;
  const texts = (box) => [...box.querySelectorAll(parts)].map((part) => part.textContent);
  return [...document.querySelectorAll(".explorer")].map(texts);
}"""


@pytest.fixture
def tab(contexts):
    """An open tab; the page in it must raise no error."""
    faults = []
    page = contexts["desk"].new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.close()
    assert faults == []


@pytest.fixture(scope="module")
def silent(browser, site):
    """Return a function: a page in, the same without scripts out; each is opened once."""
    with browser.new_context(java_script_enabled=False) as context:

        @cache
        def opened(page):
            tab = context.new_page()
            tab.goto(f"{site}/{page}")
            return tab

        yield opened


# With the fonts that the boxes ask for.
HEIGHTS = """async () => {
  const all = () => [...document.querySelectorAll(".explorer")].map((box) => box.offsetHeight);
  all();
  await document.fonts.ready;
  return all();
}"""
PARSED = """() => document.readyState !== "loading" &&
  [...document.querySelectorAll("link[rel=stylesheet]")].every((link) => link.sheet)"""


@pytest.fixture(scope="module", params=EVERY_PAGE)
def alive(request, browser, site):
    """A page on a phone whose explorers are alive, and the heights that they had before."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        tab, held, faults = context.new_page(), [], []
        tab.on("pageerror", lambda error: faults.append(str(error)))
        # A text font that comes late would change heights, but not always.
        tab.route("**/source-serif*", lambda route: route.abort())
        tab.route("**/explorers/host-*.js", lambda route: held.append(route))
        tab.goto(f"{site}/{request.param}", wait_until="commit")
        tab.wait_for_function(PARSED)
        before = tab.evaluate(HEIGHTS)
        [host] = held
        host.continue_()
        bring_to_life(tab)
        yield request.param, tab, before
        assert faults == []


def test_the_front_page_and_each_chapter_but_that_on_code_have_one():
    chapters = {f"chapters/{page.stem}.html" for page in NUMBERED} - {chapter("in-code")}
    assert {"index.html", *chapters} <= set(WITH_EXPLORERS)


def test_the_picture_in_the_page_is_what_the_live_explorer_draws(alive, silent):
    page, tab, _ = alive
    picture = silent(page).evaluate(SEEN)
    assert tab.evaluate(SEEN) == picture
    assert sum(map(len, picture)) > (20 if page in WITH_EXPLORERS else 5)


def test_nothing_moves_when_an_explorer_comes_alive(alive):
    _, tab, before = alive
    assert tab.evaluate(HEIGHTS) == before


CHAPTERS = [page for page in WITH_EXPLORERS if page.startswith("chapters/")]


def test_buttons_in_the_text_drive_the_explorer_of_the_chapter(alive, silent):
    page, tab, _ = alive
    buttons = tab.locator("article button.explorer-drive")
    assert buttons.count() >= 3 * (page in CHAPTERS)
    picture, notice = tab.locator(".sb-picture").first, tab.locator(".sb-notice").first
    shown = set()
    for button in buttons.all():
        button.press("Enter")
        tab.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
        shown.add(picture.inner_html())
        expect(notice).to_be_hidden()
    assert len(shown) == buttons.count()
    for plain in silent(page).locator("article p a[href^='#explorer-']").all()[:1]:
        assert plain.evaluate("(link) => getComputedStyle(link).textDecorationLine") == "none"


# Chromium lays out whatever is around such a field as soon as the page is parsed.
FIELDS = re.compile(r"<(textarea|select)\b|<input(?! type=.(range|radio|checkbox|search))")


@every_page
def test_no_page_arrives_with_a_field_that_browsers_fill_in(page):
    assert FIELDS.search((HTML / page).read_text("utf-8")) is None


@every_page
def test_without_scripts_a_page_shows_pictures_and_formulas_but_no_controls(silent, page):
    seen = silent(page)
    if page in WITH_EXPLORERS:
        expect(seen.locator(".sb-picture").first).to_be_visible()
    controls = ".sb-controls:visible, .sb-presets:visible, .explorer button:visible"
    expect(seen.locator(controls)).to_have_count(0)
    for number in seen.locator(".sb-num").all():
        expect(number).to_be_visible()
    assert seen.locator(".katex-html, .explorer math").count() > 3


def test_the_explorer_of_the_front_page_is_alive_when_the_scripts_have_run(tab, site):
    tab.add_init_script("""addEventListener("DOMContentLoaded", () => {
      window.seen = document.querySelector(".explorer").dataset.state;
    })""")
    tab.goto(f"{site}/index.html")
    assert tab.evaluate("seen") == "ready"


def test_a_link_restores_the_state(tab, site):
    tab.goto(f"{site}/{JACOBIAN}#explorer-jacobian?z=0,0&entry=0,1&pinned=1,2")
    expect(tab.locator("#explorer-jacobian")).to_be_in_viewport()
    expect(tab.locator(".sb-term .sb-num")).to_have_text(["−0.2500", "−0.500", "0.500"])
    expect(tab.locator(".sb-pinned")).to_contain_text("z = (1.00, 2.00)")


def test_a_link_to_a_section_stays_a_link_to_a_section(tab, site):
    tab.goto(f"{site}/{JACOBIAN}#symmetry")
    expect(tab.get_by_role("heading", name="Symmetry")).to_be_in_viewport()
    bring_to_life(tab)
    assert tab.url.endswith("#symmetry")


def test_pages_without_explorers_load_nothing_of_them(tab, site):
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{site}/chapters/bibliography.html")
    assert [url for url in asked if "/explorers/" in url] == []


def test_a_page_fetches_each_part_once_the_address_follows_and_paper_has_no_buttons(tab, site):
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{site}/{JACOBIAN}")
    bring_to_life(tab)
    names = [
        re.sub(r"-\w+(?=\.)", "", url.rsplit("/", 1)[1]) for url in asked if "/explorers/" in url
    ]
    assert sorted(names) == [
        *("field.css", "field.js"),  # that of an exercise
        *("host.js", "jacobian.css", "jacobian.js"),
    ]
    tab.get_by_label("z₁", exact=True).focus()
    tab.keyboard.press("Home")
    expect(tab.locator(".sb-sliders output").first).to_have_text("−6.00")
    tab.wait_for_url("**#explorer-jacobian?z=-6,2,3&*")
    tab.emulate_media(media="print")
    expect(tab.locator(".sb-heat").first).to_be_visible()
    expect(tab.locator(".sb-presets").first).to_be_hidden()


def test_works_below_a_path(tab):
    lost = []
    tab.on("requestfailed", lambda request: lost.append(request.url))
    tab.on("response", lambda answer: answer.ok or lost.append(answer.url))
    with serve(HTML.parent) as address:
        tab.goto(f"{address}/{HTML.name}/{JACOBIAN}")
        bring_to_life(tab)
    assert lost == []

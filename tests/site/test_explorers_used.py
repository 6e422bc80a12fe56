"""Every explorer on its built page, used by keyboard and by pointer.

Each page is opened once. After each action the tables must be what softback computes by the code
under "As Python", and the picture must show the numbers of the tables.
"""

import re
import unicodedata
from importlib import import_module
from urllib.parse import unquote

import numpy as np
import pytest
from playwright.sync_api import expect

from softback.explorers._base import FOLDER
from tests.accessibility import read_aloud
from tests.site.explorer_reader import Reader, number

# Each file of an explorer's tests says what its page shows.
FOUND = [
    import_module(f"tests.explorers.test_{path.stem}") for path in sorted(FOLDER.glob("[!_]*.py"))
]
PAGES = {page.path: page for one in FOUND for page in one.PAGES}

BAD = {
    "": "This field is empty. ",
    "cat": "\u201ccat\u201d is not a number",
    "1e999, 1": "1e999 is too large",
    "nan, 1": "\u201cnan\u201d is not a number",
    "1 " * 40: "These are 40 ",
}
COLUMNS = ["4\n-1\n0\n2.5\n", "4,0\n-1,0\n0,0\n2,5\n"]
CELLS = ["4\t-1\n0\t2,5\n"]
# No label of a drawing or of a table may be smaller, in pixels on the screen.
LEAST_TEXT = 10.9
LEAST_TARGET = 24

SMALL_TEXT = """(least) => [...document.querySelectorAll(".explorer *")]
  .filter((part) => part.checkVisibility())
  .filter((part) => [...part.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
  .map((part) => [part, parseFloat(getComputedStyle(part).fontSize), part.getScreenCTM?.().a ?? 1])
  .map(([part, size, scale]) => [part, size * scale])
  .filter(([, size]) => size > 0 && size < least)
  .map(([part, size]) => `${part.textContent.slice(0, 30)}: ${size.toFixed(1)} px`)"""

WORDS = """() => [...document.querySelectorAll(".explorer .sb-scene > svg > text")]
  .map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""

SMALL_TARGETS = """(least) => [...document.querySelectorAll(
    ".explorer :is(button, input, select, textarea, summary, [role=slider], td[role=gridcell])")]
  .filter((part) => part.checkVisibility() && !part.closest("[aria-label='Pinned Jacobian']"))
  .map((part) => [part, (part.closest("label") ?? part).getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.min(width, height) < least - 0.5)
  .map(([part, box]) => `${part.outerHTML.slice(0, 60)}: ${box.width} by ${box.height} px`)"""

# Prototypes are among them, and have no classes.
COUNT = """function () {
  const isExplorer = (one) => { try { return one.matches(".sb"); } catch { return false; } };
  return this.filter(isExplorer).length;
}"""

WIDER = """() => {
  const { right } = document.querySelector(".explorer .sb-stage").getBoundingClientRect();
  return [...document.querySelectorAll(".explorer .sb > *, .explorer .sb > * *")]
    .filter((part) => part.checkVisibility() && part.getBoundingClientRect().right > right + 1)
    .filter((part) => !part.closest(".sb-tables, pre, .sb-heat-box, .sb-pullback-same, svg"))
    .map((part) => part.outerHTML.slice(0, 80));
}"""


@pytest.fixture(scope="module", params=PAGES)
def opened(request, browser, site):
    """One explorer, opened once."""
    desk = {"width": 1280, "height": 900}
    with browser.new_context(viewport=desk, reduced_motion="reduce") as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield Reader(context.new_page(), PAGES[request.param]).open(site)


@pytest.fixture
def reader(opened, site):
    """The explorer as it was at first."""
    if not opened.box.locator(".sb").count():
        opened.open(site)
    opened.tab.mouse.move(0, 0)  # whatever lies under it would be looked at
    opened.start_again()
    return opened


def test_sliders_move_by_keyboard_and_by_pointer(reader):
    sliders = reader.controls("input[type=range]")
    assert sliders
    for slider in sliders:
        at_end = slider.evaluate("(one) => one.value === one.max")
        reader.changes(slider.press, "Home" if at_end else "End")
        reader.changes(reader.drag, slider, (0.9, 0.5), (0.35, 0.5))
        reader.start_again()


def test_choices_are_made_by_keyboard_and_by_pointer(reader):
    for group in {one.get_attribute("name") for one in reader.controls("input[type=radio]")}:
        options = reader.box.locator(f"input[name='{group}']")
        for turn in range(options.count()):
            reader.changes(options.nth((turn + 1) % options.count()).check)
        options.nth(0).check()
        reader.changes(options.nth(0).press, "ArrowDown")
    reader.start_again()
    for toggle in reader.controls("input[type=checkbox]"):
        reader.changes(toggle.click)
        reader.changes(toggle.press, "Space")
    for select in reader.controls("select"):
        first, last = (select.locator("option").nth(at).get_attribute("value") for at in (0, -1))
        way = "ArrowDown" if select.input_value() == first else "ArrowUp"
        reader.changes(select.press, way)
        reader.changes(select.select_option, last)


def test_buttons_are_pressed_by_keyboard_and_by_pointer(reader):
    for name in [button.inner_text() for button in reader.controls("button")]:
        for keys in (["Enter"], []):
            reader.start_again()
            button = next(one for one in reader.controls("button") if one.inner_text() == name)
            if button.get_attribute("aria-pressed") != "true":
                reader.changes(button.press if keys else button.click, *keys)


def test_cells_and_marks_answer_to_hover_focus_tap_and_arrow_keys(reader):
    for act, *arguments in marks(reader):
        reader.changes(act, *arguments)


def marks(reader):
    """Yield what can be done to the parts of a picture that are no native controls."""
    for handle in reader.controls("[role=slider]"):
        reader.start_again()
        yield handle.press, "Shift+ArrowUp"
        yield reader.drag, handle, (0.5, 0.5), (-1.5, -2)
    cells = reader.box.locator(".sb-heat").first.locator("td[role=gridcell]")
    if cells.count():
        yield (cells.nth(3).click,)
        yield (cells.nth(5).focus,)
        yield reader.tab.keyboard.press, "ArrowLeft"
    if reader.box.locator(".sb-jacobian").count():
        yield (cells.nth(0).hover,)
    if reader.box.locator(".sb-attention").count():
        yield reader.drag, cells.nth(0), (0.5, 0.2), (0.5, -1)
    square = reader.box.locator(".sb-axis-square")
    if square.count():
        yield square.press, "ArrowUp"
        yield (square.locator("g").nth(0).hover,)
    for above_a_bar in reader.box.locator(".sb-pressable .sb-room").all()[:1]:
        yield reader.drag, above_a_bar, (0.3, 0.1), (0.3, 0.1)


def test_presets_are_quiet_and_each_shows_something_else(reader):
    presets = reader.box.locator(".sb-within button").all()
    assert len(presets) >= 3
    first, shown = state_of(reader), set()
    for preset in presets:
        preset.click()
        seen = reader.look()
        shown.add(seen.picture)
        entries = [number(text) for table in seen.tables for row in table for text in row[1:]]
        assert not np.isnan(entries).any()
    assert len(shown) == len(presets)
    assert state_of(reader) != first
    reader.start_again()
    assert state_of(reader) == first


def test_no_drawn_sign_is_read_aloud(reader):
    """A reader would hear "black up-pointing triangle" for an arrow."""
    for preset in reader.box.locator(".sb-within button").all():
        preset.click()
        reader.look()
        words = "".join(name for _, name in read_aloud(reader.tab, ".explorer"))
        assert preset.inner_text() in words
        assert {sign for sign in words if unicodedata.category(sign) == "So"} == set()


def test_good_text_is_taken_and_bad_text_refused_beside_its_field(reader):
    for label, (good, trait) in reader.spec.typed.items():
        field = reader.box.get_by_label(label)
        note = reader.box.locator(f"#{field.get_attribute('aria-describedby')}")
        field.fill(good)
        field.press("Tab")
        expect(note).to_be_empty()
        kept = reader.look()
        assert state_of(reader)[trait.partition("=")[0]] == trait.partition("=")[2]
        for text, sentence in BAD.items():
            field.fill(text)
            field.press("Tab")
            expect(note).to_contain_text(sentence)
            expect(field).to_have_attribute("aria-invalid", "true")
            assert reader.look().tables == kept.tables
        assert field.bounding_box()["y"] < note.bounding_box()["y"]
        reader.start_again()
        expect(note).to_be_empty()


def test_a_column_pasted_from_a_spreadsheet_is_taken(reader):
    for label, (good, trait) in reader.spec.typed.items():
        field = reader.box.get_by_label(label)
        name, wanted = trait.split("=")[0], "4,-1;0,2.5" if "\n" in good else "4,-1,0,2.5"
        for text in CELLS if "\n" in good else COLUMNS:
            if "three" in label:
                text, wanted = text.rsplit("\n", 2)[0], "4,-1,0"
            reader.start_again()
            reader.tab.evaluate("(text) => navigator.clipboard.writeText(text)", text)
            field.press("Control+A")
            field.press("Control+V")
            reader.look()
            assert state_of(reader)[name] == wanted


def test_extreme_logits_are_right_and_quiet(reader):
    for label, (good, _) in reader.spec.typed.items():
        text = "1e308, -1e308\n0, 1" if "\n" in good else "1e308, -1e308, 0"
        reader.box.get_by_label(label).fill(text)
        seen = reader.look()
        assert not any("nan" in text for table in seen.tables for row in table for text in row)


def copied(reader, button):
    """Press a button that copies, and return what it has copied."""
    reader.tab.evaluate("navigator.clipboard.writeText('')")
    button.click()
    reader.tab.wait_for_function("() => navigator.clipboard.readText()")
    return reader.tab.evaluate("navigator.clipboard.readText()")


def state_of(reader):
    """Return what a link to the explorer carries, by trait."""
    text = copied(reader, reader.box.get_by_role("button", name=re.compile("^(Copy link|Copied)$")))
    return dict(pair.split("=") for pair in unquote(text).partition("?")[2].split("&"))


def test_a_link_restores_the_state_and_a_broken_one_is_ignored_with_a_sentence(reader):
    place = reader.box.get_attribute("id")
    notice = reader.box.locator(".sb-notice")
    follow = f"(query) => {{ location.hash = `{place}?${{query}}`; }}"
    reader.tab.evaluate(follow, reader.spec.link)
    expect(reader.box).to_contain_text(reader.spec.restored)
    kept = reader.look()
    carried = reader.spec.link.split("&")
    assert {f"{name}={text}" for name, text in state_of(reader).items()} == set(carried)
    for broken in ("zz=1", carried[0].split("=")[0] + "=1,x", "constructor=1", "%E0%A4%A"):
        reader.tab.evaluate(follow, broken)
        expect(notice).to_contain_text("could not be read, so it is ignored. ")
        assert reader.look().tables == kept.tables
    reader.tab.evaluate(follow, reader.spec.link)
    expect(notice).to_be_hidden()


def test_every_label_can_be_read_and_every_target_hit_on_a_phone_and_on_a_desk(reader):
    for width in (390, 1280):
        reader.tab.set_viewport_size({"width": width, "height": 900})
        for preset in (None, "huge"):
            button = reader.box.get_by_role("button", name=preset or "Start again", exact=True)
            if button.count():
                button.click()
            reader.look()
            assert reader.tab.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
            assert reader.tab.evaluate(WIDER) == []
            assert reader.tab.evaluate(SMALL_TEXT, LEAST_TEXT) == []
            assert max(reader.tab.evaluate(WORDS), default=0) < 20
            assert reader.tab.evaluate(SMALL_TARGETS, LEAST_TARGET) == []
    skipped = "(all) => all.filter((one) => one.tabIndex < 0).map((one) => one.outerHTML)"
    controls = reader.box.locator(":is(input, select, textarea, button, summary)")
    assert controls.evaluate_all(skipped) == []


# From the top of the picture to the end of the first control, and the room that the header leaves.
SCREEN = """() => {
  const box = document.querySelector(".explorer");
  const parts = [".sb-picture", ".sb-controls input"].map((part) => box.querySelector(part));
  const places = parts.map((part) => part.getBoundingClientRect());
  const header = document.querySelector("header.bd-header, .bd-header-article");
  const bottom = Math.max(...places.map((place) => place.bottom));
  const needed = bottom - Math.min(...places.map((place) => place.top));
  return { needed, room: innerHeight - header.getBoundingClientRect().height };
}"""


def test_the_picture_and_the_control_that_moves_it_fit_one_screen(reader):
    for width, height in ((390, 844), (1366, 768)):
        reader.tab.set_viewport_size({"width": width, "height": height})
        reader.look()
        screen = reader.tab.evaluate(SCREEN)
        assert screen["needed"] <= screen["room"], (width, height)
    reader.tab.set_viewport_size({"width": 1280, "height": 900})


ROOM = """() => {
  const box = document.querySelector(".explorer .sb");
  box.scrollIntoView({ block: "center" });
  const { right, top, height, width } = box.getBoundingClientRect();
  const hit = document.elementFromPoint(right - 3, top + height / 2);
  return { width, picture: box.querySelector(".sb-picture").clientWidth, whole: box.contains(hit) };
}"""


def test_on_a_large_screen_the_picture_has_more_room_and_its_words_do_not_grow(reader):
    found = []
    for width in (1280, 1920):
        reader.tab.set_viewport_size({"width": width, "height": 1000})
        reader.look()
        found.append(reader.tab.evaluate(ROOM))
        assert reader.tab.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert reader.tab.evaluate(SMALL_TEXT, LEAST_TEXT) == []
        assert max(reader.tab.evaluate(WORDS), default=0) < 20
    desk, large = found
    assert large["whole"]
    assert large["width"] > desk["width"] + 150
    assert large["picture"] > desk["picture"] + 100
    reader.tab.set_viewport_size({"width": 1280, "height": 900})


MOVED = """() => {
  const { top: start } = document.querySelector(".explorer").getBoundingClientRect();
  return [...document.querySelectorAll(".explorer .sb > *, .explorer .sb-side > *")]
    .filter((part) => part.checkVisibility())
    .map((part) => part.getBoundingClientRect())
    .flatMap(({ top, height }) => [top - start, height]);
}"""


def test_nothing_jumps_while_a_slider_moves(reader):
    """Not before the first task is done: its answer has its room from the start."""
    for width in (390, 1280):
        reader.tab.set_viewport_size({"width": width, "height": 900})
        for slider in reader.controls("input[type=range]"):
            if slider.evaluate("(one) => Number(one.step) === 1 && one.max < 20"):
                continue  # the number of classes: a larger picture is what it asks for
            reader.start_again()
            reader.look()
            before = reader.tab.evaluate(MOVED)
            for place in (0.2, 0.7):
                slider.evaluate(
                    "(one, part) => { one.value = +one.min + part * (one.max - one.min);"
                    " one.dispatchEvent(new Event('input', { bubbles: true })); }",
                    place,
                )
                reader.look()
                now = reader.tab.evaluate(MOVED)
                assert now == pytest.approx(before, abs=0.5), (width, place)
    reader.tab.set_viewport_size({"width": 1280, "height": 900})


def test_the_code_is_copied_as_it_stands(reader):
    block = reader.box.locator(".sb-python")
    assert copied(reader, block.get_by_role("button", name="Copy")) == reader.look().code


def test_the_theme_changes_the_colours_and_no_number(reader):
    before = reader.look()
    colours = """() => [".sb", ".sb-title"].map((part) => {
      const { color, backgroundColor } = getComputedStyle(document.querySelector(part));
      return [color, backgroundColor];
    })"""
    found = []
    for _ in range(3):
        found.append(str(reader.tab.evaluate(colours)))
        reader.tab.locator("button.theme-switch-button:visible").click()
    assert len(set(found)) == 2
    after = reader.look()
    assert (after.picture, after.tables) == (before.picture, before.tables)


def test_nothing_moves_by_itself_where_motion_is_reduced(reader):
    reader.tab.emulate_media(reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll(".explorer *")]
      .filter((part) => !/^0s(, 0s)*$/.test(getComputedStyle(part).transitionDuration))
      .map((part) => part.outerHTML.slice(0, 80))"""
    assert reader.tab.evaluate(moving) == []
    reader.tab.emulate_media(reduced_motion="no-preference")


def test_a_removed_explorer_is_forgotten(reader, site):
    """Whoever still listened would keep the removed elements in memory."""
    reader.open(site)  # what the last events had touched stays in memory for a while
    devtools = reader.tab.context.new_cdp_session(reader.tab)
    assert alive(devtools) == 1
    reader.tab.evaluate("document.querySelector('explorer-view').remove()")
    reader.tab.evaluate("new Promise((done) => setTimeout(done))")
    assert alive(devtools) == 0
    devtools.detach()


def alive(devtools):
    """Return how many explorers are in memory."""
    devtools.send("HeapProfiler.collectGarbage")
    prototype = devtools.send("Runtime.evaluate", {"expression": "HTMLElement.prototype"})
    found = devtools.send(
        "Runtime.queryObjects", {"prototypeObjectId": prototype["result"]["objectId"]}
    )
    count = devtools.send(
        "Runtime.callFunctionOn",
        {
            "objectId": found["objects"]["objectId"],
            "functionDeclaration": COUNT,
            "returnByValue": True,
        },
    )
    for handle in (prototype["result"], found["objects"]):
        devtools.send("Runtime.releaseObject", {"objectId": handle["objectId"]})
    return count["result"]["value"]

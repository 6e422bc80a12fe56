"""What holds for every explorer."""

import re

import ipywidgets
import numpy as np
import pytest
from playwright.sync_api import expect
from traitlets import Bool, Enum

from softback import explorers
from softback.explorers import _base
from softback.explorers._traits import Indices, Matrix, Number, Vector, Whole
from softback.figures import palette
from tests.accessibility import accessibility_faults, read_aloud
from tests.explorers.front_end import settle, synced
from tests.explorers.screen import contrast

CLASSES = [getattr(explorers, name) for name in explorers.__all__]
RINGS = """(cell) => {
  const { outlineColor, boxShadow } = getComputedStyle(cell);
  return [outlineColor, boxShadow];
}"""
COLOURS = """async ([source, values]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { diverging } = await import(url);
  return values.map((value) => diverging(value, 1));
}"""
every = pytest.mark.parametrize("explorer", CLASSES)
MORE = {explorers.Jacobian: {"pinned": [0.0, 1.0]}}  # what is not there at first


@every
def test_removed_view_leaves_nothing_behind(explore, explorer):
    page = explore(explorer())
    assert page.evaluate("model.heard") > 0
    page.evaluate("leave()")
    assert page.evaluate("model.heard") == 0
    assert page.locator(".sb").count() == 0


@every
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessible_and_never_wider_than_the_page(explore, explorer, theme):
    page = explore(explorer(**MORE.get(explorer, {})), theme=theme)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert accessibility_faults(page) == []
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


@every
def test_labels_say_shares_and_no_head_of_a_table_is_heard_without_a_name(explore, explorer):
    heard = read_aloud(explore(explorer()), ".sb")
    assert ("columnheader", "") not in heard
    words = " ".join([explorer().description(), *(name for _, name in heard)])
    assert "probabilit" not in words.lower()


@pytest.mark.parametrize("explorer", [explorers.Jacobian, explorers.Attention])
def test_each_row_of_a_grid_is_heard_with_as_many_cells_as_its_heads(explore, explorer):
    rows = []
    for role, name in read_aloud(explore(explorer()), ".sb-heat"):
        if role == "row":
            rows.append([])
        elif role in {"columnheader", "rowheader", "gridcell"}:
            rows[-1].append(name)
    assert len({len(row) for row in rows}) == 1
    assert all(name for row in rows for name in row)
    assert len(rows[0]) == len(rows) > 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_mark_of_a_cell_stands_out_from_any_colour(explore, theme):
    """Two rings that differ nine times: no colour is nearer than three times to both."""
    for explorer in (explorers.Jacobian, explorers.Attention):
        mark = explore(explorer(), theme=theme).locator(".sb-marked").first
        assert contrast(*mark.evaluate(RINGS)) >= 9
    strokes = "(rings) => rings.map((ring) => getComputedStyle(ring).stroke)"
    rings = explore(explorers.Axis(), theme=theme).locator(
        ".sb-axis-square rect:is(.sb-axis-halo, .sb-axis-cursor)"
    )
    assert contrast(*rings.evaluate_all(strokes)) >= 9


HEARD = """() => {
  window.heard = [];
  const note = ([{ target }]) => target.textContent && window.heard.push(target.textContent);
  for (const live of document.querySelectorAll("[role=status], [aria-live=polite], output")) {
    if (live.getAttribute("aria-live") === "off") continue;
    new MutationObserver(note).observe(live, { childList: true, characterData: true });
  }
}"""


def test_a_key_is_answered_by_one_polite_sentence_after_a_pause(explore):
    page = explore(explorers.Jacobian())
    page.evaluate(HEARD)
    slider = page.get_by_label("z₁", exact=True)
    for _ in range(3):
        slider.press("ArrowRight")
        settle(page)
    assert page.evaluate("heard") == []
    page.wait_for_function("heard.length > 0")
    assert page.evaluate("heard") == [page.locator(".sb-sentence").inner_text()]


def test_a_run_is_told_once_when_it_begins_and_once_when_it_has_ended(explore):
    page = explore(explorers.Descent())
    page.evaluate(HEARD)
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Run", exact=True).wait_for()
    page.wait_for_function("heard.some((text) => text.startsWith('Step '))")
    said = page.evaluate("heard")
    assert len(said) <= 2
    assert [text for text in said if text.startswith("Step ")] == said[-1:]


# Counts what begins to move in pictures; a glide lasts longer, for a busy machine draws few frames.
WATCH = """() => {
  window.moved = 0;
  document.addEventListener("transitionrun", ({ target }) => {
    if (target.closest(".sb-picture")) window.moved++;
  });
  const { setTimeout } = window;
  window.setTimeout = (act, wait) => setTimeout(act, 5 * wait);
}"""


@every
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_preset_moves_the_picture_there_and_says_its_numbers_at_once(explore, explorer, motion):
    page = explore(explorer(), reduced_motion=motion)
    page.evaluate(WATCH)
    page.locator(".sb-within button[aria-pressed=false]").nth(1).click()
    settle(page)
    said = page.locator(".sb-sentence").inner_text()
    expect(page.locator(".sb-gliding")).to_have_count(0)
    assert (page.evaluate("moved") > 0) == (motion == "no-preference")
    assert page.locator(".sb-sentence").inner_text() == said
    page.evaluate("moved = 0")
    page.locator(".sb-controls input[type=range]").first.press("ArrowLeft")
    settle(page)
    assert page.evaluate("moved") == 0


def test_arrow_keys_stay_inside_so_that_jupyterlab_does_not_take_them(explore):
    page = explore(explorers.Pullback())
    page.evaluate(
        "document.addEventListener('keydown', ({ key }) => (window.seen ??= []).push(key))"
    )
    for control in (page.get_by_label("g₁", exact=True), page.get_by_role("slider", name="Level")):
        for key in ("ArrowUp", "ArrowRight", "End", "PageDown"):
            control.press(key)
    page.get_by_label("g₁", exact=True).press("q")
    assert page.evaluate("seen") == ["q"]


@pytest.mark.parametrize(
    ("explorer", "name", "trait"),
    [
        (explorers.Softmax, "Logit z₂", "z"),
        (explorers.Softmax, "The three shares", "z"),
        (explorers.Nudge, "Push z₁", "entry"),
        (explorers.Pullback, "g₂, upstream", "g"),
        (explorers.Descent, "Shares y", "z"),
        (explorers.Precision, "Gap d", "gap"),
    ],
)
def test_a_finger_moves_a_handle_and_not_the_page(explore, explorer, name, trait):
    page = explore(explorer(), width=390, has_touch=True)
    handle = page.get_by_role("slider", name=name).first
    handle.scroll_into_view_if_needed()
    before, top = (
        page.evaluate("(trait) => String(model.get(trait))", trait),
        page.evaluate("scrollY"),
    )
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    places = [[{"x": x + 6 * step, "y": y - 8 * step}] for step in range(6)]
    for kind, points in zip(
        ["touchStart", *["touchMove"] * 5, "touchEnd"], [*places, []], strict=True
    ):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    settle(page)
    assert page.evaluate("(trait) => String(model.get(trait))", trait) != before
    assert page.evaluate("scrollY") == top


def test_a_link_for_class_covers_the_answer_until_it_is_shown(explore):
    page = explore(explorers.Jacobian(), query="z=2,2,-2&cover")
    covered = page.locator(".sb-picture, .sb-sentence, .sb-fold")
    for part in covered.all():
        expect(part).to_be_hidden()
    expect(page.get_by_label("z₁", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show", exact=True).click()
    for part in covered.all():
        expect(part).to_be_visible()
    assert page.evaluate("model.get('z')") == [2, 2, -2]
    page.evaluate("address.follow('z=0,0')")
    expect(page.locator(".sb-picture")).to_be_visible()


def test_forced_colours_keep_maps_pressed_buttons_and_handles(explore):
    page = explore(explorers.Jacobian(), forced_colors="active")
    colours = "(all) => new Set(all.map((one) => getComputedStyle(one).backgroundColor)).size"
    assert page.locator("td[role=gridcell]:not(.sb-meet)").evaluate_all(colours) > 4
    pressed = page.locator(".sb-within button")
    assert pressed.evaluate_all(colours) == 2
    assert page.locator(".sb-grip svg").first.evaluate("(one) => getComputedStyle(one).fill")
    page.emulate_media(media="print")
    assert (
        page.locator(".sb").evaluate("(one) => getComputedStyle(one).printColorAdjust") == "exact"
    )


@every
def test_pictures_and_words_stand_in_where_no_script_runs(explorer):
    data, _ = explorer()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["image/svg+xml"].count("<svg") == 1
    assert data["image/svg+xml"] == explorer().svg()
    assert len(data["text/plain"]) > 40
    assert re.search(r"\d.*[.]$", data["text/plain"], re.S)


@every
def test_every_trait_of_a_link_can_be_set_in_python(explorer):
    made = explorer()
    made.change(**synced(made))
    assert synced(made) == synced(explorer())


@every
def test_links_are_held_to_the_limits_of_the_class(explore, explorer):
    page, notice = explore(explorer(), query=""), ".sb-notice:not([hidden])"
    for name, trait in explorer.class_own_traits(sync=True).items():
        if isinstance(trait, Number | Whole):
            least, most = trait.bounds["least"], trait.bounds["most"]
            linked = {least: least, most: most, most + 1: most, least - 1: most}
            for value, kept in linked.items():
                page.evaluate("(query) => address.follow(query)", f"{name}={value}")
                assert page.evaluate("(name) => model.get(name)", name) == kept
                assert page.locator(notice).count() == (value != kept)


def other(trait, start):
    """Return a value of a trait that differs from the one at the start."""
    match trait:
        case Number() | Whole():
            return trait.bounds["least" if start == trait.bounds["most"] else "most"]
        case Enum():
            return next(value for value in trait.values if value != start)
        case Bool():
            return not start
        case Indices():
            return [0, 0]
        case _:
            return list(reversed(start)) or [0.0] * trait.bounds["least"]


@every
def test_explorers_can_be_linked_heard_and_put_side_by_side(explorer):
    for name, trait in explorer.class_own_traits(sync=True).items():
        one, two = explorer(), explorer()
        value = other(trait, getattr(one, name))
        heard = []
        two.observe(lambda change, heard=heard: heard.append(change["new"]), name)
        ipywidgets.link((one, name), (two, name))
        setattr(one, name, value)
        assert heard == [value]
        assert two.description() == one.description()
        assert ipywidgets.HBox([one, two]).children == (one, two)


HUGE = [1e308, -1e308, 0.0, 1e308]


def extreme(trait, start, bound):
    """Return a value of a trait as far out as it may be, of the shape that it has at the start."""
    match trait:
        case Number() | Whole():
            return trait.bounds[bound]
        case Indices():
            return [trait.bounds["below"] - 1] * 2
        case Matrix():
            return [HUGE[: len(row)] for row in start]
        case Vector():
            count = len(start) or trait.bounds["least"]
            return np.eye(count)[1] if trait.bounds.get("distribution") else HUGE[:count]
        case _:
            return other(trait, start)


def width_of(made):
    """Return the width of the picture in points: a label of 300 digits would make it wide."""
    return float(re.search(r'<svg[^>]* width="([\d.]+)pt"', made.svg(), re.S)[1])


@every
@pytest.mark.parametrize("bound", ["least", "most"])
def test_extreme_values_give_quiet_results_words_and_pictures(explorer, bound):
    made = explorer()
    own = explorer.class_own_traits(sync=True).items()
    made.change(**{name: extreme(trait, getattr(made, name), bound) for name, trait in own})
    results = [name for name, part in vars(explorer).items() if isinstance(part, property)]
    assert results
    for name in results:
        value = getattr(made, name)
        if not name.startswith("_") and explorer is not explorers.Precision:
            assert not np.isnan(value).any(), name
    assert "nan" not in made.description()
    assert len(made.description()) < 250
    assert width_of(made) < 1.5 * width_of(explorer())


def test_colours_are_those_of_the_figures(browser):
    css = (_base.FOLDER / "panel.css").read_text("utf-8")
    light = css[: css.index("data-theme")]
    own = dict(re.findall(r"--sb-(up|down|y|g|z|wrong): (#\w+);", light))
    meant = {
        "up": "BLUE",
        "down": "ORANGE",
        "y": "GREEN",
        "g": "PLUM",
        "z": "SLATE",
        "wrong": "RED",
    }
    assert own == {name: getattr(palette, colour) for name, colour in meant.items()}
    source = (_base.FOLDER / "colours.mjs").read_text("utf-8")
    values = np.linspace(-1, 1, 41)
    with browser.new_page() as page:
        drawn = page.evaluate(COLOURS, [source, values.tolist()])
    expected = 255 * palette.DIVERGING((values + 1) / 2)[:, :3]
    np.testing.assert_allclose(drawn, expected, atol=2)  # Matplotlib's map has 256 steps
    assert drawn[20] == [246, 245, 242]

"""What holds for every explorer."""

import re

import ipywidgets
import numpy as np
import pytest
from traitlets import Bool, Enum

from softback import explorers
from softback.explorers import _bundle
from softback.explorers._traits import Indices, Matrix, Number, Vector, Whole
from softback.figures import palette
from tests.accessibility import accessibility_faults
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
    page = explore(explorer(), theme=theme)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert accessibility_faults(page) == []
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_mark_of_a_cell_stands_out_from_any_colour(explore, theme):
    """Two rings that differ nine times: no colour is nearer than three times to both."""
    for explorer in (explorers.Jacobian, explorers.Attention):
        mark = explore(explorer(), theme=theme).locator(".sb-marked").first
        assert contrast(*mark.evaluate(RINGS)) >= 9
    strokes = "(rings) => rings.map((ring) => getComputedStyle(ring).stroke)"
    rings = explore(explorers.Axis(), theme=theme).locator(".sb-axis-square > svg > rect")
    assert contrast(*rings.evaluate_all(strokes)) >= 9


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
    css = (_bundle.FOLDER / "panel.css").read_text("utf-8")
    light = css[: css.index("data-theme")]
    assert tuple(re.findall(r"--sb-\d: (#\w+);", light)) == palette.CLASSES
    source = (_bundle.FOLDER / "colours.mjs").read_text("utf-8")
    values = np.linspace(-1, 1, 41)
    with browser.new_page() as page:
        drawn = page.evaluate(COLOURS, [source, values.tolist()])
    expected = 255 * palette.DIVERGING((values + 1) / 2)[:, :3]
    np.testing.assert_allclose(drawn, expected, atol=2)  # Matplotlib's map has 256 steps
    assert drawn[20] == [246, 245, 242]

"""What holds for every explorer."""

import re

import pytest
from front_end import settle, synced
from screen import accessibility_faults, contrast

from softback import explorers

CLASSES = [getattr(explorers, name) for name in explorers.__all__]
RINGS = """(cell) => {
  const { outlineColor, boxShadow } = getComputedStyle(cell);
  return [outlineColor, boxShadow];
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
    for fold in ("The numbers", "As Python"):
        page.locator("summary", has_text=fold).click()
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

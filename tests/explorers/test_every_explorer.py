"""What holds for every explorer."""

import re
import warnings

import numpy as np
import pytest
from front_end import settle, synced
from playwright.sync_api import expect
from screen import accessibility_faults, numbers_on, python_on

from softback import explorers

CLASSES = [getattr(explorers, name) for name in explorers.__all__]
every = pytest.mark.parametrize("explorer", CLASSES)


def presets(page):
    """Return the names of the presets."""
    return page.locator(".sb > .sb-presets button").all_inner_texts()


def state(page, explorer):
    """Return the traits on the page by name."""
    return {name: page.evaluate("(name) => model.get(name)", name) for name in synced(explorer)}


def shown(page):
    """Return every number of the tables behind the picture."""
    return [x for table in numbers_on(page) for row in table for x in row[1:]]


@every
def test_each_preset_is_quiet_and_its_python_runs(explore, explorer):
    page = explore(explorer())
    assert len(presets(page)) >= 3
    for name in presets(page):
        page.get_by_role("button", name=name, exact=True).click()
        settle(page)
        numbers = shown(page)
        assert numbers
        if name != "no shift":  # what that one is there to show
            assert [x for x in numbers if isinstance(x, float) and np.isnan(x)] == [], name
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            python_on(page)


@every
def test_start_again_restores_the_first_state(explore, explorer):
    made = explorer()
    page = explore(made)
    page.get_by_role("button", name=presets(page)[-1], exact=True).click()
    assert state(page, made) != synced(made)
    page.get_by_role("button", name="Start again").click()
    assert state(page, made) == synced(made)


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


@every
def test_every_control_has_a_name_and_can_be_reached_by_keyboard(explore, explorer):
    page = explore(explorer())
    controls = page.locator(".sb :is(input, select, textarea, button, summary)")
    unreachable = "(all) => all.filter((one) => one.tabIndex < 0).map((one) => one.outerHTML)"
    assert controls.evaluate_all(unreachable) == []


@every
def test_link_carries_the_state(explore, explorer):
    made = explorer()
    page = explore(made, query="")
    assert page.evaluate("address.written") == []
    page.get_by_role("button", name=presets(page)[2], exact=True).click()
    changed = state(page, made)
    page.wait_for_function("address.written.length")
    [query] = page.evaluate("address.written")
    again = explore(explorer(), query=query)
    assert state(again, made) == changed
    expect(again.locator(".sb-notice")).to_be_hidden()


@every
@pytest.mark.parametrize("query", ["zz=1", "z=1,nan", "z=", "%E0%A4%A", "constructor=1"])
def test_broken_link_is_ignored_with_a_sentence(explore, explorer, query):
    made = explorer()
    page = explore(made, query=query)
    expect(page.locator(".sb-notice")).to_have_text(
        re.compile("The link to this explorer could not be read, so it is ignored. .+[.]")
    )
    assert state(page, made) == synced(made)


@every
def test_link_followed_on_the_same_page_changes_the_state(explore, explorer):
    made = explorer()
    page = explore(made, query="")
    page.get_by_role("button", name=presets(page)[2], exact=True).click()
    changed = state(page, made)
    page.wait_for_function("address.written.length")
    page.get_by_role("button", name="Start again").click()
    page.evaluate("address.follow(address.written[0])")
    settle(page)
    assert state(page, made) == changed


@every
def test_copy_gives_the_link_and_the_code(explore, explorer):
    page = explore(explorer(), query="", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("https://book/page.html#explorer?")
    page.locator("summary", has_text="As Python").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_have_count(2)
    assert "from softback" in page.evaluate("navigator.clipboard.readText()")


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

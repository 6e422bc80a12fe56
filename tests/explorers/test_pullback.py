"""The Pullback explorer: weigh, centre, scale; the matrix gives the same."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from traitlets import TraitError

from softback import softmax, softmax_jacobian, softmax_vjp
from softback.explorers import Pullback
from tests.chapters.sources import chapter
from tests.explorers.front_end import settle
from tests.explorers.screen import drag, number, numbers_on
from tests.site.explorer_reader import Page, assert_shows, numbers


def _tables(seen, space):
    for name, title in {"y": "y", "g": "g", "dz": "dz", "product": "matrix product"}.items():
        assert_shows(seen.row(title), space[name])
    with np.errstate(over="ignore"):
        assert_shows(seen.row("g - s"), space["g"] - space["s"])
    assert_shows(seen.rows(1), [space["s"]])


def _areas(seen):
    dz = numbers(seen.row("dz"))
    return np.array([dz[dz > 0].sum(), dz[dz < 0].sum()])


PAGES = [
    Page(
        chapter("vector-jacobian-product"),
        _tables,
        {
            ".sb-pullback text.sb-of-g": lambda seen: numbers(seen.row("g")),
            ".sb-pullback text.sb-of-y": lambda seen: numbers(seen.row("y")),
            ".sb-pullback .sb-total": _areas,
            ".sb-pullback-same td": lambda seen: numbers(
                [seen.row("dz"), seen.row("matrix product")]
            ),
        },
        {
            "Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5"),
            "Type or paste g": ("1, 2, 3, -4", "g=1,2,3,-4"),
        },
        "z=0,0&g=1,0&constant=2",
        "0.2500",
    )
]


Z, G = np.array([1.0, 2.0, 3.0]), np.array([1.0, -1.0, 0.5])


@pytest.fixture
def page(explore):
    return explore(Pullback(z=Z, g=G))


def stations(page):
    """Return the stations by name."""
    return {row[0]: np.array(row[1:]) for row in numbers_on(page)[0]}


def test_stations_are_those_of_softback(page):
    now, y = stations(page), softmax(Z)
    np.testing.assert_allclose(now["y"], y, atol=5.1e-7)
    np.testing.assert_allclose(now["g - s"], G - G @ y, atol=5.1e-7)
    np.testing.assert_allclose(now["dz"], softmax_vjp(y, G), atol=5.1e-7)
    assert numbers_on(page)[1][0][1] == pytest.approx(G @ y, abs=5.1e-7)


def test_matrix_product_agrees_to_the_last_digit_shown(page):
    rng = np.random.default_rng(2)
    for n in (2, 4, 6):
        page.evaluate("([z, g]) => model.set('z', z) || model.set('g', g)", [[0.0] * n] * 2)
        for _ in range(4):
            z, g = rng.normal(0, 2, (2, n)).tolist()
            page.evaluate("([z, g]) => { model.set('z', z); model.set('g', g); }", [z, g])
            settle(page)
            rows = page.locator(".sb-pullback-same tr").all()
            line, product = ([number(td) for td in r.locator("td").all_inner_texts()] for r in rows)
            assert line == product
            shown = 5.1e-4 if n > 4 else 5.1e-5
            np.testing.assert_allclose(line, g @ softmax_jacobian(softmax(z)), atol=shown)


def test_no_number_is_cut_off(explore):
    page = explore(Pullback(z=-np.arange(6.0), g=[-1.234] * 5 + [4.0]), width=380)
    room, needed = page.locator(".sb-pullback-same").evaluate(
        "(x) => [x.clientWidth, x.scrollWidth]"
    )
    assert needed <= room


AREAS = """(kind) => [...document.querySelectorAll(`.sb-pullback rect.sb-of-${kind}`)]
  .map((rect) => rect.width.baseVal.value * rect.height.baseVal.value)"""


@pytest.mark.parametrize("g", [[1, -1, 0.5], [1.6, -1, 1.2], [-3, 0.2, 0.1], [4, 4.5, -4]])
def test_the_areas_above_and_below_the_level_are_dz_and_equal(page, g):
    page.evaluate("(g) => model.set('g', g)", g)
    settle(page)
    dz = softmax_vjp(softmax(Z), np.array(g, float))
    up, down = (np.array(page.evaluate(AREAS, kind)) for kind in ("up", "down"))
    # First the areas, then the strips on which they are laid end to end.
    areas, strips = (up[: (dz >= 0).sum()], down[: (dz < 0).sum()]), (up[(dz >= 0).sum() :],)
    np.testing.assert_allclose(areas[0].sum(), areas[1].sum(), rtol=2e-3)
    wanted = dz[dz >= 0] / dz[dz >= 0].sum()
    np.testing.assert_allclose(areas[0] / areas[0].sum(), wanted, atol=2e-3)
    assert len(strips[0]) == 3


def test_g_the_level_and_a_border_are_moved_by_keys(page):
    page.get_by_role("slider", name="g₂, upstream").press("ArrowUp")
    assert page.evaluate("model.get('g')") == [1, -0.95, 0.5]
    before = stations(page)["dz"]
    page.get_by_role("slider", name="Level s").press("Shift+ArrowUp")
    settle(page)
    assert page.evaluate("model.get('constant')") == pytest.approx(0.25)
    np.testing.assert_allclose(stations(page)["dz"], before, atol=2e-6)
    y = stations(page)["y"]
    page.get_by_role("slider", name="Border between y₂ and y₃").press("ArrowLeft")
    settle(page)
    np.testing.assert_allclose(stations(page)["y"], np.add(y, [0, -0.005, 0.005]), atol=2e-6)


def test_a_key_is_heard_with_numbers(page):
    page.get_by_label("g₁", exact=True).press("ArrowRight")
    expect(page.locator(".sb-voice")).to_contain_text("Above the level lies 0.289")


def test_g_is_dragged_and_follows_the_pointer(page):
    handle = page.get_by_role("slider", name="g₃, upstream")
    unit = page.locator(".sb-pullback > svg").bounding_box()["width"] / 360 * 204 / 4
    drag(page, handle, 44, -unit)
    assert page.evaluate("model.get('g')") == [1, -1, 1.5]


def test_formula_and_picture_light_up_together(page):
    width = page.get_by_role("button", name="width")
    width.hover()
    lit = page.locator(".sb-pullback rect.sb-lit")
    expect(lit.nth(1)).to_be_attached()  # the band of the chosen class, and its share
    width.click()
    expect(width).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    page.mouse.move(0, 0)
    width.evaluate("(term) => term.blur()")
    expect(lit).to_have_count(0)
    page.get_by_role("slider", name="Level s").focus()
    expect(page.get_by_role("button", name="level")).to_have_class(re.compile("sb-lit"))


def test_what_another_class_had_lit_does_not_stay_so(page):
    page.get_by_role("slider", name="g₁, upstream").focus()
    page.get_by_role("slider", name="g₃, upstream").focus()
    settle(page)
    assert page.locator(".sb-lit[data-k]").evaluate_all(
        "(all) => all.map((one) => one.dataset.k)"
    ) == ["2"]
    page.get_by_label("z₁", exact=True).focus()
    expect(page.locator(".sb-lit")).to_have_count(0)


def test_a_preset_lets_lines_glide_with_their_bars(explore):
    page = explore(Pullback(z=Z, g=G), reduced_motion="no-preference")
    page.evaluate(
        "document.addEventListener('transitionrun', ({ target }) => (window.glided ??= [])"
        ".push(target.getAttribute('class')))"
    )
    page.get_by_role("button", name="one-hot g").click()
    page.wait_for_function("() => window.glided?.includes('sb-level')")


def test_constant_g_gives_zero(page):
    page.get_by_role("button", name="constant g").click()
    settle(page)
    assert abs(stations(page)["dz"]).max() < 1e-30
    expect(page.locator(".sb-sentence")).to_contain_text("dz is zero")


def test_adding_a_constant_to_g_changes_nothing_in_the_end(page):
    before = stations(page)
    page.get_by_label("add to all g").press("End")
    settle(page)
    after = stations(page)
    np.testing.assert_array_equal(after["g"], before["g"] + 4)
    for name in ("g - s", "dz"):
        np.testing.assert_allclose(after[name], before[name], atol=2e-6)


def test_cross_entropy_sends_back_y_less_t(page):
    page.get_by_role("button", name="cross entropy").click()
    settle(page)
    np.testing.assert_allclose(stations(page)["dz"], softmax(Z) - [0, 1, 0], atol=1e-6)


def test_huge_numbers_are_quiet_and_right(page):
    page.get_by_role("button", name="huge").click()
    settle(page)
    assert (stations(page)["dz"] == 0).all()


def test_typed_vectors_stay_as_long_as_each_other(page):
    page.get_by_label("Type or paste g").fill("1, 2, 3, 4")
    settle(page)
    assert page.evaluate("model.get('z')") == [1, 2, 3, 0]
    page.get_by_label("Type or paste logits").fill("0, 0")
    settle(page)
    assert page.evaluate("model.get('g')") == [1, 2]
    np.testing.assert_allclose(stations(page)["dz"], [-0.25, 0.25])


def test_link_whose_vectors_differ_in_length_is_ignored(explore):
    page = explore(Pullback(), query="z=1,2&g=1,2,3")
    expect(page.locator(".sb-notice")).to_contain_text("It has 2 logits but 3 entries of g")


def test_results_are_those_of_softback():
    explorer = Pullback(z=Z, g=G, constant=2.0)
    np.testing.assert_allclose(explorer.dz, softmax_vjp(softmax(Z), G), atol=1e-15)
    np.testing.assert_allclose(explorer.product, explorer.dz, atol=1e-15)
    assert explorer.mean == pytest.approx(G @ softmax(Z) + 2)


def test_lengths_change_only_together():
    explorer = Pullback(z=Z, g=G)
    with pytest.raises(TraitError, match=r"z holds 2 numbers, but g holds 3; set both with change"):
        explorer.z = [1.0, 2.0]
    explorer.change(z=[1.0, 2.0], g=[0.0, 1.0])
    assert (explorer.z, explorer.g) == ([1.0, 2.0], [0.0, 1.0])

"""The Softmax explorer: shares, shift, temperature, odds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from playwright.sync_api import expect

from softback import softmax
from softback.explorers import Softmax
from tests.chapters.sources import chapter
from tests.explorers.front_end import settle
from tests.explorers.screen import drag, numbers_on
from tests.site.explorer_reader import Page, assert_shows, numbers


def _tables(seen, space):
    assert_shows(seen.row("z"), space["z"])
    assert_shows(seen.row("y"), space["y"])


PAGES = [
    Page(
        chapter("softmax"),
        _tables,
        {
            ".sb-softmax .sb-value": lambda seen: numbers(seen.row("y")),
            ".sb-softmax text.sb-of-z": lambda seen: numbers(seen.row("z")),
        },
        {"Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5")},
        "z=1,2,4,0&shift=-2&temperature=0.5&pair=3,0",
        "y\u2084 / y\u2081",
    )
]


@pytest.fixture
def page(explore):
    return explore(Softmax(z=[1.0, 2.0, 3.0]))


def shares(page):
    """Return the shares that the table shows."""
    return numbers_on(page)[0][2][1:]


def bars(page):
    """Return the widths of the shares, which lie end to end."""
    return widths(page, "rect.sb-of-y")


def widths(page, kind):
    """Return the widths of bars of a kind."""
    found = page.locator(f".sb-softmax {kind}")
    return found.evaluate_all("(all) => all.map((bar) => bar.width.baseVal.value)")


def test_bars_and_table_are_the_shares(page):
    np.testing.assert_allclose(shares(page), softmax([1, 2, 3]), atol=5.1e-7)
    for lengths in (np.array(bars(page)), np.array(widths(page, "rect.sb-soft-y"))):
        np.testing.assert_allclose(lengths / lengths.sum(), softmax([1, 2, 3]), atol=1e-4)


def test_shift_moves_the_scores_and_no_share(page):
    before = shares(page), bars(page)
    page.get_by_label("shift c", exact=True).press("End")
    settle(page)
    assert numbers_on(page)[0][1][1:] == [7, 8, 9]
    assert (shares(page), bars(page)) == before


@pytest.mark.parametrize(("key", "temperature"), [("Home", 0.05), ("End", 20)])
def test_temperature_reaches_from_cold_to_hot(page, key, temperature):
    page.get_by_label("T", exact=True).press(key)
    settle(page)
    assert page.evaluate("model.get('temperature')") == temperature
    np.testing.assert_allclose(
        shares(page), softmax([1, 2, 3], temperature=temperature), atol=5.1e-7
    )


def test_shift_lifts_every_score_by_the_same_and_rewrites_the_ruler(page):
    page.evaluate("model.set('shift', 1)")
    settle(page)
    ends = "(all) => all.map((bar) => bar.x.baseVal.value + bar.width.baseVal.value)"
    scores = page.locator(".sb-softmax rect.sb-of-z")
    before = np.array(scores.evaluate_all(ends))
    expect(page.locator(".sb-softmax .sb-sum")).to_have_text(f"{np.exp([2, 3, 4]).sum():.4g}")
    page.evaluate("model.set('shift', 2)")
    settle(page)
    rise = scores.evaluate_all(ends) - before
    assert rise[0] > 5
    np.testing.assert_allclose(rise, rise[0], atol=0.021)
    expect(page.locator(".sb-softmax .sb-sum")).to_have_text(f"{np.exp([3, 4, 5]).sum():.4g}")


def test_parts_are_exponentials_and_their_ruler_is_the_whole(page):
    parts = [float(text) for text in page.locator(".sb-softmax .sb-part").all_text_contents()]
    np.testing.assert_allclose(parts, np.exp([1, 2, 3]), rtol=3e-4)
    expect(page.locator(".sb-term .sb-num")).to_have_text(["0.665", "20.09", "30.19"])


def test_dashed_shares_are_those_at_temperature_one(page):
    ghosts = page.locator(".sb-softmax path.sb-ghost")
    expect(ghosts).to_have_count(1)  # that of the shift
    at_one = np.cumsum(bars(page))[:-1]
    page.get_by_role("button", name="hot, T = 20").click()
    expect(ghosts).to_have_count(3)
    places = ghosts.evaluate_all("(all) => all.slice(1).map((line) => line.getBBox().x)")
    start = page.locator(".sb-softmax rect.sb-of-y").first.get_attribute("x")
    np.testing.assert_allclose(np.array(places) - float(start), at_one, atol=0.021)


def test_a_dragged_share_leaves_the_other_logits_alone(page):
    before = shares(page)
    border = page.get_by_role("slider", name="Border between y₁ and y₂")
    border.press("Shift+ArrowRight")
    settle(page)
    np.testing.assert_allclose(shares(page), np.add(before, [0.025, -0.025, 0]), atol=2e-6)
    assert page.evaluate("model.get('z')[2]") == 3
    page.evaluate("model.set('temperature', 2)")
    settle(page)
    before = shares(page)
    border.press("ArrowLeft")
    settle(page)
    np.testing.assert_allclose(shares(page), np.add(before, [-0.005, 0.005, 0]), atol=2e-6)


def test_a_score_and_the_shift_are_dragged(page):
    for name, trait, wanted in (("Logit z₂", "z", [1, 2.5, 3]), ("Shift c of all", "shift", 0.5)):
        handle = page.get_by_role("slider", name=name)
        unit = page.locator(".sb-softmax > svg").bounding_box()["width"] * 108 / 360 / 12
        drag(page, handle, unit / 2, 28)
        assert page.evaluate("(trait) => model.get(trait)", trait) == wanted


TRIANGLE = """() => {
  const stage = document.querySelector(".sb-softmax-triangle");
  const { left, top } = stage.querySelector(".sb-grip").style;
  const { x, y, width, height } = stage.querySelector("svg").viewBox.baseVal;
  return [x + (parseFloat(left) * width) / 100, y + (parseFloat(top) * height) / 100];
}"""
CORNERS = np.array([[0, 280 * 3**0.5 / 2], [280, 280 * 3**0.5 / 2], [140, 0]])


def dot(page):
    """Return where the three shares stand in the triangle."""
    return page.evaluate(TRIANGLE)


def test_the_dot_is_the_mean_of_the_corners_with_the_shares_as_weights(page):
    for temperature in (1, 0.3, 5):
        page.evaluate("(T) => model.set('temperature', T)", temperature)
        settle(page)
        expected = softmax([1, 2, 3], temperature=temperature) @ CORNERS
        np.testing.assert_allclose(dot(page), expected, atol=0.05)


def test_the_temperature_moves_the_dot_along_its_way(page):
    way = page.locator(".sb-softmax-way").get_attribute("d")
    points = np.array([part.split() for part in way[1:].split("L")], float)
    for temperature in (0.4, 2, 20):
        page.evaluate("(T) => model.set('temperature', T)", temperature)
        settle(page)
        assert page.locator(".sb-softmax-way").get_attribute("d") == way
        assert np.hypot(*(points - dot(page)).T).min() < 12  # the way is drawn in short steps


def test_a_dragged_dot_solves_for_all_logits_and_keeps_the_whole(page):
    page.evaluate("model.set('shift', 0.5) || model.set('temperature', 2)")
    settle(page)
    whole = page.locator(".sb-softmax .sb-sum").text_content()
    handle = page.get_by_role("slider", name="The three shares")
    svg = page.locator(".sb-softmax-triangle > svg").bounding_box()
    wanted = np.array([0.5, 0.3, 0.2])
    drag(page, handle, *((wanted @ CORNERS) - dot(page)) * svg["width"] / 320)
    np.testing.assert_allclose(shares(page), wanted, atol=0.01)
    expect(page.locator(".sb-softmax .sb-sum")).to_have_text(whole)


def test_a_press_in_the_triangle_puts_the_shares_there(page):
    page.locator(".sb-softmax-triangle > svg").click(position={"x": 2, "y": 2})
    settle(page)  # beside the side from the first corner to the third
    assert shares(page)[1] < 0.02
    page.evaluate("model.set('z', [1e308, 0, -1e308])")
    settle(page)
    page.get_by_role("slider", name="The three shares").press("ArrowRight")
    settle(page)
    assert 0.9 < shares(page)[0] < 1


def test_there_is_a_triangle_for_three_classes_only(page):
    triangle = page.locator(".sb-softmax-triangle")
    for classes in (2, 4, 3):
        page.evaluate("(z) => model.set('z', z)", [0.0] * classes)
        expect(triangle).to_be_visible(visible=classes == 3)


def odds(page):
    """Return both lines of the odds."""
    settle(page)
    return page.locator(".sb-softmax-odds .sb-formula").all_inner_texts()


def test_odds_are_exp_of_the_difference_of_logits_over_temperature(page):
    assert odds(page) == [
        "y₃ / y₂ = 0.6652 / 0.2447 = 2.718",
        "exp((z₃ − z₂) / T) = exp((3.00 − 2.00) / 1.00) = 2.718",
    ]
    page.get_by_label("Odds: second class").select_option("0")
    assert odds(page)[1].endswith("exp((3.00 − 1.00) / 1.00) = 7.389")
    page.evaluate("model.set('temperature', 2)")
    assert odds(page)[1].endswith("exp((3.00 − 1.00) / 2.00) = 2.718")


def test_odds_stay_when_the_shift_or_a_third_logit_moves(page):
    for label in ("z₁", "shift c"):
        page.get_by_label(label, exact=True).press("Home")
        assert [line.split(" = ")[-1] for line in odds(page)] == ["2.718", "2.718"]


def test_both_lines_of_the_odds_agree_wherever_the_shares_have_digits(page):
    rng = np.random.default_rng(2)
    for spread in (1, 10, 300):
        for temperature in (0.5, 1, 20):
            z = rng.uniform(-spread, spread, 3).tolist()
            page.evaluate(
                "([z, T]) => { model.set('z', z); model.set('temperature', T); }", [z, temperature]
            )
            from_shares, from_logits = (line.split(" = ")[-1] for line in odds(page))
            assert from_shares == from_logits or "too small" in from_shares


def test_press_on_a_bar_takes_it_into_the_odds(page):
    page.locator(".sb-softmax rect.sb-of-y").first.click(position={"x": 4, "y": 4})
    assert page.evaluate("model.get('pair')") == [0, 2]


def test_huge_logits_are_quiet_and_right(page):
    page.get_by_role("button", name="huge").click()
    settle(page)
    assert shares(page) == [1, 0, 0]
    assert odds(page) == [
        "y₃ / y₂: y₃ and y₂ too small for float64",
        "exp((z₃ − z₂) / T) = exp((−1.00e308 − 0.00) / 1.00) = 0.000",
    ]


def test_typed_logits_change_the_number_of_classes(page):
    page.get_by_label("Type or paste logits").fill("0\n0\n0\n0")
    settle(page)
    assert shares(page) == [0.25] * 4
    assert page.get_by_label("Odds: first class").locator("option").count() == 4


def test_pair_beyond_the_last_class_means_the_last(page):
    page.get_by_label("Type or paste logits").fill("0, 1")
    assert odds(page)[0].startswith("y₂ / y₂ = ")


def test_results_are_those_of_softback():
    explorer = Softmax(z=[1.0, 2.0], shift=2.0, temperature=0.5)
    np.testing.assert_array_equal(explorer.shifted, [3, 4])
    np.testing.assert_array_equal(explorer.y, softmax([3, 4], temperature=0.5))


def test_in_python_exponentials_laid_end_to_end_make_the_shares():
    logits, whole = Softmax(z=[0.0, np.log(3.0)], shift=-1.0).figure().axes
    assert [bar.get_width() for bar in logits.patches] == pytest.approx([-1.0, np.log(3.0) - 1])
    parts = [(bar.get_x(), bar.get_width()) for bar in whole.patches]
    assert np.array(parts) == pytest.approx(np.array([(0, 0.25), (0.25, 0.75)] * 2))
    plt.close(logits.figure)

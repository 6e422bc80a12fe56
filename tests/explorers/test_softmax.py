"""The Softmax explorer: shares, shift, temperature, odds."""

import numpy as np
import pytest
from front_end import settle
from playwright.sync_api import expect
from screen import numbers_on, python_on
from traitlets import TraitError

from softback import softmax
from softback.explorers import Softmax


@pytest.fixture
def page(explore):
    return explore(Softmax(z=[1.0, 2.0, 3.0]))


def shares(page):
    """Return the shares that the table shows."""
    return numbers_on(page)[0][2][1:]


def bars(page):
    """Return the heights of the bars of the shares."""
    chart = page.locator(".sb-bars").last
    return chart.locator("rect").evaluate_all("(all) => all.map((bar) => bar.height.baseVal.value)")


def test_bars_and_table_are_the_shares(page):
    np.testing.assert_allclose(shares(page), softmax([1, 2, 3]), atol=5.1e-7)
    heights = np.array(bars(page))
    np.testing.assert_allclose(heights / heights.sum(), softmax([1, 2, 3]), atol=1e-6)


def test_shift_moves_the_scores_and_no_share(page):
    before = shares(page), bars(page)
    page.get_by_label("shift all").press("End")
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


def test_odds_are_exp_of_the_difference_of_logits_over_temperature(page):
    line = page.locator(".sb-formula")
    expect(line).to_have_text("y₃ / y₂ = 2.718 = exp((z₃ − z₂) / T) = exp(1.000)")
    page.get_by_label("Odds: second class").select_option("0")
    expect(line).to_contain_text("y₃ / y₁ = 7.389 = exp((z₃ − z₁) / T) = exp(2.000)")
    page.evaluate("model.set('temperature', 2)")
    expect(line).to_contain_text("= 2.718 = exp((z₃ − z₁) / T) = exp(1.000)")
    page.get_by_label("z₂", exact=True).press("End")
    expect(line).to_contain_text("= 2.718 =")  # a third class changes no odds


def test_press_on_a_bar_takes_it_into_the_odds(page):
    page.locator(".sb-bars").last.locator("rect").first.click()
    assert page.evaluate("model.get('pair')") == [0, 2]


def test_huge_logits_are_quiet_and_right(page):
    page.get_by_role("button", name="huge").click()
    settle(page)
    assert shares(page) == [1, 0, 0]
    expect(page.locator(".sb-formula")).to_contain_text("y₃ / y₂ = nan")


def test_typed_logits_change_the_number_of_classes(page):
    page.get_by_label("Type or paste logits").fill("0\n0\n0\n0")
    settle(page)
    assert shares(page) == [0.25] * 4
    assert page.get_by_label("Odds: first class").locator("option").count() == 4


def test_python_gives_the_shares(page):
    page.get_by_label("shift all").press("End")
    page.get_by_label("T", exact=True).press("End")
    settle(page)
    np.testing.assert_allclose(python_on(page)["y"], shares(page), atol=5.1e-7)


def test_results_are_those_of_softback():
    explorer = Softmax(z=[1.0, 2.0], shift=2.0, temperature=0.5)
    np.testing.assert_array_equal(explorer.shifted, [3, 4])
    np.testing.assert_array_equal(explorer.y, softmax([3, 4], temperature=0.5))


@pytest.mark.parametrize(
    ("trait", "value", "sentence"),
    [
        ("z", [1.0], "z holds 1 number; it must hold 2 to 8"),
        ("temperature", 0, "temperature is 0; it must lie between 0.05 and 20"),
        ("shift", 7, "shift is 7; it must lie between -6 and 6"),
        ("pair", [0, 8], r"pair is \[0, 8\]; it must hold 2 indices from 0 to 7"),
    ],
)
def test_bad_trait_says_what_is_right(trait, value, sentence):
    with pytest.raises(TraitError, match=sentence):
        Softmax(**{trait: value})

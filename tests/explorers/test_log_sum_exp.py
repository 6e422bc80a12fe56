"""The log-sum-exp explorer: its gap to the maximum and its slope."""

import numpy as np
import pytest
from front_end import settle
from playwright.sync_api import expect
from screen import numbers_on, python_on
from traitlets import TraitError

from softback import logsumexp, softmax
from softback.explorers import LogSumExp


@pytest.fixture
def page(explore):
    return explore(LogSumExp(z=[0.5, 1.0, -1.0]))


def summary(page):
    """Return maximum, log-sum-exp, gap and log C."""
    return numbers_on(page)[1][0][1:]


def test_summary_is_maximum_logsumexp_gap_and_its_bound(page):
    total = logsumexp([0.5, 1, -1])
    np.testing.assert_allclose(summary(page), [1, total, total - 1, np.log(3)], atol=5.1e-7)


def test_gap_is_never_above_log_c_and_reaches_it_for_equal_logits(page):
    rng = np.random.default_rng(1)
    for n in (2, 3, 6):
        for z in (*rng.normal(0, 3, (5, n)).tolist(), [0.0] * n):
            page.evaluate("(z) => model.set('z', z)", z)
            settle(page)
            _, _, gap, most = summary(page)
            assert 0 <= gap <= most
            assert most == pytest.approx(np.log(n), abs=5.1e-7)
        assert gap == most


def test_slopes_are_the_shares(page):
    np.testing.assert_allclose(numbers_on(page)[0][1][1:], softmax([0.5, 1, -1]), atol=5.1e-7)
    page.get_by_role("button", name="along z₂").click()
    expect(page.locator(".sb-formula").last).to_have_text("slope along z₂ = y₂ = 0.5741")


def test_meter_is_as_long_as_the_part_of_the_gap(page):
    page.get_by_role("button", name="equal", exact=True).click()
    settle(page)
    boxes = page.locator(".sb-lse-meter, .sb-lse-fill")
    parts = boxes.evaluate_all("(all) => all.map((box) => box.clientWidth)")
    assert parts[0] == parts[1] > 100


def test_one_leader_closes_the_gap(page):
    page.get_by_role("button", name="far apart").click()
    expect(page.locator(".sb-sentence")).to_contain_text("log-sum-exp is the maximum")
    assert summary(page)[2] < 0.001


def test_huge_logits_are_quiet_and_right(page):
    page.get_by_role("button", name="huge").click()
    settle(page)
    assert summary(page)[:3] == [1e308, 1e308, 0]
    expect(page.locator(".sb-plot")).to_contain_text("too large to draw")


def test_slider_moves_the_point(page):
    page.get_by_label("z₁", exact=True).press("End")
    settle(page)
    assert summary(page)[0] == 6
    assert summary(page)[1] == pytest.approx(logsumexp([6, 1, -1]), abs=5.1e-7)


def test_python_gives_the_summary(page):
    space = python_on(page)
    np.testing.assert_allclose(
        [space["top"], space["total"], space["gap"]], summary(page)[:3], atol=5.1e-7
    )


def test_results_are_those_of_softback():
    explorer = LogSumExp(z=[1e308, -1e308])
    assert (explorer.logsumexp, explorer.gap) == (1e308, 0)
    explorer.z = [0.0, 0.0]
    assert explorer.gap == pytest.approx(np.log(2))
    np.testing.assert_array_equal(explorer.y, [0.5, 0.5])


@pytest.mark.parametrize(
    ("trait", "value", "sentence"),
    [
        ("moved", 6, "moved is 6; it must be a whole number from 0 to 5"),
        ("z", [np.inf, 0], r"z\[0\] is inf; it must be finite"),
    ],
)
def test_bad_trait_says_what_is_right(trait, value, sentence):
    with pytest.raises(TraitError, match=sentence):
        LogSumExp(**{trait: value})

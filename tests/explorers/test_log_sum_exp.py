"""The log-sum-exp explorer: its gap to the maximum and its slope."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from softback import logsumexp, softmax
from softback.explorers import LogSumExp
from tests.chapters.sources import chapter
from tests.explorers.front_end import settle
from tests.explorers.screen import numbers_on
from tests.site.explorer_reader import Page, assert_shows, numbers


def _tables(seen, space):
    assert_shows(seen.rows(0), [space["z"], space["y"]])
    most = np.log(len(space["z"]))
    assert_shows(seen.rows(1), [space["top"], space["total"], space["gap"], most])


def _slope(seen):
    moved = re.search(r"slope along z(.)", seen.picture)[1]
    _, _, gap, most = seen.rows(1)[0]
    index = "\u2081\u2082\u2083\u2084\u2085\u2086".index(moved)
    return numbers([gap, most, seen.row("slope = y")[index]])


PAGES = [
    Page(
        chapter("log-trick"),
        _tables,
        {".sb-picture .sb-formula": _slope},
        {"Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5")},
        "z=0,0&moved=1",
        "log 2 = 0.6931",
    )
]


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
    page.get_by_label("Logit along which the curve runs", exact=True).select_option("1")
    expect(page.locator(".sb-formula").last).to_have_text("slope along z₂ = y₂ = 0.5741")


PLOT = """(plot) => {
  const place = (text) => Number(text.textContent.replace("\u2212", "-"));
  const marks = [...plot.querySelectorAll("text.sb-tick")];
  const side = (want) => marks
    .filter((mark) => mark.textContent && mark.matches(".sb-end") === want)
    .map((mark) => [place(mark), Number(mark.getAttribute(want ? "y" : "x"))])
    .filter(([value]) => Number.isFinite(value));
  const points = (kind) => plot.querySelector(kind).getAttribute("d").slice(1).split("L")
    .map((point) => point.split(" ").map(Number));
  const ends = (line) => line.getAttribute("d").slice(1).split(/[L ]/).map(Number);
  return {
    x: side(false), y: side(true),
    curve: points(".sb-curve"), low: points(".sb-faint"), high: points(".sb-lse-bound"),
    tangent: (([start, , tip]) => [...start, ...tip])(points(".sb-lse-triangle")),
    gap: ends(plot.querySelector(".sb-lse-gap")),
  };
}"""


def drawn(page):
    """Return what the plot draws, in pixels, and how many pixels a unit has."""
    settle(page)
    plot = page.locator(".sb-plot").evaluate(PLOT)
    units = {}
    for axis in "xy":
        (first, a), (last, b) = plot[axis][0], plot[axis][-1]
        units[axis] = (b - a) / (last - first)
    return {name: np.array(part) for name, part in plot.items()} | {"unit": units}


@pytest.mark.parametrize(
    "z", [[0.5, 1, -1], [0, 0, 0], [-6, 3, 1], [6, 1, 0], [250, 1, 2], [0, 90]]
)
def test_curve_stays_in_the_band_and_the_tangent_has_the_slope_y(page, z):
    page.evaluate("(z) => model.set('z', z)", z)
    plot = drawn(page)
    curve, low, high = (plot[name][:, 1] for name in ("curve", "low", "high"))
    assert np.all(high <= curve + 0.02)  # pixels count downwards
    assert np.all(curve <= low + 0.02)
    band = (low - high) / -plot["unit"]["y"]
    np.testing.assert_allclose(band, np.log(len(z)), atol=2e-3)
    x1, y1, x2, y2 = plot["tangent"]
    slope = (y2 - y1) / plot["unit"]["y"] / ((x2 - x1) / plot["unit"]["x"])
    assert slope == pytest.approx(softmax(z)[0], abs=2e-3)


OVERLAPS = """(plot) => {
  const names = [...plot.querySelectorAll("text:not(.sb-tick)")];
  const [boxes, all] = [names.map((name) => name.getBoundingClientRect()), names.keys()];
  const apart = (low, high) => (a, b) => a[high] < b[low] + 3 || b[high] < a[low] + 3;
  const [across, down] = [apart("left", "right"), apart("top", "bottom")];
  const meet = (k, n) => n > k && !across(boxes[k], boxes[n]) && !down(boxes[k], boxes[n]);
  const told = (k) => names.filter((_, n) => meet(k, n)).map((other) => other.textContent);
  return [...all].flatMap((k) => told(k).map((other) => [names[k].textContent, other]));
}"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "others", [[0], [5], [-6], [1, -1], [0, 0], [2, 0], [4, 4], [-4, -5], [0] * 5]
)
def test_no_name_lies_on_another_wherever_the_logit_is(explore, others, width):
    page = explore(LogSumExp(z=[0, *others]), width=width)
    for here in np.arange(-6, 6.1, 0.8):
        page.evaluate("(z) => model.set('z', z)", [here, *others])
        settle(page)
        assert page.locator(".sb-plot").evaluate(OVERLAPS) == [], here


def test_bracket_is_as_high_as_the_gap(page):
    plot = drawn(page)
    _, y1, _, y2 = plot["gap"]
    assert (y2 - y1) / plot["unit"]["y"] == pytest.approx(logsumexp([0.5, 1, -1]) - 1, abs=2e-3)
    expect(page.locator(".sb-lse-number")).to_have_text("gap 0.555")


def test_window_stays_while_the_point_rides_the_curve(page):
    before = drawn(page)
    page.get_by_label("z₁", exact=True).press("Home")
    after = drawn(page)
    for name in ("x", "y", "curve", "low", "high"):
        np.testing.assert_array_equal(after[name], before[name])
    assert after["gap"][0] < before["gap"][0]


def test_logit_too_far_out_is_not_drawn_elsewhere(page):
    page.evaluate("model.set('z', [-1e308, 0, 1])")
    expect(page.locator(".sb-plot")).to_contain_text("too large to draw")
    assert page.locator(".sb-plot .sb-dot").count() == 0
    assert summary(page)[0] == 1
    page.get_by_label("Logit along which the curve runs", exact=True).select_option("1")
    expect(page.locator(".sb-plot .sb-dot")).to_have_count(1)


def test_logit_beyond_the_last_means_the_last(page):
    page.get_by_label("Logit along which the curve runs", exact=True).select_option("2")
    field = page.get_by_label("Type or paste logits")
    field.fill("1, 2")
    expect(page.locator(".sb-formula").last).to_contain_text("slope along z₂ = y₂ = 0.7311")
    expect(page.get_by_label("Logit along which the curve runs", exact=True)).to_have_value("1")


def test_touching_a_slider_turns_the_curve_to_its_logit(page):
    page.get_by_label("z₃", exact=True).press("ArrowRight")
    assert page.evaluate("model.get('moved')") == 2


def test_the_handle_at_the_axis_moves_the_logit(page):
    page.get_by_role("slider", name="at the axis").press("Shift+ArrowRight")
    assert page.evaluate("model.get('z')") == [0.75, 1, -1]


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


def test_results_are_those_of_softback():
    explorer = LogSumExp(z=[1e308, -1e308])
    assert (explorer.logsumexp, explorer.gap) == (1e308, 0)
    explorer.z = [0.0, 0.0]
    assert explorer.gap == pytest.approx(np.log(2))
    np.testing.assert_array_equal(explorer.y, [0.5, 0.5])

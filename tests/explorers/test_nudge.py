"""The Nudge explorer: one logit moves all, the secant becomes the tangent."""

import re
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import expect

from softback import softmax, softmax_jacobian
from softback.explorers import Nudge
from tests.chapters.sources import chapter
from tests.explorers.front_end import settle
from tests.explorers.screen import drag, numbers_on
from tests.site.explorer_reader import Page, assert_shows, numbers


def _tables(seen, space):
    assert_shows(seen.row("z"), space["z"])
    assert_shows(seen.row("y before"), space["y"])
    assert_shows(seen.row("y after"), space["after"])
    assert_shows(seen.rows(1), [space["secant"], space["tangent"]])


PAGES = [
    Page(
        chapter("quotient-rule"),
        _tables,
        {".sb-nudge .sb-value": lambda seen: numbers(seen.row("y after"))},
        {"Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5")},
        "z=0,0&entry=0,1&h=0.5",
        "tangent \u22120.25000",
    )
]


Z = np.array([1.0, 2.0, 3.0])


@pytest.fixture
def page(explore):
    return explore(Nudge(z=Z))


def before_and_after(page):
    return [row[1:] for row in numbers_on(page)[0][1:]]


def secant_and_tangent(page):
    return numbers_on(page)[1][0][1:]


def test_table_shows_shares_before_and_after_the_push(page):
    np.testing.assert_allclose(
        before_and_after(page), [softmax(Z), softmax([1, 3, 3])], atol=5.1e-7
    )


def test_pushing_a_logit_raises_its_own_share_and_lowers_the_others(page):
    page.get_by_role("slider", name="Push z₁").press("ArrowUp")
    settle(page)
    assert page.evaluate("model.get('h')") == 0.05
    before, after = np.array(before_and_after(page))
    assert (np.sign(after - before) == [1, -1, -1]).all()
    changes = page.locator(".sb-nudge .sb-change")
    expect(changes.nth(0)).to_have_text(re.compile(r"^\+0\.\d+$"))
    expect(changes.nth(2)).to_have_text(re.compile(r"^−0\.\d+$"))


def test_secant_becomes_the_tangent_as_the_push_shrinks(page):
    gaps = []
    for h in (1.0, 0.1, 0.01, 0.001):
        page.evaluate("(h) => model.set('h', h)", h)
        settle(page)
        secant, tangent = secant_and_tangent(page)
        gaps.append(abs(secant - tangent))
    assert tangent == pytest.approx(softmax_jacobian(softmax(Z))[1, 1], abs=1e-6)
    assert all(smaller < larger / 5 for larger, smaller in pairwise(gaps))


def test_slider_of_the_push_reaches_a_millionth(page):
    page.get_by_label("push by h").press("Home")
    settle(page)
    assert page.evaluate("model.get('h')") == 1e-6
    secant, tangent = secant_and_tangent(page)
    assert secant == pytest.approx(tangent, abs=2e-6)


@pytest.mark.parametrize(("bar", "lit", "value"), [(1, 0, "0.1848"), (2, 1, "−0.1628")])
def test_the_case_of_the_quotient_rule_lights_up_below_its_numbers(page, bar, lit, value):
    page.locator(".sb-nudge rect.sb-of-y").nth(bar).click()
    cases = page.locator(".sb-nudge-case")
    expect(cases.nth(lit)).to_have_class("sb-nudge-case sb-nudge-lit")
    expect(cases.nth(1 - lit)).to_have_class("sb-nudge-case")
    expect(page.locator(".sb-terms")).to_contain_text(value)


def test_every_entry_is_the_one_of_the_jacobian(page):
    jacobian = softmax_jacobian(softmax(Z))
    for i, j in np.ndindex(3, 3):
        page.evaluate("(entry) => model.set('entry', entry)", [i, j])
        settle(page)
        assert secant_and_tangent(page)[1] == pytest.approx(jacobian[i, j], abs=5.1e-7)


STRAIGHT = """(kind) => {
  const line = document.querySelector(`.sb-plot .${kind}`);
  const ends = line.getAttribute("d").slice(1).split(/[L ]/).map(Number);
  const dot = document.querySelector(".sb-plot .sb-dot");
  const from = ["cx", "cy"].map((side) => Number(dot.getAttribute(side)));
  const { left, top } = document.querySelector(".sb-plot .sb-grip").style;
  const { width, height } = dot.ownerSVGElement.viewBox.baseVal;
  const to = [(parseFloat(left) * width) / 100, (parseFloat(top) * height) / 100];
  return { ends, from, to };
}"""


BESIDE = """() => {
  const box = (part) => document.querySelector(part).getBoundingClientRect();
  const [bars, plot] = [box(".sb-nudge"), box(".sb-plot")];
  const bar = [...document.querySelectorAll(".sb-nudge rect.sb-of-y")][1].getBoundingClientRect();
  const middle = ({ top, height }) => top + height / 2;
  const [dot, grip] = [".sb-plot .sb-dot", ".sb-plot .sb-grip"].map((part) => middle(box(part)));
  const before = document.querySelectorAll(".sb-nudge path.sb-ghost")[1].getBoundingClientRect();
  return {
    beside: bars.right <= plot.left && bars.top === plot.top,
    gaps: [middle(before) - dot, bar.top - grip],
    guides: [...document.querySelectorAll(".sb-nudge-guide")].map((one) => one.checkVisibility()),
  };
}"""


def test_bars_stand_beside_the_curve_and_are_as_high_as_its_points(explore):
    page = explore(Nudge(z=Z), width=712)  # as wide as the book's column at 1280
    for z, h in (([1, 2, 3], 1), ([0, 0, 0], 2), ([5, 0, -1], 0.3)):
        page.evaluate("([z, h]) => model.set('z', z) || model.set('h', h)", [z, h])
        settle(page)
        found = page.evaluate(BESIDE)
        assert found["beside"]
        assert found["gaps"] == pytest.approx([0, 0], abs=0.6)
        assert found["guides"] == [True, True]
    page.set_viewport_size({"width": 390, "height": 900})
    settle(page)
    found = page.evaluate(BESIDE)
    assert not found["beside"]
    assert found["guides"] == [False, False]


CLEAR = """() => {
  const grips = [...document.querySelectorAll(".sb-nudge .sb-grip")];
  const bars = [...document.querySelectorAll(".sb-nudge rect.sb-of-z")];
  const pushed = [...document.querySelectorAll(".sb-nudge rect.sb-of-up")].at(-1);
  const ends = bars.map((bar, k) => (k === 1 ? pushed : bar).getBoundingClientRect().top);
  return grips.map((grip, k) => ends[k] - grip.getBoundingClientRect().bottom);
}"""


@pytest.mark.parametrize("width", [390, 712])
def test_handles_stand_above_their_bars_and_hide_no_push(explore, width):
    page = explore(Nudge(z=Z, h=0.3), width=width)
    assert page.evaluate(CLEAR) == pytest.approx([0, 0, 0], abs=1.5)


@pytest.mark.parametrize(("entry", "others"), [([1, 1], 2), ([1, 2], 1)])
def test_the_other_factor_is_the_share_of_another_class_or_of_all_others(page, entry, others):
    page.evaluate("(entry) => model.set('entry', entry)", entry)
    settle(page)
    page.get_by_role("button", name=re.compile("factor")).focus()
    expect(page.locator(".sb-nudge rect.sb-lit")).to_have_count(others)


def test_the_case_that_applies_is_seen_in_forced_colours(explore):
    page = explore(Nudge(z=Z), forced_colors="active")
    outlines = "(all) => all.map((one) => getComputedStyle(one).outlineStyle)"
    assert page.locator(".sb-nudge-case").evaluate_all(outlines) == ["solid", "none"]


def test_secant_runs_through_both_dots_also_where_the_picture_ends(page):
    page.evaluate("model.set('z', [0, 0, 0]) || model.set('h', 2)")
    settle(page)
    found = page.evaluate(STRAIGHT, "sb-secant")
    (x1, y1, x2, y2), (fx, fy), (tx, ty) = found["ends"], found["from"], found["to"]
    assert x2 - x1 > 100
    assert (y2 - y1) / (x2 - x1) == pytest.approx((ty - fy) / (tx - fx), abs=2e-3)
    assert y1 + (fx - x1) * (y2 - y1) / (x2 - x1) == pytest.approx(fy, abs=0.1)


def test_answer_to_look_at_is_chosen_by_keyboard(page):
    page.get_by_label("Share that is looked at").press("ArrowDown")
    assert page.evaluate("model.get('entry')") == [2, 1]


def test_the_second_point_of_the_secant_is_dragged(page):
    dot = page.get_by_role("slider", name="The second point of the secant")
    unit = page.locator(".sb-plot > svg").bounding_box()["width"] * (360 - 44 - 12) / 360 / 6
    drag(page, dot, -unit / 2, -12)
    assert page.evaluate("model.get('h')") == pytest.approx(0.5)


def test_h_shrinks_by_itself_and_at_once_where_motion_is_not_wanted(explore):
    for motion in ("reduce", "no-preference"):
        page = explore(Nudge(z=Z), reduced_motion=motion)
        page.get_by_role("button", name="Let h shrink").click()
        page.wait_for_function("model.get('h') < 0.01")
        expect(page.locator(".sb-task")).to_have_class("sb-task sb-done")


def test_saturated_softmax_says_that_nothing_moves(page):
    page.get_by_label("Type or paste logits").fill("1e308, 0, -1e308")
    expect(page.locator(".sb-sentence")).to_have_text("Nothing moves: softmax is saturated here.")


def test_fewer_classes_keep_the_entry_inside(page):
    page.evaluate("model.set('entry', [2, 2])")
    page.get_by_label("Type or paste logits").fill("1, 2")
    settle(page)
    np.testing.assert_allclose(before_and_after(page)[1], softmax([1, 3]), atol=5.1e-7)


def test_results_are_those_of_softback():
    explorer = Nudge(z=Z, entry=[0, 2], h=0.5)
    np.testing.assert_array_equal(explorer.pushed, softmax([1, 2, 3.5]))
    assert explorer.secant == (explorer.pushed[0] - explorer.y[0]) / 0.5
    assert explorer.tangent == softmax_jacobian(softmax(Z))[0, 2]

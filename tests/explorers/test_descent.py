"""The Descent explorer: cross entropy on the triangle, step by step."""

from itertools import pairwise

import numpy as np
import pytest
from front_end import settle
from playwright.sync_api import expect
from screen import numbers_on, python_on
from traitlets import TraitError

from softback import cross_entropy_and_grad, softmax
from softback.explorers import Descent

Z, T = np.array([-1.0, 2.0, 0.5]), np.array([0.7, 0.2, 0.1])


@pytest.fixture
def page(explore):
    return explore(Descent(z=Z, t=T))


def rows(page):
    """Return the rows of the table by name."""
    return {row[0]: np.array(row[1:]) for row in numbers_on(page)[0]}


def loss(page):
    return numbers_on(page)[1][0][1]


def centre(page, mark):
    box = page.locator(mark).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def corner(page, k):
    """Return where the corner of class k is on the screen."""
    place = """(frame, k) => {
      const at = frame.getPointAtLength((frame.getTotalLength() * k) / 3);
      const { x, y } = at.matrixTransform(frame.getScreenCTM());
      return [x, y];
    }"""
    return page.locator(".sb-descent-frame").evaluate(place, k)


def test_table_is_what_softback_computes(page):
    expected, dz = cross_entropy_and_grad(Z, T)
    now = rows(page)
    np.testing.assert_allclose(now["y"], softmax(Z), atol=5.1e-7)
    np.testing.assert_allclose(now["dz"], dz, atol=5.1e-7)
    assert loss(page) == pytest.approx(expected, abs=5.1e-7)


def test_one_step_goes_against_the_gradient(page):
    dz = cross_entropy_and_grad(Z, T)[1]
    page.get_by_role("button", name="One step").click()
    np.testing.assert_allclose(page.evaluate("model.get('z')"), Z - dz, rtol=1e-12)
    assert page.locator(".sb-descent-dots").get_attribute("d").count("M") == 2


def test_run_reaches_the_target_and_pause_stops_it(page):
    page.get_by_label("rate").press("End")
    page.evaluate("model.set('rate', 4)")
    run = page.get_by_role("button", name="Run")
    run.click()
    page.get_by_role("button", name="Pause").click()
    paused = page.evaluate("model.get('z')")
    settle(page)
    assert page.evaluate("model.get('z')") == paused
    run.click()
    expect(page.locator(".sb-sentence")).to_contain_text("reached the target", timeout=20_000)
    np.testing.assert_allclose(rows(page)["y"], T, atol=1e-3)


def test_a_removed_view_stops_running(page):
    page.get_by_role("button", name="Run").click()
    page.evaluate("leave()")
    stopped = page.evaluate("model.get('z')")
    waited = "() => new Promise((done) => setTimeout(() => done(model.get('z')), 250))"
    assert page.evaluate(waited) == stopped


def test_dragging_the_dot_moves_the_logits(page):
    page.mouse.move(*centre(page, ".sb-descent-point"))
    page.mouse.down()
    x, y = corner(page, 2)
    page.mouse.move(x, y + 60)
    page.mouse.up()
    settle(page)
    shares = rows(page)["y"]
    assert shares.argmax() == 2
    assert shares[0] == pytest.approx(shares[1], abs=0.02)
    page.mouse.move(x, y + 200)
    settle(page)
    np.testing.assert_array_equal(rows(page)["y"], shares)  # let go


def test_dragging_the_star_moves_the_target(page):
    page.mouse.move(*centre(page, ".sb-descent-target"))
    page.mouse.down()
    page.mouse.move(*corner(page, 1))
    page.mouse.up()
    settle(page)
    np.testing.assert_allclose(rows(page)["t"], [0, 1, 0], atol=0.02)
    assert sum(page.evaluate("model.get('t')")) == pytest.approx(1, abs=1e-12)


def test_sliders_of_the_target_keep_its_sum(page):
    page.get_by_label("t₁", exact=True).press("Home")
    settle(page)
    np.testing.assert_allclose(page.evaluate("model.get('t')"), [0, 2 / 3, 1 / 3], atol=1e-12)
    page.get_by_label("t₂", exact=True).press("End")
    settle(page)
    assert page.evaluate("model.get('t')") == [0, 1, 0]
    page.get_by_label("t₂", exact=True).press("Home")
    settle(page)
    assert page.evaluate("model.get('t')") == [0.5, 0, 0.5]


def test_smoothing_moves_the_target_towards_the_middle(page):
    page.get_by_label("smoothing").press("End")
    settle(page)
    np.testing.assert_allclose(rows(page)["t smoothed"], [1 / 3] * 3, atol=5.1e-7)
    expected = cross_entropy_and_grad(Z, T, label_smoothing=1.0)
    assert loss(page) == pytest.approx(expected[0], abs=5.1e-7)
    np.testing.assert_allclose(rows(page)["dz"], expected[1], atol=5.1e-7)


def test_saturated_and_wrong_cross_entropy_pulls_and_squared_error_does_not(page):
    page.get_by_role("button", name="confidently wrong").click()
    settle(page)
    now = rows(page)
    assert np.linalg.norm(now["dz"]) == pytest.approx(np.sqrt(2), abs=1e-3)
    assert np.linalg.norm(now["squared error dz"]) < 1e-4
    expect(page.locator(".sb-sentence")).to_contain_text("cross entropy pulls with full strength")


def test_too_large_a_step_makes_the_loss_jump(page):
    page.get_by_role("button", name="too large a step").click()
    settle(page)
    losses = []
    for _ in range(12):
        losses.append(loss(page))
        page.get_by_role("button", name="One step").click()
        settle(page)
    assert any(b > a + 0.1 for a, b in pairwise(losses))


def test_huge_logits_are_quiet_and_right(page):
    page.get_by_role("button", name="huge").click()
    settle(page)
    assert rows(page)["y"].tolist() == [1, 0, 0]
    assert loss(page) == 1e308
    assert rows(page)["dz"].tolist() == [1, -1, 0]


@pytest.mark.parametrize("t", ["0.5,0.5,0.5", "-1,1,1", "1,0"])
def test_link_with_bad_targets_is_ignored(explore, t):
    page = explore(Descent(), query=f"t={t}")
    expect(page.locator(".sb-notice")).to_contain_text("could not be read")
    assert page.evaluate("model.get('t')") == [0.7, 0.2, 0.1]


def test_python_gives_loss_and_gradient(page):
    space = python_on(page)
    assert space["loss"] == pytest.approx(loss(page), abs=5.1e-7)
    np.testing.assert_allclose(space["dz"], rows(page)["dz"], atol=5.1e-7)


def test_step_in_python_is_the_step_on_the_page(page):
    explorer = Descent(z=Z, t=T)
    explorer.step()
    page.get_by_role("button", name="One step").click()
    np.testing.assert_allclose(page.evaluate("model.get('z')"), explorer.z, rtol=1e-12)


@pytest.mark.parametrize(
    ("trait", "value", "sentence"),
    [
        (
            "t",
            [0.5, 0.5, 0.5],
            r"t is \[0.5, .*\]; its numbers must be at least 0 and sum to 1",
        ),
        ("t", [1.0, 0.0], "t holds 2 numbers; it must hold 3"),
        ("rate", 11, "rate is 11; it must lie between 0.01 and 10"),
        ("z", [0.0, 0.0], "z holds 2 numbers; it must hold 3"),
    ],
)
def test_bad_trait_says_what_is_right(trait, value, sentence):
    with pytest.raises(TraitError, match=sentence):
        Descent(**{trait: value})

"""The Descent explorer: cross entropy on the triangle, step by step."""

import re
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import expect

from softback import cross_entropy_and_grad, softmax, softmax_jvp
from softback.explorers import Descent
from tests.chapters.sources import chapter
from tests.explorers.front_end import settle
from tests.explorers.screen import drag, numbers_on
from tests.site.explorer_reader import Page, assert_shows, numbers


def _tables(seen, space):
    assert_shows(seen.row("t"), space["t"])
    assert_shows(seen.row("dz"), space["dz"])
    assert_shows(seen.row("loss", 1), [space["loss"]])
    with np.errstate(over="ignore"):
        assert_shows(seen.row("|dz|", 1), [np.linalg.norm(space["dz"])])


PAGES = [
    Page(
        chapter("cross-entropy"),
        _tables,
        {
            ".sb-descent-strength": lambda seen: numbers(
                [seen.row("|dz|", 1), seen.row("|squared error dz|", 1)]
            ),
        },
        {"Type or paste three logits": ("4, -1, 0", "z=4,-1,0")},
        "z=1,2,3&t=0.5,0.25,0.25&smoothing=0.1&rate=2.5",
        "0.665",
    )
]


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


def logits(page):
    return np.array(page.evaluate("model.get('z')"))


def steps(page):
    return int(numbers_on(page)[1][-1][1])


def press(page, *names):
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()


def lines(page, mark):
    """Return the lines of a path as probabilities, shape (points, 3) each."""
    path = page.locator(mark).get_attribute("d")
    side, frame = 280, np.sqrt(3) / 2
    for line in path.split("M")[1:]:
        across, down = np.array(re.findall(r"-?[\d.]+", line), float).reshape(-1, 2).T / side
        third = 1 - down / frame
        second = across - third / 2
        yield np.stack([1 - second - third, second, third], axis=-1)


def at_once(page):
    """Let timers fire at once, so that a run of many steps takes no time."""
    page.evaluate("() => { window.setTimeout = (call) => (queueMicrotask(call), 1); }")


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
    settle(page)
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
    page.mouse.move(x + 3, y + 55)  # let go, and still on the dot
    settle(page)
    np.testing.assert_array_equal(rows(page)["y"], shares)


def test_dragging_the_star_moves_the_target(page):
    page.mouse.move(*centre(page, ".sb-descent-target"))
    page.mouse.down()
    (left, ground), (right, _) = corner(page, 0), corner(page, 1)
    page.mouse.move(0.75 * left + 0.25 * right, ground + 60)  # the nearest place is right above
    settle(page)
    np.testing.assert_allclose(rows(page)["t"], [0.75, 0.25, 0], atol=0.02)
    page.mouse.move(right, ground)
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


def test_every_place_of_a_ring_has_the_same_loss(page):
    least = cross_entropy_and_grad(np.log(T), T)[0]
    above = []
    for n in range(3, 8):  # a tenth of a pixel is too coarse for the outer ones, near the rim
        y = np.concatenate(list(lines(page, f".sb-descent-ring >> nth={n}")))
        y = y[y.min(axis=-1) > 0.01]
        losses = -(T * np.log(y)).sum(axis=-1)
        np.testing.assert_allclose(losses, losses.mean(), atol=0.02)
        above.append(losses.mean() - least)
    assert np.all(np.diff(above) < -0.05)
    assert 0 < above[-1] < 0.04


def test_rings_of_a_hard_target_are_straight_lines_of_one_share(page):
    press(page, "from the middle")
    settle(page)
    for n, share in ((4, np.exp(-0.5)), (6, np.exp(-0.1))):
        (y,) = lines(page, f".sb-descent-ring >> nth={n}")
        assert y[:, 0].min() == pytest.approx(share, abs=2e-3)
        assert y.min() > -1e-3


def test_dashes_lead_to_the_target_and_the_arrow_to_the_next_step(page):
    (pull,) = lines(page, ".sb-descent-pull")
    np.testing.assert_allclose(pull, [softmax(Z), T], atol=1e-3)
    step = next(lines(page, ".sb-descent-step"))
    press(page, "One step")
    settle(page)
    np.testing.assert_allclose(step, [softmax(Z), rows(page)["y"]], atol=1e-3)


def test_small_arrows_show_how_y_moves(page):
    shafts = [line for line in lines(page, ".sb-descent-field") if len(line) == 2]
    assert len(shafts) > 20
    for y, end in shafts:
        move = softmax_jvp(y / y.sum(), T - y)
        np.testing.assert_allclose(end - y, 0.3 * move, atol=2e-3)


@pytest.mark.parametrize(("arrows", "moved"), [("field", "t"), ("step", "z")])
def test_arrows_move_without_a_jump(page, arrows, moved):
    """Not even where the way of y or the next step has no length, and turns round."""
    path, ends = page.locator(f".sb-descent-{arrows}"), [[0.85, 0.05, 0.1], [0.4, 0.5, 0.1]]
    found = []
    for part in np.linspace(0, 1, 61):
        place = np.array([1 - part, part]) @ ends  # T is one of them
        value = place if moved == "t" else np.log(place)
        page.evaluate("([trait, value]) => model.set(trait, value)", [moved, value.tolist()])
        settle(page)
        found.append(path.get_attribute("d"))
    assert len({re.sub(r"[-\d. ]+", "", d) for d in found}) == 1  # or browsers could not glide
    places = np.array([re.findall(r"-?[\d.]+", d) for d in found], float)
    assert np.abs(np.diff(places, axis=0)).max() < 4  # the mark itself moves by two each time


def test_step_counts_and_something_else_begins_a_new_path(page):
    assert steps(page) == 0
    press(page, "One step", "One step")
    settle(page)
    assert steps(page) == 2
    expect(page.locator(".sb-sentence")).to_have_text(re.compile(r"Step 2\. The loss is "))
    page.get_by_label("rate").press("Home")
    settle(page)
    assert steps(page) == 2
    page.get_by_label("t₁", exact=True).press("ArrowLeft")
    settle(page)
    assert steps(page) == 0
    page.evaluate(
        "for (const label of ['huge', 'One step']) [...document.querySelectorAll('.sb-button')]"
        ".find((b) => b.textContent === label).click()"
    )  # in one frame
    settle(page)
    assert steps(page) == 1
    assert rows(page)["y"].tolist() == [1, 0, 0]
    assert next(lines(page, ".sb-descent-trail"))[0].tolist() == pytest.approx([1, 0, 0], abs=1e-3)


def test_the_last_five_steps_of_a_long_path_are_drawn_once_more(page):
    press(page, "too large a step", *7 * ["One step"])
    settle(page)
    (whole,), (late,) = (lines(page, f".sb-descent-{kind}") for kind in ("trail", "late"))
    assert len(whole) == 8
    np.testing.assert_array_equal(late, whole[-6:])


def test_run_says_one_sentence_and_a_preset_ends_it(page):
    page.get_by_label("rate").press("Home")
    press(page, "Run")
    expect(page.locator(".sb-sentence")).to_have_text(re.compile("Running: "))
    said = page.locator(".sb-sentence").inner_text()
    page.wait_for_function(
        "!document.querySelector('.sb-descent-dots').getAttribute('d').endsWith('M0 0')"
    )
    assert page.locator(".sb-sentence").inner_text() == said
    press(page, "from the middle")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()
    assert steps(page) == 0
    assert logits(page).tolist() == [0, 0, 0]


def test_run_ends_after_300_steps_and_can_go_on(page):
    press(page, "from the middle")
    settle(page)
    at_once(page)
    for count in (300, 600):
        press(page, "Run")
        expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()
        settle(page)
        assert steps(page) == count
    sentence = page.locator(".sb-sentence")
    expect(sentence).not_to_contain_text("Saturated")  # J is small there, but so is y - t


def test_hidden_page_does_not_run(page):
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    press(page, "Run")
    settle(page)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()
    np.testing.assert_array_equal(logits(page), Z)


def test_descent_on_the_page_is_the_descent_of_softback(page):
    press(page, "confidently wrong")
    settle(page)
    at_once(page)
    explorer = Descent(z=[-6, 8, -6], t=[1, 0, 0], rate=0.3)
    press(page, "Run")
    for _ in range(300):
        explorer.step()
    settle(page)
    np.testing.assert_allclose(logits(page), explorer.z, rtol=1e-9)
    assert explorer.loss < 0.05
    assert steps(page) == 300


@pytest.mark.parametrize(("mark", "row"), [("Shares y", "y"), ("Target", "t")], ids=["y", "target"])
def test_arrow_keys_move_the_marks(page, mark, row):
    before = rows(page)[row]
    handle = page.get_by_role("slider", name=mark, exact=True)
    handle.press("ArrowUp")
    settle(page)
    up = rows(page)[row]
    assert up[2] - before[2] == pytest.approx(0.02 / np.sqrt(0.75), abs=2e-3)
    handle.press("Shift+ArrowLeft")
    settle(page)
    left = rows(page)[row]
    np.testing.assert_allclose(left - up, [0.1, -0.1, 0], atol=2e-3)
    words = handle.get_attribute("aria-valuetext")
    np.testing.assert_allclose([float(x) for x in words.split(", ")], left, atol=6e-4)
    handle.press("Enter")
    settle(page)
    np.testing.assert_array_equal(rows(page)[row], left)


def test_star_in_a_corner_leaves_its_name_readable(page):
    for k in range(3):
        page.evaluate("(t) => model.set('t', t)", np.eye(3)[k].tolist())
        settle(page)
        star = page.locator(".sb-descent-target path").bounding_box()
        name = page.locator(".sb-descent-triangle > svg > text:not(.sb-halo)").nth(k).bounding_box()
        above, below = sorted([star, name], key=lambda box: box["y"])
        assert above["y"] + above["height"] <= below["y"] + 1


def test_marks_stay_in_the_triangle(page):
    for mark, row in (("Shares y", "y"), ("Target", "t")):
        handle = page.get_by_role("slider", name=mark, exact=True)
        for _ in range(12):
            handle.press("Shift+ArrowRight")
        settle(page)
        np.testing.assert_allclose(rows(page)[row], [0, 1, 0], atol=1e-4)
    assert np.abs(logits(page)).max() <= 12


def test_smoothed_target_stays_under_the_pointer(explore):
    page = explore(Descent(z=Z, t=T, smoothing=0.3))
    before = rows(page)["t smoothed"]
    x, y = centre(page, ".sb-descent-target")
    drag(page, page.locator(".sb-descent-target"), 15, -30)
    np.testing.assert_allclose(centre(page, ".sb-descent-target"), [x + 15, y - 30], atol=1)
    (shift,) = lines(page, ".sb-descent-shift")
    np.testing.assert_allclose(shift, [rows(page)["t"], rows(page)["t smoothed"]], atol=1e-3)
    assert rows(page)["t smoothed"][2] > before[2] + 0.05


def test_typed_logits(page):
    field = page.get_by_label("Type or paste three logits")
    for text, z in [("1e308, -1e308, 0", [1e308, -1e308, 0]), ("1,5\n-2\n0,5\n", [1.5, -2, 0.5])]:
        field.fill(text)
        settle(page)
        assert logits(page).tolist() == z
        expected, dz = cross_entropy_and_grad(np.array(z), T)
        np.testing.assert_allclose(rows(page)["dz"], dz, atol=5.1e-7)
        assert loss(page) == pytest.approx(expected, rel=5.1e-3)


def test_huge_loss_stands_at_its_own_height_in_the_chart(page):
    press(page, "huge")
    settle(page)
    chart = page.locator(".sb-plot")
    expect(chart).to_contain_text("1.00e308")
    page.get_by_label("Type or paste three logits").fill("0, -1.7e308, 0")
    settle(page)
    expect(chart).to_contain_text("1.70e308")
    assert "NaN" not in chart.inner_html()


def test_bars_compare_the_two_pulls(page):
    press(page, "confidently wrong")
    settle(page)
    share = "(bars) => bars.map((bar) => bar.clientWidth / bar.parentElement.clientWidth)"
    pulls = page.locator(".sb-descent-bar").evaluate_all(share)
    assert pulls == pytest.approx([1, 0], abs=0.01)
    expect(page.locator(".sb-descent-strength").first).to_have_text("1.414")
    assert numbers_on(page)[1][3][1] < 1e-4


@pytest.mark.parametrize("t", ["0.5,0.5,0.5", "-1,1,1", "1,0"])
def test_link_with_bad_targets_is_ignored(explore, t):
    page = explore(Descent(), query=f"t={t}")
    expect(page.locator(".sb-notice")).to_contain_text("could not be read")
    assert page.evaluate("model.get('t')") == [0.7, 0.2, 0.1]


def test_squared_error_gradient_is_jacobian_times_difference():
    explorer = Descent(z=Z, t=T, smoothing=0.3)
    y, q = softmax(Z), 0.7 * T + 0.1
    np.testing.assert_allclose(explorer.squared_error_dz, (np.diag(y) - np.outer(y, y)) @ (y - q))
    np.testing.assert_allclose(explorer.dz, y - q)


def test_words_say_where_y_and_the_target_stand():
    words = Descent(z=[0.0, 0.0, 0.0], t=[0.5, 0.5, 0.0]).description()
    assert "0.333, 0.333, 0.333" in words
    assert "1.0986" in words
    assert "0.500, 0.500, 0.000" in words


def test_picture_shows_y():
    assert Descent(z=[0.0, 0.0, 0.0]).svg() != Descent(z=[3.0, 0.0, 0.0]).svg()

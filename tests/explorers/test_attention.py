"""The Attention explorer: masked weights, and the gradient by the scores."""

import numpy as np
import pytest
from playwright.sync_api import expect
from traitlets import TraitError

from softback import softmax, softmax_vjp
from softback.explorers import Attention
from tests.chapters.sources import chapter
from tests.explorers.front_end import settle
from tests.explorers.screen import drag, numbers_on
from tests.site.explorer_reader import Page, assert_shows, numbers


def _tables(seen, space):
    for table, name in enumerate(["S", "W", "dW", "dS"]):
        assert_shows(seen.rows(table), space[name])


def _scores(seen):
    """Masked scores are drawn as minus infinity; the tables keep what they were."""
    [cells] = seen.drawn
    wanted = numbers([seen.rows(k) for k in (0, 1, 3, 2)]).ravel()  # back runs from right to left
    masked = [text == "\N{MINUS SIGN}\N{INFINITY}" for text in cells]
    return np.where(masked, -np.inf, wanted)


PAGES = [
    Page(
        chapter("attention"),
        _tables,
        {".sb-attention td[role=gridcell]": _scores},
        {"Type or paste all scores": ("4, -1\n0, 2.5", "scores=4,-1;0,2.5")},
        "scores=0,0;0,0&gradient=1,0;0,1&causal=false&masked_row=1&temperature=2&entry=0,1",
        "rows sum to 1, row 2 to 0",
    )
]


@pytest.fixture
def page(explore):
    return explore(Attention())


def shown(page):
    """Return scores, weights, gradient in and gradient out as the tables show them."""
    return [np.array([row[1:] for row in table]) for table in numbers_on(page)[:4]]


def assert_right(page, *, causal, masked_row=-1, temperature=1.0):
    """The tables are what softback gives with the mask."""
    scores, weights, into, out = shown(page)
    allowed = np.tri(len(scores), dtype=bool) if causal else np.ones(scores.shape, bool)
    allowed[np.arange(len(scores)) == masked_row] = False
    expected = softmax(scores, temperature=temperature, where=allowed)
    np.testing.assert_allclose(weights, expected, atol=5.1e-7)
    np.testing.assert_allclose(
        out, softmax_vjp(expected, into, temperature=temperature), atol=5.1e-7
    )
    assert (weights[~allowed] == 0).all()
    assert (out[~allowed] == 0).all()


def test_causal_mask_leaves_weights_and_gradients_of_exactly_zero(page):
    assert_right(page, causal=True)
    page.get_by_label("causal").uncheck()
    settle(page)
    assert_right(page, causal=False)


def test_rows_of_the_gradient_sum_to_zero(page):
    assert [row[1] for row in numbers_on(page)[4]] == [0, 0, 0, 0]


def test_fully_masked_row_gives_zeros_and_a_warning_of_nan(page):
    page.get_by_label("fully masked").select_option("row 3")
    settle(page)
    assert_right(page, causal=True, masked_row=2)
    assert (shown(page)[1][2] == 0).all()
    expect(page.locator(".sb-sentence")).to_contain_text("a row of nan that poisons the batch")


def test_any_row_can_be_masked_and_one_that_is_gone_no_longer_is(explore):
    page = explore(Attention(masked_row=3))
    select = page.get_by_label("fully masked")
    assert select.locator("option").all_inner_texts() == ["no row", *map("row {}".format, "1234")]
    expect(select.locator("option:checked")).to_have_text("row 4")
    page.get_by_label("tokens").press("Home")
    settle(page)
    assert select.locator("option").count() == 3
    expect(select.locator("option:checked")).to_have_text("no row")
    assert_right(page, causal=True)


def test_each_map_hatches_what_the_mask_forbids(page):
    page.get_by_label("fully masked").select_option("row 2")
    settle(page)
    allowed = Attention(masked_row=1).allowed
    for grid in page.locator(".sb-attention table").all():
        hatched = grid.locator("td[role=gridcell]").evaluate_all(
            "(cells) => cells.map((cell) => cell.classList.contains('sb-out'))"
        )
        np.testing.assert_array_equal(np.reshape(hatched, (4, 4)), ~allowed)


ARROWS = """() => {
  return [".sb-attention-arrow", ".sb-attention table"].flatMap((kind) =>
    [...document.querySelectorAll(kind)].map((part) => {
      const { a, b } = new DOMMatrix(getComputedStyle(part).transform);
      return { ...part.getBoundingClientRect().toJSON(), way: [a, b].map(Math.round) };
    }));
}"""


@pytest.mark.parametrize("width", [730, 390])
def test_arrows_lead_from_scores_to_weights_and_back_to_the_gradient_of_the_scores(explore, width):
    page = explore(Attention(), width=width)
    on, back, down, scores, weights, into_scores, into_weights = page.evaluate(ARROWS)
    assert [arrow["way"] for arrow in (on, back, down)] == [[1, 0], [-1, 0], [0, 1]]
    assert scores["left"] + 50 < on["left"] < on["right"] - 30 < scores["right"] < weights["left"]
    assert on["bottom"] < scores["top"]
    assert back["left"] < back["right"] - 20 < into_scores["right"] < into_weights["left"]
    assert scores["bottom"] < back["top"] < into_scores["top"]
    assert weights["bottom"] < down["top"] < down["bottom"] - 30 < into_weights["top"]
    assert weights["left"] < down["left"] <= down["right"] < weights["right"] + 2


LEFT = """(cells) => Math.min(...cells.map((cell) => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  return cell.getBoundingClientRect().width - text.getBoundingClientRect().width;
}))"""
SIZES = """(cells) => cells.flatMap((cell) => {
  const { width, height } = cell.getBoundingClientRect();
  return [width, height];
})"""
PAGE_IS_WIDER = "document.scrollingElement.scrollWidth > innerWidth"


def on_phone(explore, tokens, **traits):
    """Return a page as wide as the book's on a phone of 390, with so many tokens."""
    scores = -1.5 * np.ones((tokens, tokens))
    traits = {"causal": False, "gradient": scores.tolist()} | traits
    return explore(Attention(scores=scores.tolist(), **traits), width=384)


@pytest.mark.parametrize(("tokens", "tallest"), [(2, 500), (4, 500), (5, 500), (8, 620)])
def test_phone_shows_the_four_maps_at_once(explore, tokens, tallest):
    page = on_phone(explore, tokens)
    maps, cells = page.locator(".sb-attention"), page.locator(".sb-attention td[role=gridcell]")
    assert maps.bounding_box()["height"] < tallest
    assert cells.evaluate_all(LEFT) >= 3
    assert min(cells.evaluate_all(SIZES)) >= 24
    assert not page.evaluate(PAGE_IS_WIDER)


@pytest.mark.parametrize(("width", "tokens"), [(320, 4), (360, 5), (384, 5)])
def test_no_map_scrolls_where_its_cells_fit(explore, width, tokens):
    page = on_phone(explore, tokens)
    page.set_viewport_size({"width": width, "height": 900})
    settle(page)
    wider = "(boxes) => boxes.map((box) => box.scrollWidth > box.clientWidth)"
    found = set(page.locator(".sb-attention .sb-heat-box").evaluate_all(wider))
    assert found == {width == 320}
    assert not page.evaluate(PAGE_IS_WIDER)


def test_maps_scroll_together_under_the_heads_of_their_rows(explore):
    page = on_phone(explore, 8, entry=[7, 0])
    boxes = page.locator(".sb-attention .sb-heat-box")
    heads = "(boxes) => boxes.map((box) => box.querySelector('tbody th').getBoundingClientRect().x)"
    before = boxes.evaluate_all(heads)
    boxes.nth(2).locator("td[data-i='7'][data-j='0']").focus()
    page.keyboard.press("End")
    settle(page)
    [left] = set(boxes.evaluate_all("(boxes) => boxes.map((box) => box.scrollLeft)"))
    assert left > 30
    assert boxes.evaluate_all(heads) == pytest.approx(before, abs=1)
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    settle(page)
    cell, head = page.locator("td:focus"), boxes.nth(2).locator("tbody th").last.bounding_box()
    assert cell.get_attribute("data-j") == "2"
    assert cell.bounding_box()["x"] >= head["x"] + head["width"]


def test_phone_that_is_turned_shows_the_second_digit(explore):
    page = on_phone(explore, 5)
    cell = page.locator(".sb-attention td[role=gridcell]").first
    expect(cell).to_have_text("\N{MINUS SIGN}1.5")
    page.set_viewport_size({"width": 844, "height": 390})
    expect(cell).to_have_text("\N{MINUS SIGN}1.50")


def test_pointer_on_its_way_to_the_sliders_chooses_no_other_cell(page):
    page.locator(".sb-attention td[data-i='3'][data-j='3']").first.click()
    page.locator(".sb-attention td[data-i='1'][data-j='0']").first.hover()
    settle(page)
    assert page.evaluate("model.get('entry')") == [3, 3]


@pytest.mark.parametrize(("key", "temperature"), [("Home", 0.05), ("End", 20)])
def test_temperature(page, key, temperature):
    page.get_by_label("divide by √d").press(key)
    settle(page)
    assert_right(page, causal=True, temperature=temperature)


def test_constant_gradient_comes_back_as_nothing(page):
    page.get_by_role("button", name="constant gradient").click()
    settle(page)
    np.testing.assert_allclose(shown(page)[3], 0, atol=1e-15)


def test_tokens_from_two_to_eight(page):
    slider = page.get_by_label("tokens")
    slider.press("End")
    settle(page)
    assert shown(page)[0].shape == (8, 8)
    assert_right(page, causal=True)
    slider.press("Home")
    settle(page)
    assert shown(page)[0].shape == (2, 2)


def test_sliders_change_the_chosen_cell(page):
    page.locator(".sb-attention td[data-i='3'][data-j='0']").first.click()
    page.get_by_label("score", exact=True).press("End")
    page.get_by_label("gradient in", exact=True).press("Home")
    settle(page)
    scores, _, into, _ = shown(page)
    assert (scores[3, 0], into[3, 0]) == (6, -2)
    assert_right(page, causal=True)


def test_a_key_is_heard_with_numbers(page):
    page.get_by_label("score", exact=True).press("ArrowRight")
    expect(page.locator(".sb-voice")).to_contain_text("exactly 0. dS = w (g − s) / √d = 0.254")


def test_arrow_keys_choose_a_cell(page):
    page.locator(".sb-attention td[data-i='2'][data-j='1']").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("model.get('entry')") == [3, 1]


def test_dragging_a_score_changes_it(page):
    cell = page.locator(".sb-attention td[data-i='3'][data-j='1']").first
    drag(page, cell, 0, -40)
    assert shown(page)[0][3, 1] == 2  # 40 pixels are two units
    page.mouse.move(0, 0)
    settle(page)
    assert shown(page)[0][3, 1] == 2


def test_a_hidden_score_is_not_dragged_and_a_finger_moves_only_the_chosen_cell(explore):
    page = explore(Attention(), width=390, has_touch=True)
    finger = page.context.new_cdp_session(page)
    for i, j, by in ((0, 2, 0), (0, 0, 0), (2, 1, 2)):
        cell = page.locator(f".sb-attention td[data-i='{i}'][data-j='{j}']").first
        cell.scroll_into_view_if_needed()
        box, before = cell.bounding_box(), shown(page)[0]
        places = [[{"x": box["x"] + 9, "y": box["y"] + 9 - 10 * step}] for step in range(5)]
        kinds = ["touchStart", *["touchMove"] * 4, "touchEnd"]
        for kind, points in zip(kinds, [*places, []], strict=True):
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        settle(page)
        after = shown(page)[0]
        before[i, j] += by
        np.testing.assert_allclose(after, before, atol=0.01)


def test_drag_that_ends_outside_the_map_ends(page):
    cell = page.locator(".sb-attention td[data-i='0'][data-j='0']").first
    drag(page, cell, -300, 200)
    cell.hover()
    settle(page)
    assert shown(page)[0][0, 0] == -6


def test_pasted_scores(page):
    page.get_by_label("Type or paste all scores").fill("0\t1\n2\t3")
    settle(page)
    assert shown(page)[0].tolist() == [[0, 1], [2, 3]]
    assert page.evaluate("model.get('gradient')") == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 2 3\n4 5 6", "This is 2 by 3; type as many columns as rows."),
        ("1 2\n3", "These are 3 numbers; type 4 to 64."),
        (" ".join(["1"] * 81), "These are 81 numbers; type 4 to 64."),
    ],
)
def test_bad_scores_are_refused_beside_the_field(page, text, sentence):
    field = page.get_by_label("Type or paste all scores")
    field.fill(text)
    field.blur()
    expect(page.locator(".sb-error")).to_have_text(sentence)
    assert len(page.evaluate("model.get('scores')")) == 4


def test_huge_scores_are_quiet_and_right(page):
    page.get_by_role("button", name="huge").click()
    settle(page)
    assert shown(page)[1][:2].tolist() == [[1, 0, 0], [0, 0, 1]]


def test_results_are_those_of_softback():
    explorer = Attention(causal=False, masked_row=1, temperature=2.0)
    allowed = np.ones((4, 4), bool)
    allowed[1] = False
    np.testing.assert_array_equal(explorer.allowed, allowed)
    expected = softmax(explorer.scores, temperature=2.0, where=allowed)
    np.testing.assert_array_equal(explorer.weights, expected)
    np.testing.assert_array_equal(
        explorer.score_gradient, softmax_vjp(expected, explorer.gradient, temperature=2.0)
    )


def test_sizes_change_only_together():
    with pytest.raises(TraitError, match="scores has 2 rows, but gradient has 4; set both"):
        Attention(scores=[[1.0, 2.0], [1.0, 2.0]])

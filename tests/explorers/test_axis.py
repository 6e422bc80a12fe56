"""The Axis explorer: which entries of the full Jacobian live, and how they sort into blocks."""

import numpy as np
import pytest
from playwright.sync_api import expect

from softback import softmax, softmax_full_jacobian, softmax_jacobian
from softback.explorers import Axis
from tests.chapters.sources import chapter
from tests.explorers.front_end import settle
from tests.explorers.screen import number, numbers_on
from tests.site.explorer_reader import Page, assert_shows, numbers


def _tables(seen, space):
    assert_shows(seen.rows(1), space["Y"])
    assert_shows(seen.rows(2, sums=True), space["J"])


PAGES = [
    Page(
        chapter("any-axis"),
        _tables,
        {".sb-axis-shares td": lambda seen: numbers(seen.rows(1))},
        {"Type or paste all": ("4, -1\n0, 2.5", "z=4,-1;0,2.5")},
        "z=0,0;1,1&axis=1&grouped=true&entry=0,1",
        "\u2202y(1, 1)/\u2202z(1, 2)",
    )
]


Z = [[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]


@pytest.fixture
def page(explore):
    return explore(Axis(z=Z, axis=0))


def shown(page):
    """Return Y and the full Jacobian as the tables show them."""
    _, y, full = numbers_on(page)
    return np.array([row[1:] for row in y]), np.array([row[1:-1] for row in full])


def case(page):
    return page.locator(".sb-axis-case")


@pytest.mark.parametrize(("label", "axis"), [("axis 0: columns", 0), ("axis 1: rows", 1)])
def test_jacobian_of_each_axis_is_that_of_softback(page, label, axis):
    page.get_by_label(label).check()
    settle(page)
    y, full = shown(page)
    np.testing.assert_allclose(y, softmax(Z, axis), atol=5.1e-7)
    expected = softmax_full_jacobian(softmax(Z, axis), axis).reshape(6, 6)
    np.testing.assert_allclose(full, expected, atol=5.1e-7)


def test_both_axes_share_one_sum_and_every_entry_lives(page):
    page.get_by_label("both").check()
    settle(page)
    y, full = shown(page)
    assert y.sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(full, softmax_jacobian(softmax(Z, None).ravel()), atol=5.1e-7)
    expect(page.locator(".sb-axis-dead")).to_have_count(0)
    expect(page.locator(".sb-sentence")).to_have_text("1 sum: 36 of 36 entries can be nonzero.")


def test_one_press_sorts_the_square_into_blocks(page):
    page.get_by_label("sort positions").check()
    settle(page)
    _, full = shown(page)
    blocks = np.kron(np.eye(3), np.ones((2, 2)))
    assert ((full != 0) == (blocks == 1)).all()
    np.testing.assert_allclose(full.sum(axis=1), 0, atol=1e-5)


def test_cells_wander_to_their_new_places(page):
    place = "(cells) => cells.map((cell) => cell.style.transform)"
    cells = page.locator(".sb-axis-square g")
    before = cells.evaluate_all(place)
    page.get_by_label("sort positions").check()
    settle(page)
    after = cells.evaluate_all(place)
    assert sorted(before) == sorted(after)
    assert before != after


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            [0, 0],
            "∂y(1, 1)/∂z(1, 1) = y (1 − y) = 0.269 · (1 − 0.269) = 0.1966: the same position.",
        ),
        (
            [0, 3],
            "∂y(1, 1)/∂z(2, 1) = − y y′ = − 0.269 · 0.731 = −0.1966: same sum, other position.",
        ),
        (
            [0, 1],
            "∂y(1, 1)/∂z(1, 2) = 0: they belong to different sums, so neither affects the other.",
        ),
    ],
)
def test_hover_names_the_case_of_an_entry(page, entry, sentence):
    page.locator(".sb-axis-square g").nth(6 * entry[0] + entry[1]).hover()
    expect(case(page)).to_have_text(sentence)
    marked = page.locator(".sb-axis-output, .sb-axis-input")
    expect(marked).to_have_count(len(set(entry)))


def test_arrow_keys_walk_through_the_entries_as_they_are_shown(page):
    page.get_by_label("sort positions").check()
    page.evaluate("model.set('entry', [0, 0])")
    page.locator(".sb-axis-square").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("model.get('entry')") == [0, 3]  # next in the sorted order
    page.keyboard.press("ArrowDown")
    assert page.evaluate("model.get('entry')") == [3, 3]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("model.get('entry')") == [3, 0]


def test_entry_is_chosen_by_name_where_cells_are_too_small_for_a_finger(page):
    output, into = (page.get_by_label(f"{side} of the entry") for side in ("Output", "Input"))
    output.select_option("y(2, 1)")
    into.select_option("z(1, 1)")
    expect(case(page)).to_contain_text("∂y(2, 1)/∂z(1, 1) = − y y′")
    page.locator(".sb-axis-square g").nth(2).hover()
    expect(output).to_have_value("0")
    expect(into).to_have_value("2")
    page.get_by_label("columns", exact=True).press("Home")
    settle(page)
    assert output.locator("option").all_inner_texts() == ["y(1, 1)", "y(2, 1)"]


def test_phone_shows_the_switch_and_what_it_sorts_at_once(explore):
    page = explore(Axis(z=np.eye(4, 5)), width=390)
    switch = page.get_by_label("sort positions").bounding_box()
    square = page.locator(".sb-axis-square").bounding_box()
    assert 0 < square["y"] + square["height"] - switch["y"] < 500


def test_sizes_reach_four_by_five(page):
    page.get_by_label("rows", exact=True).press("End")
    page.get_by_label("columns", exact=True).press("End")
    settle(page)
    y, full = shown(page)
    assert (y.shape, full.shape) == ((4, 5), (20, 20))
    assert page.locator(".sb-axis-square g").count() == 400
    np.testing.assert_allclose(y.sum(axis=0), 1, atol=1e-5)


def test_each_logit_has_a_field(page):
    field = page.get_by_label("Logit in row 2, column 1")
    field.fill("−1.5")
    field.press("Tab")
    settle(page)
    assert page.evaluate("model.get('z')") == [[1, 2, 3], [-1.5, 2, 1]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A number is missing; type one such as 2 or -0.5."),
        ("one", "“one” is not a number"),
        ("nan", "“nan” is not a number"),
        ("1e999", "1e999 is too large"),
        ("1 " * 40, "is not a number"),
    ],
)
def test_bad_logit_is_refused_until_there_are_others(page, text, sentence):
    field = page.get_by_label("Logit in row 2, column 1")
    error = page.locator(".sb-axis-fields .sb-error")
    field.fill(text)
    field.press("Tab")
    expect(error).to_contain_text(sentence)
    expect(field).to_have_attribute("aria-invalid", "true")
    assert page.evaluate("model.get('z')") == Z
    page.get_by_role("button", name="columns, axis 0").click()
    expect(field).to_have_value("2")
    expect(error).to_be_empty()
    field.fill(text)
    field.press("Tab")
    page.evaluate("model.set('z', [[0, 0, 0], [0, 0, 0]])")
    expect(field).to_have_value("0")
    expect(field).to_have_attribute("aria-invalid", "false")
    expect(error).to_be_empty()


def test_numbers_in_the_square_are_those_of_the_table(page):
    _, full = shown(page)
    drawn = page.locator(".sb-axis-square g text").all_text_contents()
    drawn = np.array([number(text or "0") for text in drawn]).reshape(6, 6)
    np.testing.assert_allclose(drawn, full, atol=5.1e-3)
    assert np.count_nonzero(drawn) == 12


@pytest.mark.parametrize(
    ("text", "z"),
    [
        ("1\t2\n3\t4", [[1, 2], [3, 4]]),
        ("[[1, 2, 3], [4, 5, 6]]", [[1, 2, 3], [4, 5, 6]]),
        ("1,5\t2\n-3\t4", [[1.5, 2], [-3, 4]]),
        ("7", [[7]]),
    ],
)
def test_pasted_matrix(page, text, z):
    page.get_by_label("Type or paste all").fill(text)
    settle(page)
    assert page.evaluate("model.get('z')") == z


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 2\n3", "Row 1 has 2 numbers but row 2 has 1; make the rows equally long."),
        ("1 2 3\n4", "Row 1 has 3 numbers but row 2 has 1; make the rows equally long."),
        ("1\t\t3\n4\t5\t6", "A cell of row 1 is empty; type a number for each."),
        ("1\n2\n3\n4\n5", "These are 5 rows; type at most 4."),
        ("1 2 3 4 5 6", "These are 6 columns; type at most 5."),
        (" ".join(["1"] * 40), "These are 40 numbers; type 1 to 20."),
        ("1 1e999", "1e999 is too large; the largest float64 is about 1.8e308."),
    ],
)
def test_bad_matrix_is_refused_beside_its_field(page, text, sentence):
    field = page.get_by_label("Type or paste all")
    field.fill(text)
    field.blur()
    expect(page.locator(".sb-field .sb-error")).to_have_text(sentence)
    assert page.evaluate("model.get('z')") == [[1, 2, 3], [2, 2, 1]]


def test_link_with_rows_of_different_lengths_is_ignored(explore):
    page = explore(Axis(z=[[1, 2, 3], [2, 2, 1]]), query="z=1,2,3;4")
    expect(page.locator(".sb-notice")).to_contain_text("could not be read, so it is ignored. ")
    assert page.evaluate("model.get('z')") == [[1, 2, 3], [2, 2, 1]]


def test_huge_logits_are_quiet_and_right(page):
    page.get_by_role("button", name="huge").click()
    settle(page)
    y, full = shown(page)
    assert y.tolist() == [[1, 0, 1], [0, 1, 0]]
    assert (full == 0).all()


def test_results_are_those_of_softback():
    explorer = Axis(z=Z, axis=0, grouped=True)
    full = softmax_full_jacobian(softmax(Z, 0), 0).reshape(6, 6)
    np.testing.assert_array_equal(explorer.jacobian, full)
    assert explorer.order.tolist() == [0, 3, 1, 4, 2, 5]
    np.testing.assert_array_equal(explorer.permuted, full[np.ix_(explorer.order, explorer.order)])
    explorer.axis = None
    np.testing.assert_array_equal(explorer.jacobian, softmax_jacobian(softmax(Z, None).ravel()))

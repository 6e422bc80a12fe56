"""The sheets of the desk, used as a reader uses them: by keyboard, by pointer, by a link."""

import re

import pytest
from playwright.sync_api import expect

from softback.course.desk import LEVELS
from softback.course.desk.sheet import Sheet
from tests.accessibility import accessibility_faults
from tests.chapters.sources import ROOT

PUT_IN, GOAL = "sum_i(g_i*y_i*(delta_ij - y_j))", "y_j*(g_j - sum_k(g_k*y_k))"


@pytest.fixture
def page(explore):
    return explore(Sheet("pullback"), query="")


def write(page, text):
    """Type the next line, and return what is said of it."""
    number = page.locator(".sb-desk-lines li").count() + 1
    page.get_by_label(f"Line {number}", exact=True).fill(text)
    page.keyboard.press("Enter")
    return page.get_by_role("status").inner_text()


def test_two_lines_reach_the_goal_and_say_what_they_went_past(page):
    assert write(page, PUT_IN) == "Right: equal to the start."
    said = write(page, GOAL)
    assert said.startswith("Right: equal to line 1.")
    assert "You went past a waypoint: One sum has become two." in said
    assert said.endswith("The goal is reached.")
    assert page.evaluate("model.saved.at(-1)") == {"lines": [PUT_IN, GOAL]}


def test_a_false_line_is_not_taken_and_its_place_is_marked(page):
    said = write(page, "sum_i(g_i*y_i*(delta_ij + y_j))")
    assert said.startswith("Not equal to the start.")
    assert page.locator(".sb-desk-lines li").count() == 0
    assert page.get_by_label("Line 1").input_value() == "sum_i(g_i*y_i*(delta_ij + y_j))"


def test_one_wrong_index_is_marked_in_the_typeset_line(page):
    said = write(page, "sum_i(g_i*y_i*delta_ij) - y_j*sum_i(g_i*y_j)")
    assert "One index makes the difference. Its place is marked." in said
    assert page.locator(".marked").count() == 1


def test_what_cannot_be_read_gets_its_place(page):
    assert write(page, "sum_i(g_i*q)").startswith("q is not known here.")
    assert page.locator("mark").inner_text() == "q"


def test_a_line_that_changes_nothing_is_no_step(page):
    write(page, PUT_IN)
    assert write(page, PUT_IN).startswith("This is line 1 once more.")
    assert page.locator(".sb-desk-lines li").count() == 1


def test_undo_brings_the_text_back_and_the_arrow_up_copies_a_line(page):
    write(page, PUT_IN)
    page.keyboard.press("ArrowUp")
    assert page.get_by_label("Line 2").input_value() == PUT_IN
    page.get_by_label("Line 2").fill("")
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_label("Line 1").input_value() == PUT_IN
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_a_line_in_the_middle_is_changed_and_those_below_it_stay(page):
    write(page, PUT_IN)
    write(page, GOAL)
    page.get_by_label("Line 3").fill("a draft")
    page.get_by_role("button", name="Edit line 1").click()
    field = page.get_by_label("Line 1", exact=True)
    assert field.input_value() == PUT_IN
    field.fill("sum_i(g_i)")
    field.press("Enter")
    assert page.get_by_role("status").inner_text().startswith("Not equal to the start.")
    split = "sum_i(g_i*y_i*delta_ij) - sum_i(g_i*y_i*y_j)"
    field.fill(split)
    field.press("Enter")
    assert page.get_by_role("status").inner_text().startswith("Right: equal to the start.")
    assert page.evaluate("model.saved.at(-1)") == {"lines": [split, GOAL]}
    assert page.get_by_label("Line 3").input_value() == "a draft"


def test_escape_leaves_a_line_as_it_was(page):
    write(page, PUT_IN)
    page.get_by_role("button", name="Edit line 1").click()
    page.get_by_label("Line 1", exact=True).fill("something")
    page.keyboard.press("Escape")
    assert page.get_by_label("Line 2").input_value() == ""
    assert page.evaluate("model.get('lines')") == [PUT_IN]


def test_a_line_changed_into_the_one_below_is_one_line(page):
    write(page, PUT_IN)
    write(page, GOAL)
    page.get_by_role("button", name="Edit line 1").click()
    page.get_by_label("Line 1", exact=True).fill(GOAL)
    page.keyboard.press("Enter")
    assert page.evaluate("model.get('lines')") == [GOAL]


def test_undo_takes_a_line_back_although_another_is_begun(page):
    write(page, PUT_IN)
    page.get_by_label("Line 2").fill("begun")
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_label("Line 1", exact=True).input_value() == "begun"
    assert page.get_by_role("status").inner_text() == f"Taken back: {PUT_IN}."


def test_hints_come_one_by_one_and_begin_anew_for_the_next_form(page):
    hint = page.get_by_role("button", name=re.compile("^Hint"))
    hints = LEVELS["pullback"].waypoints[0].hints
    for number in range(1, len(hints) + 1):
        hint.focus()
        page.keyboard.press("Enter")
        assert hint.inner_text() == f"Hint {number} of {len(hints)}"
        assert page.locator(".sb-desk-hints p").count() == number
    assert hint.is_disabled()
    expect(page.get_by_label("Line 1", exact=True)).to_be_focused()
    write(page, PUT_IN)
    assert hint.inner_text() == "Hint"
    assert page.locator(".sb-desk-hints p").count() == 0


@pytest.mark.parametrize("level", LEVELS)
def test_showing_line_after_line_reaches_the_goal(explore, level):
    page = explore(Sheet(level), query="")
    show = page.get_by_role("button", name="Show the next line")
    for _ in LEVELS[level].model:
        if show.is_enabled():
            show.click()
    assert "The goal is reached." in page.get_by_role("status").inner_text()
    assert show.is_disabled()


def test_a_link_opens_the_lines_that_hold(explore):
    lines = f"lines={PUT_IN.replace('+', '%2B')}%0Ay_j*g_j%0A{GOAL}"
    page = explore(Sheet("pullback"), query=lines)
    assert page.locator(".sb-desk-lines li").count() == 1
    assert page.get_by_label("Line 2").input_value() == ""


def test_the_derivation_is_copied_as_tex(explore):
    page = explore(Sheet("pullback"), query="", permissions=["clipboard-read", "clipboard-write"])
    write(page, PUT_IN)
    page.get_by_role("button", name="Copy as TeX").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("\\begin{aligned}\n& \\sum_{i}")
    assert "\n&= " in copied


def test_brackets_and_sums_are_as_high_as_what_they_hold(page):
    page.get_by_label("Line 1").fill("(1 + 1/y_j)*sum_k(y_k)")
    echo = page.locator(".sb-answer-row + .sb-answer-echo")
    high = "(parts) => parts.map((part) => part.getBoundingClientRect().height)"
    bracket = echo.locator("mo[fence]").evaluate_all(high)[0]
    assert bracket > 0.8 * echo.locator("mfrac").evaluate_all(high)[0]
    letter = echo.locator("mn").evaluate_all(high)[0]
    assert echo.locator("munder > mo").evaluate_all(high)[0] > 1.6 * letter


def test_the_use_of_a_condition_is_noticed(explore):
    page = explore(Sheet("cross-entropy"), query="")
    write(page, "y_j*sum_k(t_k) - t_j")
    assert "This step uses the condition." in write(page, "y_j - t_j")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_is_accessible_and_fits_a_phone(explore, theme):
    page = explore(Sheet("hessian"), query="", theme=theme, width=390)
    write(page, "y_i*(delta_ij - y_j)" + "*1" * 60)
    page.locator("summary").click()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_an_unknown_level_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="level is 'pull'; it must be one of own, two-cases"):
        Sheet("pull")


def test_the_page_has_every_level_under_its_title():
    text = (ROOT / "chapters" / "derive.md").read_text("utf-8")
    titles = dict(re.findall(r"^\(derive-([\w-]+)\)=\n## (.+)$", text, re.M))
    assert titles == {name: level.title for name, level in LEVELS.items()}
    assert re.findall(r'^Sheet\("([\w-]+)"\)$', text, re.M) == list(LEVELS)

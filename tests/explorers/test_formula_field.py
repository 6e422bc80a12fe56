"""The field of a derivation, used as a reader uses it: typed in, by Enter and by its button."""

import pytest

from softback.course.formula import Question, Slip
from softback.course.formula.field import Field
from tests.accessibility import accessibility_faults

QUESTION = Question(
    "slope",
    "`dy_i/dz_j`",
    "y_i*(delta_ij - y_j)",
    "ij",
    "y z S delta C",
    (Slip("only-the-diagonal", "You kept `i = j` alone.", ("delta_ij*y_i*(1 - y_i)",)),),
)


@pytest.fixture
def page(explore):
    return explore(Field(QUESTION))


def answer(page, text):
    page.get_by_label("Your formula").fill(text)
    page.keyboard.press("Enter")
    return page.get_by_role("status").inner_text()


@pytest.mark.parametrize(
    "text", ["y_i*(delta_ij - y_j)", "= yᵢ·(δᵢⱼ − yⱼ)", "delta_ij*y_i - y_i*y_j"]
)
def test_right_forms_are_right(page, text):
    assert answer(page, text).startswith("Right: this is dy_i/dz_j.")


def test_a_known_mistake_is_named_and_its_code_is_set_as_code(page):
    assert answer(page, "delta_ij*y_i*(1 - y_i)") == "You kept i = j alone."
    assert page.get_by_role("status").locator("code").inner_text() == "i = j"


def test_any_other_formula_gets_a_case_and_numbers(page):
    said = answer(page, "y_i*y_j")
    assert said.startswith("Not yet: for i = j your formula gives")
    assert "i = 3, j = 3" in said


def test_a_text_that_is_no_formula_gets_its_place_marked(page):
    assert answer(page, "y_i*(1 - q_j)").startswith("q is not known here.")
    assert page.locator("mark").inner_text() == "q_j"


def test_nothing_typed_is_asked_for(page):
    page.get_by_role("button", name="Check").click()
    assert page.get_by_role("status").inner_text() == "There is no answer yet. Write a formula."


def test_what_is_typed_is_typeset_and_the_last_verdict_goes(page):
    answer(page, "y_i*y_j")
    page.get_by_label("Your formula").press_sequentially(" + exp(z_i")
    assert page.get_by_role("status").inner_text() == ""
    assert page.locator("math msub").count() == 3
    assert page.locator("math mi").all_text_contents() == ["y", "i", "y", "j", "e", "z", "i"]


def test_pasted_html_stays_text(page):
    assert answer(page, "<img src=x onerror=alert(1)>").startswith("This looks like HTML.")
    assert page.locator(".sb-answer img").count() == 0


def test_python_hears_what_was_asked_about(page):
    answer(page, "y_i")
    assert page.evaluate("model.saved") == [{"formula": "y_i"}]


def test_the_page_holds_no_right_formula():
    assert "delta_ij - y_j" not in str(Field(QUESTION).data)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_is_accessible_and_fits_a_phone(explore, theme):
    page = explore(Field(QUESTION), theme=theme, width=390)
    answer(page, "y_i" + "*y_j" * 60)
    page.locator("summary").click()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")

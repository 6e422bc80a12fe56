"""Questions, hints and solutions open where no script runs; where one does, fields answer."""

import pytest
from playwright.sync_api import expect

from tests.chapters.sources import chapter
from tests.conftest import HTML
from tests.site.conftest import come_again


@pytest.fixture(scope="module")
def page(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/{chapter('vector-jacobian-product')}")
        yield page


def summary(box):
    return box.locator("> summary")


def test_hints_open_one_by_one(page):
    first = page.locator("#ex-jvp > details.hint")
    second, third = first.locator("> details.hint"), first.locator("details.hint details.hint")
    expect(summary(second)).to_be_hidden()
    summary(first).click()
    expect(summary(second)).to_be_visible()
    expect(summary(third)).to_be_hidden()
    summary(second).focus()
    page.keyboard.press("Enter")
    expect(summary(third)).to_be_visible()
    expect(summary(third)).to_have_text("Hint 3 of 3")


def test_a_solution_opens_and_shows_its_verdict(page):
    solution = page.locator("#sol-einsum-vjp")
    verdict = solution.get_by_text("Right: the upstream gradient, centred")
    expect(verdict).to_be_hidden()
    summary(solution).click()
    expect(verdict).to_be_visible()


def test_an_exercise_answers_before_it_is_done(page):
    expect(page.locator("#ex-einsum-vjp")).to_contain_text("Not written yet.")
    expect(page.locator("#ex-jvp")).to_contain_text("There is no answer yet.")


@pytest.mark.parametrize("place", ["served", "from a folder"])
def test_a_typed_formula_is_answered_and_kept_until_the_next_visit(visitor, site, place):
    folder = site if place == "served" else HTML.as_uri()
    exercise = visitor.locator("#ex-jvp")
    # A text box, since until the field is alive a button stands in its place.
    field = exercise.get_by_role("textbox", name="Your formula")
    status = exercise.get_by_role("status")
    visitor.goto(f"{folder}/{chapter('vector-jacobian-product')}#ex-jvp")

    def answer():
        field.fill("g_i*(1 - y_i)")
        field.press("Enter")
        expect(status).to_contain_text("not known here")
        field.fill("y_i*v_i")
        field.press("Enter")
        expect(status).to_contain_text("The second term of J is missing.")

    come_again(visitor, after=answer)
    expect(field).to_have_value("y_i*v_i")
    field.fill("y_i*(v_i − sum_k(v_k*y_k))")
    exercise.get_by_role("button", name="Check").click()
    expect(status).to_contain_text("Right: this is")


def test_a_line_at_the_desk_is_answered_and_its_link_opens_it(browser, site):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}/chapters/derive.html#derive-pullback")
        sheet = page.locator("#softmax-backwards")
        line = sheet.get_by_role("textbox", name="Line 1", exact=True)
        line.fill("sum_i(g_i*y_i*(delta_ij - y_j))")
        line.press("Enter")
        expect(sheet.get_by_role("status")).to_contain_text("Right: equal to the start.")
        page.wait_for_url("**/derive.html#explorer-sheet-6?lines=*")
        linked = page.url
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(linked)
        expect(page.locator("#softmax-backwards ol li")).to_have_count(1)


def test_each_option_opens_with_its_own_answer(page):
    options = page.locator("#check-yourself details.option")
    assert options.count() >= 6
    for option in options.all():
        answer = option.locator("> p").first
        expect(answer).to_be_hidden()
        summary(option).click()
        expect(answer).to_be_visible()


def test_exercises_are_numbered_within_their_chapter(page):
    numbers = page.locator("div.exercise .caption-number").all_text_contents()
    assert [number.strip() for number in numbers] == [f"Exercise 5.{n}" for n in range(1, 7)]

"""Questions, hints and solutions open where no script runs, by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.chapters.sources import chapter


@pytest.fixture
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
    expect(summary(third)).to_have_text("The last hint")


def test_a_solution_opens_and_shows_its_verdict(page):
    solution = page.locator("#sol-einsum-vjp")
    verdict = solution.get_by_text("Right: the upstream gradient, centred")
    expect(verdict).to_be_hidden()
    summary(solution).click()
    expect(verdict).to_be_visible()


def test_an_exercise_answers_before_it_is_done(page):
    expect(page.locator("#ex-einsum-vjp")).to_contain_text("Not written yet.")
    expect(page.locator("#ex-jvp")).to_contain_text("There is no answer yet.")


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
    assert [number.strip() for number in numbers] == [f"Exercise 5.{n}" for n in range(1, 6)]

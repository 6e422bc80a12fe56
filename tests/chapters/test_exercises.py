"""Every chapter ends with questions and exercises that all work in the same way."""

import re

import pytest

from tests.chapters.sources import NUMBERED, cells, exercises, folded

KINDS = {"warm-up", "derivation", "implementation", "prediction", "spot the slip"}
LEVELS = {"easy", "medium", "hard"}
COLUMNS = 73  # a box is narrower than the page
HINTS = ["Hint", "Another hint", "The last hint"]
TITLE = re.compile(r"[A-Z][^:]+: (?P<kind>[\w -]+), (?P<level>\w+)")
QUESTION = re.compile(r"^\*\*(\d)\.\*\* .+\?(?: .+)?$", re.M)
CHECK = re.compile(r"course\.(check\(\"\w+\", )")

every_chapter = pytest.mark.parametrize("page", NUMBERED, ids=lambda page: page.stem)


def section(text, heading):
    return re.split(r"^## ", text.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.M)[0]


def hints(text):
    """Return the titles of the hints; each stands inside of the one before."""
    found = [part for part in folded(text) if part.kind == "hint"]
    assert len(found) <= 1, "hints open one by one: put the second into the first"
    return [found[0].title, *hints(found[0].text)] if found else []


@every_chapter
def test_a_chapter_has_three_to_six_exercises_of_several_kinds(page):
    found = exercises(page.read_text("utf-8"))
    titles = [TITLE.fullmatch(exercise["title"]) for exercise in found]
    assert 3 <= len(found) <= 6
    assert all(titles), [exercise["title"] for exercise in found]
    assert len({title["kind"] for title in titles}) >= 3
    assert {title["kind"] for title in titles} <= KINDS
    assert {title["level"] for title in titles} <= LEVELS


@every_chapter
def test_every_gate_belongs_to_an_exercise_in_its_section(page):
    text = page.read_text("utf-8")
    count = len(exercises(section(text, "Exercises")))
    assert text.count("{exercise-start}") == text.count("{solution-end}") == count


@every_chapter
def test_an_exercise_is_named_and_its_solution_after_it(page):
    for exercise in exercises(page.read_text("utf-8")):
        assert exercise["label"].startswith("ex-")
        assert exercise["solved"] == exercise["label"]
        assert exercise["name"] == "sol-" + exercise["label"].removeprefix("ex-")


@every_chapter
def test_hints_open_one_by_one(page):
    for exercise in exercises(page.read_text("utf-8")):
        found = hints(exercise["prompt"])
        assert 1 <= len(found) <= 3, exercise["label"]
        assert found == HINTS[: len(found)], exercise["label"]


@every_chapter
def test_every_solution_runs_and_passes_the_check_of_its_exercise(page):
    for exercise in exercises(page.read_text("utf-8")):
        assert cells(exercise["solution"]), exercise["label"]
        asked, passed = CHECK.findall(exercise["prompt"]), CHECK.findall(exercise["solution"])
        assert asked == passed, exercise["label"]
        assert exercise["solution"].count(".require()") == len(passed), exercise["label"]
        assert ".require()" not in exercise["prompt"], exercise["label"]


@every_chapter
def test_solutions_are_folded_in_jupyter_too(page):
    for exercise in exercises(page.read_text("utf-8")):
        hidden = [cell.options.get("jupyter") for cell in cells(exercise["solution"])]
        assert hidden == [{"source_hidden": True}] * len(hidden), exercise["label"]


@every_chapter
def test_what_a_reader_has_to_write_or_derive_is_checked(page):
    for exercise in exercises(page.read_text("utf-8")):
        if re.search(": (implementation|derivation),", exercise["title"]):
            assert CHECK.search(exercise["prompt"]), exercise["label"]


@every_chapter
def test_a_chapter_asks_three_to_five_questions_and_answers_every_option(page):
    parts = QUESTION.split(section(page.read_text("utf-8"), "Check yourself"))[1:]
    numbers, answers = parts[::2], [folded(part) for part in parts[1::2]]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert 3 <= len(numbers) <= 5
    for options in answers:
        assert {option.kind for option in options} == {"option"}
        # A formula alone is no name for what opens: tools that read aloud may skip it.
        assert all(re.search(r"\w", re.sub(r"\$.*?\$", "", o.title)) for o in options)
        verdicts = [re.match(r"(Yes|No)[.,:]", option.text)[1] for option in options]
        assert len(options) >= 2
        assert verdicts.count("Yes") == 1


@every_chapter
def test_no_line_in_a_box_has_to_be_scrolled(page):
    found = exercises(page.read_text("utf-8"))
    shown = [cell for e in found for part in ("prompt", "solution") for cell in cells(e[part])]
    lines = [line for cell in shown for line in cell.code.splitlines()]
    assert [line for line in lines if len(line) > COLUMNS] == []


def test_hints_that_stand_side_by_side_are_reported():
    with pytest.raises(AssertionError, match="one by one"):
        hints("```{admonition} Hint\n:class: dropdown hint\nA\n```\n" * 2)


def test_nested_hints_are_found():
    inner = "```{admonition} Another hint\n:class: dropdown hint\nB\n```\n"
    assert hints(f"````{{admonition}} Hint\n:class: dropdown hint\nA\n\n{inner}````\n") == HINTS[:2]

"""The notebooks of a sheet hold what their readers may see, and nothing else."""

import nbclient
import pytest
from nbformat import v4

from classroom.sheets import notebooks
from classroom.sheets.page import page

ANSWERS = ["return x + x", "Because of the model answer"]
SECRETS = ["77", "secret", "hidden"]


def link(role, target):
    """Know every page."""
    return "The Jacobian", f"https://book.example/{target}.html"


@pytest.fixture
def student(trial):
    return notebooks.student(trial, link)


def held(notebook, words):
    """Return which of some words stand in the file of a notebook."""
    text = notebooks.text(notebook)
    return [word for word in words if word in text]


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def test_students_get_stubs_and_checks_without_answers_or_hidden_tests(student):
    assert held(student, [*ANSWERS, *SECRETS]) == []
    assert held(student, ["raise NotImplementedError", "Twice two is four", "*Your answer here.*"])
    assert [c.id for c in student.cells] == [
        "intro-text",
        "intro-code",
        "ex-double-text",
        "ex-double-solution",
        "ex-double-test",
        "ex-reason-text",
        "ex-reason-answer",
        "ex-reason-text-2",
    ]


def test_the_text_is_plain_and_counts_exercises_within_the_sheet(student):
    text = cell(student, "ex-double-text").source
    assert text.startswith("### Exercise 1: Twice\n\n*4 points.* Write")
    assert "<summary>Hint</summary>" in text
    assert "after exercise 1?" in cell(student, "ex-reason-text").source
    assert "[the Jacobian](https://book.example/" in cell(student, "intro-text").source


def test_a_check_that_fails_does_not_stop_run_all(student):
    assert [c.id for c in student.cells if c.metadata.get("tags") == ["raises-exception"]] == [
        "ex-double-test"
    ]


@pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets to the collector
def test_run_all_goes_through_a_blank_notebook_to_its_last_cell(student):
    last = v4.new_code_cell("print('reached')", id="last")
    run = nbclient.execute(v4.new_notebook(cells=[*student.cells, last]))
    assert [out.ename for out in cell(run, "ex-double-test").outputs] == ["NotImplementedError"]
    assert cell(run, "last").outputs[0].text == "reached\n"


def test_the_grader_finds_cells_by_their_names(student):
    names = {c.id: c.metadata.get("exercise") for c in student.cells}
    assert {name for name, known in names.items() if known} == {
        "ex-double-solution",
        "ex-double-test",
        "ex-reason-answer",
    }
    assert all(known in (None, name) for name, known in names.items())


def test_the_solution_has_answers_and_still_no_secret(trial):
    made = notebooks.solution(trial, link)
    assert held(made, ANSWERS) == ANSWERS
    assert held(made, [*SECRETS, "NotImplementedError", "### BEGIN"]) == []


def test_the_page_is_that_of_the_solution_with_stubs_above(trial):
    text = page(trial)
    assert [word for word in SECRETS if word in text] == []
    stub, solved = text.index("raise NotImplementedError"), text.index("return x + x")
    assert (
        stub < text.index("{solution-start} ex-double") < solved < text.index("Twice two is four")
    )
    assert text.index("Twice two is four") < text.index("{solution-end}")
    assert text.index("{solution-start} ex-reason") < text.index(ANSWERS[1])
    assert text.count("{solution-start}") == text.count("{solution-end}") == 2
    assert "tags:\n- skip-execution\n---\ndef double" in text


def test_the_place_for_an_answer_stands_inside_of_its_exercise(trial):
    text = page(trial)
    answer, words = text.split("{exercise-start}")[1:]
    for part, place in ((answer, "NotImplementedError"), (words, "sb-words-cell")):
        assert part.index(place) < part.index("{exercise-end}") < part.index("{solution-start}")
    assert text.index("{solution-start} ex-reason") < text.index("sb-hand-in")


def test_a_cell_with_backquotes_gets_a_longer_fence(write_sheet):
    from classroom.sheets import read
    from tests.classroom.trial import SHEET

    quoted = 'import numpy as np\n\nfence = "```"'
    # In the file, too, the fence has to be longer.
    before, rest = SHEET.split("```{code-cell} ipython3\nimport numpy as np\n```", 1)
    sheet = read(write_sheet(f"{before}````{{code-cell}} ipython3\n{quoted}\n````{rest}"))
    assert f"````{{code-cell}} ipython3\n{quoted}\n````\n" in page(sheet)


def test_for_nbgrader_every_graded_cell_is_marked_in_full(trial):
    made = notebooks.for_nbgrader(trial, link)
    marks = {c.id: c.metadata.nbgrader for c in made.cells if "nbgrader" in c.metadata}
    assert {
        name: (m.solution, m.grade, m.locked, m.get("points")) for name, m in marks.items()
    } == {
        "ex-double-solution": (True, False, False, None),
        "ex-double-test": (False, True, True, 1),
        "ex-double-hidden-test": (False, True, True, 3),
        "ex-reason-answer": (True, True, False, 2.5),
    }
    assert all(m.grade_id == name and m.schema_version == 3 for name, m in marks.items())
    hidden = cell(made, "ex-double-hidden-test").source
    assert "### BEGIN HIDDEN TESTS\nfor x in" in hidden
    assert hidden.endswith("\n### END HIDDEN TESTS")
    assert "### BEGIN SOLUTION" in cell(made, "ex-double-solution").source

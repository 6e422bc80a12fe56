"""Sheets are read whole, and refused where they would be handed out wrong."""

import re

import pytest

from classroom.sheets import SheetError, read
from tests.classroom.trial import HEADER, SHEET, line_of


def test_a_sheet_has_a_name_a_title_exercises_and_points(trial):
    assert (trial.name, trial.title, trial.points) == ("trial-sheet", "A trial sheet", 6.5)
    assert [(e.label, e.title, e.number) for e in trial.exercises] == [
        ("ex-double", "Twice", 1),
        ("ex-reason", "A reason", 2),
    ]
    assert [trial.points_of(e.label) for e in trial.exercises] == [4, 2.5]


def test_cells_have_roles_names_and_points(trial):
    found = [(c.type, c.role, c.exercise, c.name, c.points) for c in trial.cells]
    assert found == [
        ("markdown", None, None, "intro-text", 0),
        ("code", None, None, "intro-code", 0),
        ("markdown", None, "ex-double", "ex-double-text", 0),
        ("code", "solution", "ex-double", "ex-double-solution", 0),
        ("code", "test", "ex-double", "ex-double-test", 1),
        ("code", "hidden-test", "ex-double", "ex-double-hidden-test", 3),
        ("markdown", None, "ex-reason", "ex-reason-text", 0),
        ("markdown", "answer", "ex-reason", "ex-reason-answer", 2.5),
        ("markdown", None, "ex-reason", "ex-reason-text-2", 0),
    ]


def test_cells_know_their_lines(trial):
    lines = SHEET.split("\n")
    for cell in trial.cells:
        assert lines[cell.line - 1] == cell.source.split("\n")[0], cell.name


def test_functions_are_those_at_the_top_of_solutions(write_sheet):
    inner = "    return x + x\n"
    nested = "    def add(a, b):\n        return a + b\n\n    return add(x, x)\n"
    assert read(write_sheet(SHEET.replace(inner, nested))).functions == ("double",)


def test_a_stub_keeps_its_place_and_a_solution_loses_its_markers(trial):
    cell = next(cell for cell in trial.cells if cell.role == "solution")
    head = 'def double(x):\n    """Return twice x."""\n'
    assert cell.stub() == head + "    # YOUR CODE HERE\n    raise NotImplementedError"
    assert cell.solved() == head + "    return x + x"


def test_two_cells_of_one_kind_have_two_names(write_sheet):
    test = "```{code-cell} ipython3\n:tags: [test, points-1]\n\nassert double(1) == 2\n```\n\n"
    text = SHEET.replace("```{exercise-start} A", f"{test}```{{exercise-start}} A")
    text = text.replace("*4 ", "*5 ").replace("**6.5 ", "**7.5 ")
    assert [cell.name for cell in read(write_sheet(text)).cells if cell.role == "test"] == [
        "ex-double-test",
        "ex-double-test-2",
    ]


START = "```{exercise-start} Twice"
LABELLED = f"{START}\n:label: ex-double\n```\n"
TEST = "[test, points-1]"
TESTED = "assert double(2)"
REGION = "### BEGIN SOLUTION\n    return x + x\n    ### END SOLUTION"
# What is replaced by what, what the line that is named holds, and what is said.
MALFORMED = {
    "a hidden test that quotes a result": (
        'f"Wrong for {x}, a secret number."',
        'f"Not {double(x)}."',
        'f"Not {double(x)}."',
        "the message of a hidden test quotes a result",
    ),
    "a hidden test that quotes a result under another name": (
        "    assert double(x) == 2 * x, f",
        "    assert (y := double(x)) == 2 * x, f'Not {y}.' + f",
        "    assert (y :=",
        "the message of a hidden test quotes a result",
    ),
    "a hidden test that quotes an error": (
        "assert double(0) == 0, ",
        "try:\n    double(0)\nexcept ValueError as error:\n    assert not error, f'{error}' ",
        "    assert not error",
        "the message of a hidden test quotes a result",
    ),
    "a hidden test that raises a result": (
        'assert double(0) == 0, "Twice zero is secret."',
        "if double(0): raise AssertionError(double(0))",
        "if double(0): raise",
        "the message of a hidden test quotes a result",
    ),
    "a test without a tag": (
        ":tags: [hidden-test, points-3]\n\n",
        "",
        "for x in np.random",
        "a check has no tag, and would be handed out. Tag it test or hidden-test, and points-N",
    ),
    "a loose comparison": (
        "assert double(2) == 4",
        "assert np.allclose(double(2), 4)",
        "assert np.allclose",
        "np.allclose lets an empty array and other shapes pass. Compare with same(",
    ),
    "no header": (HEADER, "\n", None, "names a kernel"),
    "no title": ("# A trial sheet", "A trial sheet", None, "no title"),
    "a tag that nobody knows": (TEST, "[tset, points-1]", TESTED, "'tset' is not known"),
    "no points": (TEST, "[test]", TESTED, "does not say its points"),
    "no number": (TEST, "[test, points-one]", TESTED, "'points-one' is not known"),
    "zero points": (TEST, "[test, points-0]", TESTED, "N above 0"),
    "points twice": (TEST, "[test, points-1, points-2]", TESTED, "does not say its points"),
    "points on a solution": (
        "[solution]",
        "[solution, points-1]",
        "def double",
        "nothing is counted",
    ),
    "two roles": (TEST, "[test, solution]", TESTED, "tagged test and solution"),
    "an answer in code": (TEST, "[answer, points-1]", TESTED, "wrong kind of cell"),
    "no markers": (REGION, "return x + x", "def double", "has no markers"),
    "no BEGIN": ("### BEGIN SOLUTION\n    ", "", "### END", "no ### BEGIN SOLUTION before"),
    "no END": ("    ### END SOLUTION\n", "", "### BEGIN", "no ### END SOLUTION after"),
    "BEGIN twice": ("return", "### BEGIN SOLUTION\n    return", "### BEGIN", "inside of another"),
    "an answer in a test": (
        TESTED,
        f"### BEGIN SOLUTION\n### END SOLUTION\n{TESTED}",
        "### BEGIN",
        "outside of a solution",
    ),
    "tests without exercise": (LABELLED, "", "def double", "belongs to no exercise"),
    "no label": (":label: ex-double\n", "", START, "no label"),
    "a verdict that fails nothing": (
        TESTED,
        f'check("softmax", double)\n{TESTED}',
        'check("softmax"',
        "nothing fails when the verdict of check does",
    ),
    "a label that is no id": ("label: ex-double", "label: ex_d", START, "no label"),
    "a label twice": (":label: ex-reason", ":label: ex-double", ":label: ex-double", "already"),
    "no end": ("```{exercise-end}\n```\n\n```{code", "```{code", START, "does not end"),
    "no start": ("The end.", "```{exercise-end}\n```", "```{exercise-end}", "ends no exercise"),
    "a directive that nobody knows": ("The end.", "```{tabs}\n```", "```{tabs}", "no plain form"),
    "a role that nobody knows": ("The end.", "{sub}`2`", "{sub}", "no plain form"),
    "a solution for all to see": (
        "The end.",
        "```{solution-start} ex-double\n```\n```{solution-end}\n```",
        "```{solution-start}",
        "tagged solution",
    ),
    "code that is not Python": ("import numpy as np", "import numpy as", "import", "not Python"),
    "a magic": ("import numpy as np", "%pip list", "%pip", "no magics"),
    "points that do not add up": ("*4 points.*", "*5 points.*", START, "its 4 points"),
    "a total that is none": ("**6.5 points", "**6 points", None, "its 6.5 points"),
    "no time": (", about 60 minutes.**", ".**", None, "its time"),
    "no marking": ("**Marking.**", "Marking:", "Because of", "how it is marked"),
    "a raw cell": ("The end.", "```{raw-cell}\nx = 1\n```", "x = 1", "a raw cell"),
    "options that are no YAML": (":tags: [solution]", ":tags: [solution", None, "Repair the YAML"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_sheet_stops_with_file_line_and_remedy(kind, write_sheet):
    good, bad, place, words = MALFORMED[kind]
    assert good in SHEET
    text = SHEET.replace(good, bad, 1)
    path = write_sheet(text)
    with pytest.raises(SheetError) as caught:
        read(path)
    message = str(caught.value)
    assert re.match(rf"{re.escape(str(path))}, line \d+: ", message)
    assert words in message
    if place:
        assert caught.value.line == line_of(text, place)


def test_a_sheet_in_other_letters_is_named(tmp_path):
    (tmp_path / "sheet.md").write_bytes(SHEET.encode("utf-16"))
    with pytest.raises(SheetError, match=r"sheet\.md, line 1: the letters .* UTF-8\. Save it so\."):
        read(tmp_path / "sheet.md")


def test_what_raises_by_itself_needs_no_verdict(write_sheet):
    used = "check_vjp(double, double, 1.0, rng=np.random.default_rng(1))"
    cells = read(write_sheet(SHEET.replace(TESTED, f"{used}\n{TESTED}"))).cells
    assert any(used in cell.source for cell in cells)


def test_an_exercise_that_counts_nothing_is_refused(write_sheet):
    text = SHEET.replace('+++ {"tags": ["answer", "points-2.5"]}', "+++")
    with pytest.raises(SheetError, match="nothing of the exercise ex-reason counts"):
        read(write_sheet(text))


def test_tests_of_nothing_are_refused(write_sheet):
    begin, end = SHEET.index("```{code-cell} ipython3\n:tags: [sol"), SHEET.index(":tags: [test")
    text = SHEET[:begin] + "```{code-cell} ipython3\n" + SHEET[end:]
    with pytest.raises(SheetError, match="the exercise ex-double tests nothing"):
        read(write_sheet(text))


def test_a_test_before_all_exercises_is_refused(write_sheet):
    text = SHEET.replace("import numpy as np", f":tags: {TEST}\n\nimport numpy as np", 1)
    with pytest.raises(SheetError, match="tagged test belongs to no exercise"):
        read(write_sheet(text))

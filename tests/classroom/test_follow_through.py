"""A later answer is judged with right ones in place of broken earlier ones, for no points."""

import csv
import json

import pytest

from classroom.grader import follow, one
from classroom.grader.limits import Limits
from classroom.grader.paper import from_sheet
from classroom.grader.report import feedback, grades, gradescope, whole_class
from classroom.grader.run import Outcome
from classroom.grader.sandbox import NONE, Sandbox
from classroom.grader.submissions import Submission
from classroom.sheets import notebooks, read
from classroom.sheets.book import Book
from tests.classroom.conftest import ROOT

SHEETS = {path.name[:7]: read(path) for path in (ROOT / "exercises").glob("*.md")}
HEADS, LAYER, PULLED_LAYER = 0, 4, 5


def graded(name, *changes):
    """Return the record of a solved sheet with changes to its text, and its points by exercise."""
    sheet = SHEETS[name]
    text = json.dumps(json.loads(notebooks.text(notebooks.solution(sheet, Book()))))
    for before, after in changes:
        before, after = (json.dumps(part)[1:-1] for part in (before, after))
        assert before in text
        text = text.replace(before, after)
    who = Submission(None, "ada.ipynb", "ada")
    sandbox, limits = Sandbox(NONE), Limits()
    job = one.Job(from_sheet(sheet), who, "key", text.encode(), "", sandbox, limits)
    record, points = one.grade(job), {}
    for result in record.results:
        points.setdefault(result.exercise, []).append((result.points, result.score, result.given))
    return record, list(points.values())


def whole(tests):
    return sum(points for points, _, _ in tests)


def had(tests):
    return sum(score for _, score, _ in tests)


def follows(tests):
    """Return the names that all failed tests of an exercise follow from."""
    found = {tuple(given) for _, score, given in tests if not score}
    return list(*found) if len(found) == 1 else found


TORN = "def split_heads(x, H):", "def split_heads(x, H)"
BOTH = ["split_heads", "merge_heads"]


def test_what_a_missing_colon_costs_later_is_told_and_counts_nothing():
    record, exercises = graded("sheet-4", TORN)
    assert [had(tests) for tests in exercises] == [
        0 if at in (HEADS, LAYER, PULLED_LAYER) else whole(tests)
        for at, tests in enumerate(exercises)
    ]
    assert follows(exercises[HEADS]) == []
    assert follows(exercises[LAYER]) == follows(exercises[PULLED_LAYER]) == BOTH
    assert record.follow_through == whole(exercises[LAYER]) + whole(exercises[PULLED_LAYER])
    assert record.score == sum(map(had, exercises))


def test_an_answer_that_only_follows_is_not_broken_itself():
    last = "    return dx, *(part"
    uses = last, f"    layer(x, Wq, Wk, Wv, Wo, H, allowed)\n{last}"
    _, exercises = graded("sheet-4", TORN, uses)
    assert follows(exercises[PULLED_LAYER]) == BOTH


def test_an_answer_that_is_wrong_itself_has_no_such_mark():
    wrong = "return merge_heads(o) @ Wo", "return 2 * merge_heads(o) @ Wo"
    _, exercises = graded("sheet-4", TORN, wrong)
    assert follows(exercises[LAYER]) == []
    assert follows(exercises[PULLED_LAYER]) == BOTH


CHAIN = """    return helper(y, g)


def helper(y, g):
    return tempered_pullback(y, g, 1.0)

"""


def test_an_earlier_answer_may_be_reached_through_a_function_of_ones_own():
    own = "g = g.swapaxes(1, 2)\n", f"g = g.swapaxes(1, 2)\n{CHAIN}"
    wrong = "return y * (g - s) / T", "return y * (g + s) / T"
    _, exercises = graded("sheet-2", own, wrong)
    assert had(exercises[0]) == had(exercises[2]) == 0
    assert follows(exercises[2]) == ["tempered_pullback"]


def test_what_uses_no_broken_answer_is_judged_once(monkeypatch):
    monkeypatch.setattr(follow, "_again", lambda *wanted: pytest.fail("judged again"))
    wrong = [("return y * (g - s) / T", "return y"), ("group[:, None] == group", "group[:, None]")]
    _, exercises = graded("sheet-2", *wrong)
    assert [had(tests) < whole(tests) for tests in exercises] == [True, False, False, True, False]


def test_of_the_second_run_no_word_comes_out():
    spy = (
        "def layer(x, Wq, Wk, Wv, Wo, H, allowed):",
        (
            "def layer(x, Wq, Wk, Wv, Wo, H, allowed):\n"
            "    raise ValueError(f'spied: {globals().get(\"split_heads\")}')"
        ),
    )
    record, _ = graded("sheet-4", TORN, spy)
    said = [result.message for result in record.results if "spied" in result.message]
    assert said
    assert all("spied: None" in message for message in said)


def test_the_mark_is_in_table_feedback_and_the_report_of_the_class():
    record, exercises = graded("sheet-4", TORN)
    more = whole(exercises[LAYER]) + whole(exercises[PULLED_LAYER])
    paper = from_sheet(SHEETS["sheet-4"])
    [row] = csv.DictReader(grades.table(Outcome([record]), paper, {}).splitlines())
    assert (float(row["score"]), float(row["follow-through"])) == (record.score, more)
    names, had = "`split_heads` and `merge_heads`", "this would have had 2 of 2 points"
    sentence = f"(With the right {names} in place of yours {had}.)"
    for said in (feedback.markdown(record, paper, {}), gradescope.results(record, paper, {})):
        assert said.count(sentence) == 1
        assert f"{record.score:g} of" in said or f'"score": {record.score},' in said
    items = whole_class.items([record, graded("sheet-4")[0]])
    assert [item.followed for item in items] == [int(bool(r.given)) for r in record.results]
    assert "| 1 of 2 | +1 |" in whole_class.page(items, paper, feedback.escaped)

"""What teachers, students and Gradescope read."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

from classroom.grader.marking import mark
from classroom.grader.paper import Paper, Step, from_sheet
from classroom.grader.record import Record, Result
from classroom.grader.report import answers, feedback, grades, gradescope, whole_class
from classroom.grader.run import Outcome
from classroom.grader.student import StudentError
from classroom.grader.words import cell_text, plain_text

PAPER = Paper("Shares & more", {}, (Step("a", "", ""),), {"ex-why-answer": 2.0})
EXERCISE = "Exercise 1: Shares | `y`"


def record(message, hidden=False, name="ada", **more):
    results = [Result("ex-a-test", EXERCISE, hidden, 2.0, 0.0 if message else 2.0, message)]
    return Record(name, f"{name}.ipynb", "key", results, **more)


class Reader(HTMLParser):
    """Collects tags and text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def test_feedback_says_points_and_what_was_found():
    said = feedback.markdown(record("The rows of `y` do not sum to one."), PAPER, {})
    assert "0 of 2 points by tests, and up to 2 for what a person reads." in said
    assert (
        "| Exercise 1: Shares \\| `y` (check) | 0 of 2 | The rows of `y` do not sum to one. |"
        in said
    )
    page = Reader(feedback.page(record("The rows of `y` do not sum to one."), PAPER, {}))
    assert "Exercise 1: Shares | y (check)" in page.text
    assert "The rows of y do not sum to one." in page.text
    assert page.tags.count("code") == 2


def test_a_passed_test_says_so():
    said = feedback.markdown(record("", True), PAPER, {})
    assert "`y` (hidden test) | 2 of 2 | Passed. |" in said


IDLE = {"functions": (), "changed": [], "absent": None, "begin_cell": lambda: None}


def test_an_error_without_a_word_is_no_pass():
    class Silent(StudentError):
        """Says nothing."""

    def fail():
        raise Silent("")

    step = Step("t", "", "fail()", 1.0, True, True)
    student = SimpleNamespace(**IDLE | {"functions": ("fail",)}, stand_in=lambda name: fail)
    assert mark(Paper("", {}, (step,), {}), student)[0].score == 0


def test_a_test_has_the_number_and_the_title_of_its_exercise(trial):
    paper = from_sheet(trial)
    assert [step.exercise for step in paper.steps] == ["", *2 * ["Exercise 1: Twice"]]
    assert [result.title for result in mark(paper, None)] == [
        "Exercise 1: Twice (check)",
        "Exercise 1: Twice (hidden test)",
    ]


BITING = "<script>x</script> [a](javascript:b) ![c](http://d) **e** | `f|g` $h$ `<i>"


def test_words_of_a_student_are_no_markup():
    said = feedback.page(record(BITING, notes=[BITING], name="<b>"), PAPER, {})
    page = Reader(said)
    assert set(page.tags) <= set(
        "html head meta title style body main h1 p strong ul li code".split()
        + "table thead tbody tr th td".split()
    )
    assert page.text.count("<script>x</script>") == 2
    row = feedback.markdown(record(BITING), PAPER, {}).splitlines()[-1]
    assert row.replace("\\|", "").count("|") == 4
    assert "<script>" not in row
    assert "](j" not in row.replace("\\]", "")


TOO_LARGE = (
    "Right on paper, but exp(1000) is more than a float64 can hold. "
    "Subtract the largest logit of each row before `np.exp`."
)


def test_a_mistake_that_is_named_leads_to_its_exhibit_and_an_exercise_of_the_site(monkeypatch):
    assert "http" not in feedback.markdown(record(TOO_LARGE), PAPER, {})
    monkeypatch.setenv("SOFTBACK_BASE_URL", "https://example.org/b")
    row = feedback.markdown(record(TOO_LARGE), PAPER, {}).splitlines()[-1]
    exhibit, exercise = re.findall(r"\]\(([^)]*)\)", row)
    assert exhibit.startswith("https://example.org/b/chapters/bug-museum.html#exhibit-")
    assert re.fullmatch(r"https://example.org/b/chapters/\d\d-[\w-]+.html#ex-[\w-]+", exercise)
    page = Reader(feedback.page(record(TOO_LARGE), PAPER, {}))
    assert page.tags.count("a") == 2
    assert "http" not in feedback.markdown(record("Another sentence."), PAPER, {})


def test_the_page_loads_nothing():
    said = feedback.page(record("x"), PAPER, {})
    assert "default-src 'none'" in said
    assert "http" not in said.replace("http-equiv", "")


def test_the_page_is_no_wider_than_a_phone(browser):
    long = "There is no function a_name_that_somebody_has_found_very_telling."
    with browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.set_content(feedback.page(record(long, notes=[long.replace(" ", "_")]), PAPER, {}))
        assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r\n=1"])
def test_no_text_is_a_formula(text):
    assert cell_text(text)[0] == "'"


def test_words_are_in_one_line_and_can_be_written():
    text = plain_text("a\n\x1b[31mb\x00\u202ec\ud800" + "d" * 1000)
    assert text.startswith("a [31mb c?d")
    assert len(text) == 300
    text.encode()


def test_the_table_has_a_line_for_each_and_columns_to_fill_in():
    bob = record("no", name="bob", notes=["=1"], answers={"ex-why-answer": "So."})
    cut = record("Not run.", name="cut", notes=["Too large."], unreadable="Too large.")
    outcome = Outcome([record(""), bob, cut], {"eve": "why"}, {"work.py": "it is late"})
    paper = replace(PAPER, steps=(Step("ex-a-test", "", "", 2.0, test=True),))
    filled = {
        name: {"ex-why-answer": grades.Mark(1.5, "Why?", "a of then")} for name in ("bob", "cut")
    }
    text = grades.table(outcome, paper, filled)
    blank, so = (grades.sign(one, "ex-why-answer") for one in outcome.records[:2])
    assert text.splitlines() == [
        "name,score,of,ex-why-answer (of 2),ex-why-answer: comment,total,ex-a-test,"
        "follow-through,notes,file,ex-why-answer: answer",
        f"ada,2,2,,,,2,,,ada.ipynb,{blank}",
        f"bob,0,2,1.5,Why?,1.5,0,,'=1,bob.ipynb,{so}",
        "cut,,2,1.5,Why?,,,,NOT GRADED: Too large.,cut.ipynb,a of then",
        "eve,,,,,,,,NOT GRADED: why,,",
        "work.py,,,,,,,,NOT GRADED: it is late,work.py,",
    ]


def test_the_sign_of_an_answer_is_of_its_words_and_no_number():
    said = ("", "Because.", "Because!", "Because .", "\ud800")
    signs = [grades.sign(record("", answers={"q": text}), "q") for text in said]
    assert len({*signs}) == len(said)
    assert {sign[0] for sign in signs} == {"a"}
    assert grades.sign(record(""), "q") == signs[0]
    assert grades.sign(record("", answers={"q": "\n Because. "}), "q") == signs[1]


TABLE = 'name,score,ex-why-answer (of 2),notes\nJosé,2,"1,5",\nada,2,1,\n'
AS_SAVED = {
    "as it was": TABLE.encode(),
    "with the mark of Excel": TABLE.encode("utf-8-sig"),
    "by Excel in Spain": TABLE.replace('"1,5"', "1.5").replace(",", ";").replace("1.5", "1,5"),
    "with the line of Excel": "sep=;\r\n" + TABLE.replace('"1,5"', "1.5").replace(",", ";"),
    "as Unicode text": TABLE.replace('"1,5"', "1.5").replace(",", "\t").encode("utf-16"),
    "in another order": "ex-why-answer (of 2),name\n1.5,José\n1,ada\n",
    "with more points": TABLE.replace("(of 2)", "(of 1.5)"),
}


@pytest.mark.parametrize("saved", AS_SAVED.values(), ids=AS_SAVED)
def test_marks_are_read_as_any_spreadsheet_saves_them(saved):
    content = saved if isinstance(saved, bytes) else saved.encode("cp1252")
    found = grades.marks(content, dict.fromkeys(["ada", "José"]), PAPER)
    assert {name: given["ex-why-answer"].points for name, given in found.items()} == {
        "José": 1.5,
        "ada": 1,
    }


def test_a_name_that_a_spreadsheet_took_for_a_number_is_known_by_its_file():
    content = TABLE.replace("José,", "123,").replace(",notes\n", ",file\n", 1)
    content = content.replace('"1,5",', '"1,5",00123.ipynb').encode()
    files = {"00123": "00123.ipynb", "ada": "ada.ipynb"}
    assert grades.marks(content, files, PAPER)["00123"]["ex-why-answer"].points == 1.5


def test_a_comment_of_several_lines_is_one_row_of_the_feedback():
    said = feedback.markdown(record(""), PAPER, {"ex-why-answer": grades.Mark(1, "one\n\ntwo")})
    assert said.endswith("| one two |\n")


LOSING = {
    "a student is gone": (TABLE, "marks for 'José'"),
    "a question is gone": (TABLE.replace("ex-why-answer", "ex-how"), "the question ex-how,"),
    "a comment to it is gone": ("name,ex-how: comment\nada,Why?\n", "the question ex-how,"),
    "two lines differ": (TABLE.replace("José", "ada"), "two lines with different marks for 'ada'"),
    "a word for a mark": (TABLE.replace("1,5", "good"), "'José' has the mark 'good' for"),
    "a comma lost": (
        TABLE.replace("1,5", "15"),
        "'15' for ex-why-answer, which is not from 0 to 2",
    ),
    "a comma typed into a comment": (
        "name,ex-why-answer: comment\nada,good, but short\n",
        "line of 'ada' has more cells",
    ),
    "a heading cut": ("name,ex-why-answer\nada,2\n", "a column ex-why-answer;"),
    "a heading with a blank behind": (
        "name,ex-how (of 2) \nada,2\n",
        "the question ex-how,",
    ),
    "a column copied": (
        "name,ex-why-answer (of 2),ex-why-answer (of 2)\nada,2,\n",
        "the column ex-why-answer .* twice",
    ),
    "no name": (TABLE.replace("name", "student"), "no column called name"),
    "letters of an old Mac": (TABLE.encode("mac_roman"), "who is not among"),
}


@pytest.mark.parametrize(("content", "words"), LOSING.values(), ids=LOSING)
def test_a_table_whose_marks_would_be_lost_is_refused(content, words):
    content = content if isinstance(content, bytes) else content.encode()
    names = ["ada"] if words.startswith("marks") else ["ada", "José"]
    with pytest.raises(grades.Lost, match=words):
        grades.marks(content, dict.fromkeys(names), PAPER)


def test_marks_and_comments_by_hand_are_in_feedback_total_and_gradescope():
    given = {"ex-why-answer": grades.Mark(1.5, "And *why* is it a share?")}
    paper = replace(PAPER, places={"Exercise 2: Why?": "ex-why-answer"})
    said = feedback.markdown(record(""), paper, given)
    assert "**ada**: 3.5 of 4 points." in said
    row = "| Exercise 2: Why? (read by your teacher) | 1.5 of 2 | And \\*why\\* is it a share? |"
    assert row in said
    page = Reader(feedback.page(record(""), paper, given))
    assert "3.5 of 4 points." in page.text
    assert "And *why* is it a share?" in page.text
    whole = json.loads(gradescope.results(record(""), paper, given))
    assert whole["score"] == 3.5
    assert whole["tests"][-1]["output"] == "And *why* is it a share?"


def test_an_answer_that_is_not_marked_leaves_the_total_open():
    given = {"ex-why-answer": grades.Mark(None, "Come and see me.")}
    assert "2 of 2 points by tests, and up to 2 for" in feedback.markdown(record(""), PAPER, given)
    assert grades.total(record(""), PAPER, given) is None
    assert grades.total(record(""), PAPER, {"ex-why-answer": grades.Mark(0.0)}) == 2
    assert json.loads(gradescope.results(record(""), PAPER, given))["score"] == 2


def test_a_message_of_many_megabytes_is_cut_before_it_is_read():
    assert plain_text("ab " * 10_000_000).startswith("ab ab")
    step = Step("t", "", f"assert 0, 'ab ' * {10**7}", 1.0, True, True)
    long = mark(Paper("", {}, (step,), {}), SimpleNamespace(**IDLE))
    assert len(long[0].message) <= 200


def test_gradescope_gets_scores_and_hides_what_is_hidden():
    whole = json.loads(
        gradescope.results(record("no", True, notes=["Cell 1: x"], seconds=1.5), PAPER, {})
    )
    assert whole["score"] == 0
    assert whole["execution_time"] == 1.5
    assert whole["output"] == "Cell 1: x"
    assert whole["tests"] == [
        {
            "name": f"{EXERCISE} (hidden test)",
            "score": 0.0,
            "max_score": 2.0,
            "status": "failed",
            "output": "no",
            "visibility": "after_published",
        }
    ]
    visible = json.loads(gradescope.results(record(""), PAPER, {}))["tests"][0]
    assert (visible["status"], visible["visibility"]) == ("passed", "visible")


def test_an_answer_cannot_pose_as_that_of_another():
    posing = "mine\n```\n## bob\n\nA very good answer."
    said = answers.gathered([record("", answers={"ex-why-answer": posing})], PAPER)
    assert "````markdown\nmine\n```\n## bob" in said
    assert said.rstrip().endswith("````")


def of_class(*rows):
    """Return records: a row has a letter for each test, p where it was passed."""

    def result(n, letter):
        return Result(f"t{n}", EXERCISE, False, 1.0, 1.0 * (letter == "p"), letter.strip("p"))

    return [
        Record(f"s{n}", "", "", [result(*test) for test in enumerate(row)])
        for n, row in enumerate(rows)
    ]


def test_the_class_is_seen_test_by_test():
    found = whole_class.items(of_class("ppp", "ppx", "fxx", "fxp"))
    assert [(item.passed, item.of) for item in found] == [(2, 4), (2, 4), (2, 4)]
    # By hand, for the first: 1, 1, 0, 0 with the rest 2, 1, 0, 1 has the covariance 1 and the
    # variances 1 and 2 (all times four). The third goes with neither.
    assert found[0].separates == pytest.approx(1 / np.sqrt(2))
    assert found[2].separates == 0
    assert found[0].said == [("f", 2)]
    text = whole_class.page(found, PAPER, feedback.escaped)
    assert "| 2 of 4 |  | 0.00 (hardly) | 2 × x |" in text
    assert whole_class.table(found).splitlines()[:2] == [
        "test,passed,of,follow-through,separates",
        "t0,2,4,0,0.707",
    ]


def test_where_all_did_the_same_nothing_separates():
    found = whole_class.items([*of_class("px", "px"), record("", unreadable="Too large.")])
    assert [item.separates for item in found] == [None, None]
    text = whole_class.page(found, PAPER, feedback.escaped)
    assert text.index("0 of 2 |  | all the same") < text.index("2 of 2 |  | all the same")
    assert whole_class.items([]) == []


def test_words_of_a_student_are_no_markup_in_the_report_of_the_class():
    text = whole_class.page(whole_class.items([record(BITING)]), PAPER, feedback.escaped)
    assert "<script>" not in text.replace("\\<", "")

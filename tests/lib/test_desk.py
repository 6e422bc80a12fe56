"""The desk: model lines are proved, mistakes named, and any line is answered."""

import json
import time
from dataclasses import replace

import pytest

from softback import course
from softback.course import MISTAKES
from softback.course.desk import LEVELS, RULES, Desk, check
from softback.course.desk.form import predicate
from softback.course.desk.mend import changes
from softback.course.formula import parse, typed
from softback.course.formula.prove import scope_of_proof
from tests.chapters.sources import ROOT

FOLDER = ROOT / "lib/src/softback/course/desk"
DESKS = {name: Desk(level) for name, level in LEVELS.items()}
STEPS = [(name, n) for name, level in LEVELS.items() for n in range(len(level.model))]
SLIPS = [
    (name, slip, text)
    for name, level in LEVELS.items()
    for slip in level.question.slips
    for text in slip.formulas
]


def test_there_are_levels_for_the_whole_book():
    assert len(LEVELS) >= 10
    assert len(SLIPS) >= 60
    assert {slip.id for _, slip, _ in SLIPS} <= set(MISTAKES)


def test_a_mistake_of_an_exercise_has_the_same_sentence_at_the_desk():
    """A slip without a sentence of its own takes that of the task that its level belongs to."""
    written = json.loads((FOLDER / "levels.json").read_text("utf-8"))["levels"]
    borrowed = [
        (level["task"], slip["id"], text, known.says)
        for level in written
        for slip, known in zip(level["slips"], LEVELS[level["id"]].question.slips, strict=True)
        if "says" not in slip
        for text in slip["wrong"]
    ]
    assert len(borrowed) >= 40
    for task, name, text, says in borrowed:
        verdict = course.check(task, text)
        assert (verdict.mistake, verdict.message) == (name, says)


@pytest.mark.parametrize(("name", "n"), STEPS)
def test_each_step_of_the_model_is_proved_for_every_size(name, n):
    level, desk = LEVELS[name], DESKS[name]
    above = parse(level.model[n - 1], desk.scope) if n else level.start
    below = parse(level.model[n], desk.scope)
    assert scope_of_proof(level.question, below, above) in ("every C", "every N and C")


@pytest.mark.parametrize("name", LEVELS)
def test_model_lines_pass_every_waypoint_and_reach_the_goal(name):
    level = LEVELS[name]
    done = check(name, level.model)
    assert done, done.message
    assert done.message == "Right: the goal is reached."
    assert list(done.waypoints) == sorted(done.waypoints)
    assert {line.kind for line in done.lines} == {"right"}
    assert not any(DESKS[name].reached(level.start))


@pytest.mark.parametrize("name", LEVELS)
def test_the_goal_at_once_is_accepted_and_told_what_it_went_past(name):
    done = check(name, [LEVELS[name].goal])
    assert done
    assert "went past: " + LEVELS[name].waypoints[0].says in done.message
    assert done.waypoints[-1] == 1


@pytest.mark.parametrize(("name", "slip", "text"), SLIPS)
def test_a_mistake_is_named_below_any_line(name, slip, text):
    level, desk = LEVELS[name], DESKS[name]
    for above in (level.start, *(parse(line, desk.scope) for line in level.model[:-1])):
        line = desk.line(text, above, "line 1")
        assert (line.kind, line.slip) == ("slip", slip.id)
        assert line.message == "Not equal to line 1."
        assert line.reasons[0] == slip.says


@pytest.mark.parametrize("name", ["cross-entropy"])
def test_the_line_that_uses_the_condition_is_told(name):
    uses = [line.uses for line in check(name, LEVELS[name].model).lines]
    assert uses == [False] * (len(uses) - 1) + [True]
    assert not any(line.uses for line in check("hessian", LEVELS["hessian"].model).lines)


@pytest.mark.parametrize(
    ("name", "text", "reason", "place"),
    [
        ("pullback", "y_j/(g_j - sum_k(g_k*y_k))", "One sign", "y_j/(g_j - sum_k(g_k*y_k))"),
        ("pullback", "sum_i(g_j*y_i*(delta_ij - y_j))", "One index makes", "g_j"),
        ("two-cases", "(delta_ij*exp(z_i)*S - exp(z_i)*exp(z_j))/S^3", "One exponent", "S^3"),
        ("log-trick", "y_i*(2 - exp(z_j)/S)", "a number and a delta", "2"),
        ("log-pullback", "sum_i(g_i*(delta_ij - g_j))", "One letter or number", "g_j"),
        ("row-sums", "sum_j(y_i*(delta_ij - y_j)) + y_j", "The index j has no value", None),
        ("row-sums", "y_i*sum_j(delta_ij - y_j) + z_i", "too much", "z_i"),
        ("pullback", "sum_i(y_i*(delta_ij - y_j))", "Something is missing", None),
        ("pullback", "y_j*g_j*2 - 2*y_j*sum_k(g_k*y_k)", "It is line 3, times `2`", None),
        ("pullback", "y_j*(g_j - sum_k(g_k*y_k)) + y_j/3 + y_j/3*2", "line 3, plus `y_j`", None),
        ("pullback", "exp(g_j) - log(2 + z_j^2)", "Your line gives", None),
    ],
)
def test_a_false_line_without_a_name_is_told_what_can_be_told(name, text, reason, place):
    desk = DESKS[name]
    line = desk.line(text, desk.level.start, "line 3")
    said = " ".join((line.message, *line.reasons))
    assert reason in said
    if line.kind == "wrong":
        assert line.reasons[-1].startswith("Your line gives ")
    if place:
        assert text[line.at : line.to] == place


def test_lines_are_answered_up_to_the_first_false_one():
    lines = LEVELS["pullback"].model
    done = check("pullback", [lines[0], "g_j*y_j", lines[1]])
    assert not done
    assert [line.kind for line in done.lines] == ["right", "slip"]
    assert done.message.startswith("Line 2: Not equal to line 1. The second term of J is missing")
    assert check("pullback", lines[:2]).message.endswith("Next: The delta has picked its term.")
    assert check("pullback", []).message.endswith("Next: The slope is put in.")
    assert [line.kind for line in check("own", [LEVELS["own"].model[0]] * 2).lines] == [
        "right",
        "same",
    ]


def test_an_unknown_level_is_the_callers_mistake():
    with pytest.raises(ValueError, match="level is 'slope'; it must be one of own, two-cases"):
        check("slope", [])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        (" = ", "empty"),
        ("y_i = y_j", "unread"),
        (r"\frac{1}{2}", "unread"),
        ("(" * 200, "unread"),
        ("x" * 10_000, "unread"),
        ("1/(1 - sum_k(y_k))", "novalue"),
        ("log(-y_i)", "novalue"),
        ("sum_klm(" + 45 * "y_k*y_l*" + "y_m)", "unread"),
        ("y_i + " * 60 + "y_j", "wrong"),
    ],
)
def test_any_line_gets_a_sentence(text, kind):
    desk, started = DESKS["two-cases"], time.perf_counter()
    line = desk.line(text, desk.level.start, "the start")
    assert line.kind == kind
    assert line.message.endswith(".")
    assert time.perf_counter() - started < 30  # not a speed, but an end


# --- Rules, forms, data ---------------------------------------------------------------------------


def letters_of(tree):
    found = set(tree.letters) | set(tree.by or "")
    inner = set().union(*map(letters_of, tree.parts()))
    return (found | inner) - set(tree.index)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_proved(rule):
    said = RULES[rule]
    like = LEVELS[next(name for name, level in LEVELS.items() if rule in level.rules + level.wins)]
    # f and u stand for two functions of the logits of which the logarithm exists.
    define = like.question.define
    if like.question.signatures["z"] == "C":
        define += ("f = sum_k(exp(2*z_k))", "u = sum_k(exp(-z_k)) + 1")
    question = replace(like.question, define=define, scaled=said.get("scaled", ""), free="")
    question = replace(question, names=" ".join(question.known))
    question = replace(question, free=letters_free(question, said))
    left, right = (question.parse(said[side]) for side in ("left", "right"))
    assert scope_of_proof(question, left, right).startswith("every ")


def letters_free(question, said):
    """Return the letters that no sum of a rule binds."""
    text = said["left"] + said["right"]
    bound = {a for part in text.split("sum_")[1:] for a in part.partition("(")[0]}
    scope = {**question.scope, "free": "".join(set("nmijkl") - bound)}
    trees = [parse(said[side], scope) for side in ("left", "right")]
    return "".join(sorted(set().union(*map(letters_of, trees))))


@pytest.mark.parametrize(
    ("form", "text", "fulfilled"),
    [
        ("no d", "y_j*g_j", True),
        ("no d", "d(y_j, z_j)", False),
        ("has delta", "sum_i(delta_ij)", True),
        ("1 sum", "sum_i(y_i)*y_j", True),
        ("2 sums", "sum_i(y_i)*y_j", False),
        ("front y_j", "y_j*g_j*z_j", True),
        ("front y_j", "g_j*y_j", False),
        ("front sum_k", "sum_k(y_k)", True),
        ("in sum: no y", "y_j*sum_k(g_k)", True),
        ("in sum: no y_j", "sum_k(y_k*y_j)", False),
        ("in sum_k: no g", "sum_i(g_i*sum_k(y_k))", True),
        ("in d: no fraction", "d(y_j/g_j, z_j)", False),
        ("in d: no fraction", "d(y_j^-1, z_j)", False),
        ("nested", "sum_i(sum_k(y_i*y_k))", True),
        ("nested", "sum_i(y_i*sum_k(y_k))", False),
        ("short", "y_j*(g_j - sum_i(y_i*g_i))", True),
        ("short", "y_j*(g_j - sum_i(y_i*g_i*1))", False),
    ],
)
def test_a_form_is_seen(form, text, fulfilled):
    desk = DESKS["pullback"]
    assert predicate(form, desk.goal)(parse(text, desk.scope)) is fulfilled


def test_every_change_is_a_line_and_has_a_place():
    for desk in DESKS.values():
        for text in desk.level.model:
            tree = parse(text, desk.scope)
            for change in changes(tree, desk.scope):
                assert typed(change.tree) != typed(tree)
                assert text[change.node.at : change.node.to].strip()


@pytest.mark.parametrize("name", LEVELS)
def test_data_of_a_level_are_ready_for_a_page(name):
    data = LEVELS[name].data
    assert json.loads(json.dumps(data)) == json.loads(json.dumps(data))
    for rule in (*data["rules"], *data["wins"]):
        assert rule in RULES
    assert all(waypoint["hints"] for waypoint in data["waypoints"])
    assert not any(formula in json.dumps(data["slips"]) for formula in wrong_formulas(name))


def wrong_formulas(name):
    return [f'"{text}"' for slip in LEVELS[name].question.slips for text in slip.formulas]

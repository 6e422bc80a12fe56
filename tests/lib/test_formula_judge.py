"""The judge: right, the mistake's name, or where it differs; and what its data hold."""

import gzip
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from softback.course.formula import Judge, Question, Slip, echo, parse, script
from softback.course.formula.judge import number
from softback.course.formula.prove import scope_of_proof
from softback.course.formula.question import MATRIX
from softback.course.formula.value import Value
from softback.symbolic import Refuted

SLOPE = Question(
    id="slope",
    asked="`dy_i/dz_j`",
    right="y_i*(delta_ij - y_j)",
    free="ij",
    names="y z S delta C",
    slips=(
        Slip("only-the-diagonal", "Only i = j.", ("delta_ij*y_i*(1 - y_i)", "y_i*(1 - y_i)")),
        Slip("no-delta", "The case i ≠ j alone.", ("-y_i*y_j",)),
        Slip("log-of-a-difference", "No logarithm here.", ("log(y_i - y_j + delta_ij)",)),
    ),
)
PULLBACK = Question(
    id="pullback",
    asked="`dL/dz_j`",
    right="sum_i(g_i*d(y_i, z_j))",
    free="j",
    names="y g s delta",
    define=(*SLOPE.define, "s = sum_k(g_k*y_k)"),
)
COLUMNS = Question(
    id="columns",
    asked="`dy_ni/dz_mj`",
    right="d(y_ni, z_mj)",
    free="nmij",
    names="y delta",
    define=("y_ni = exp(z_ni)/sum_m(exp(z_mi))",),
    kinds=MATRIX,
    signatures={"z": "NC", "delta": "=="},
)
CONDITION = Question(
    id="shortcut",
    asked="`dL/dz_j`",
    right="d(-sum_k(t_k*log(y_k)), z_j)",
    free="j",
    names="y t",
    scaled="t",
)


def judged(question, text):
    return Judge(question.export())(text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (SLOPE, "y_i*(delta_ij - y_j)"),
        (SLOPE, "exp(z_i)*(delta_ji*S - exp(z_j))/S^2"),
        (SLOPE, "yᵢ·(δᵢⱼ − yⱼ)"),
        (SLOPE, "= y_i*delta_ij*sum_kl(y_k*y_l) - y_i*y_j"),
        (PULLBACK, "y_j*(g_j - s)"),
        (PULLBACK, "sum_k(g_k*y_k*(delta_kj - y_j))"),
        (COLUMNS, "delta_ij*y_ni*(delta_nm - y_mi)"),
        (COLUMNS, "delta_ij*delta_nm*y_ni - delta_ij*y_nj*y_mi"),
        (CONDITION, "y_j - t_j"),
        (CONDITION, "y_j*sum_k(t_k) - t_j"),
    ],
)
def test_a_right_formula_passes_and_is_proved(question, text):
    said = judged(question, text)
    assert said.passed, said.message
    assert said.message.startswith(f"Right: this is {question.asked}.")
    assert "C = 2, 3 and 5" in said.message
    assert scope_of_proof(question, question.parse(text)).startswith("every ")


@pytest.mark.parametrize(
    ("question", "text", "message"),
    [
        (SLOPE, "y_i*delta_ij - y_j", "Not yet: for i = j your formula gives "),
        (SLOPE, "2*delta_ij*y_i - y_i*y_j", "The other cases are right, but for i = j "),
        (SLOPE, "delta_ij*y_i*(1 - y_i) + (1 - delta_ij)*y_j", "are right, but for i ≠ j "),
        (SLOPE, "y_i*(delta_ij - y_j)*C/3", "For C = 3 your formula is right, but for C = 2 it"),
        (
            SLOPE,
            "y_i*(delta_ij - y_j)*sum_k(y_k^0)/3",
            "For C = 3 your formula is right, but for C = 2 it",
        ),
        (PULLBACK, "y_j*(g_j - s) + 1", "Not yet: your formula gives "),
        (
            COLUMNS,
            "delta_ij*y_ni*(delta_nm + 1 - y_mi)",
            "For n = m, i ≠ j; n ≠ m, i ≠ j your formula is right, but for n = m, i = j it gives",
        ),
    ],
)
def test_a_wrong_formula_is_told_where_it_is_right(question, text, message):
    said = judged(question, text)
    assert said.kind == "wrong"
    assert message in said.message
    assert (said.slip, said.at) == ("", None)


def test_a_mistake_has_its_name_and_its_sentence():
    for slip in SLOPE.slips:
        for text in slip.formulas:
            said = judged(SLOPE, text)
            assert (said.kind, said.slip, said.message) == ("slip", slip.id, slip.says)
            assert not said.passed


def test_numbers_and_places_of_a_difference_can_be_computed_again():
    message = judged(SLOPE, "y_i*delta_ij - y_j").message
    found, wanted = map(float, re.search(r"gives (\S+) where .* is (\S+), at", message).groups())
    z = np.array(json.loads(re.search(r"z = `(.*?)`", message)[1]))
    i, j = (int(re.search(rf"{letter} = (\d)", message)[1]) - 1 for letter in "ij")
    y = np.exp(z) / np.exp(z).sum()
    assert i == j
    np.testing.assert_allclose(wanted, y[i] * (1 - y[i]), rtol=1e-3)
    np.testing.assert_allclose(found, y[i] - y[i], atol=1e-9)


def test_digits_are_printed_until_two_numbers_differ():
    message = judged(PULLBACK, "y_j*(g_j - s) + 0.000001*0.001").message
    found, wanted = re.search(r"gives (\S+) where .* is (\S+), at", message).groups()
    assert found != wanted
    assert len(found) > len("-0.1234")
    assert abs(float(found) - float(wanted)) < 1e-6


@pytest.mark.parametrize(
    ("value", "count", "text"),
    [
        (0.123456, 4, "0.1235"),
        (-1.5, 4, "-1.5"),
        (2.0625, 4, "2.063"),  # a half, away from zero as in JavaScript
        (-0.00001234, 2, "-0.000012"),
        (1.25e-7, 3, "1.25e-7"),
        (1234.5, 2, "1200"),
        (123456789.0, 9, "123456789"),
        (1.5e12, 4, "1.5e12"),
        (99.996, 4, "100"),
        (1e-17, 4, "0"),
    ],
)
def test_numbers_as_a_sentence_shows_them(value, count, text):
    assert number(Value(value, 1e-17), count) == text


@pytest.mark.parametrize(
    ("text", "kind", "message", "place"),
    [
        ("", "empty", "There is no answer yet", (None, None)),
        (" = …\u3000", "empty", "There is no answer yet", (None, None)),
        (" ... ", "empty", "There is no answer yet", (None, None)),
        ("y_i y_j", "unread", "needs its `*`", (4, 7)),
        ("d(y_i, z_j)", "unread", "Carry the derivative out", (0, 1)),
        (r"\frac{1}{2}", "unread", "looks like LaTeX", (0, 1)),
        ("y_i + 1/(y_j - y_j)", "novalue", "divides by zero, at z = `[", (9, 18)),
        ("log(y_i - y_j)", "novalue", "not positive, at z = `[", (0, 14)),
        ("((((9^9)^9)^9)^9)^9", "novalue", "grow so large", (4, 13)),
        ("sum_klm(" + 45 * "y_k*y_l*" + "y_m)", "unread", "too long to compute", (8, 127)),
    ],
)
def test_what_cannot_be_compared_gets_a_sentence_and_a_place(text, kind, message, place):
    said = judged(SLOPE, text)
    assert said.kind == kind
    assert message in said.message
    assert (said.at, said.to) == place


def test_a_mistake_that_has_no_value_at_some_draws_is_known_by_that_too():
    question = replace(SLOPE, slips=(Slip("log", "No logarithm.", ("log(y_i - y_j)",)),))
    assert judged(question, "log(y_i - y_j)").slip == "log"
    assert judged(question, "log(y_j - y_i)").kind == "novalue"


@pytest.mark.parametrize(
    ("slips", "message"),
    [
        (
            (Slip("a", "A.", ("y_i*delta_ij - y_i*y_j",)),),
            "slope: the right formula and a give the same",
        ),
        (
            (Slip("a", "A.", ("y_i",)), Slip("b", "B.", ("y_i*1",))),
            "slope: a .0. and b give the same",
        ),
    ],
)
def test_a_mistake_that_cannot_be_told_apart_is_refused(slips, message):
    with pytest.raises(ValueError, match=message):
        replace(SLOPE, slips=slips).export()


def test_a_proof_is_refused_where_numbers_differ():
    with pytest.raises(Refuted):
        scope_of_proof(SLOPE, parse("-y_i*y_j", SLOPE.scope))


# --- Data -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [SLOPE, PULLBACK, COLUMNS, CONDITION])
def test_data_hold_values_and_no_formula_of_an_answer(question):
    data = question.export()
    text = json.dumps(data)
    assert data == json.loads(text)
    for formula in [question.right, *(f for slip in question.slips for f in slip.formulas)]:
        assert f'"{formula}"' not in text
    allowed = {*question.define, *(slip.says for slip in question.slips), question.asked}
    assert not [said for said in strings(data) if "*" in said and said not in allowed]


def strings(data):
    if isinstance(data, str):
        return [data]
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else []
    return [text for part in parts for text in strings(part)]


def test_points_are_several_numbers_of_classes_with_every_case_at_many_places():
    data = SLOPE.export()
    assert {draw["C"] for draw in data["draws"]} == {2, 3, 5}
    assert data["cases"] == ["i = j", "i ≠ j"]
    for draw, ((i, j), (m, n)) in zip(data["draws"], data["places"], strict=True):
        assert i == j
        assert m != n
        assert max(m, n) < draw["C"] == len(draw["z"])
    assert len({tuple(place) for places in data["places"] for place in places}) > 4
    assert COLUMNS.export()["cases"] == [
        "n = m, i = j",
        "n = m, i ≠ j",
        "n ≠ m, i = j",
        "n ≠ m, i ≠ j",
    ]
    assert replace(SLOPE, slips=(), apart=True).export()["cases"] == ["i ≠ j"]


def test_what_sums_to_one_does_so_with_two_decimals():
    for draw in CONDITION.export()["draws"]:
        assert sum(round(100 * t) for t in draw["t"]) == 100
        assert min(draw["t"]) > 0
        assert all(t == round(t, 2) for t in draw["t"])


def test_a_formula_is_shown_while_it_is_typed():
    data = SLOPE.export()
    assert echo(data, "") == ""
    assert "<mi>δ</mi>" in echo(data, "y_i*(delta_ij")
    assert echo(data, "y_i + [").endswith('<mo>+</mo><mi class="hole">□</mi></mrow></math>')
    assert echo(data, "y_i + q*y_j") == echo(data, "y_i + ")


# --- What a page loads ----------------------------------------------------------------------------


def test_the_script_of_a_page_is_one_module_without_comments():
    text = script()
    assert not re.search(r"^import |/\*", text, re.M)
    assert text.endswith("export { judge, echo };\n")


def test_script_and_data_are_light():
    page = script() + json.dumps([one.export() for one in (SLOPE, PULLBACK, COLUMNS)])
    assert len(gzip.compress(page.encode())) < 14_000

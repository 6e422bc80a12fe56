"""The parser takes its grammar and nothing else, and shows the place where a text leaves it."""

import math
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softback.course._typed import drawn, value
from softback.course._typed.grammar import Apply, Binary, Entry, FormulaError, Number, parse

NAMES = frozenset("y_i y_j y_k z_k g_k delta_ij T s".split())
Y_I, Y_J, T = Entry("y", "i"), Entry("y", "j"), Entry("T", "")


def number(value):
    return Number(Fraction(value))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("y_i", Y_I),
        (" T ", T),
        ("0.25", number("1/4")),
        (".5", number("1/2")),
        ("y_i+y_j", Binary("+", Y_I, Y_J)),
        ("y_i - y_j - T", Binary("-", Binary("-", Y_I, Y_J), T)),
        ("y_i / y_j * T", Binary("*", Binary("/", Y_I, Y_J), T)),
        ("y_i + y_j * T", Binary("+", Y_I, Binary("*", Y_J, T))),
        ("(y_i + y_j) * T", Binary("*", Binary("+", Y_I, Y_J), T)),
        ("-y_i^2", Apply("-", Binary("^", Y_I, 2))),
        ("y_i**2", Binary("^", Y_I, 2)),
        ("y_i^-1", Binary("^", Y_I, -1)),
        ("y_i^(-1)", Binary("^", Y_I, -1)),
        ("--y_i", Y_I),
        ("+y_i", Y_I),
        ("y_i * -y_j", Binary("*", Y_I, Apply("-", Y_J))),
        ("delta_ij", Entry("delta", "ij")),
        ("exp(T)", Apply("exp", T)),
        ("ln(T)", Apply("log", T)),
        ("sum(y_k)", Apply("sum", Entry("y", "k"))),
        ("sum_k(y_k)", Apply("sum", Entry("y", "k"))),
        ("y_i\n*\ty_j", Binary("*", Y_I, Y_J)),
    ],
)
def test_a_formula_becomes_its_tree(text, tree):
    assert parse(text, NAMES) == tree


OUTSIDE = {
    "nothing": ("", "ends too early", 0),
    "blanks": ("   ", "ends too early", 0),
    "half": ("y_i *", "ends too early", 5),
    "open": ("(y_i", "closing bracket is missing", 4),
    "closed": ("y_i)", "never opened", 3),
    "empty-brackets": ("()", "is missing here", 1),
    "no-operator": ("y_i y_j", "every product with `*`", 4),
    "number-times-name": ("2y_i", "every product with `*`", 1),
    "call-of-a-name": ("y_i(1 - y_i)", "every product with `*`", 3),
    "two-operators": ("y_i * / T", "is missing here", 6),
    "unknown-name": ("y_i + q", "`q` is not known here", 6),
    "unknown-index": ("y_m", "`y_m` is not known", 0),
    "upper-case": ("Y_i", "`Y_i` is not known", 0),
    "a-builtin": ("print(1)", "`print` is not known", 0),
    "import": ("__import__('os')", "`_` has no meaning", 0),
    "attribute": ("y_i.real", "`.` has no meaning", 3),
    "subscript": ("y[0]", "`[` has no meaning", 1),
    "quote": ("'y_i'", "`'` has no meaning", 0),
    "lambda": ("lambda: 0", "`:` has no meaning", 6),
    "two-lines-of-code": ("T; T", "`;` has no meaning", 1),
    "equation": ("y_i = y_j", "`=` has no meaning", 4),
    "comma": ("exp(T, T)", "`,` has no meaning", 5),
    "unicode-name": ("é", "`é` has no meaning", 0),
    "unicode-digit": ("\u0663", "has no meaning", 0),
    "greek": ("δ_ij", "`δ` has no meaning", 0),
    "function-alone": ("exp", "needs an argument in brackets", 3),
    "function-as-factor": ("exp * T", "needs an argument in brackets", 4),
    "exponent-is-a-name": ("y_i^T", "must be an integer", 4),
    "exponent-too-large": ("y_i^10", "must be an integer up to 9", 4),
    "exponent-broken": ("y_i^0.5", "must be an integer", 4),
    "exponent-missing": ("y_i^", "must be an integer", 4),
    "tower": ("9^9^9", "every product with `*`", 3),
    "long-number": ("1234567890", "too many digits", 0),
    "scientific": ("1e9", "every product with `*`", 1),
    "k-outside": ("y_k", "only inside `sum", 0),
    "k-after": ("sum(y_k) + y_k", "only inside `sum", 11),
    "idle-sum": ("sum(y_i)", "Nothing in this sum depends on k", 0),
    "idle-outer-sum": ("T*sum(sum(y_k))", "Nothing in this sum depends on k", 2),
    "deep": ("(" * 40 + "T" + ")" * 40, "too many brackets", 25),
    "long": ("+".join(["T"] * 200), "300 are enough", 0),
}


@pytest.mark.parametrize(("text", "complaint", "position"), OUTSIDE.values(), ids=OUTSIDE)
def test_what_is_outside_of_the_grammar_is_refused_at_its_place(text, complaint, position):
    with pytest.raises(FormulaError) as caught:
        parse(text, NAMES)
    sentence, shown, caret = str(caught.value).replace("\n\n", "\n").split("\n")
    assert complaint in sentence
    assert shown == "    " + text[:300]
    assert caret == "    " + " " * position + "^"


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(FormulaError, match="You can use `delta_ij`, `g_k`, `s`, `T`, `y_i`"):
        parse("x", NAMES)


@given(st.text(max_size=40))
def test_any_text_is_a_formula_or_a_formula_error(text):
    with suppress(FormulaError):
        parse(text, NAMES)


def trees():
    leaves = st.sampled_from(["y_i", "y_j", "T", "s", "2", "0.5", "delta_ij", "sum(y_k*g_k)"])
    return st.recursive(
        leaves,
        lambda part: (
            st.builds("({} {} {})".format, part, st.sampled_from("+-*"), part)
            | st.builds("-{}".format, part)
            | st.builds("{}^2".format, part.filter(lambda text: text[0] == "("))
        ),
        max_leaves=8,
    )


@given(trees().filter(lambda text: len(text) <= 300))
def test_a_value_is_that_of_python_where_python_is_asked_instead(text):
    """The one place that evaluates a text: the test's own, made by the test."""
    world = drawn(seed=5)
    at = {"i": 0, "j": 1}
    y, g = world.entries["y"], world.entries["g"]
    python = {
        "y_i": y[0,],
        "y_j": y[1,],
        "T": world.entries["T"][()],
        "s": sum(y[p] * g[p] for p in y),
        "delta_ij": 0.0,
    }
    asked = text.replace("sum(y_k*g_k)", "s").replace("^", "**")
    expected = eval(asked, {"__builtins__": {}}, python)
    found = value(parse(text, NAMES), world, at)
    assert math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)

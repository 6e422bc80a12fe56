"""Values against 100 digits of mpmath, which takes derivatives by difference quotients."""

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from softback.course.formula import FormulaError, parse
from softback.course.formula.value import Definition, World, evaluate

SCOPE = {
    "free": "ij",
    "kinds": {"C": "ijklmn"},
    "names": {"y": "C", "z": "C", "g": "C", "T": "", "S": "", "C": "", "delta": "=="},
    "derivatives": True,
}
DRAW = {"C": 3, "z": [0.31, -1.2, 0.75], "g": [1.4, -0.55, 0.2], "T": 1.7}
DEFINITIONS = {
    "S": Definition("", parse("sum_k(exp(z_k))", SCOPE)),
    "y": Definition("i", parse("exp(z_i)/S", SCOPE)),
}
AT = {"i": 2, "j": 0}

exact = mpmath.mp.clone()
exact.dps = 100
STEP = exact.mpf(10) ** -20


def value(text, draw=DRAW, at=AT):
    return evaluate(parse(text, SCOPE), World(SCOPE, DEFINITIONS, draw), at)


def in_many_digits(tree, z, at):
    """Return the value of a tree, written for clearness alone."""

    def go(part, here=at):
        return in_many_digits(part, z, here)

    match tree.kind:
        case "number":
            return exact.mpf(tree.text)
        case "name":
            return entry(tree.base, [at[letter] for letter in tree.letters], z)
        case "+":
            return go(tree.left) + go(tree.right)
        case "-":
            return go(tree.left) - go(tree.right)
        case "*":
            return go(tree.left) * go(tree.right)
        case "/":
            return go(tree.left) / go(tree.right)
        case "minus":
            return -go(tree.of)
        case "power":
            return go(tree.of) ** tree.exponent
        case "exp":
            return exact.exp(go(tree.of))
        case "log":
            return exact.log(go(tree.of))
        case "sum":
            return exact.fsum(go(tree.of, {**at, tree.index: k}) for k in range(DRAW["C"]))
    moved = [[x + sign * STEP * (k == at[tree.by]) for k, x in enumerate(z)] for sign in (1, -1)]
    up, down = (in_many_digits(tree.of, logits, at) for logits in moved)
    return (up - down) / (2 * STEP)


def entry(base, place, z):
    e = [exact.exp(x) for x in z]
    if base == "delta":
        return exact.mpf(place[0] == place[1])
    if base in ("S", "C", "T"):
        return {"S": exact.fsum(e), "C": exact.mpf(3), "T": exact.mpf("1.7")}[base]
    g = [exact.mpf(str(x)) for x in DRAW["g"]]
    return {"y": [x / exact.fsum(e) for x in e], "z": z, "g": g}[base][place[0]]


LEAVES = ["y_i", "y_j", "z_j", "g_i", "T", "S", "C", "2", "0.5", "delta_ij", "sum_k(g_k*y_k)"]
LEAVES += ["d(y_i, z_j)", "d(log(S), z_i)", "sum_kl(y_k*z_l)", "sum_k(z_k*delta_kj)"]
TEXTS = st.recursive(
    st.sampled_from(LEAVES),
    lambda part: st.one_of(
        st.builds("({}){}({})".format, part, st.sampled_from("+-*/"), part),
        st.builds("{}({})".format, st.sampled_from(["exp", "log", "-"]), part),
        st.builds("({})^{}".format, part, st.sampled_from([2, 3, -1])),
        st.builds("d({}, z_{})".format, part, st.sampled_from("ij")),
    ),
    max_leaves=8,
)


@given(TEXTS.filter(lambda text: len(text) < 400))
@settings(max_examples=400)
def test_a_value_is_within_its_bound(text):
    try:
        found = value(text)
    except FormulaError:
        assume(False)
    z = [exact.mpf(str(x)) for x in DRAW["z"]]
    expected = in_many_digits(parse(text, SCOPE), z, AT)
    quotients = exact.mpf(10) ** -25 * (1 + abs(expected))  # their own error
    assert abs(found.value - expected) <= 4 * found.error + quotients


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2*3 - 1", 5),
        ("2^-3", 0.125),
        ("-2^2", -4),
        ("delta_ij", 0),
        ("delta_ii", 1),
        ("sum_k(delta_kj)", 1),
        ("sum_kl(delta_kl)", 3),
        ("sum_k(1*T^0 + 0*y_k)", 3),
        ("sum_k(y_k)", 1),
        ("d(z_i, z_j)", 0),
        ("d(z_i, z_i)", 1),
        ("d(z_i^3, z_i)", 3 * 0.75**2),
        ("d(d(z_i^3, z_i), z_i)", 6 * 0.75),
        ("d(d(z_i^2*z_j, z_i), z_j)", 1.5),
        ("d(T*g_i, z_i)", 0),
        ("sum_k(delta_kk) - C", 0),
    ],
)
def test_a_value_that_is_known(text, expected):
    found = value(text)

    assert abs(found.value - expected) <= 4 * found.error


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ("y_i + 1/0", "zero", (8, 9)),
        ("1/(1 - sum_k(y_k))", "zero", (3, 17)),
        ("(y_i - y_i)/(y_j - y_j)", "zero", (13, 22)),
        ("(y_i - y_i)^-1", "zero", (1, 10)),
        ("log(0)", "logarithm", (0, 6)),
        ("T*log(-y_i)", "logarithm", (2, 11)),
        ("log(sum_k(y_k) - 1)", "logarithm", (0, 19)),
        ("exp(exp(exp(exp(9))))", "too-large", (0, 21)),
        ("log(exp(9999))", "too-large", (4, 13)),
        ("exp(-exp(99))*exp(exp(99))", "too-large", (0, 26)),
        ("exp(999 + z_i)/sum_k(exp(999 + z_k))", "too-large", (15, 36)),
        ("99999999^9 - 99999999^9 + y_i", "too-large", (0, 29)),
        ("(-99999999)^9*99999999^9*99999999^9*99999999^9*99999999^9", "too-large", (1, 57)),
        ("sum_klm(" + 40 * "y_k*y_l*" + "y_m)", "steps", None),
    ],
)
def test_what_has_no_value_is_refused_at_its_place(text, says, place):
    with pytest.raises(FormulaError) as caught:
        value(text, {**DRAW, "C": 8, "z": [0.1] * 8} if says == "steps" else DRAW)
    assert caught.value.says == says
    assert place in (None, (caught.value.at, caught.value.to))


def test_equal_values_are_close_and_others_are_not():
    y = value("y_i*(1 - y_i)")
    assert value("y_i - y_i^2").close(y)
    assert value("y_i*sum_k(y_k) - y_i*y_i").close(y)
    assert not value("y_i - y_i^2 + 0.0001^3").close(y)
    assert not value("(y_i - y_i^2)*(1 + 0.000001^2)").close(y)

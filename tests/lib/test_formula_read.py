"""The parser takes its grammar and nothing else, and shows the place where a text leaves it."""

import re
import time
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softback.course import formula
from softback.course.formula import FormulaError, mathml, parse, tex, typed
from softback.course.formula.tree import GRAMMAR

SCOPE = {
    "free": "ij",
    "kinds": {"C": "ijklmn"},
    "names": {"y": "C", "z": "C", "g": "C", "T": "", "S": "", "delta": "=="},
    "derivatives": True,
}
ROWS = {
    "free": "nmij",
    "kinds": {"C": "ijkl", "N": "nm"},
    "names": {"y": "NC", "z": "NC", "delta": "=="},
    "derivatives": True,
}


def shape(tree):
    """Return a tree as nested tuples."""
    match tree.kind:
        case "number":
            return tree.text
        case "name":
            return f"{tree.base}_{tree.letters}" if tree.letters else tree.base
        case "power":
            return "^", shape(tree.of), tree.exponent
        case "sum" | "d":
            return tree.kind, tree.index or tree.by, shape(tree.of)
    return (tree.kind, *map(shape, tree.parts()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y_i", "y_i"),
        (" T ", "T"),
        ("0.25", "0.25"),
        (".5", ".5"),
        ("y_i+y_j", ("+", "y_i", "y_j")),
        ("y_i - y_j - T", ("-", ("-", "y_i", "y_j"), "T")),
        ("y_i / y_j * T", ("*", ("/", "y_i", "y_j"), "T")),
        ("y_i + y_j * T", ("+", "y_i", ("*", "y_j", "T"))),
        ("(y_i + y_j) * T", ("*", ("+", "y_i", "y_j"), "T")),
        ("-y_i^2", ("minus", ("^", "y_i", 2))),
        ("-y_i*y_j", ("minus", ("*", "y_i", "y_j"))),
        ("y_i**2", ("^", "y_i", 2)),
        ("y_i^-1", ("^", "y_i", -1)),
        ("y_i^(-1)", ("^", "y_i", -1)),
        ("--y_i", ("minus", ("minus", "y_i"))),
        ("+y_i", "y_i"),
        ("y_i * -y_j", ("*", "y_i", ("minus", "y_j"))),
        ("delta_ij", "delta_ij"),
        ("exp(T)", ("exp", "T")),
        ("ln(T)", ("log", "T")),
        ("sum(y_k)", ("sum", "k", "y_k")),
        ("sum_l(y_l)", ("sum", "l", "y_l")),
        ("sum_kl(y_k*y_l)", ("sum", "k", ("sum", "l", ("*", "y_k", "y_l")))),
        ("sum_k(y_k*sum_l(y_l))", ("sum", "k", ("*", "y_k", ("sum", "l", "y_l")))),
        ("d(y_i, z_j)", ("d", "j", "y_i")),
        ("d(d(y_i, z_j), z_i)", ("d", "i", ("d", "j", "y_i"))),
        ("y_i\n*\ty_j", ("*", "y_i", "y_j")),
    ],
)
def test_a_formula_becomes_its_tree(text, expected):
    assert shape(parse(text, SCOPE)) == expected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("= y_i*y_j", "y_i*y_j"),
        ("y_i·(δ_ij − y_j)", "y_i*(delta_ij - y_j)"),
        ("yᵢ × (δᵢⱼ – yⱼ)", "y_i*(delta_ij - y_j)"),
        ("𝑦_𝑖 ∗ 𝛿_𝑖𝑗", "y_i*delta_ij"),
        ("Σ_k(g_k⋅y_k)", "sum_k(g_k*y_k)"),
        ("∑ₖ(gₖ∗yₖ²)", "sum_k(g_k*y_k^2)"),
        ("y_{i}**2 — y_j⁻¹", "y_i^2 - y_j^-1"),
        ("δ_{i, j} + delta_{ji}", "delta_ij + delta_ji"),
        ("∂(y_i, z_j)", "d(y_i, z_j)"),
        ("y_i ÷ ½", "y_i/(1/2)"),
        ("\u00a0y_i \u2009+ y_j\u202f", "y_i + y_j"),
        ("（y_i＋T）＊２", "(y_i + T)*2"),
    ],
)
def test_what_people_paste_is_read_as_what_it_means(text, plain):
    assert parse(text, SCOPE) == parse(plain, SCOPE)


OUTSIDE = {
    "nothing": ("", "ends", 0),
    "blanks": ("   ", "ends", 0),
    "equals-alone": ("=", "ends", 1),
    "half": ("y_i *", "ends", 5),
    "open": ("(y_i", "unclosed", 4),
    "closed": ("y_i)", "closes-nothing", 3),
    "empty-brackets": ("()", "missing", 1),
    "no-operator": ("y_i y_j", "unjoined", 4),
    "number-times-name": ("2y_i", "unjoined", 1),
    "call-of-a-name": ("y_i(1 - y_i)", "unjoined", 3),
    "two-operators": ("y_i * / T", "missing", 6),
    "unknown-name": ("y_i + q", "unknown", 6),
    "unknown-index": ("y_a", "no-index", 0),
    "upper-case": ("Y_i", "unknown", 0),
    "builtin": ("print(1)", "unknown", 0),
    "import": ("__import__('os')", "loose-index", 0),
    "constructor": ("constructor", "unknown", 0),
    "prototype": ("__proto__", "loose-index", 0),
    "own-property": ("hasOwnProperty", "unknown", 0),
    "attribute": ("y_i.real", "stranger", 3),
    "subscript": ("y[0]", "square", 1),
    "number-as-index": ("y_1", "numbered", 1),
    "quote": ("'y_i'", "code", 0),
    "lambda": ("lambda: 0", "code", 6),
    "two-lines-of-code": ("T; T", "code", 1),
    "equation": ("y_i = y_j", "equation", 4),
    "decimal-comma": ("0,5", "comma", 1),
    "two-arguments": ("exp(T, T)", "comma", 5),
    "unicode-name": ("é", "stranger", 0),
    "unicode-digit": ("\u0663", "stranger", 0),
    "half-a-pair": ("y_i\ud800", "unseen", 3),
    "emoji": ("y_i😀", "stranger", 3),
    "function-alone": ("exp", "argument", 3),
    "function-as-factor": ("exp * T", "argument", 4),
    "exponent-is-a-name": ("y_i^T", "exponent", 4),
    "exponent-too-large": ("y_i^10", "exponent", 4),
    "exponent-far-too-large": ("y_i^1000000000", "exponent", 4),
    "exponent-broken": ("y_i^0.5", "exponent", 4),
    "exponent-missing": ("y_i^", "exponent", 4),
    "exponent-deep": ("y_i^" + "(" * 60 + "2", "deep", 28),
    "tower": ("9^9^9", "exponents", 3),
    "power-of-e": ("e^(z_i)", "power-of-e", 0),
    "long-number": ("1234567890", "digits", 0),
    "scientific": ("1e9", "unjoined", 1),
    "k-outside": ("y_k", "unbound", 0),
    "k-after": ("sum(y_k) + y_k", "unbound", 11),
    "idle-sum": ("sum(y_i)", "idle", 0),
    "idle-outer-sum": ("T*sum_l(sum(y_k))", "idle", 2),
    "idle-second-index": ("sum_kl(y_k)", "idle", 0),
    "index-taken": ("sum_j(y_j)", "taken", 0),
    "index-taken-within": ("sum(y_k*sum(y_k))", "taken", 8),
    "index-twice": ("sum_kk(y_k)", "taken", 0),
    "four-sums": ("sum_klm(sum_n(y_k*y_l*y_m*y_n))", "sums", 8),
    "no-index": ("y + 1", "takes-one", 0),
    "one-index-of-two": ("delta_i", "takes-two", 0),
    "index-of-a-number": ("S_i", "takes-none", 0),
    "glued": ("yi", "glued", 0),
    "glued-delta": ("1 - deltaij", "glued", 4),
    "derivative-of-nothing": ("d(y_i)", "by-what", 5),
    "derivative-by-a-share": ("d(y_i, y_j)", "by-logit", 7),
    "derivative-by-k": ("d(y_i, z_k)", "unbound", 7),
    "derivative-of-the-third-order": ("d(d(d(y_i,z_i),z_i),z_i)", "derivatives", 4),
    "quotient-of-d": ("dy_i/dz_j", "quotient-d", 0),
    "latex": (r"\frac{y_i}{T}", "latex", 0),
    "latex-in-dollars": ("$y_i$", "latex", 0),
    "html": ("y<sub>i</sub>", "html", 1),
    "html-attack": ("<img src=x onerror=alert(1)>", "html", 0),
    "entity": ("&delta;", "html", 0),
    "right-to-left": ("y_i\u200f*y_j", "unseen", 3),
    "override": ("\u202ey_i", "unseen", 0),
    "zero": ("y_i\0", "unseen", 3),
    "deep": ("(" * 199 + "T" + ")" * 199, "deep", 25),
    "many-signs": ("-" * 300 + "T", "signs", 25),
    "many-signs-within": ("2*" + "+" * 300 + "T", "signs", 27),
    "long": ("+".join(["T"] * 5000), "long", 400),
}


@pytest.mark.parametrize(("text", "says", "place"), OUTSIDE.values(), ids=OUTSIDE)
def test_what_is_outside_of_the_grammar_is_refused_at_its_place(text, says, place):
    started = time.perf_counter()
    with pytest.raises(FormulaError) as caught:
        parse(text, SCOPE)
    assert (caught.value.says, caught.value.at) == (says, place)
    assert time.perf_counter() - started < 5  # not a speed, but an end
    assert re.fullmatch(r"[^{}]+\.", str(caught.value))


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ("y_in", "kind", 0),
        ("y_nm", "kind", 0),
        ("delta_ni", "kind", 0),
        ("d(y_ni, z_j)", "by-logit", 8),
        ("d(y_ni, z_jm)", "kind", 8),
        ("y_n", "takes-two", 0),
        ("sum_k(y_kn)", "kind", 6),
    ],
)
def test_an_index_of_another_kind_is_refused(text, says, place):
    with pytest.raises(FormulaError) as caught:
        parse(text, ROWS)
    assert (caught.value.says, caught.value.at) == (says, place)


def test_no_sentence_of_the_grammar_is_idle():
    files = Path(formula.__file__).parent.glob("*.mjs")
    code = "".join(path.read_text("utf-8") for path in files if path.stem != "grammar")
    said = {*re.findall('"([a-z-]+)"', code), *GRAMMAR["strangers"].values()}
    assert set(GRAMMAR["says"]) <= said


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(FormulaError, match="are `y_i`, `z_i`, `g_i`, `T`, `S`, `delta_ij`, and"):
        parse("x", SCOPE)


def test_where_a_derivative_is_asked_for_it_must_be_carried_out():
    for text in ("d(y_i, z_j)", "dy_i/dz_j"):
        with pytest.raises(FormulaError, match="Carry the derivative out"):
            parse(text, {**SCOPE, "derivatives": False})


@given(st.text(max_size=40), st.booleans())
def test_any_text_is_a_formula_or_a_formula_error(text, holes):
    with suppress(FormulaError):
        parse(text, SCOPE, holes=holes)


SIGNS = re.findall(
    r"[a-z]+(?:_[a-z])?\(?|\S| ", "yzgT_ijk()+-*/^0123.,δΣ−·²∂ sum_k( exp( d( , z_j)"
)


@given(st.lists(st.sampled_from(SIGNS), max_size=25).map("".join), st.booleans())
def test_any_signs_of_the_grammar_are_a_formula_or_a_formula_error(text, holes):
    with suppress(FormulaError):
        well_formed(mathml(parse(text, SCOPE, holes=holes)))


# --- Showing --------------------------------------------------------------------------------------


def well_formed(text):
    """Parse MathML: what is opened is closed, and nothing else stands in it."""
    opened = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert re.fullmatch("math|m[a-z]+", tag)
            opened.append(tag)

        def handle_endtag(self, tag):
            assert opened.pop() == tag

    Reader().feed(text)
    assert opened == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y_i*(delta_ij - y_j)", r"y_{i} \, \left( \delta_{i j} - y_{j} \right)"),
        ("exp(z_i)/S", r"\frac{e^{z_{i}}}{S}"),
        ("exp(z_i/T)", r"\exp \left( \frac{z_{i}}{T} \right)"),
        ("-sum_k(y_k*log(y_k))", r"-\sum_{k} y_{k} \, \log y_{k}"),
        ("sum_k(y_k)*T", r"\left( \sum_{k} y_{k} \right) \, T"),
        ("T*sum_k(y_k)", r"T \, \sum_{k} y_{k}"),
        ("sum_k(y_k + T)", r"\sum_{k} \left( y_{k} + T \right)"),
        ("y_i^2 + (y_i + T)^2", r"y_{i}^{2} + \left( y_{i} + T \right)^{2}"),
        ("2*3*y_i^-1", r"2 \cdot 3 \, y_{i}^{-1}"),
        ("y_i - (y_j - T)", r"y_{i} - \left( y_{j} - T \right)"),
        ("d(y_i, z_j)", r"\frac{\partial y_{i}}{\partial z_{j}}"),
        ("d(T*y_i, z_j)", r"\frac{\partial }{\partial z_{j}} \, T \, y_{i}"),
        ("log(y_i + T)", r"\log \left( y_{i} + T \right)"),
    ],
)
def test_a_tree_as_tex(text, expected):
    assert tex(parse(text, SCOPE)) == expected


FORMS = [
    *("y_i*(delta_ij - y_j)", "-y_i*y_j", "y_i - (y_j - T)", "y_i/(y_j/T)", "(-y_i)^2", "T*(-y_i)"),
    *("(y_i + T)*2", "(y_i^2)^-1", "-(-y_i)", "-(y_i + T)", "sum_k(sum_l(y_k*y_l))", "2^3"),
    *("exp(z_i - log(S))/T", "d(d(log(y_i), z_j), z_i)", "y_i - -y_j", "1/(2*T)", "1/2*T"),
]


@pytest.mark.parametrize("text", FORMS)
def test_what_is_typed_out_is_read_as_the_same_tree(text):
    tree = parse(text, SCOPE)
    assert parse(typed(tree), SCOPE) == tree
    well_formed(mathml(tree))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y", r"\square"),
        ("y_", r"\square"),
        ("y_{", r"\square"),
        ("y_i", "y_{i}"),
        ("y_i*", r"y_{i} \, \square"),
        ("y_i*(", r"y_{i} \, \square"),
        ("y_i*(del", r"y_{i} \, \square"),
        ("y_i^", "y_{i}^{1}"),
        ("T/(1 + sum_k(y_k", r"\frac{T}{1 + \sum_{k} y_{k}}"),
        ("sum_k(y_i*", r"\sum_{k} y_{i} \, \square"),
        ("d(y_i", r"\frac{\partial y_{i}}{\partial z_{\square}}"),
        ("d(y_i,", r"\frac{\partial y_{i}}{\partial z_{\square}}"),
    ],
)
def test_an_unfinished_text_is_shown_with_a_box(text, expected):
    tree = parse(text, SCOPE, holes=True)
    assert tex(tree) == expected
    well_formed(mathml(tree))

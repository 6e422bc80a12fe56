"""The judges of formulas and of lines, in Python and in a real browser, in one call each.

Expected: the same kind, sentence, mistake and place, the same typeset formula while it is typed,
and the same tree. The formulas are right forms, known mistakes, changes of both that keep the
value or not, changes of single characters, random signs, and what people paste or try.
"""

import random
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from softback.course import desk
from softback.course.desk.mend import changes as small_changes
from softback.course.formula import (
    FormulaError,
    Judge,
    Node,
    Question,
    Slip,
    echo,
    parse,
    tex,
    typed,
)
from softback.course.formula.question import MATRIX
from softback.course.tasks import DERIVATIONS
from tests.lib.test_course_derivations import RIGHT

CHANGED, KEPT, RETYPED, RANDOM = 1500, 800, 1100, 300
LINES = 300
SIGNS = [*"yzgtdTSsijknm_()+-*/^0123.,=δΣ−·²∂ᵢⱼ {}\\$<&'\u200f\u00a0😀", "sum_k(", "exp(", "log("]
SIGNS += ["delta_ij", "d(", ", z_j)", "y_i", "z_j"]

HOSTILE = [
    *("", "   ", " ... ", "=", "x" * 10_000, "(" * 200, "-" * 300 + "y_i", "exp(" * 90, "😀" * 500),
    *("1+" * 199 + "1", "y_i*" * 99 + "1", "(" * 24 + "y_i" + ")" * 24, "y_i^" + "(" * 200 + "2"),
    *("sum_k(sum_l(sum_m(sum_n(y_k))))", "d(d(d(y_i,z_i),z_i),z_i)", "y_i^1000000000", "e^(z_i)"),
    *(r"\frac{1}{2}", "$y_i$", "y_i\u200f*y_j", "\u202ey_i", "<b>y_i</b>", "&delta;", "y_i\ud800"),
    *("__import__('os')", "alert(1)", "constructor", "toString_i", "__proto__", "y_i.real", "y[i]"),
    *("lambda: 0", "y_1", "yi", "deltaij", "y_a", "y", "delta_i", "S_i", "sum(y_i)", "y_i = y_j"),
    *("1/0", "0/0", "log(0)", "log(-y_i)", "log(sum_k(y_k) - 1)", "1/(1 - sum_k(y_k))", "(y_i"),
    *("exp(exp(exp(exp(9))))", "exp(-exp(99))*exp(exp(99))", "99999999^9 - 99999999^9 + y_j"),
    *("exp(999 + z_i)/sum_k(exp(999 + z_k))", "sum_klm(" + "y_k*y_l*" * 40 + "y_m)", "0.1^9 + y_j"),
    *("y_i*(delta_ij - y_j) + 0.000001*0.000001*y_j", "y_i·(δ_ij − y_j)", "= yᵢ·(δᵢⱼ − yⱼ)", "𝑦_𝑖"),
    *("∑ₖ(yₖ∗yₖ²)", "y_{i}**2 – y_j⁻¹", "（y_i＋1）", "\ufeffy_i", "y_i\r\n*y_j", "½*y_i", "\x00"),
    *(")", "\x1c", "\ufeff", "\u2028", "\u3000", "…", "= ..."),
]

SHARES = ("S = sum_k(exp(z_k))", "y_i = exp(z_i)/S")
DESK = [
    Question("desk-slope", "the line above", "d(exp(z_i)/S, z_j)", "ij", "y z S delta C",
             (Slip("no-delta", "i ≠ j alone.", ("-y_i*y_j",)),), derivatives=True),
    Question("desk-pullback", "the line above", "sum_i(g_i*d(y_i, z_j))", "j", "y z g delta S s",
             (Slip("diagonal", "Only i = j.", ("g_j*y_j*(1 - y_j)",)),),
             define=(*SHARES, "s = sum_k(g_k*y_k)"), derivatives=True),
    Question("desk-hessian", "the line above", "d(d(-sum_k(t_k*log(y_k)), z_i), z_j)", "ij",
             "y z t delta", (Slip("once", "Once.", ("y_i*sum_k(t_k) - t_i",)),), derivatives=True),
    Question("desk-rows", "the line above", "d(y_ni, z_mj)", "nmij", "y z delta", (), kinds=MATRIX,
             signatures={"z": "NC", "delta": "=="}, derivatives=True,
             define=("y_ni = exp(z_ni)/sum_k(exp(z_nk))",)),
]  # fmt: skip


# --- Formulas -------------------------------------------------------------------------------------


def rewritten(tree, change):
    """Return a tree in which one part, drawn by ``change``, is another; None if none can be."""
    places = []

    def walk(part, bound, build):
        for other in change(part, bound):
            places.append(build(other))
        inner = bound + (part.index if part.kind == "sum" else "")
        for name in ("left", "right", "of"):
            if child := getattr(part, name):
                walk(child, inner, lambda new, name=name: build(replace(part, **{name: new})))

    walk(tree, "", lambda new: new)
    return places


def number(text):
    return Node(kind="number", text=text)


def joined(kind, left, right):
    return Node(kind=kind, left=left, right=right)


def changes(question):
    """Return what a part may become that gives another value, as a rule."""

    def change(part, bound):
        letters = question.free + bound
        match part.kind:
            case "+" | "-" | "*" | "/":
                yield from (replace(part, kind=kind) for kind in "+-*/" if kind != part.kind)
                yield from (part.left, part.right)
            case "name":
                for n, old in enumerate(part.letters):
                    new = [a for a in letters if a != old]
                    yield from (
                        replace(part, letters=part.letters[:n] + a + part.letters[n + 1 :])
                        for a in new
                    )
                yield from (number("1"), Node(kind="power", of=part, exponent=2))
                yield Node(kind="log", of=part)
            case "power":
                yield from (replace(part, exponent=part.exponent + by) for by in (-1, 1))
            case "d":
                yield from (replace(part, by=a) for a in letters if len(part.by) == 1)
            case "minus" | "exp" | "log":
                yield part.of
        yield Node(kind="minus", of=part)
        yield joined("*", number("2"), part)

    return change


def harmless(part, bound):
    """Return what a part may become that has the same value."""
    one = joined("/", number("3"), number("3"))
    if part.kind in ("+", "*"):
        yield replace(part, left=part.right, right=part.left)
    yield joined("*", part, one)
    yield joined("-", joined("+", part, number("0.7")), number("0.7"))
    yield Node(kind="log", of=Node(kind="exp", of=part))
    yield Node(kind="minus", of=Node(kind="minus", of=part))


def retyped(text, roll):
    """Return a text with one to three characters changed."""
    signs = list(text[:80])
    for _ in range(roll.randint(1, 3)):
        place = roll.randrange(len(signs) + 1)
        signs[place : place + roll.choice([0, 1])] = roll.choice([[], [roll.choice(SIGNS)]])
    return "".join(signs)


@cache
def questions():
    return {question.id: question for question in [*(task.question for task in DERIVATIONS), *DESK]}


@cache
def formulas():
    """Return pairs: the name of a question, and a text."""
    roll = random.Random(13)
    known = [
        (name, text)
        for name, question in questions().items()
        for text in [*RIGHT.get(name, ()), *(f for slip in question.slips for f in slip.formulas)]
    ]
    found = [*known, *((name, text) for name in questions() for text in HOSTILE)]
    readable = [(name, questions()[name].parse(text)) for name, text in known if "d(" not in text]
    right = [(name, questions()[name].parse(text)) for name in RIGHT for text in RIGHT[name]]
    desk = [(question.id, question.tree) for question in DESK] * 4
    for kind, wanted in (("changed", CHANGED), ("kept", KEPT)):
        while wanted:
            name, tree = roll.choice(desk + (right if kind == "kept" else readable))
            for _ in range(roll.randint(1, 2)):
                change = changes(questions()[name]) if kind == "changed" else harmless
                tree = roll.choice(rewritten(tree, change))
            found.append((name, typed(tree)))
            wanted -= 1
    found += [(name, retyped(text, roll)) for name, text in roll.choices(found, k=RETYPED)]
    for _ in range(RANDOM):
        text = "".join(roll.choices(SIGNS, k=roll.randint(1, 25)))
        found.append((roll.choice(list(questions())), text))
    return list(dict.fromkeys(found))


# --- Both sides -----------------------------------------------------------------------------------


def utf16(text, place):
    """Return a place as JavaScript counts: by units of UTF-16."""
    if place is None:
        return None
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def in_python(data, judges, name, text):
    said = judges[name](text)
    place = [utf16(text, said.at), utf16(text, said.to)]
    try:
        tree = parse(text, data[name]["scope"])
        written = [tex(tree), typed(tree)]
    except FormulaError:
        written = []
    shown = echo(data[name], text)
    return [said.kind, said.passed, said.message, said.slip, *place, shown, *written]


RUN = """async ([source, data, formulas]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { judge, echo, parse, tex, typed } = await import(url);
  return formulas.map(([name, text]) => {
    const { kind, passed, message, slip, at, to } = judge(data[name], text);
    let written = [];
    try {
      const tree = parse(text, data[name].scope);
      written = [tex(tree), typed(tree)];
    } catch {}
    return [kind, passed, message, slip, at, to, echo(data[name], text), ...written];
  });
}"""


@pytest.fixture(scope="module")
def pairs(browser, trial_site):
    """Return for each formula: name, text, what Python says, what the page says."""
    data = {name: question.export() for name, question in questions().items()}
    judges = {name: Judge(one) for name, one in data.items()}
    here = [in_python(data, judges, *pair) for pair in formulas()]
    page = browser.new_page()
    page.goto(trial_site("<!doctype html><title>Formulas</title>"))
    there = page.evaluate(RUN, [desk.script(), data, [list(pair) for pair in formulas()]])
    page.close()
    return list(zip(formulas(), here, there, strict=True))


def test_both_sides_say_the_same(pairs):
    differ = [(pair, here, there) for pair, here, there in pairs if here != there]
    assert differ[:5] == []


def test_all_kinds_of_formulas_were_compared(pairs):
    kinds = Counter(here[0] for _, here, _ in pairs)
    slips = {here[3] for _, here, _ in pairs}
    known = {slip.id for question in questions().values() for slip in question.slips}
    assert slips == {"", *known}
    assert len(pairs) >= 5000
    for kind, least in {"right": 800, "slip": 300, "wrong": 1000, "unread": 1500}.items():
        assert kinds[kind] >= least, kinds
    assert kinds["novalue"] >= 100, kinds


# --- The desk -------------------------------------------------------------------------------------


@cache
def lines():
    """Return triples: a level, the number of the model line above (0 for the start), a text."""
    roll = random.Random(9)
    found = []
    for name, level in desk.LEVELS.items():
        slips = [text for slip in level.question.slips for text in slip.formulas]
        texts = [level.question.right, level.goal, *level.model, *slips]
        found += [(name, n % len(level.model), text) for n, text in enumerate(texts)]
    found += [(name, 0, text) for name in ("two-cases", "any-axis") for text in HOSTILE]
    found.append(("own", 0, "d(exp(z_i)*S^-1, z_i)"))  # a fraction that is written as a power
    trees = [(name, n, desk.LEVELS[name].question.parse(text)) for name, n, text in found[:200]]
    for _ in range(LINES):
        name, n, tree = roll.choice(trees)
        for _ in range(roll.choice([1, 1, 2])):
            tree = roll.choice(small_changes(tree, desk.LEVELS[name].question.scope)).tree
        found.append((name, n, typed(tree)))
    return found


RUN_DESK = """async ([source, data, lines]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { judgeLine, parse, progress, start } = await import(url);
  return lines.map(([name, n, text]) => {
    const level = data[name];
    const above = n ? parse(level.model[n - 1], level.scope) : start(level);
    const said = judgeLine(level, text, above, "line 3");
    const { kind, message, reasons, slip, at, to, uses, tree } = said;
    return [kind, message, reasons, slip, at, to, uses, tree ? progress(level, [above, tree]) : []];
  });
}"""


def test_both_desks_say_the_same(browser, trial_site):
    desks = {name: desk.Desk(level) for name, level in desk.LEVELS.items()}
    here = []
    for name, n, text in lines():
        one = desks[name]
        above = parse(one.level.model[n - 1], one.scope) if n else one.level.start
        said = one.line(text, above, "line 3")
        place = [utf16(text, said.at), utf16(text, said.to)]
        marks = list(desk.progress(one, [above, said.tree])) if said.tree else []
        reasons = list(said.reasons)
        here.append([said.kind, said.message, reasons, said.slip, *place, said.uses, marks])
    page = browser.new_page()
    page.goto(trial_site("<!doctype html><title>Desk</title>"))
    data = {name: level.data for name, level in desk.LEVELS.items()}
    there = page.evaluate(RUN_DESK, [desk.script(), data, [list(line) for line in lines()]])
    page.close()
    assert [(line, a, b) for line, a, b in zip(lines(), here, there, strict=True) if a != b] == []
    kinds = Counter(said[0] for said in here)
    told = Counter(reason for said in here for reason in said[2][:1])
    assert min(kinds[kind] for kind in ("right", "slip", "wrong", "unread", "novalue", "same")) > 5
    assert sum("marked" in reason for reason in told.elements()) > 50
    assert sum(reason.startswith("It is line 3") for reason in told.elements()) > 5

"""Each rule of `softback.formulas` is the code of a cell of the book, whose equation it names."""

import ast
import re

import pytest

from tests.chapters.sources import NUMBERED, ROOT, cells, labels

LIBRARY = ROOT / "lib/src/softback"
# The formula, the chapter that writes it, and what the function is called there.
WRITTEN = {
    "softmax_unshifted": ("softmax", "my_softmax"),
    "softmax": ("softmax", "safe_softmax"),
    "softmax_slope": ("quotient-rule", "two_cases"),
    "logsumexp": ("log-trick", "smooth_maximum"),
    "log_softmax": ("log-trick", "my_log_softmax"),
    "log_softmax_vjp": ("vector-jacobian-product", "my_log_softmax_vjp"),
    "softmax_jacobian": ("jacobian", "my_jacobian"),
    "softmax_vjp": ("any-axis", "my_vjp"),
    "softmax_vjp_as_layer": ("vector-jacobian-product", "layer_backward"),
    "softmax_vjp_twice": ("last-digits", "twice"),
    "cross_entropy": ("cross-entropy", "my_cross_entropy"),
    "cross_entropy_grad": ("cross-entropy", "loss_slope"),
    "attention_vjp": ("attention", "my_attention_vjp"),
}
MOST_LINES = 5
CORE = [*LIBRARY.glob("*.py"), *LIBRARY.glob("autograd/*.py"), *LIBRARY.glob("_fast/*.py")]
DERIVED = re.compile(r"([a-z]+(?:-[a-z]+)*) \(((?:(?:eq|def)-[\w-]+(?:, )?)+)\)")


class LastAxis(ast.NodeTransformer):
    """Write -1 for ``axis``, as a chapter does that has not come to other axes."""

    def visit_Name(self, node):
        return ast.Constant(-1) if node.id == "axis" else node

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name):  # a function of ours, whose axis is -1 unasked
            node.args = [x for x in node.args if ast.unparse(x) != "axis"]
        return self.generic_visit(node)

    def visit_arguments(self, node):
        if node.args[-1].arg == "axis":
            node.args.pop()
            node.defaults.pop()
        return node


def functions(code):
    return {x.name: x for x in ast.parse(code).body if isinstance(x, ast.FunctionDef)}


def rule(function):
    """Return the arguments and the body of a function as text, without types and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    for argument in ast.walk(function.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return "\n".join([ast.unparse(function.args), *map(ast.unparse, body)])


def last_axis(function):
    return LastAxis().visit(ast.parse(ast.unparse(function)).body[0])


def chapter(stem):
    [page] = [page for page in NUMBERED if page.stem.split("-", 1)[1] == stem]
    return page.read_text("utf-8")


def written(stem, name):
    """Return the last function of this name in a chapter: an exercise has one without a body."""
    found = [functions(cell.code).get(name) for cell in cells(chapter(stem))]
    return [function for function in found if function][-1]


SOURCE = (LIBRARY / "formulas.py").read_text("utf-8")
FORMULAS = functions(SOURCE)


def test_every_formula_stands_in_a_chapter():
    assert set(FORMULAS) == set(WRITTEN)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_the_code_of_its_chapter(name):
    stem, there = WRITTEN[name]
    wanted = rule(written(stem, there))
    assert wanted in (rule(FORMULAS[name]), rule(last_axis(FORMULAS[name])))


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_at_most_five_lines(name):
    assert len(rule(FORMULAS[name]).splitlines()) - 1 <= MOST_LINES


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_names_its_equation(name):
    function = FORMULAS[name]
    head = "\n".join(SOURCE.splitlines()[function.lineno - 1 : function.body[0].lineno - 1])
    stated = {label for page in NUMBERED for label, _ in labels(page.read_text("utf-8"))}
    named = re.findall(r"(?:eq|def)-[\w-]+", head)
    assert named, f"{name} has no label beside it"
    assert set(named) <= stated


def test_no_other_copy_stands_in_the_package():
    """Neither as it is nor with the axis put in; what readers write is the course's own."""
    ours = {rule(f).partition("\n")[2] for f in FORMULAS.values()}
    ours |= {rule(last_axis(f)).partition("\n")[2] for f in FORMULAS.values()}
    copies = [
        f"{path.name}: {node.name}"
        for path in CORE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if path.name != "formulas.py"
        and isinstance(node, ast.FunctionDef)
        and rule(node).partition("\n")[2] in ours
    ]
    assert copies == []


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_a_docstring_names_chapters_by_stem_and_labels_that_stand_there(path):
    text = path.read_text("utf-8")
    assert re.findall(r"[Cc]hapters? \d+", text) == []
    named = DERIVED.findall(" ".join(text.split()))
    assert len(named) >= text.count("Derived in")
    wrong = [
        f"{stem}: {label}"
        for stem, found in named
        for label in found.split(", ")
        if label not in dict(labels(chapter(stem)))
    ]
    assert wrong == []

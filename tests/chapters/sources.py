"""Read the chapters as text: their cells, labels and proofs."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
NUMBERED = sorted((ROOT / "chapters").glob("[0-9]*.md"))
PAGES = [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.M | re.S)
LABEL = re.compile(r"^```\{math\}\n:label: *(\S+)$", re.M)
BLOCK_OPTIONS = re.compile(r"^---\n(.*?)^---\n", re.M | re.S)
LINE_OPTIONS = re.compile(r"((?:^:\w+:.*\n)+)\n?", re.M)


def chapter(name, ending=".html"):
    """Return where a chapter stands, by its name without the number."""
    [page] = (ROOT / "chapters").glob(f"[0-9][0-9]-{name}.md")
    return f"chapters/{page.stem}{ending}"


@dataclass(frozen=True)
class Cell:
    """One code cell: where it starts and ends in the page, its options and its code."""

    start: int
    end: int
    options: dict
    code: str

    @property
    def tags(self):
        return self.options.get("tags", [])


@dataclass(frozen=True)
class Proof:
    """One call of verify: its label, where it stands, and whether a refusal is expected."""

    label: str
    position: int
    refusal: bool


def cells(text):
    """Return the code cells of a page in their order."""
    found = []
    for match in CELL.finditer(text):
        options, code = {}, match[1]
        if block := BLOCK_OPTIONS.match(code):
            options, code = yaml.safe_load(block[1]), code[block.end() :]
        elif lines := LINE_OPTIONS.match(code):
            pairs = (line[1:].split(":", 1) for line in lines[1].splitlines())
            options = {name: yaml.safe_load(value) for name, value in pairs}
            code = code[lines.end() :]
        found.append(Cell(match.start(), match.end(), options, code))
    return found


def labels(text):
    """Return the labels of the displayed equations of a page, with their positions."""
    return [(match[1], match.start()) for match in LABEL.finditer(text)]


def proofs(text):
    """Return every call of verify in a page; one inside ``try`` shows a refusal."""
    found = []
    for cell in cells(text):
        tree = ast.parse(cell.code)
        shown = {id(node) for part in ast.walk(tree) if isinstance(part, ast.Try)
                 for node in ast.walk(part)}  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "verify":
                label = node.args[0].value
                found.append(Proof(label, cell.start, id(node) in shown))
    return found


NOTEBOOKS = [page for page in PAGES if cells(page.read_text("utf-8"))]

EXERCISE = re.compile(
    r"^```\{exercise-start\} (?P<title>[^\n]+)\n:label: (?P<label>\S+)\n```\n(?P<prompt>.*?)"
    r"^```\{exercise-end\}\n```\n\n"
    r"```\{solution-start\} (?P<solved>\S+)\n:label: (?P<name>\S+)\n:class: dropdown\n```\n"
    r"(?P<solution>.*?)^```\{solution-end\}\n```$",
    re.M | re.S,
)
FOLDED = re.compile(
    r"^(`{3,})\{admonition\} ([^\n]+)\n:class: dropdown (\w+)\n(.*?)^\1$", re.M | re.S
)


@dataclass(frozen=True)
class Folded:
    """A hint, or an answer to choose from: its title, its kind, and what opens."""

    title: str
    kind: str
    text: str


def exercises(text):
    """Return the exercises of a page, each with the solution right below it, as matches."""
    return list(EXERCISE.finditer(text))


def folded(text):
    """Return what folds in a piece of a page, without what is folded inside of it."""
    return [Folded(match[2], match[3], match[4]) for match in FOLDED.finditer(text)]

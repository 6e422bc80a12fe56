"""Turn the book's Markdown into Markdown that every front end of notebooks shows.

JupyterLab without extensions, Colab and VS Code know neither directives nor roles. An exercise
becomes a heading, what folds becomes ``<details>``, an admonition a quotation, a labelled equation
carries its number, a reference is a link. What has no such form is refused, so that nothing is
handed out raw.
"""

import re
from itertools import pairwise

from markdown_it import MarkdownIt

from .blocks import Block, split
from .errors import SheetError

ROLE = re.compile(r"(?<!`)\{(?P<role>[\w:-]+)\}`(?P<content>[^`]+)`")
HIDDEN_DIRECTIVE = re.compile(r"(?:`{3,}|~{3,}|:{3,})\{[\w:-]+\}")
REFERENCES = ("doc", "ref", "numref", "eq", "cite", "cite:p", "cite:t")
EXPLICIT = re.compile(r"^(?P<words>.*\S)\s*<(?P<target>[^<>]+)>$")
TARGET = re.compile(r"^\([\w:-]+\)=$")
MATH = re.compile(r"(\$[^$]+\$)")
LABEL_LINK = re.compile(r"\[(?P<words>[^\]]+)\]\(#(?P<target>[^)]*)\)")
FILE_LINK = re.compile(r"\]\((?!<?https?:|mailto:|#)([^)]*)\)")
ALIGNED = re.compile(r"\\begin\{(?:align|gather|multline|eqnarray)\*?\}")
BOXES = ("note", "tip", "hint", "warning", "important", "caution", "attention", "seealso")


def words_only(role, target):
    """Return the target itself as the words of a reference, and no address."""
    if role not in REFERENCES:
        raise LookupError(f"the role {{{role}}} has no plain form")
    return target, None


def named(block):
    """Return the heading of an exercise that has no number."""
    return f"Exercise: {block.argument}"


def plain(markdown, link=words_only, *, exercise=named, path="text", line=1) -> str:
    """Return plain Markdown for a piece of the book's.

    Parameters
    ----------
    markdown : str
        The text of a Markdown cell.
    link : callable
        Called with a role and its target; returns the words of the reference and its address, which
        may be None. A `LookupError` says that there is no such target.
    exercise : callable
        Takes the `~classroom.sheets.blocks.Block` of an exercise and returns its heading.
    path : str or pathlib.Path
        Where the text stands, for errors.
    line : int
        The number of its first line, for errors.

    Raises
    ------
    SheetError
        If a directive or a role has no plain form, a reference has no target, or a block no end.
    """
    return _Writer(link, exercise, path).text(markdown.split("\n"), line)


class _Writer:
    def __init__(self, link, heading, path):
        self.link = link
        self.heading = heading
        self.path = path

    def text(self, lines, line):
        """Return the plain form of some lines, the first of which has a number."""
        pieces = []
        for piece in split(lines, self.path, line):
            if isinstance(piece, Block):
                pieces += ["", self._block(piece), ""]
            else:
                pieces.append(self._line(*piece))
        pieces = [piece for piece in pieces if piece is not None]
        kept = [now for before, now in pairwise(["", *pieces]) if before or now]
        return "\n".join(kept).rstrip("\n")

    def _block(self, block):
        if block.name is None:
            return "\n".join(block.whole)
        if (form := _FORMS.get(block.name)) is None:
            known = ", ".join(sorted(_FORMS))
            problem = f"the directive {{{block.name}}} has no plain form"
            raise SheetError(self.path, block.line, problem, f"Use one of {known}")
        if block.body[:1] == ["---"]:
            remedy = "Write them as lines :name: value"
            raise SheetError(self.path, block.first, "the options stand between dashes", remedy)
        return form(self, block)

    def _line(self, number, line):
        if TARGET.match(line) or line.startswith("%"):
            return None
        if HIDDEN_DIRECTIVE.search(line):
            remedy = "Begin it at the left edge of the page"
            raise SheetError(self.path, number, "a directive stands inside of a line", remedy)
        if found := FILE_LINK.search(line):
            problem = f"a link to {found[1]!r} leads nowhere from a notebook"
            remedy = "Refer to a page by the label above its title, [words](#label)"
            raise SheetError(self.path, number, problem, remedy)
        line = LABEL_LINK.sub(lambda link: self._explicit(number, "ref", link), line)
        return ROLE.sub(lambda role: self._reference(number, role), line)

    def _reference(self, number, match):
        if explicit := EXPLICIT.match(match["content"]):
            return self._explicit(number, match["role"], explicit)
        return _link(*self._resolved(number, match["role"], match["content"]))

    def _explicit(self, number, role, match):
        _, address = self._resolved(number, role, match["target"])
        return _link(match["words"], address)

    def _resolved(self, number, role, target):
        try:
            return self.link(role, target)
        except LookupError as error:
            remedy = "Refer to a page, an equation or a source of the book"
            raise SheetError(self.path, number, error.args[0], remedy) from error

    def _nothing(self, block):
        return None

    def _exercise(self, block):
        return f"### {self.heading(block)}\n\n{self._body(block)}".rstrip()

    def _solution_start(self, block):
        return f"#### Solution\n\n{self._body(block)}".rstrip()

    def _math(self, block):
        body = "\n".join(block.body).strip()
        if "label" in block.options:
            words, _ = self._resolved(block.line, "eq", block.options["label"])
            number = re.fullmatch(r"\(([\d.]+)\)", words)
            body += f"\n\\tag{{{number[1]}}}" if number else ""
        return body if ALIGNED.match(body) else f"$$\n{body}\n$$"

    def _admonition(self, block):
        title = self._line(block.line, block.argument)
        folded = "dropdown" in block.options.get("class", "").split()
        return self._folded(title, block) if folded else self._box(title, block)

    def _named(self, block):
        return self._box(block.name.capitalize(), block)

    def _dropdown(self, block):
        return self._folded(self._line(block.line, block.argument) or "More", block)

    def _folded(self, title, block):
        body = self._body(block)
        return f"<details>\n<summary>{_as_html(title)}</summary>\n\n{body}\n\n</details>"

    def _box(self, title, block):
        lines = [f"**{title}**", "", *self._body(block).split("\n")]
        return "\n".join(f"> {line}".rstrip() for line in lines)

    def _body(self, block):
        return self.text(block.body, block.first)


def _link(words, address):
    return f"[{words}]({address})" if address else words


def _as_html(title):
    """Return the HTML of a title; inside a summary only HTML and formulas are rendered."""
    pieces = MATH.split(title)
    render = MarkdownIt("commonmark").renderInline
    return "".join(part if MATH.fullmatch(part) else render(part) for part in pieces)


_FORMS = {
    "exercise": _Writer._exercise,
    "exercise-start": _Writer._exercise,
    "exercise-end": _Writer._nothing,
    "solution-start": _Writer._solution_start,
    "solution-end": _Writer._nothing,
    "math": _Writer._math,
    "admonition": _Writer._admonition,
    "dropdown": _Writer._dropdown,
} | dict.fromkeys(BOXES, _Writer._named)

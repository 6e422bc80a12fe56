"""Read a formula that a reader typed: a tokenizer and a parser, which evaluate nothing.

The grammar is small and written out, so that it reads the same in another language, and so that a
complaint can point at the place. Python's own parser would take ``^`` for another operator.

sum      := product (("+" | "-") product)*
product  := signed (("*" | "/") signed)*
signed   := ("+" | "-") signed | power
power    := atom (("^" | "**") exponent)?
exponent := ("+" | "-")? integer | "(" exponent ")"
atom     := number | name | ("exp" | "log" | "sum") "(" sum ")" | "(" sum ")"
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from softback.course._judge import Fault

LONGEST = 300
DEEPEST = 25
LARGEST_EXPONENT = 9
LONGEST_NUMBER = 8
# What a sum runs over, from 1 to C.
RUNNING = "k"

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|([A-Za-z]\w*)|(\*\*|[-+*/^()]))", re.ASCII)


class FormulaError(Fault):
    """A text that does not follow the grammar; the message marks the place with a caret."""

    def __init__(self, complaint: str, text: str, position: int) -> None:
        shown = text.replace("\t", " ").replace("\n", " ")
        super().__init__(f"{complaint}\n\n    {shown}\n    {' ' * position}^")


@dataclass(frozen=True)
class Number:
    """A number, exactly as it was typed."""

    value: Fraction


@dataclass(frozen=True)
class Entry:
    """An entry such as y_i, or a number without indices such as T."""

    base: str
    letters: str


@dataclass(frozen=True)
class Apply:
    """``exp``, ``log``, ``sum`` over k, or ``-`` of something."""

    function: str
    argument: "Tree"


@dataclass(frozen=True)
class Binary:
    """Two parts joined by ``+ - * /``, or by ``^`` with an integer on the right."""

    operator: str
    left: "Tree"
    right: Any  # a tree, or the integer behind ^


Tree = Number | Entry | Apply | Binary


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


FUNCTIONS = {"exp": "exp", "log": "log", "ln": "log", "sum": "sum", "sum_k": "sum"}


def parse(text: str, names: frozenset[str]) -> Tree:
    """Return the tree of a formula.

    Parameters
    ----------
    text : str
        What the reader typed.
    names : frozenset of str
        The names that it may hold, such as ``y_i`` and ``delta_ij``; those with the index k only
        inside ``sum``.

    Raises
    ------
    FormulaError
        If the text does not follow the grammar above, holds another name, is too long or too deep,
        or holds too large a number.
    """
    if len(text) > LONGEST:
        raise FormulaError(
            f"The formula has {len(text)} characters; {LONGEST} are enough.", text[:LONGEST], 0
        )
    return _Parser(text, names).whole()


def _tokens(text):
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if not match:
            position += len(text[position:]) - len(text[position:].lstrip())
            raise FormulaError(f"`{text[position]}` has no meaning here.", text, position)
        kind = ("number", "name", "sign")[match.lastindex - 1]
        yield _Token(kind, match[match.lastindex], match.start(match.lastindex))
        position = match.end()
    yield _Token("end", "", end)


class _Parser:
    """A recursive descent over the tokens: one method for each rule of the grammar."""

    def __init__(self, text, names):
        self.text, self.names = text, names
        self.tokens = list(_tokens(text))
        self.place = self.depth = self.sums = 0

    @property
    def token(self):
        return self.tokens[self.place]

    def error(self, complaint, token=None):
        return FormulaError(complaint, self.text, (token or self.token).position)

    def take(self, *texts):
        """Return the next token and step past it if it is one of these, else None."""
        token = self.token
        if token.kind == "sign" and token.text in texts:
            self.place += 1
            return token
        return None

    def whole(self):
        tree = self.sum()
        if self.token.kind == "end":
            return tree
        if self.token.text == ")":
            raise self.error("This bracket was never opened.")
        raise self.error("An operator is missing here. Write every product with `*`.")

    def sum(self):
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error("There are too many brackets within brackets.")
        tree = self.chain(self.product, "+", "-")
        self.depth -= 1
        return tree

    def product(self):
        return self.chain(self.signed, "*", "/")

    def chain(self, part, *operators):
        tree = part()
        while operator := self.take(*operators):
            tree = Binary(operator.text, tree, part())
        return tree

    def signed(self):
        minus = False
        while sign := self.take("+", "-"):
            minus ^= sign.text == "-"
        tree = self.power()
        return Apply("-", tree) if minus else tree

    def power(self):
        base = self.atom()
        if not self.take("^", "**"):
            return base
        return Binary("^", base, self.exponent())

    def exponent(self):
        if self.take("("):
            inside = self.exponent()
            return self.closed(inside)
        sign, token = self.take("+", "-"), self.token
        if token.kind != "number" or not token.text.isdigit() or int(token.text) > LARGEST_EXPONENT:
            raise self.error(f"An exponent must be an integer up to {LARGEST_EXPONENT} here.")
        self.place += 1
        return -int(token.text) if sign and sign.text == "-" else int(token.text)

    def atom(self):
        token = self.token
        if token.kind == "end":
            raise self.error("The formula ends too early.")
        if self.take("("):
            return self.closed(self.sum())
        self.place += 1
        if token.kind == "number":
            return self.number(token)
        if token.kind == "name":
            return self.named(token)
        raise self.error("A number, a name or an opening bracket is missing here.", token)

    def closed(self, inside):
        if not self.take(")"):
            raise self.error("A closing bracket is missing here.")
        return inside

    def number(self, token):
        if len(token.text) > LONGEST_NUMBER:
            raise self.error("This number has too many digits.", token)
        return Number(Fraction(token.text))

    def named(self, token):
        if token.text in FUNCTIONS:
            return self.applied(token)
        if token.text not in self.names:
            known = ", ".join(f"`{name}`" for name in sorted(self.names, key=_by_letter))
            raise self.error(
                f"`{token.text}` is not known here. You can use {known}, and the functions `exp`, "
                "`log` and `sum`.",
                token,
            )
        base, _, letters = token.text.partition("_")
        if RUNNING in letters and not self.sums:
            raise self.error(f"The index {RUNNING} has a value only inside `sum(…)`.", token)
        return Entry(base, letters)

    def applied(self, token):
        function = FUNCTIONS[token.text]
        if not self.take("("):
            raise self.error(f"`{token.text}` needs an argument in brackets.")
        self.sums += function == "sum"
        inside = self.closed(self.sum())
        self.sums -= function == "sum"
        if function == "sum" and not runs(inside):
            raise self.error(
                f"Nothing in this sum depends on {RUNNING}, the index that runs from 1 to C.", token
            )
        return Apply(function, inside)


def _by_letter(name):
    return name.lower(), name


def runs(tree: Tree | int) -> bool:
    """Return whether a tree holds an entry with the index k that no sum inside it binds."""
    match tree:
        case Entry(_, letters):
            return RUNNING in letters
        case Apply(function, argument):
            return function != "sum" and runs(argument)
        case Binary(_, left, right):
            return runs(left) or runs(right)
    return False

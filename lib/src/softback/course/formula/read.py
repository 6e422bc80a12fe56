"""Read a formula that a reader typed. Nothing that is typed is ever run as code.

line     := "="? sum
sum      := product (("+" | "-") product)*
product  := ("+" | "-")* signed (("*" | "/") signed)*
signed   := ("+" | "-")* power
power    := atom (("^" | "**") exponent)?
exponent := ("+" | "-")? integer | "(" exponent ")"
atom     := number | name | "(" sum ")" | ("exp" | "log" | "ln") "(" sum ")"
          | "sum" ("_" letters)? "(" sum ")" | "d(" sum ", z_" letters ")"

A name is known by its scope, a dictionary: ``names`` holds for each name the kinds of its indices
(``""``, ``"C"`` for classes, ``"NC"``; ``"=="`` for two of one kind), ``kinds`` the letters of each
kind, ``free`` those that stand for an entry from the start, ``derivatives`` whether ``d`` is known.
What people paste (typographic signs, δᵢⱼ², slanted letters) is read as what it means.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from softback.course.formula.tree import GRAMMAR, LIMITS, FormulaError, Node

Scope = dict[str, Any]

_REWRITTEN = re.compile("[\U0001d400-\U0001d7ff\uff01-\uff5e]")
_TOKEN = re.compile(
    r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|([A-Za-z]+(?:_(?:[A-Za-z]+|\{[A-Za-z, ]+\}))?)"
    r"|(\*\*|[-+*/^(),])"
)
_WRONG_NUMBER = ("takes-none", "takes-one", "takes-two")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int
    to: int


def parse(text: str, scope: Scope, *, holes: bool = False) -> Node:
    """Return the tree of a text.

    Parameters
    ----------
    text : str
        What the reader typed.
    scope : dict
        The names that it may hold, see above.
    holes : bool
        Read an unfinished text too: what is missing at its end becomes a hole.

    Raises
    ------
    FormulaError
        If the text is not a formula of the grammar, too long, too deep, or holds an unknown name.
    """
    if len(text) > LIMITS["length"]:
        most = LIMITS["length"]
        raise FormulaError("long", most, most, length=len(text), most=most)
    return _Parser(re.sub(r"_\{?\Z", "", text) if holes else text, scope, holes).whole()


def is_empty(text: str) -> bool:
    """Return whether nothing is written, or dots that stand for an answer."""
    return not text.strip(GRAMMAR["space"] + ".…=")


def example(base: str, scope: Scope) -> str:
    """Return a name as it could be typed, with free letters first: y_i, delta_ij, S."""
    signature, letters = scope["names"][base], ""
    for kind in 2 * [next(iter(scope["kinds"]))] if signature == "==" else signature:
        of_kind = scope["kinds"][kind]
        free = [letter for letter in scope["free"] if letter in of_kind]
        letters += next(letter for letter in [*free, *of_kind] if letter not in letters)
    return f"{base}_{letters}" if letters else base


def kind_of(letter: str, scope: Scope) -> str | None:
    """Return the kind of an index, or None if the letter is none."""
    return next((kind for kind, letters in scope["kinds"].items() if letter in letters), None)


# --- Tokens ---------------------------------------------------------------------------------------


def _plainly(text: str) -> tuple[str, list[int]]:
    """Return the text in plain letters, and for each of them where it stood."""
    put, low, high = GRAMMAR["put"], GRAMMAR["low"], GRAMMAR["high"]
    plain, places = "", []
    for at, character in enumerate(text):
        usual = character
        if _REWRITTEN.match(character):
            usual = unicodedata.normalize("NFKC", character)
        letters = put.get(usual, usual)
        if usual in low:
            letters = ("" if re.search(r"_[a-z]*\Z", plain) else "_") + low[usual]
        if usual in high:
            letters = ("" if re.search(r"\^-?[0-9]*\Z", plain) else "^") + high[usual]
        places += len(letters) * [at]
        plain += letters
    return plain, [*places, len(text)]


def _tokens(text: str) -> list[_Token]:
    plain, places = _plainly(text)
    found, end = [], len(plain.rstrip(GRAMMAR["space"]))
    at = _after_space(plain, 0)
    if plain[at : at + 1] == "=":
        at = _after_space(plain, at + 1)
    while at < end:
        match = _TOKEN.match(plain, at)
        if not match:
            raise _stranger(plain, at, places[at])
        kind = ("number", "name", "sign")[match.lastindex - 1]  # type: ignore[operator]
        clean = re.sub("[{}, ]", "", match[0]) or match[0]
        found.append(_Token(kind, clean.replace("**", "^"), places[at], places[match.end()]))
        at = _after_space(plain, match.end())
    return [*found, _Token("end", "", places[end], places[end])]


def _after_space(plain: str, at: int) -> int:
    while plain[at : at + 1] and plain[at] in GRAMMAR["space"]:
        at += 1
    return at


def _stranger(plain: str, at: int, place: int) -> FormulaError:
    sign = plain[at]
    says = GRAMMAR["strangers"].get(sign, "stranger")
    if sign == "_" and re.match("[0-9]", plain[at + 1 : at + 2]):
        says = "numbered"
    if says != "stranger" or unicodedata.category(sign)[0] in "LNPS":
        return FormulaError(says, place, place + 1, sign=sign)
    return FormulaError("unseen", place, place + 1, code=f"{ord(sign):04X}")


# --- The parser: one method for each rule of the grammar ------------------------------------------


class _Parser:
    def __init__(self, text: str, scope: Scope, holes: bool) -> None:
        self.scope, self.names, self.holes = scope, scope["names"], holes
        self.tokens = _tokens(text)
        self.bound: list[str] = []
        self.place = self.depth = self.derivatives = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    @property
    def ended(self) -> bool:
        return self.token.kind == "end"

    def error(self, says: str, where: _Token | None = None, **values: object) -> FormulaError:
        where = where or self.token
        return FormulaError(says, where.at, where.to, **values)

    def take(self, *signs: str) -> _Token | None:
        """Return the next token and step past it if it is one of these, else None."""
        token = self.token
        if token.kind == "sign" and token.text in signs:
            self.place += 1
            return token
        return None

    def node(self, kind: str, at: int, **parts: Any) -> Node:
        return Node(kind=kind, at=at, to=self.tokens[max(self.place - 1, 0)].to, **parts)

    def known(self, letter: str) -> bool:
        return letter in self.scope["free"] or letter in self.bound

    def whole(self) -> Node:
        tree = self.sum()
        if self.ended:
            return tree
        raise self.error("closes-nothing") if self.token.text == ")" else self.unjoined()

    def unjoined(self) -> FormulaError:
        """Return the error of two things side by side, or of a sign where none can stand."""
        if self.ended:
            return self.error("unclosed")
        return self.error({"^": "exponents", ",": "comma"}.get(self.token.text, "unjoined"))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > LIMITS["depth"]:
            raise self.error("deep")

    def sum(self) -> Node:
        self.deeper()
        tree = self.chain(self.product, "+", "-")
        self.depth -= 1
        return tree

    def product(self) -> Node:
        """Read a product; -a*b is -(a*b), which has the same value and reads better."""
        signs = self.leading()
        return self.negated(signs, self.chain(self.signed, "*", "/"))

    def chain(self, part: Any, *signs: str) -> Node:
        tree = part()
        while sign := self.take(*signs):
            right = part()
            tree = self.node(sign.text, tree.at, left=tree, right=right)
        return tree

    def signed(self) -> Node:
        signs = self.leading()
        return self.negated(signs, self.power())

    def negated(self, signs: list[_Token], tree: Node) -> Node:
        for sign in signs:
            tree = self.node("minus", sign.at, of=tree)
        return tree

    def leading(self) -> list[_Token]:
        """Return the minus signs that stand here, the last one first."""
        signs: list[_Token] = []
        number = 0
        while sign := self.take("+", "-"):
            if sign.text == "-":
                signs.insert(0, sign)
            if number == LIMITS["depth"]:
                raise self.error("signs", sign)
            number += 1
        return signs

    def power(self) -> Node:
        of = self.atom()
        if not self.take("^"):
            return of
        exponent = self.exponent()
        return self.node("power", of.at, exponent=exponent, of=of)

    def exponent(self) -> int:
        self.deeper()
        if self.take("("):
            inside = self.exponent()
            if not self.take(")") and not (self.holes and self.ended):
                raise self.error("exponent", most=LIMITS["exponent"])
            self.depth -= 1
            return inside
        self.depth -= 1
        sign, token = self.take("+", "-"), self.token
        if self.holes and self.ended:
            return 1
        if not re.fullmatch("[0-9]+", token.text) or int(token.text) > LIMITS["exponent"]:
            raise self.error("exponent", most=LIMITS["exponent"])
        self.place += 1
        return -int(token.text) if sign and sign.text == "-" else int(token.text)

    def atom(self) -> Node:
        start = self.token
        if self.ended:
            if self.holes:
                return Node(kind="hole", at=start.at, to=start.to)
            raise self.error("ends")
        if self.take("("):
            inside = self.sum()
            self.closed()
            return inside
        self.place += 1
        if start.kind == "number":
            if len(start.text) > LIMITS["digits"]:
                raise self.error("digits", start)
            return self.node("number", start.at, text=start.text)
        if start.kind == "name":
            return self.named(start)
        raise self.error("missing", start)

    def closed(self) -> None:
        if not self.take(")") and not (self.holes and self.ended):
            raise self.unjoined()

    def argument(self, start: _Token) -> None:
        if not self.take("("):
            raise self.error("argument", name=start.text)

    def named(self, start: _Token) -> Node:
        base, _, letters = start.text.partition("_")
        if self.holes and self.ended:
            return self.unfinished(start, base, letters)
        if base == "sum":
            return self.total(start, letters or "k")
        if not letters and base in GRAMMAR["functions"]:
            self.argument(start)
            of = self.sum()
            self.closed()
            return self.node(GRAMMAR["functions"][base], start.at, of=of)
        return self.derivative(start) if start.text == "d" else self.entry(start, base, letters)

    def total(self, start: _Token, letters: str) -> Node:
        for n, letter in enumerate(letters):
            self.index(letter, start)
            if self.known(letter) or letter in letters[:n]:
                raise self.error("taken", start, letter=letter)
        self.argument(start)
        self.bound += letters
        if len(self.bound) > LIMITS["sums"]:
            raise self.error("sums", start)
        tree = self.sum()
        self.closed()
        del self.bound[-len(letters) :]
        for letter in letters:
            if not _runs(tree, letter):
                raise self.error("idle", start, letter=letter)
        for letter in reversed(letters):
            tree = self.node("sum", start.at, index=letter, of=tree)
        return tree

    def derivative(self, start: _Token) -> Node:
        if not self.scope["derivatives"]:
            raise self.error("no-derivatives", start)
        self.argument(start)
        self.derivatives += 1
        if self.derivatives > LIMITS["derivatives"]:
            raise self.error("derivatives", start)
        of = self.sum()
        self.derivatives -= 1
        if not self.take(",") and not (self.holes and self.ended):
            if self.ended or self.token.text == ")":
                raise self.error("by-what", None, **self.slope())
            raise self.unjoined()
        if self.holes and self.ended:
            return self.node("d", start.at, of=of, by=None)
        by = self.token
        base, _, letters = by.text.partition("_")
        if base != "z" or not letters or len(letters) != len(self.names["z"]):
            raise self.error("by-logit", None, **self.slope())
        self.place += 1
        self.indices("z", letters, by)
        self.closed()
        return self.node("d", start.at, of=of, by=letters)

    def slope(self, base: str = "") -> dict[str, str]:
        first = base or next(iter(self.names))
        return {"example": example(first, self.scope), "logit": example("z", self.scope)}

    def index(self, letter: str, where: _Token) -> None:
        if not kind_of(letter, self.scope):
            known = ", ".join("".join(self.scope["kinds"].values()))
            raise self.error("no-index", where, letter=letter, known=known)

    def indices(self, base: str, letters: str, where: _Token) -> None:
        signature = self.names[base]
        for n, letter in enumerate(letters):
            self.index(letter, where)
            if not self.known(letter):
                raise self.error("unbound", where, letter=letter)
            kind = kind_of(letters[0], self.scope) if signature == "==" else signature[n]
            if kind_of(letter, self.scope) != kind:
                shown = example(base, self.scope)
                raise self.error("kind", where, letter=letter, example=shown)

    def unfinished(self, start: _Token, base: str, letters: str) -> Node:
        """Read a name at the end of a text, which may go on: then it is a hole."""
        fits = base in self.names and len(self.names[base]) == len(letters)
        if fits and all(map(self.known, letters)):
            return self.entry(start, base, letters)
        return self.node("hole", start.at)

    def entry(self, start: _Token, base: str, letters: str) -> Node:
        if base == "e" and self.token.text == "^":
            raise self.error("power-of-e", start)
        if base not in self.names:
            raise self.stray(start, base, letters)
        if len(self.names[base]) != len(letters):
            says, shown = _WRONG_NUMBER[len(self.names[base])], example(base, self.scope)
            raise self.error(says, start, name=base, example=shown)
        self.indices(base, letters, start)
        return self.node("name", start.at, base=base, letters=letters)

    def stray(self, start: _Token, base: str, letters: str) -> FormulaError:
        """Return the error of an unknown name."""
        glued = re.fullmatch("(delta|[a-zA-Z])([a-z]{1,2})", base)
        if glued and not letters and self.is_name(*glued.groups()):
            return self.error("glued", start, name=f"{glued[1]}_{glued[2]}")
        if re.fullmatch("d[a-z]", base) and base[1] in self.names:
            if not self.scope["derivatives"]:
                return self.error("no-derivatives", start)
            return self.error("quotient-d", start, **self.slope(base[1]))
        known = ", ".join(f"`{example(name, self.scope)}`" for name in self.names)
        return self.error("unknown", start, name=base, known=known)

    def is_name(self, base: str, letters: str) -> bool:
        return (
            base in self.names
            and len(self.names[base]) == len(letters)
            and all(kind_of(letter, self.scope) for letter in letters)
        )


def _runs(tree: Node, letter: str) -> bool:
    """Return whether an index stands in a tree; a hole may still get it."""
    if tree.kind == "hole" or tree.by is None:
        return True
    if letter in tree.letters or letter in tree.by:
        return True
    return any(_runs(part, letter) for part in tree.parts())

"""`verify`: prove an equation of the book, or show numbers for which it is false."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from textwrap import fill
from typing import Any

from sympy import Basic, Integer, Ne, Symbol, latex
from sympy.core.relational import Relational

from .cases import Case, Values, cases
from .claim import Claim, read
from .decide import holds_for_every_size, holds_written_out
from .refute import counter_example
from .vocabulary import C, N

MIME_TYPE = "application/vnd.softback.proof+json"
# Written out one by one where no proof for all sizes is found.
TRIED = {C: (2, 3, 4, 5), N: (2, 3)}
# Enough to catch nearly every slip before a proof is tried.
FIRST_LOOK = {C: (2, 3), N: (2,)}


class Refuted(AssertionError):
    """The equation is false; the message holds a counter-example."""


class Undecided(RuntimeError):
    """Neither a proof nor a counter-example was found."""


@dataclass(frozen=True)
class Proof:
    """An equation that holds, and for which sizes; a notebook shows it as one line.

    Attributes
    ----------
    label : str
        Of the equation, ``eq-...``.
    scope : str or list of int or None
        "every C", "every N" or "every N and C"; the values of C (of N, where there is no C) that
        were written out; None without C and N.
    statement : str
        The equation in LaTeX.
    given : list of str
        The side conditions in LaTeX.
    text : str
        The line shown.
    """

    label: str
    scope: str | list[int] | None
    statement: str
    given: list[str]
    text: str

    def __str__(self) -> str:
        """Return the line shown."""
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        label, said = escape(self.label), self.text.removeprefix(self.label).partition(" if ")[0]
        said = re.sub(r"\b[CN]\b", r"$\g<0>$", said)  # a notebook typesets this
        said += f" if {' and '.join(f'${fact}$' for fact in self.given)}" if self.given else ""
        html = (
            '<div class="sb-proof"><span class="sb-proof-mark" aria-hidden="true">✓</span> '
            f'<a href="#equation-{label}"><code>{label}</code></a>{escape(said)}</div>'
        )
        keys = ("label", "scope", "statement", "given")
        record = {key: getattr(self, key) for key in keys}
        return {"text/plain": self.text, "text/html": html, MIME_TYPE: record}


def verify(label: str, lhs: Any, rhs: Any, *, given: Any = ()) -> None:
    """Show that ``lhs`` equals ``rhs``, for every number of classes if such a proof is found.

    Parameters
    ----------
    label : str
        Of the equation in the text, ``eq-...``.
    lhs, rhs : Expr or Matrix
        With free indices i, j, k, h (each from 1 to C) and n, m (from 1 to N); the equation is
        claimed for all their values, and for all real values of the other symbols that have the
        sign they are declared with. Matrices are compared entry by entry.
    given : relation or sequence of relations
        Conditions under which the equation is claimed: ``Eq(i, j)``, ``Ne(i, j)``, ``Eq(C, 2)``,
        ``Eq(total(t[k], k), 1)``, ``Eq(t[k], value)``. An index that the equation itself does not
        contain stands for all its values.

    Raises
    ------
    Refuted
        If numbers were found for which the sides differ; the message shows them.
    Undecided
        If neither a proof nor such numbers were found.
    ValueError
        If the label does not start with ``eq-``, or a condition or an index cannot be used.
    TypeError
        If a side is neither an expression nor a matrix.
    """
    _show(prove(label, lhs, rhs, given=given))


def prove(label: str, lhs: Any, rhs: Any, *, given: Any = ()) -> Proof:
    """Return the `Proof` that `verify` shows; the parameters and errors are the same."""
    claim = read(label, lhs, rhs, given)
    for case in _all_cases(claim, FIRST_LOOK):
        _refute(claim, case)
    if holds_for_every_size(claim):
        return _proof(claim, every=claim.sizes)
    open_cases = [case for case in _all_cases(claim, TRIED) if not holds_written_out(case[1])]
    for case in open_cases:
        _refute(claim, case)
    if open_cases:
        raise Undecided(f"{_stated(claim)}\nneither a proof nor a counter-example was found")
    return _proof(claim, every=[])


def _all_cases(claim: Claim, tried: Mapping[Symbol, Sequence[int]]) -> Iterator[Case]:
    """Return the claim written out for each combination of the sizes in ``tried``."""
    spans = [tried[size] for size in claim.sizes]
    for choice in product(*spans):
        yield from cases(claim, dict(zip(claim.sizes, map(Integer, choice), strict=True)))


def _refute(claim: Claim, case: Case) -> None:
    found = counter_example(*case)
    if found:
        where, left, right = found
        raise Refuted(
            f"{_stated(claim)}\nis false at {_at(where)}:\n"
            f"left side  {left.n(12)}\nright side {right.n(12)}"
        )


def _at(where: Values) -> str:
    return ", ".join(f"{name} = {number}" for name, number in where.items())


def _plain(expr: Basic) -> str:
    return re.sub(r"\b_", "", str(expr))


def _relation(fact: Relational) -> str:
    return f"{_plain(fact.lhs)} {'≠' if isinstance(fact, Ne) else '='} {_plain(fact.rhs)}"


def _stated(claim: Claim) -> str:
    sides = f"    {_plain(claim.lhs)}", f"  = {_plain(claim.rhs)}"
    lines = [claim.label, *(fill(side, subsequent_indent=" " * 6) for side in sides)]
    return "\n".join(lines + [f"given {_relation(fact)}" for fact in claim.given])


def _proof(claim: Claim, every: Sequence[Symbol]) -> Proof:
    """Put a result in words: ``every`` holds the sizes that the proof leaves open."""
    return Proof(
        label=claim.label,
        scope=_scope(claim, every),
        statement=f"{latex(claim.lhs)} = {latex(claim.rhs)}",
        given=[latex(fact) for fact in claim.given],
        text=f"{claim.label} proved{_for(claim, every)}{_if(claim.given)}",
    )


def _scope(claim: Claim, every: Sequence[Symbol]) -> str | list[int] | None:
    if every:
        return "every " + " and ".join(str(size) for size in reversed(every))
    return list(TRIED[claim.sizes[0]]) if claim.sizes else None


def _for(claim: Claim, every: Sequence[Symbol]) -> str:
    if every:
        return f" for {_scope(claim, every)}"
    spans = [f"{size} = {TRIED[size][0]} … {TRIED[size][-1]}" for size in claim.sizes]
    return f" for {' and '.join(spans)}" if spans else ""


def _if(given: Sequence[Relational]) -> str:
    return f" if {' and '.join(map(_relation, given))}" if given else ""


def _show(proof: Proof) -> None:
    """Display a proof in a notebook, print it elsewhere."""
    try:
        from IPython.display import display
    except ImportError:
        print(proof)
    else:
        display(proof)

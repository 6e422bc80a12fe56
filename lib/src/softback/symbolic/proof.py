"""`verify`: prove an equation of the book, or show numbers for which it is false."""

import json
from dataclasses import dataclass
from html import escape
from itertools import product

from sympy import Eq, Integer, Ne, latex

from .claim import cases, read
from .normal import is_zero, normal
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
        "every C", "every N", "every N and C"; the tried values of C; None without C and N.
    statement : str
        The equation in LaTeX.
    given : list of str
        The side conditions in LaTeX.
    text : str
        The line shown.
    """

    label: str
    scope: str | list | None
    statement: str
    given: list
    text: str

    def __str__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        said = self.text.removeprefix(self.label)
        html = (
            '<div class="sb-proof"><span class="sb-proof-mark" aria-hidden="true">✓</span> '
            f"<code>{escape(self.label)}</code>{escape(said)}</div>"
        )
        keys = ("label", "scope", "statement", "given")
        record = {key: getattr(self, key) for key in keys}
        return {"text/plain": self.text, "text/html": html, MIME_TYPE: record}

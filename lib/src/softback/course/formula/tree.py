"""What a formula is made of, and what the grammar's table says."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# A module of JavaScript that holds one JSON object, so that both sides read the same sentences.
_TABLE = Path(__file__).with_name("grammar.mjs").read_text("utf-8")
GRAMMAR = json.loads(_TABLE.removeprefix("export const GRAMMAR = ").rstrip().removesuffix(";"))
LIMITS = GRAMMAR["limits"]


def filled(text: str, **values: object) -> str:
    """Return a sentence with values in its {places}."""
    return re.sub(r"\{(\w+)\}", lambda place: str(values.get(place[1], place[0])), text)


def sentence(says: str, **values: object) -> str:
    """Return the sentence of the table that has a name, with values in its {places}."""
    return filled(GRAMMAR["says"][says], **values)


class FormulaError(ValueError):
    """A text that is not a formula, or a formula without a value.

    Parameters
    ----------
    says : str
        Which sentence.
    at, to : int
        The place in the text that it speaks of.
    **values
        What is put into the sentence.
    """

    def __init__(self, says: str, at: int, to: int, **values: object) -> None:
        super().__init__(sentence(says, **values))
        self.says, self.at, self.to = says, at, to


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A formula or a part of one.

    ======================  ==================================================================
    kind                    has
    ======================  ==================================================================
    ``number``              ``text``, as it was typed
    ``name``                ``base`` and ``letters``: y and ij for y_ij
    ``+ - * /``             ``left`` and ``right``
    ``minus exp log``       ``of``
    ``power``               ``of`` and ``exponent``, an integer
    ``sum``                 ``of`` and ``index``, the letter that runs
    ``d``                   ``of`` and ``by``, the letters of the logit (None: not yet typed)
    ``hole``                nothing: it is still to be typed
    ======================  ==================================================================

    All have ``at`` and ``to``, their place in the text; trees are compared without it.
    """

    kind: str
    at: int = field(default=0, compare=False)
    to: int = field(default=0, compare=False)
    left: Any = None
    right: Any = None
    of: Any = None
    text: str = ""
    base: str = ""
    letters: str = ""
    index: str = ""
    exponent: int = 0
    by: str | None = ""

    def parts(self) -> "list[Node]":
        """Return what it is made of, from left to right."""
        return [part for part in (self.left, self.right, self.of) if part]

"""What a checker of an implementation consists of."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Slip:
    """A named misconception: the sentence, and the formulas that come out of it.

    A formula is a function like the reader's; it may raise, or return a wrong shape.
    """

    sentence: str
    formulas: tuple[Callable, ...]

    def __init__(self, sentence, *formulas):
        object.__setattr__(self, "sentence", sentence)
        object.__setattr__(self, "formulas", formulas)


@dataclass(frozen=True)
class Rung:
    """Inputs on which digits are counted, and the misconception of an answer that loses them there.

    Parameters
    ----------
    sentence : str
        What somebody has misunderstood whose digits are lost here but on no rung before.
    cases : tuple of dict
        The inputs, exact in float64.
    part : int
        Which of the returned values is looked at.
    """

    sentence: str
    cases: tuple[dict, ...]
    part: int = 0


@dataclass(frozen=True)
class Task:
    """One implementation exercise.

    Parameters
    ----------
    call : str
        How the function is called: ``softmax_vjp(y, g)``.
    cases : callable
        Takes a Generator, returns the inputs: a list of dictionaries from parameter to value.
    right : callable
        A function like the reader's that is right.
    returns : tuple of str
        What it returns; with two names, a pair.
    slips : tuple of Slip
        The misconceptions, the more telling ones first.
    properties : tuple of callable
        Each takes a case and what was returned for it, and gives a sentence or None.
    praise : str
        The sentence for a right answer.
    rungs : tuple of Rung
        Where every digit must be right, in the order in which losses are named.
    """

    call: str
    cases: Callable
    right: Callable
    returns: tuple[str, ...]
    slips: tuple[Slip, ...]
    properties: tuple[Callable, ...]
    praise: str
    rungs: tuple[Rung, ...] = ()

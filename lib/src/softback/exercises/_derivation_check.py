"""Judge a derivation: read the formula, compare numbers, name the slip, prove what is equal."""

import math
from functools import cache

from softback.exercises import _formula, _values, _words
from softback.exercises._derivations import DERIVATIONS
from softback.exercises._from_sympy import NotReadable, is_expression, tree_of
from softback.exercises._time_limit import TimeUp, limited, time_limit
from softback.exercises.verdict import Verdict

SECONDS = 5.0
SEEDS = (3, 14, 15)
RTOL, ATOL = 1e-9, 1e-11
_FIRST, _SECOND = 0, 1


class _NoValue(ArithmeticError):
    """A formula that divides by zero or overflows where the right one does not."""


def judge(name, answer):
    """Return the `Verdict` on a formula; see `softback.exercises.check_derivation`."""
    if name not in DERIVATIONS:
        raise ValueError(f"name is {name!r}; it must be one of {', '.join(DERIVATIONS)}")
    asked = DERIVATIONS[name]
    try:
        with time_limit(SECONDS):
            complaint = limited(_compared, asked, answer)
    except (_formula.FormulaError, NotReadable, _NoValue) as error:
        return Verdict(False, str(error))
    except TimeUp:
        return Verdict(False, f"After {SECONDS:g} seconds the formula was still not compared. "
                       "Write it shorter.")  # fmt: skip
    return Verdict(False, complaint) if complaint else Verdict(True, _praise(asked))


def _praise(asked):
    return f"Right: SymPy shows, for {_values.CLASSES} classes, that this is {asked.asked}."


def _tree(answer, names):
    if answer is None or answer is Ellipsis or (isinstance(answer, str) and not answer.strip(". ")):
        raise NotReadable("There is no answer yet. Write a formula between quotation marks.")
    if isinstance(answer, str):
        return _formula.parse(answer, names)
    if is_expression(answer):
        return tree_of(answer, names)
    raise NotReadable(
        f"Your answer is of the type `{type(answer).__name__}`. "
        "Write a formula between quotation marks, or hand over a SymPy expression."
    )


def _compared(asked, answer):
    return _complaint(asked, _tree(answer, frozenset(asked.names.split())))


def _complaint(asked, tree):
    right = _parsed(asked.right, asked)
    found, wanted = _numbers(tree, asked), _numbers(right, asked)
    if _close(found, wanted):
        return None if _proved(tree, right, asked) else _nearly()
    for sentence, *formulas in asked.slips:
        if any(_gives(found, text, asked) for text in formulas):
            return sentence
    return _first_difference(asked, found, wanted)


def _gives(found, text, asked):
    """Return whether a wrong formula has these numbers; one that has no value has none."""
    try:
        return _close(found, _numbers(_parsed(text, asked), asked))
    except _NoValue:
        return False


@cache
def _parsed(text, asked):
    return _formula.parse(text, frozenset(asked.names.split()))


def _nearly():
    return "The numbers agree to nine digits, and yet the formulas differ. Something tiny is wrong."


def _position(case):
    """Return the positions that the letters of a case such as ``n=m, i!=j`` stand for."""
    at = {}
    for part in filter(None, case.split(", ")):
        first, _, last = part.replace("!=", "=").partition("=")
        at |= {first: _FIRST, **({last: _SECOND if "!" in part else _FIRST} if last else {})}
    return at


def _rows(asked):
    return "n" in asked.cases[0]


def _numbers(tree, asked):
    """Return the values for each case and draw, the draws of one case after each other."""
    try:
        return [
            _real(_values.value(tree, _values.drawn(seed, _rows(asked)), _position(case)))
            for case in asked.cases
            for seed in SEEDS
        ]
    except (ArithmeticError, ValueError):
        raise _NoValue(
            "Your formula has no value for some logits: it divides by zero, overflows, or takes "
            "the logarithm of a number that is not positive."
        ) from None


def _real(number):
    if isinstance(number, complex) or not math.isfinite(number):
        raise ValueError
    return float(number)


def _close(some, others):
    return all(
        math.isclose(a, b, rel_tol=RTOL, abs_tol=ATOL) for a, b in zip(some, others, strict=True)
    )


def _proved(tree, right, asked):
    """Return whether SymPy shows that two formulas are the same, case by case."""
    world = _values.symbolic(_rows(asked))
    return all(
        _vanishes(_values.value(tree, world, at) - _values.value(right, world, at))
        for at in map(_position, asked.cases)
    )


def _vanishes(difference):
    from sympy import expand, expand_log, fraction, together

    numerator, _ = fraction(together(expand_log(difference, force=True)))
    return expand(numerator) == 0


def _first_difference(asked, found, wanted):
    pieces = [slice(n, n + len(SEEDS)) for n in range(0, len(found), len(SEEDS))]
    good = [_close(found[piece], wanted[piece]) for piece in pieces]
    wrong = good.index(False)
    case = asked.cases[wrong].replace("!=", " ≠ ").replace("=", " = ")
    where = f" for {case}" if len(good) > 1 else ""
    but = "The other cases are right, but" if any(good) else "Not yet:"
    n = pieces[wrong].start
    return (
        f"{but}{where} your formula gives {_words.number(found[n])} where {asked.asked} is "
        f"{_words.number(wanted[n])}, at the logits {_logits(asked)}."
    )


def _logits(asked):
    z = _values.drawn(SEEDS[0], _rows(asked)).entries["z"]
    return _words.code("[" + ", ".join(_words.number(number) for number in z.values()) + "]")

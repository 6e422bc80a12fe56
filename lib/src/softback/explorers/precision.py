"""The Precision explorer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Enum

from softback.explorers._base import Explorer
from softback.explorers._traits import Number
from softback.figures import palette

FARTHEST = 800  # by then exp(-d) is 0 even in float64
SMALLEST = float(np.finfo(float).smallest_subnormal)
DIGITS = {"float64": 15.95, "float32": 7.22, "float16": 3.31}


@dataclass(frozen=True)
class Result:
    """What one format gives: the plain form, the careful form, and their correct digits."""

    format: str
    naive: float
    naive_digits: float
    careful: float
    careful_digits: float


class Precision(Explorer):
    """One formula in float64, float32 and float16: how many of its digits are right.

    The logits are 0 and -d. Every operation is rounded to the format. The careful form in float64
    is the reference; for the gradient it is -y1 y2 in float64.

    Parameters
    ----------
    formula : {"leader", "trailer", "share", "pullback"}
        The loss of the leading class, that of the other class, the share of the leading class
        without the shift, or its logit's gradient where the upstream gradient is (16, 17).
    gap : float
        The gap d between the logits, from 0 to 800.
    format : {"float64", "float32", "float16"}
        The precision whose number is shown large.

    Examples
    --------
    >>> float64, float32, float16 = Precision(formula="leader", gap=20.0).results
    >>> float16.naive_digits
    0.0
    """

    formula = Enum(["leader", "trailer", "share", "pullback"], default_value="leader").tag(
        sync=True
    )
    gap = Number(20.0, least=0, most=FARTHEST)
    format = Enum(list(DIGITS), default_value="float64").tag(sync=True)

    @property
    def results(self) -> list[Result]:
        """One `Result` for each format."""
        return [result(self.formula, self.gap, name) for name in DIGITS]

    def description(self) -> str:
        """Return what the explorer shows, in words."""
        lost = [result.format for result in self.results if result.naive_digits < 1]
        where = " and ".join(lost) if lost else "no format"
        return (
            f"Correct digits of a formula against the gap of its logits, in three precisions. At "
            f"a gap of {self.gap:g} the plain form has lost all digits in {where}."
        )

    def figure(self) -> Figure:
        """Return the curves as a Matplotlib figure."""
        figure, ax = plt.subplots(figsize=(5.6, 3.4))
        # All formats represent these gaps exactly: only the formula loses digits.
        gaps = (FARTHEST * np.linspace(0, 1, 121) ** 3).astype(np.float16).astype(float)
        for name, most in DIGITS.items():
            row = [result(self.formula, gap, name) for gap in gaps]
            width, mark = (2, "") if name == self.format else (1, "_")  # "_": not in the legend
            naive, careful = (
                [getattr(one, f"{way}_digits") for one in row] for way in ("naive", "careful")
            )
            ax.plot(gaps, naive, color=palette.RED, lw=width, label=f"{mark}plain")
            ax.plot(gaps, careful, "--", color=palette.INK, lw=width, label=f"{mark}careful")
            ax.annotate(name, (0, most), (4, 3), textcoords="offset points")
        ax.set(xscale="symlog", xlabel="gap $d$", ylabel="correct digits", ylim=(-0.5, 17.5))
        ax.legend(loc=(0.62, 0.55))  # where no line falls
        return figure


def result(formula: str, gap: float, format: str) -> Result:
    """Return what a formula gives in one format, and how much of that is right."""
    naive, careful, exact = FORMS[formula]
    with np.errstate(all="ignore"):
        values = [float(form(np.dtype(format).type(gap))) for form in (naive, careful)]
    right = float(exact(np.float64(gap)))
    digits = [correct_digits(value, right, DIGITS[format]) for value in values]
    return Result(format, values[0], digits[0], values[1], digits[1])


def correct_digits(value: float, exact: float, most: float) -> float:
    """Return how many decimal digits of a value are right, at most those of its format.

    A subnormal float64 has fewer digits. 0 has none: no exact result of `Precision` is 0.
    """
    if value == 0 or not np.isfinite(value):
        return 0.0
    held = np.log10(abs(value)) - np.log10(SMALLEST)
    right = -np.log10(abs(value - exact) / abs(exact)) if value != exact else most
    return float(np.clip(min(right, held), 0, most))


def _rounded(function: Callable[[Any], Any], x: Any) -> Any:
    """Apply a function and round once: NumPy's own float32 functions may be a bit off."""
    return x.dtype.type(function(np.float64(x)))


def _naive_leader(d: Any) -> Any:
    one, e = d.dtype.type(1), _rounded(np.exp, -d)
    return -_rounded(np.log, one / (one + e))


def _careful_leader(d: Any) -> Any:
    return _rounded(np.log1p, _rounded(np.exp, -d))


def _naive_trailer(d: Any) -> Any:
    e = _rounded(np.exp, -d)
    return -_rounded(np.log, e / (d.dtype.type(1) + e))


def _careful_trailer(d: Any) -> Any:
    return d + _rounded(np.log1p, _rounded(np.exp, -d))


def _naive_share(d: Any) -> Any:
    e = _rounded(np.exp, d)
    return e / (e + d.dtype.type(1))


def _careful_share(d: Any) -> Any:
    one = d.dtype.type(1)
    return one / (one + _rounded(np.exp, -d))


def _shares(d: Any) -> NDArray[Any]:
    e = _rounded(np.exp, -d)
    total = d.dtype.type(1) + e
    return np.array([d.dtype.type(1) / total, e / total])


def _centred(g: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    return g - (y[0] * g[0] + y[1] * g[1])


def _naive_pullback(d: Any) -> Any:
    y, g = _shares(d), np.array([16, 17], d.dtype)
    return y[0] * _centred(g, y)[0]


def _careful_pullback(d: Any) -> Any:
    y, g = _shares(d), np.array([16, 17], d.dtype)
    return y[0] * _centred(_centred(g, y), y)[0]


def _exact_pullback(d: Any) -> Any:
    return -np.exp(-d) / (1 + np.exp(-d)) ** 2


# The plain form, the careful one, and that which in float64 is the reference.
FORMS = {
    "leader": (_naive_leader, _careful_leader, _careful_leader),
    "trailer": (_naive_trailer, _careful_trailer, _careful_trailer),
    "share": (_naive_share, _careful_share, _careful_share),
    "pullback": (_naive_pullback, _careful_pullback, _exact_pullback),
}

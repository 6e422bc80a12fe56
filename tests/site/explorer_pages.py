"""What each explorer shows on its page, and what softback says that it should show.

`PAGES` has one `Page` for each. Its `computed` compares the tables with what the code under "As
Python" gives; its `drawn` names parts of the picture and the numbers of tables that they repeat.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from explorer_reader import assert_shows, number, numbers

from tests.chapters.sources import chapter


@dataclass
class Page:
    """One explorer on its page, and how its parts hang together."""

    path: str
    computed: Callable
    drawn: dict = field(default_factory=dict)
    typed: dict = field(
        default_factory=dict
    )  # label of a field to a good text and the trait in links
    link: str = ""
    restored: str = ""  # a piece of the page after that link


def _softmax(seen, space):
    assert_shows(seen.row("z"), space["z"])
    assert_shows(seen.row("y"), space["y"])


def _nudge(seen, space):
    assert_shows(seen.row("z"), space["z"])
    assert_shows(seen.row("y before"), space["y"])
    assert_shows(seen.row("y after"), space["after"])
    assert_shows(seen.rows(1), [space["secant"], space["tangent"]])


def _log_sum_exp(seen, space):
    assert_shows(seen.rows(0), [space["z"], space["y"]])
    most = np.log(len(space["z"]))
    assert_shows(seen.rows(1), [space["top"], space["total"], space["gap"], most])


def _jacobian(seen, space):
    assert_shows(seen.row("y"), space["y"])
    assert_shows(seen.rows(1, sums=True), space["J"])


def _pullback(seen, space):
    for name, title in {"y": "y", "g": "g", "dz": "dz", "product": "matrix product"}.items():
        assert_shows(seen.row(title), space[name])
    with np.errstate(over="ignore"):
        assert_shows(seen.row("g - s"), space["g"] - space["s"])
    assert_shows(seen.rows(1), [space["s"]])


def _axis(seen, space):
    assert_shows(seen.rows(1), space["Y"])
    assert_shows(seen.rows(2, sums=True), space["J"])


def _descent(seen, space):
    assert_shows(seen.row("t"), space["t"])
    assert_shows(seen.row("dz"), space["dz"])
    assert_shows(seen.row("loss", 1), [space["loss"]])
    with np.errstate(over="ignore"):
        assert_shows(seen.row("|dz|", 1), [np.linalg.norm(space["dz"])])


def _precision(seen, space):
    for result in space["explorer"].results:
        _, digits, careful, careful_digits = seen.row(result.format)
        shown = [number(digits), number(careful_digits)]
        # Two exponentials may differ in the last bit, which is up to 0.3 of a digit.
        wanted = [result.naive_digits, result.careful_digits]
        np.testing.assert_allclose(shown, wanted, atol=0.35)
        np.testing.assert_allclose(number(careful), result.careful, rtol=2e-3, atol=5.1e-7)


def _attention(seen, space):
    for table, name in enumerate(["S", "W", "dW", "dS"]):
        assert_shows(seen.rows(table), space[name])


CELLS = ".sb-picture .sb-jacobian td[role=gridcell]"
BARS = ".sb-picture .sb-bars .sb-value"


def _scores(seen):
    """Masked scores are drawn as minus infinity; the tables keep what they were."""
    [cells] = seen.drawn
    wanted = numbers([seen.rows(k) for k in range(4)]).ravel()
    masked = [text == "\N{MINUS SIGN}\N{INFINITY}" for text in cells]
    return np.where(masked, -np.inf, wanted)


def _slope(seen):
    moved = re.search(r'aria-pressed="true">along z(.)', seen.picture)[1]
    _, _, gap, most = seen.rows(1)[0]
    index = "\u2081\u2082\u2083\u2084\u2085\u2086".index(moved)
    return numbers([gap, most, seen.row("slope = y")[index]])


JACOBIAN = {
    CELLS: lambda seen: numbers(seen.rows(1, sums=True)),
    ".sb-controls .sb-bars .sb-value": lambda seen: numbers(seen.row("y")),
}
DIGITS = ".sb-precision-table tbody td:last-child:not([colspan])"

PAGES = {
    "softmax": Page(
        chapter("softmax"),
        _softmax,
        {BARS: lambda seen: numbers([seen.row("z + shift"), seen.row("y")])},
        {"Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5")},
        "z=1,2,4,0&shift=-2&temperature=0.5&pair=3,0",
        "y\u2084 / y\u2081",
    ),
    "nudge": Page(
        chapter("quotient-rule"),
        _nudge,
        {BARS: lambda seen: numbers(seen.row("y after"))},
        {"Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5")},
        "z=0,0&entry=0,1&h=0.5",
        "\u2212 0.500 \u00b7 0.500 = \u22120.2500",
    ),
    "log-sum-exp": Page(
        chapter("log-trick"),
        _log_sum_exp,
        {".sb-picture .sb-formula": _slope},
        {"Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5")},
        "z=0,0&moved=1",
        "log 2 = 0.6931",
    ),
    "jacobian": Page(
        chapter("jacobian"),
        _jacobian,
        JACOBIAN,
        {"Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5")},
        "z=0,0&entry=0,1&pinned=1,2",
        "Pinned: z = (1.00, 2.00)",
    ),
    "front page": Page("index.html", _jacobian, JACOBIAN, {}, "z=0,0&entry=0,1&pinned=", "0.2500"),
    "pullback": Page(
        chapter("vector-jacobian-product"),
        _pullback,
        {
            BARS: lambda seen: numbers([seen.row(name) for name in ("y", "g", "g - s", "dz")]),
            ".sb-pullback-same td": lambda seen: numbers(
                [seen.row("dz"), seen.row("matrix product")]
            ),
        },
        {
            "Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5"),
            "Type or paste g": ("1, 2, 3, -4", "g=1,2,3,-4"),
        },
        "z=0,0&g=1,0&constant=2",
        "0.2500",
    ),
    "axis": Page(
        chapter("any-axis"),
        _axis,
        {".sb-axis-shares td": lambda seen: numbers(seen.rows(1))},
        {"Type or paste all": ("4, -1\n0, 2.5", "z=4,-1;0,2.5")},
        "z=0,0;1,1&axis=1&grouped=true&entry=0,1",
        "\u2202y(1, 1)/\u2202z(1, 2)",
    ),
    "descent": Page(
        chapter("cross-entropy"),
        _descent,
        {
            ".sb-descent-strength": lambda seen: numbers(
                [seen.row("|dz|", 1), seen.row("|squared error dz|", 1)]
            ),
        },
        {"Type or paste three logits": ("4, -1, 0", "z=4,-1,0")},
        "z=1,2,3&t=0.5,0.25,0.25&smoothing=0.1&rate=2.5",
        "0.665",
    ),
    "precision": Page(
        chapter("last-digits"),
        _precision,
        {DIGITS: lambda seen: numbers([row[1::2] for row in seen.rows(0)])},
        {},
        "formula=trailer&gap=200",
        "200.00",
    ),
    "attention": Page(
        chapter("attention"),
        _attention,
        {".sb-attention td[role=gridcell]": _scores},
        {"Type or paste all scores": ("4, -1\n0, 2.5", "scores=4,-1;0,2.5")},
        "scores=0,0;0,0&gradient=1,0;0,1&causal=false&masked_row=1&temperature=2&entry=0,1",
        "rows sum to 1, row 2 to 0",
    ),
}

"""Somebody who uses an explorer on its built page, and what they see."""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from playwright.sync_api import expect

# Waits for the picture, then reads everything that a reader can see of an explorer.
READ = """async (drawn) => {
  for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
  const box = document.querySelector(".explorer");
  const texts = (parts) => [...parts].map((part) => part.textContent);
  const rows = (table) => [...table.tBodies[0].rows].map((row) => texts(row.cells));
  return {
    tables: [...box.querySelectorAll(".sb-tables table")].map(rows),
    code: box.querySelector("pre code").textContent,
    sentence: box.querySelector(".sb-sentence").textContent,
    picture: box.querySelector(".sb-stage").innerHTML,
    drawn: drawn.map((part) => texts(box.querySelectorAll(part))),
  };
}"""


def bring_to_life(page):
    """Scroll to every explorer of a page and wait until it answers."""
    for box in page.locator(".explorer").all():
        box.scroll_into_view_if_needed()
        expect(box).to_have_attribute("data-state", "ready")


@dataclass
class Page:
    """One explorer on its page, and how its parts hang together.

    `computed` compares the tables with what the code under "As Python" gives; `drawn` names parts
    of the picture and the numbers of tables that they repeat; `typed` maps the label of a field to
    a good text and the trait in links; `restored` is a piece of the page after `link`.
    """

    path: str
    computed: Callable
    drawn: dict
    typed: dict
    link: str
    restored: str


@dataclass
class Seen:
    """What an explorer shows at one moment."""

    tables: list
    code: str
    sentence: str
    picture: str
    drawn: list

    def row(self, name, table=0):
        """Return the numbers of a row of a table, as texts."""
        return next(row[1:] for row in self.tables[table] if row[0] == name)

    def rows(self, table, *, sums=False):
        """Return all numbers of a table, as texts; without those of a last column of sums."""
        return [row[1:-1] if sums else row[1:] for row in self.tables[table]]

    def run(self):
        """Run the code under "As Python" and return the names that it defines."""
        space = {}
        exec(self.code, space)
        return space


def number(text):
    """Return a number as it is written on a page."""
    return float(text.replace("\N{MINUS SIGN}", "-").replace("\N{INFINITY}", "inf"))


def numbers(texts):
    """Return an array of the numbers in nested lists of texts."""
    return np.array([numbers(part) if isinstance(part, list) else number(part) for part in texts])


def flat(texts):
    """Return nested lists of texts as one list."""
    return [one for part in texts for one in (flat(part) if isinstance(part, list) else [part])]


def assert_shows(texts, values):
    """Each text is its value, rounded to the digits that the text has."""
    texts, values = flat(texts), np.ravel(values)
    assert len(texts) == len(values) > 0
    for text, value in zip(texts, values, strict=True):
        assert _rounds_to(text, value), f"the page shows {text} for {value!r}"


def _rounds_to(text, value):
    shown, (mantissa, _, power) = number(text), text.partition("e")
    if not (np.isfinite(value) and np.isfinite(shown)):
        return shown == value or (np.isnan(value) and np.isnan(shown))
    digits = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(number(power)) if power else 0) * 10.0**-digits
    return abs(shown - value) <= 0.51 * unit + 5.1e-7


def _drawn_numbers(seen):
    """Return the numbers in each drawn part as texts; formulas hold several."""
    pick = re.compile("= (\N{MINUS SIGN}?[\\d.e\N{MINUS SIGN}]*\\d)(?=$|,)")
    return [
        [
            number
            for text in part
            for number in (pick.findall(text) if "= " in text else [text.rpartition(" ")[2]])
        ]
        for part in seen.drawn
    ]


# What is no control of one explorer but of all.
FOLDED = ".sb-links *, .sb-python *, .sb-presets *, .sb-cover *, .sb-notice"


class Reader:
    """Somebody who uses one explorer and looks at it after each action."""

    def __init__(self, tab, spec):
        self.tab, self.spec, self.faults = tab, spec, []
        self.box = tab.locator(".explorer").first
        tab.on("pageerror", lambda error: self.faults.append(str(error)))
        tab.on("console", lambda said: said.type == "error" and self.faults.append(said.text))

    def open(self, site):
        self.tab.goto(f"{site}/{self.spec.path}")
        self.box.scroll_into_view_if_needed()
        expect(self.box).to_have_attribute("data-state", "ready")
        self.box.get_by_text("More", exact=True).click()
        return self

    def look(self):
        """Return what is on the screen, after checking that all of it agrees."""
        seen = Seen(**self.tab.evaluate(READ, list(self.spec.drawn)))
        assert "NaN" not in seen.picture
        assert "undefined" not in seen.picture + seen.sentence + seen.code
        assert seen.sentence.endswith((".", "!"))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.spec.computed(seen, seen.run())
        for texts, wanted in zip(_drawn_numbers(seen), self.spec.drawn.values(), strict=True):
            if texts:
                assert_shows(texts, wanted(seen))
        assert self.faults == []
        return seen

    def changes(self, act, *arguments):
        """Act; something that a reader sees must change."""
        before = self.look()
        act(*arguments)
        after = self.look()
        assert after.picture != before.picture, f"nothing changes by {act} of {arguments}"

    def start_again(self):
        self.tab.evaluate("document.activeElement.blur()")
        self.box.get_by_role("button", name="Start again").click()

    def controls(self, kind):
        """Return the visible controls of a kind, but for presets and for what is folded away."""
        found = self.box.locator(f":is({kind}):not({FOLDED})").all()
        return [control for control in found if control.is_visible()]

    def drag(self, element, start, end):
        """Drag with the pointer between two places, given as parts of width and height."""
        element.scroll_into_view_if_needed()
        box = element.bounding_box()
        for step, (across, down) in enumerate((start, end)):
            x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
            self.tab.mouse.move(x, y)
            if step == 0:
                self.tab.mouse.down()
        self.tab.mouse.up()

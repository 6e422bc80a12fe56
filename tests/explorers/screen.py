"""Read from a page what an explorer shows, and drag what it offers."""

import re

from softback.figures import palette
from tests.explorers.front_end import settle

RGB = re.compile(r"rgb\((\d+), (\d+), (\d+)\)")

# The tables are drawn anew with the frame after the "toggle" of their fold, which may come late.
TABLES = """async () => {
  const fold = document.querySelector("details.numbers");
  if (!fold.open) await new Promise((opened) => {
    fold.addEventListener("toggle", opened, { once: true });
    fold.open = true;
  });
  for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
  return [...document.querySelectorAll(".sb-tables table")].map((table) =>
    [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent)));
}"""


def numbers_on(page):
    """Return the tables behind the picture: rows of one head and numbers."""
    return [[[row[0], *map(number, row[1:])] for row in table] for table in page.evaluate(TABLES)]


def number(text):
    """Return a number as it is written on the page; other texts stay what they are."""
    plain = text.replace("\N{MINUS SIGN}", "-").replace("\N{INFINITY}", "inf")
    try:
        return float(plain)
    except ValueError:
        return text


def contrast(one, other):
    """Return the contrast, by WCAG 2, of two colours: texts that begin with rgb(…)."""
    return palette.contrast(
        *([int(c) / 255 for c in RGB.match(text).groups()] for text in (one, other))
    )


def drag(page, mark, right, down):
    """Press the mouse on the middle of a mark, move it by so many pixels, and let go."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down)
    page.mouse.up()
    settle(page)

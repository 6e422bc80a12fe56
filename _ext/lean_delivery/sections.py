"""State how long each section is, so that browsers can skip those that are out of sight."""

import re
from collections import Counter
from html.parser import HTMLParser

from . import markup

_BLOCKS = {"p", "li", "tr", "dt", "dd", "h2", "h3", "h4", "summary"}
_WHOLE = {"svg", "script", "style", "katex", "explorer"}

# What a part takes in lines of text, on a wide page and on a phone: fitted to the pages of the
# book. A part is a letter, a line of code, a pixel of a picture's height, or a whole box;
# "pre" is what a piece of code takes around its lines.
WIDE = {
    "letter": 0.0194,
    "block": 0.37,
    "code": 0.57,
    "pre": 2.0,
    "picture": 0.048,
    "equation": 4.5,
    "explorer": 30.5,
    "field": 5.5,
    "sheet": 20.3,
    "exhibit": 1.4,
    "box": 1.8,
}
NARROW = {
    "letter": 0.0322,
    "block": 0.44,
    "code": 0.57,
    "pre": 2.1,
    "picture": 0.04,
    "equation": 4.5,
    "explorer": 46.5,
    "field": 9.7,
    "sheet": 25.8,
    "exhibit": 1.2,
    "box": 1.9,
}


def reserve(html):
    """Return a page whose inner sections say how many lines of text they take, about.

    The style sheet lets a browser skip them, and keeps their place in these custom properties.
    """
    sections = [tag for tag in markup.tags(html) if tag.name == "section"]
    found = zip(sections, _Parts(html).sections, strict=True)
    inner = [(tag, parts) for tag, (depth, parts) in found if depth]
    return markup.change(html, [_style(tag, parts) for tag, parts in inner])


def _style(tag, parts):
    place = tag.start + len("<section")
    return place, place, f' style="--wide:{lines(parts, WIDE)};--narrow:{lines(parts, NARROW)}"'


def lines(parts, costs):
    """Return how many lines the counted parts take, as a whole number."""
    return round(sum(costs[name] * count for name, count in parts.items()))


class _Parts(HTMLParser):
    """Counts what stands in each section of a page; what is folded away takes no room."""

    def __init__(self, html):
        super().__init__()
        self.sections, self._open, self._tags, self._hidden = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, name, attributes):
        given = {key: value or "" for key, value in attributes}
        if name == "section":
            self.sections.append((len(self._open), Counter()))
            self._open.append(self.sections[-1][1])
        if not self._hidden:
            self._count(_part(name, given), 1)
            if name == "img":
                self._count("picture", _pixels(given.get("height", "")))
        self._tags.append(name)
        if _is_hidden(name, given):
            self._hidden.append(len(self._tags))

    def handle_endtag(self, name):
        # The end of an element is the end of all in it that have none, such as images.
        if name in self._tags:
            while self._close() != name:
                pass

    def _close(self):
        """Close the innermost element, and return its name."""
        if self._hidden and self._hidden[-1] == len(self._tags):
            self._hidden.pop()
        if self._tags[-1] == "section":
            self._open.pop()
        return self._tags.pop()

    def handle_data(self, text):
        if self._hidden:
            return
        if "pre" in self._tags:
            self._count("code", text.count("\n"))
        else:
            self._count("letter", len(" ".join(text.split())))

    def _count(self, part, number):
        for parts in self._open if part else []:
            parts[part] += number


def _part(name, attributes):
    """Return the name of the part that a tag begins, or None."""
    special = {"math-scroll": "equation", "explorer": "explorer", "admonition": "box"}
    if found := re.match("(?:explorer-)?(field|sheet|exhibit)", attributes.get("id", "")):
        return found[1]
    found = [special[one] for one in attributes.get("class", "").split() if one in special]
    return found[0] if found else "block" if name in _BLOCKS else "pre" if name == "pre" else None


def _pixels(height):
    """Return a height as a number; of one that depends on the width, nothing is known."""
    found = re.fullmatch(r"(\d+)(?:px)?", height)
    return int(found[1]) if found else 0


def _is_hidden(name, attributes):
    """Tell whether what is inside of a tag takes no room of its own."""
    if name == "details":
        return "open" not in attributes
    return name in _WHOLE or not _WHOLE.isdisjoint(attributes.get("class", "").split())

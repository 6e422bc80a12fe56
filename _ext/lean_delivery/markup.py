"""Find tags in a page and change the text there, leaving everything else as it is."""

from html.parser import HTMLParser
from typing import NamedTuple


class Tag(NamedTuple):
    """A start tag: its name, its attributes, and where it stands in the text."""

    name: str
    attributes: dict
    start: int
    end: int


class _Finder(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self._line_starts = [0]
        for line in html.split("\n"):
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)
        self.tags = []
        self.feed(html)
        self.close()

    def handle_starttag(self, name, attributes):
        line, column = self.getpos()
        start = self._line_starts[line - 1] + column
        end = start + len(self.get_starttag_text())
        self.tags.append(Tag(name, {key: value or "" for key, value in attributes}, start, end))


def tags(html):
    """Return the start tags of a page, in order, as a list of `Tag`."""
    return _Finder(html).tags


def content(html, tag):
    """Return the text between a tag and the next end tag of its name."""
    return html[tag.end : html.index(f"</{tag.name}", tag.end)]


def element(html, tag):
    """Return where an element starts and ends that holds no other of its name."""
    return tag.start, html.index(">", tag.end + len(content(html, tag))) + 1


def change(html, edits):
    """Return the text with each (start, end, replacement) carried out."""
    pieces, position = [], 0
    for start, end, replacement in sorted(edits):
        pieces += [html[position:start], replacement]
        position = end
    return "".join([*pieces, html[position:]])

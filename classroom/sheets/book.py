"""Where the references of a sheet lead, for a notebook that stands outside of the book."""

import posixpath
import re
from functools import cached_property
from pathlib import Path

from softback.course import headings

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"^#+ +(.+?) *$", re.M)
EQUATION = re.compile(r"^`{3,}\{math\}\n:label: *(\S+)$", re.M)
EXERCISE = re.compile(r"^`{3,}\{exercise-start\} *([^\n]*)\n:label: *(\S+)$", re.M)
TARGET = re.compile(r"^\(([\w-]+)\)=\n+#+ +(.+?) *$", re.M)
MUSEUM = "bug-museum"
NUMBER = re.compile(r"^0*(\d+)-")


class Book:
    """The pages of the book, read as text; gives words and an address for each reference.

    Parameters
    ----------
    address : str
        Where the book is published, with a final slash, or "" if it is not known: then references
        are words without a link.
    root : pathlib.Path
        The folder with ``index.md`` and ``chapters``.
    folder : str
        The folder of the text that refers, from the root: its references to pages start there.
    """

    def __init__(self, address="", root=ROOT, folder="exercises"):
        self.address = address
        self.root = root
        self.folder = folder

    def __call__(self, role, target):
        """Return the words and the address of a reference; the address may be None.

        Raises
        ------
        LookupError
            If the role has no plain form, or the book has no such target.
        """
        if role == "doc":
            return self._page(target)
        kind = {"eq": "eq", "ref": "ref", "numref": "ref"}.get(role)
        if kind is None:
            raise LookupError(f"the role {{{role}}} has no plain form")
        if (kind, target) not in self._places:
            raise LookupError(f"the book has no {target!r}")
        words, page = self._places[kind, target]
        # The anchor of an equation is the label behind a prefix, as Sphinx writes it.
        anchor = f"equation-{target}" if kind == "eq" else target
        return words, self._link(f"{page}.html#{anchor}")

    def _page(self, target):
        name = posixpath.normpath(posixpath.join(self.folder, target))
        path = self.root / f"{name}.md"
        if not path.is_file():
            raise LookupError(f"the book has no page {target!r}, seen from {self.folder}/")
        return HEADING.search(path.read_text(encoding="utf-8"))[1], self._link(f"{name}.html")

    def _link(self, place):
        return f"{self.address}{place}" if self.address else None

    @cached_property
    def _places(self):
        """Words and page of everything that has a label, by kind and label."""
        found = {}
        for path in sorted(self.root.glob("chapters/*.md")):
            text, page = path.read_text(encoding="utf-8"), f"chapters/{path.stem}"
            numbered = NUMBER.match(path.stem)
            chapter = f"{numbered[1]}." if numbered else ""
            for count, label in enumerate(EQUATION.findall(text), start=1):
                found["eq", label] = f"({chapter}{count})", page
            for title, label in EXERCISE.findall(text):
                found["ref", label] = f"the exercise “{title}”", page
            for label, title in TARGET.findall(text):
                found["ref", label] = title, page
            if path.stem == MUSEUM:  # its headings are made when the book is built
                found |= {("ref", anchor): (words, page) for anchor, words in headings().items()}
        return found

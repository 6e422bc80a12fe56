"""What pages hold: names that rules may match, and characters that fonts must have."""

import re
from collections import defaultdict
from html.parser import HTMLParser

from . import formulas


class Inventory(HTMLParser):
    """Collects from all pages.

    Parameters
    ----------
    pages : iterable of str

    Attributes
    ----------
    names : set of str
        Elements, classes and ids, and the words of style attributes and of data for scripts.
    text : set of str
        The characters of running text.
    formulas : dict of str to set of str
        The characters of formulas, by the font that draws them, such as ``Main-Regular``.
    """

    def __init__(self, pages):
        super().__init__()
        self.names = set()
        self.text = set()
        self.formulas = defaultdict(set)
        self._faces = []  # of the spans around, within a formula
        for page in pages:
            self.reset()
            self.feed(page)
            self.close()

    def handle_starttag(self, name, attributes):
        """Note the names of an element, and the font that a part of a formula has."""
        values = {key: value or "" for key, value in attributes}
        classes = values.get("class", "").split()
        self.names.update([name, *classes, values.get("id", ""), *_words(values.get("style", ""))])
        if name == "span" and (self._faces or "katex-html" in classes):
            around = self._faces[-1] if self._faces else formulas.BASE
            self._faces.append(formulas.face(classes, around))

    def handle_endtag(self, name):
        """Note that a part of a formula ends."""
        if name == "span" and self._faces:
            self._faces.pop()

    def handle_data(self, data):
        """Note characters, and the words in data for scripts."""
        if self.cdata_elem:
            self.names.update(_words(data))
        elif self._faces:
            self.formulas[self._faces[-1]].update(data)
        else:
            self.text.update(data)


def _words(text):
    return re.findall(r"[\w-]+", text)

"""What pages hold: names that rules may match, and characters that fonts must have."""

import re
from html.parser import HTMLParser


class Inventory(HTMLParser):
    """Collects from each page that it is fed.

    Attributes
    ----------
    names : set of str
        Elements, classes and ids, and custom properties that style attributes read.
    text, formulas : set of str
        The characters of running text, and those that KaTeX sets.
    """

    def __init__(self, pages):
        super().__init__()
        self.names = set()
        self.text = set()
        self.formulas = set()
        self._depth = 0  # of spans, counted within a formula
        for page in pages:
            self.reset()
            self.feed(page)
            self.close()

    def handle_starttag(self, name, attributes):
        """Note the names of an element, and whether a formula begins."""
        values = dict(attributes)
        classes = (values.get("class") or "").split()
        self.names.update([name, *classes, values.get("id") or ""])
        self.names.update(_words(values.get("style") or ""))
        if name == "span" and (self._depth or "katex-html" in classes):
            self._depth += 1

    def handle_endtag(self, name):
        """Note whether a formula ends."""
        if name == "span" and self._depth:
            self._depth -= 1

    def handle_data(self, data):
        """Note characters, and the words of the scripts that stand in pages."""
        if self.cdata_elem:
            self.names.update(_words(data))
        elif self._depth:
            self.formulas.update(data)
        else:
            self.text.update(data)


def _words(text):
    return re.findall(r"[\w-]+", text)

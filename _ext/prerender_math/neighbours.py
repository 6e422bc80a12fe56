"""Keep punctuation on the line of its formula.

A browser may break a line between a formula and what touches it, even before a full stop. So the
marks beside an inline formula stand in its element, which the style sheet keeps on one line.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

_BEFORE = re.compile(r"[^\w\s]+\Z")
_AFTER = re.compile(r"\A[^\w\s]+")


class TakeMarks(SphinxPostTransform):
    """Move marks that touch an inline formula into its attributes ``before`` and ``after``."""

    default_priority = 400
    formats = ("html",)

    def run(self, **_):
        """Change the document."""
        for formula in list(self.document.findall(nodes.math)):
            place = formula.parent.index(formula)
            formula["after"] = _take(formula.parent, place + 1, _AFTER)
            formula["before"] = _take(formula.parent, place - 1, _BEFORE) if place else ""


def _take(parent, place, pattern):
    """Remove from a text what the pattern finds, and return that."""
    text = parent[place] if place < len(parent) else None
    found = isinstance(text, nodes.Text) and pattern.search(text)
    if not found:
        return ""
    parent[place] = nodes.Text(pattern.sub("", text))
    return found[0]

"""Find one or two plain sentences that describe a page."""

import re
import textwrap

from docutils import nodes

from prerender_math.engine import typesetter

LONGEST = 200


def of_page(app, pagename, doctree):
    """Return the description of a page, or an empty string if it has no text."""
    stated = app.env.metadata.get(pagename, {}).get("description", "")
    if stated or doctree is None:
        return _shorten(stated)
    paragraphs = (plain_text(app, node) for node in doctree.findall(_is_running_text))
    return _shorten(next(filter(None, paragraphs), ""))


def plain_text(app, node):
    """Return the text of a node, with formulas as plain characters instead of TeX."""
    if isinstance(node, nodes.math):
        return typesetter(app).render(node.astext(), display=False).text
    if isinstance(node, nodes.Text):
        return node.astext()
    return "".join(plain_text(app, child) for child in node.children)


def _is_running_text(node):
    return isinstance(node, nodes.paragraph) and isinstance(node.parent, nodes.section)


def _shorten(text):
    """Cut at the last sentence that fits, else at the last word."""
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    sentences = re.match(rf"(.{{1,{LONGEST - 1}}}[.!?])\s", text)
    return sentences[1] if sentences else textwrap.shorten(text, LONGEST, placeholder=" …")

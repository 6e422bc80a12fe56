"""Let the search find a section by what people call it.

A heading says what one does there: "Take the shortcut". Whoever searches types "cross entropy
gradient". The front matter of a page lists such phrases below ``search``, by the section's anchor:

.. code-block:: yaml

   search:
     the-short-way: cross entropy gradient, softmax minus one-hot

They become index entries, which Sphinx's search puts first when somebody types a phrase or half of
it, and their words are keywords of the page, which it finds in any order. Functions whose names
hold the word come after the chapters (``scorer.js``).
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


def add_phrases(app, doctree):
    """Add the phrases of a page to its tree (a ``doctree-read`` handler)."""
    sections = json.loads(app.env.metadata[app.env.docname].get("search", "{}"))
    words = {}  # in their order, each once
    for anchor, listed in sections.items():
        if anchor not in doctree.ids:
            known = ", ".join(sorted(doctree.ids))
            text = "search: no section has the anchor %r; this page has: %s"
            LOGGER.warning(text, anchor, known, location=app.env.docname, type="search")
        phrases = [phrase.strip().lower() for phrase in listed.split(",")]
        entries = [("single", phrase, anchor, "main", None) for phrase in phrases]
        doctree += addnodes.index(entries=entries)
        words |= dict.fromkeys(" ".join(phrases).split())
    if words:
        doctree += nodes.meta(name="keywords", content=", ".join(words))


def _score(app, config):
    config.html_search_scorer = str(Path(__file__).parent / "scorer.js")


def setup(app):
    """Register the handlers with Sphinx, the first after those that name a page's sections."""
    app.connect("doctree-read", add_phrases, priority=900)
    app.connect("config-inited", _score)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Write the bibliography without a role that its children do not fit."""

from sphinx.writers.html5 import HTML5Translator


def visit_citation(translator, node):
    """Open an entry, and a plain box around the first one.

    docutils calls the box a list, whose children must be list items; browsers do not count
    bibliography entries as such.
    """
    start = len(translator.body)
    HTML5Translator.visit_citation(translator, node)
    translator.body[start:] = [
        part.replace('<div role="list" ', "<div ") for part in translator.body[start:]
    ]


def depart_citation(translator, node):
    """Close the entry, and the box after the last one."""
    HTML5Translator.depart_citation(translator, node)

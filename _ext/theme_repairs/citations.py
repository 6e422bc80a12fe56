"""Write the bibliography as a list of items."""

from sphinx.writers.html5 import HTML5Translator


def visit_citation(translator, node):
    """Open an entry, and the list before the first one.

    docutils gives the entries a role that is deprecated, and that browsers do not count as items.
    """
    start = len(translator.body)
    HTML5Translator.visit_citation(translator, node)
    translator.body[start:] = [
        part.replace('role="doc-biblioentry"', 'role="listitem"')
        for part in translator.body[start:]
    ]


def depart_citation(translator, node):
    """Close the entry, and the list after the last one."""
    HTML5Translator.depart_citation(translator, node)

"""The directive ``{formula-index}``, which marks the place of the index."""

import inspect
import re
from importlib import import_module

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from api_pages.docstrings import PLACES
from api_pages.listing import named


class index_place(nodes.General, nodes.Element):
    """Where the index will stand; ``functions`` maps labels to names."""


class FormulaIndex(SphinxDirective):
    """Reserve the place of the index; the argument is the package whose functions it names."""

    optional_arguments = 1

    def run(self):
        """Return the place."""
        functions = {}
        for package in self.arguments:
            for module, name, held in named(import_module(package)):
                self.env.note_dependency(module.__file__ or "")
                for label in derived(inspect.getdoc(held) or ""):
                    functions.setdefault(label, []).append(f"{module.__name__}.{name}")
        place = index_place("", functions=functions)
        self.set_source_info(place)
        return [place]


def derived(docstring):
    """Return the labels of the equations that a docstring says are derived for its function."""
    return re.findall(r"\b(?:eq|def)-[\w-]+", " ".join(PLACES.findall(docstring)))

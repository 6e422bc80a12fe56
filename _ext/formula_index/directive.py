"""The directive ``{formula-index}``, which marks the place of the index."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class index_place(nodes.General, nodes.Element):
    """Where the index will stand; ``functions`` maps labels to names."""


class FormulaIndex(SphinxDirective):
    """Reserve the place of the index; each line of the content is ``label: function, function``."""

    has_content = True

    def run(self):
        """Return the place."""
        functions = {}
        for line in filter(str.strip, self.content):
            label, colon, names = line.partition(":")
            if not colon:
                raise self.error(f"formula-index: {line!r} must be 'label: function'")
            functions[label.strip()] = [name.strip() for name in names.split(",")]
        place = index_place("", functions=functions)
        self.set_source_info(place)
        return [place]

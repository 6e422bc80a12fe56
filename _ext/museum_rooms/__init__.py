"""Make sections of the cards that a cell shows, so that each exhibit has a heading and an address.

A room of the museum arrives as one Markdown output: before each heading stands an empty element
with the anchor. MyST makes only a rubric of a heading inside an output, which no table of contents
lists and no reference finds. This extension puts sections in the place of such a cell.
"""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

ANCHOR = re.compile(r'<div id="(exhibit-[\w-]+)"></div>\s*')


class RoomsToSections(SphinxTransform):
    """Put a section for each exhibit into the place of the cell that shows their room."""

    default_priority = 200  # before anything looks for targets and titles

    def apply(self) -> None:
        """Transform the page that was just read."""
        for cell in list(self.document.findall(_is_cell)):
            cards = next(cell.findall(_is_room), None)
            if cards is not None:
                place = cell.parent.index(cell)
                cell.parent[place : place + 1] = self._sections(cards)

    def _sections(self, cards):
        sections = []
        for node in list(cards.children):
            if found := _anchor(node):
                sections.append(nodes.section("", ids=[found[1]], names=[found[1]]))
                self.document.note_explicit_target(sections[-1])
            elif isinstance(node, nodes.rubric):
                sections[-1] += nodes.title(node.rawsource, "", *node.children)
            else:
                sections[-1] += node
        return sections


def _is_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _is_room(node):
    is_markdown = isinstance(node, nodes.container) and node.get("mime_type") == "text/markdown"
    return is_markdown and bool(node.children) and _anchor(node.children[0]) is not None


def _anchor(node):
    return ANCHOR.fullmatch(node.astext()) if isinstance(node, nodes.raw) else None


def setup(app):
    """Register the transform with Sphinx."""
    app.add_transform(RoomsToSections)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

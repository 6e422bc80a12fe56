"""What the reference of a package says of formulas: which of them a function computes."""

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from .backlinks import link_to_index
from .entries import equation, listed
from .records import in_book_order, pages


class NameFormulas(SphinxPostTransform):
    """Name, below the summary of each function, the equations that it computes."""

    default_priority = 5  # references are resolved at 10
    formats = ("html",)  # where the index has an address

    def run(self, **kwargs):
        """Transform the page that is about to be written."""
        for entry in self.document.findall(addnodes.desc):
            names = {
                name for part in entry.findall(addnodes.desc_signature) for name in part["ids"]
            }
            if said := self._formulas(names):
                entry[-1].insert(1, nodes.paragraph("", "", *said, nodes.Text(".")))

    def _formulas(self, names):
        known = pages(self.env)
        wanted = {
            label
            for page in known.values()
            for label, functions in page.functions.items()
            if names & set(functions)
        }
        chapters = [
            self._of(page, [label for label in known[page].equations if label in wanted])
            for page in in_book_order(self.env)
            if page in known and wanted & set(known[page].equations)
        ]
        return listed("Computes ", chapters)

    def _of(self, page, labels):
        """Return the equations of one page, each with its number and its label, and the page."""
        equations = []
        for label in labels:
            link = link_to_index(self.app, self.env, label)
            link += nodes.literal("", label)
            equations.append(nodes.inline("", "", equation(label), nodes.Text(" "), link))
        title = self.env.titles[page].astext()
        number = self.env.toc_secnumbers.get(page, {}).get("")
        words = nodes.inline("", f"chapter {number[0]}" if number else title)
        builder, here = self.app.builder, self.env.docname
        place = make_refnode(builder, here, page, "", words, title if number else None)
        return nodes.inline("", "", *listed("", equations), nodes.Text(" of "), place)

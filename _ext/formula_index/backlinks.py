"""What a page says of formulas: the badge of a proof, and numbers in the place of labels."""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from .entries import anchor, equation, extent
from .records import pages

BADGE = re.compile(r'class="sb-proof">.*?<code>(eq-[\w-]+)</code>', re.S)
MARK = '<span class="sb-proof-mark" aria-hidden="true">✓</span> '


class TypesetBadges(SphinxPostTransform):
    """Give the line of each proof the number of its equation, formulas, and a link to the index."""

    default_priority = 5  # references are resolved at 10

    def run(self, **kwargs):
        """Transform the page that is about to be written."""
        page = pages(self.env).get(self.env.docname)
        if _index(self.app) is None or page is None:
            return
        for node in list(self.document.findall(nodes.raw)):
            found = BADGE.search(node.astext())
            if found and found[1] in page.equations:
                # Not replace_self, which would hand on the classes of an output of a cell.
                node.parent.replace(node, self._badge(found[1], page.proofs[found[1]]))

    def _badge(self, label, proof):
        mark, link = nodes.raw("", MARK, format="html"), link_to_index(self.app, self.env, label)
        link += nodes.Text("index")
        link["classes"].append("sb-proof-index")
        said = [nodes.Text(" proved"), *extent(proof), nodes.Text(" ")]
        return nodes.paragraph("", "", mark, equation(label), *said, link, classes=["sb-proof"])


class NumberLabels(SphinxPostTransform):
    """Put the number of an equation, with its link, where its label stands as inline code."""

    default_priority = 4  # before the index and the reference, which show labels, are filled

    def run(self, **kwargs):
        """Transform the page that is about to be written."""
        labels = {label for page in pages(self.env).values() for label in page.equations}
        for node in list(self.document.findall(nodes.literal)):
            if node.astext() in labels:
                node.replace_self(equation(node.astext()))


def _index(app):
    """Return the name of the page with the index, None where there is none or no page at all."""
    names = (name for name, page in sorted(pages(app.env).items()) if page.is_index)
    return next(names, None) if app.builder.format == "html" else None


def link_to_index(app, env, label):
    """Return a link without words to the entry of an equation."""
    address = app.builder.get_relative_uri(env.docname, _index(app))
    return nodes.reference("", "", internal=True, refuri=f"{address}#{anchor(label)}")

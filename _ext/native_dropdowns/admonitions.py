"""Turn dropdown admonitions into ``<details>`` nodes, for HTML only."""

from docutils import nodes
from sphinx.locale import admonitionlabels
from sphinx.transforms.post_transforms import SphinxPostTransform


class details(nodes.General, nodes.Element):
    """A box that folds; its first child is a `summary`."""


class summary(nodes.Part, nodes.TextElement):
    """The visible line of a folded box."""


class FoldAdmonitions(SphinxPostTransform):
    """Replace each admonition of the class ``dropdown`` by a `details` node."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs):
        """Transform the page that is about to be written."""
        for admonition in list(self.document.findall(nodes.Admonition)):
            if "dropdown" in admonition["classes"]:
                admonition.replace_self(fold(admonition))


def fold(admonition):
    """Return a `details` node with the title and content of an admonition."""
    kind = admonition.tagname
    classes = ["admonition", *admonition["classes"]]
    if kind != "admonition":
        classes.append(kind)
    box = details("", classes=classes)
    box += _summary(admonition, kind)
    box += [child for child in admonition.children if not isinstance(child, nodes.title)]
    return box


def _summary(admonition, kind):
    title = next(admonition.findall(nodes.title), None)
    content = title.children if title else [nodes.Text(admonitionlabels[kind])]
    return summary("", "", *content, classes=["admonition-title"])


def visit_details(translator, node):
    """Open the HTML element that has the name of the node."""
    translator.body.append(translator.starttag(node, node.tagname, suffix=""))


def depart_details(translator, node):
    """Close the HTML element that has the name of the node."""
    translator.body.append(f"</{node.tagname}>\n")

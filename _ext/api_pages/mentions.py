"""Links from the text of the book to its reference."""

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

LINKED = ("function", "class", "exception")
NO_LINKS = (nodes.reference, nodes.title, addnodes.desc, addnodes.pending_xref)


class LinkMentions(SphinxPostTransform):
    """Link the first mention of each documented name on a page, where it is inline code."""

    default_priority = 20  # references are resolved at 10

    def run(self, **kwargs):
        """Transform the page that is about to be written."""
        objects = self.env.domains["py"].objects
        entries = {name: entry for name, entry in objects.items() if entry.objtype in LINKED}
        linked = {None}
        for literal in list(self.document.findall(nodes.literal)):
            name = _entry_of(literal.astext(), entries)
            if name in linked or _is_inside(literal, NO_LINKS):
                continue
            entry = entries[name]
            if entry.docname != self.env.docname:
                linked.add(name)
                link = make_refnode(
                    self.app.builder, self.env.docname, entry.docname, entry.node_id,
                    literal.deepcopy(), name,
                )  # fmt: skip
                literal.replace_self(link)


def _entry_of(words, entries):
    """Return the documented name that the words are, in full or at its end, else None."""
    ends = [name for name in entries if name == words or name.endswith(f".{words}")]
    shortest = min((name.count(".") for name in ends), default=0)
    found = [name for name in ends if name.count(".") == shortest]
    return found[0] if len(found) == 1 else None


def _is_inside(node, kinds):
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False

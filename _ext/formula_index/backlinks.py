"""Links to the index: from the line of a proof, and from a label that stands in the text."""

import re
from html import escape

from docutils import nodes

from .entries import anchor
from .records import pages

TICK = re.compile(r'(<div class="sb-proof">.*?<code>(eq-[\w-]+)</code>.*?)(</div>)', re.S)


def add_links(app, doctree, docname):
    """Link one page to the index (a ``doctree-resolved`` handler)."""
    index = next((name for name, page in sorted(pages(app.env).items()) if page.is_index), None)
    if index is None or app.builder.format != "html":
        return
    address = app.builder.get_relative_uri(docname, index)
    labels = {label for page in pages(app.env).values() for label in page.equations}
    _link_ticks(doctree, address, labels)
    if docname != index:
        _link_labels(doctree, address, labels)


def _link_ticks(doctree, address, labels):
    def link(found):
        label = found[2]
        if label not in labels:
            return found[0]
        href = escape(f"{address}#{anchor(label)}")
        return f'{found[1]} <a class="sb-proof-index" href="{href}">index</a>{found[3]}'

    for node in list(doctree.findall(nodes.raw)):
        if 'class="sb-proof"' in node.astext():
            node.replace_self(nodes.raw("", TICK.sub(link, node.astext()), format=node["format"]))


def _link_labels(doctree, address, labels):
    for node in list(doctree.findall(nodes.literal)):
        if node.astext() in labels and not isinstance(node.parent, nodes.reference):
            link = nodes.reference("", "", node.deepcopy(), internal=True)
            link["refuri"] = f"{address}#{anchor(node.astext())}"
            node.replace_self(link)

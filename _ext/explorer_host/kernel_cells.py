"""Show a picture in place of controls that need a kernel.

In a cell tagged ``needs-kernel`` the last picture stays, and a sentence says what would bring it to
life. This happens before the host looks for widgets that it cannot run.
"""

from docutils import nodes

from .notebooks import VIEW

SENTENCE = "This is a picture of controls that need Python: open the page as a notebook."


def show_pictures(app, doctree, docname):
    """Replace the widgets of such cells (a ``doctree-resolved`` handler)."""
    for cell in list(doctree.findall(_needs_kernel)):
        views = [raw for raw in cell.findall(nodes.raw) if VIEW in raw.astext()]
        images = list(cell.findall(nodes.image))
        for image in images[:-1]:
            image.parent.remove(image)
        for view in views:
            view.parent.remove(view)
        if views:
            cell.append(nodes.paragraph("", "", nodes.emphasis("", SENTENCE)))


def _needs_kernel(node):
    return isinstance(node, nodes.container) and "tag_needs-kernel" in node.get("classes", [])

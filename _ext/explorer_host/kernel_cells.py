"""Show a picture in place of controls that need a kernel.

In a cell tagged ``needs-kernel`` the last picture stays, and a sentence says what would bring it to
life. This happens before the host looks for widgets that it cannot run.
"""

import json

from docutils import nodes
from sphinx.util import logging

from .notebooks import VIEW, Notebook, executed, image

logger = logging.getLogger(__name__)

SENTENCE = "This is a picture of controls that need Python: open the page as a notebook."


def show_pictures(app, doctree, docname):
    """Replace the widgets of such cells (a ``doctree-resolved`` handler)."""
    for cell in list(doctree.findall(_needs_kernel)):
        views = [raw for raw in cell.findall(nodes.raw) if VIEW in raw.astext()]
        images = list(cell.findall(nodes.image))
        for image_before in images[:-1]:
            image_before.parent.remove(image_before)
        if views and not images:
            _show_caught(app, docname, views[-1])
        for view in views:
            view.parent.remove(view)
        if views:
            cell.append(nodes.paragraph("", "", nodes.emphasis("", SENTENCE)))


def _needs_kernel(node):
    return isinstance(node, nodes.container) and "tag_needs-kernel" in node.get("classes", [])


def _show_caught(app, docname, view):
    """Put the picture that `interact` keeps inside of its widget in front of that widget."""
    model = json.loads(view.astext().split(">", 1)[1].rsplit("<", 1)[0])["model_id"]
    notebook = executed(app, docname)
    forms = Notebook(notebook).last_output(model) if notebook.exists() else {}
    if not forms:
        sentence = "a cell tagged needs-kernel shows no picture to stand in for its controls"
        logger.warning(sentence, location=view, type="explorer", subtype="host")
        return
    markup = image(forms, "What the controls show at first.")
    view.parent.insert(view.parent.index(view), nodes.raw("", markup, format="html"))

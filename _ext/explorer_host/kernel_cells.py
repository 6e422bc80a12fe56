"""Show a picture in place of controls that need a kernel.

In a cell tagged ``needs-kernel`` the last picture stays, and a sentence says what would bring it to
life. Where `interact` keeps the picture inside of its widget, it is taken out while the page is
read, so that it is an image like others. The controls go before the host looks for widgets that it
cannot run.
"""

import hashlib
import json
import os
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from cached_outputs import executed

from .notebooks import VIEW, Notebook, picture_file

logger = logging.getLogger(__name__)

SENTENCE = "This is a picture of controls that need Python: open the page as a notebook."
WORDS = "The initial picture of the controls."


def take_out_pictures(app, doctree):
    """Put the pictures that widgets hold in front of them (a ``doctree-read`` handler)."""
    notebook = executed(app, app.env.docname)
    cells = [cell for cell in doctree.findall(_needs_kernel) if not _has(cell, nodes.image)]
    views = [view for cell in cells for view in _views(cell)]
    if views and notebook.exists():
        held = Notebook.read(notebook)
        for view in views:
            _take_out(app, held, view)


def _take_out(app, notebook, view):
    model = json.loads(view.astext().split(">", 1)[1].rsplit("<", 1)[0])["model_id"]
    forms = notebook.last_output(model)
    if forms:
        file = _write(executed(app, "x").parent, *picture_file(forms))
        address = os.path.relpath(file, Path(app.env.doc2path(app.env.docname)).parent)
        output = _output_of(view)
        words = notebook.words(model) or WORDS
        output.parent.insert(output.parent.index(output), nodes.image(uri=address, alt=words))


def _write(folder, ending, content):
    file = folder / f"{hashlib.sha256(content).hexdigest()}.{ending}"
    file.write_bytes(content)
    return file


def _output_of(view):
    """Return the node of the whole output, of which the view may be one of several forms."""
    is_form = view.parent.get("mime_type") is not None
    return view.parent.parent if is_form else view


def show_pictures(app, doctree, docname):
    """Drop the widgets of such cells (a ``doctree-resolved`` handler)."""
    for cell in list(doctree.findall(_needs_kernel)):
        views = _views(cell)
        for image_before in list(cell.findall(nodes.image))[:-1]:
            image_before.parent.remove(image_before)
        if views and not _has(cell, nodes.image):
            sentence = "a cell tagged needs-kernel shows no picture to stand in for its controls"
            logger.warning(sentence, location=views[-1], type="explorer", subtype="host")
        for view in views:
            view.parent.remove(view)
        if views:
            cell.append(nodes.paragraph("", "", nodes.emphasis("", SENTENCE)))


def _needs_kernel(node):
    return isinstance(node, nodes.container) and "tag_needs-kernel" in node.get("classes", [])


def _has(cell, kind):
    return next(cell.findall(kind), None) is not None


def _views(cell):
    return [raw for raw in cell.findall(nodes.raw) if VIEW in raw.astext()]

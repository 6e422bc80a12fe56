"""Warn about images without alternative text.

Where an author gives no alternative text, docutils writes the file's path, which helps nobody. This
extension makes that a warning with file and line. In a code cell the text is given as
``mystnb: image: alt:``, in an ``image`` or ``figure`` directive as ``:alt:``.
"""

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)


def report_missing(app, doctree):
    """Warn about images without alternative text (a ``doctree-read`` handler).

    A page with a fault is read again by the next build, so that the next build warns too.
    """
    silent = [image for image in doctree.findall(nodes.image) if not image.get("alt", "").strip()]
    for image in silent:
        logger.warning(
            "image without alternative text; give it as `alt`, for a cell in `mystnb: image:`",
            location=_nearest_with_line(image),
            type="image",
            subtype="alt",
        )
        app.env.note_reread()


def _nearest_with_line(node):
    """Return the node, or the nearest one around it, that knows its line."""
    while not node.line and node.parent is not None:
        node = node.parent
    return node


def setup(app):
    """Register the check with Sphinx."""
    app.connect("doctree-read", report_missing)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Let the browser fold what the author marks as ``:class: dropdown``, and hidden cells.

An admonition of the class ``dropdown`` becomes a ``<details>`` element: it opens by click, tap and
keyboard, and when a link leads into it, without any script. The ``<details>`` elements that MyST-NB
makes of hidden cells lose a label that hides from screen readers what the summary says.
"""

from .admonitions import FoldAdmonitions, depart_details, details, summary, visit_details
from .cells import HideCodeCellNode, depart_hidden_cell, visit_hidden_cell


def setup(app):
    """Register nodes and the transform with Sphinx."""
    app.add_node(details, html=(visit_details, depart_details))
    app.add_node(summary, html=(visit_details, depart_details))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_hidden_cell))
    app.add_post_transform(FoldAdmonitions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

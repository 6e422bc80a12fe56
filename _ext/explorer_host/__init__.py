"""Mount anywidgets on pages that have no kernel.

MyST-NB writes the state of a notebook's widgets into the page and expects a widget runtime from
the network. This extension serves the same widgets itself. It makes classic scripts of their
modules (`modules`) and writes them as files (`files`), draws the first picture of each while the
book is built (`pictures`), keeps of the state what the page needs (`notebooks`, `models`), and puts
all this into the page (`pages`) with one small script (``front/host``) that brings an explorer to
life when it comes near the window. A widget that it cannot run gives a warning.
"""

from . import bundles, kernel_cells, pages
from .files import Files


def prune(app, exception):
    """Remove scripts and styles that no page uses any more (a ``build-finished`` handler)."""
    if exception is None and app.builder.name == "html":
        Files(app.outdir).prune()


def setup(app):
    """Register the handlers with Sphinx; MyST-NB has added the state by 500."""
    # Both before images are collected.
    app.connect("doctree-read", bundles.keep_widgets, priority=100)
    app.connect("doctree-read", kernel_cells.take_out_pictures, priority=100)
    app.connect("doctree-resolved", kernel_cells.show_pictures)
    app.connect("html-page-context", pages.put_explorers, priority=900)
    app.connect("build-finished", prune)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

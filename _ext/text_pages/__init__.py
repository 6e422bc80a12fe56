"""Read a page without cells as text, although it has the header of a notebook.

The header with which JupyterLab opens a page as a notebook, and saves it unchanged, also stands
on pages of text alone. MyST-NB would start a kernel for such a page, and leave a notebook of it.
What else the page says of itself there stays.
"""

import re

from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook

FENCE = "---\n"
NOTEBOOK = re.compile(r"^(?:jupytext|kernelspec):\n(?: .*\n)+", re.M)  # what is not a page's own


def drop_header(app, docname, source):
    """Take the header off a page without cells (a ``source-read`` handler)."""
    if is_myst_markdown_notebook(source[0]) and not _has_cells(source[0], app.env.myst_config):
        source[0] = _without_header(source[0])


def _has_cells(text, config):
    cells = read_myst_markdown_notebook(text, config).cells
    return any(cell.cell_type != "markdown" for cell in cells)


def _without_header(text):
    _, header, body = text.split(FENCE, 2)
    # Empty lines in its place: warnings name the lines of the file.
    rest = NOTEBOOK.sub(lambda found: "\n" * found[0].count("\n"), header)
    fence = FENCE if rest.strip() else "\n"
    return fence + rest + fence + body


def setup(app):
    """Register the handler with Sphinx, behind those that write the text anew."""
    app.connect("source-read", drop_header, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

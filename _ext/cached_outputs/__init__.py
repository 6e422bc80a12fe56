"""Keep cached outputs in the notebooks that MyST-NB writes beside the site.

MyST-NB 1.4 writes the notebook of each page for others to use, here for the downloads, the
explorers and the formula index. Where the cells are in the cache, it merges the outputs into a
copy, uses the copy for the page, and writes the notebook without them: a page whose prose had
changed would offer a notebook without results, and its explorers would not be found.

A kernel sends what a cell prints in pieces of any length, and MyST-NB ends each with a line break.
Here the pieces are joined first. Where these notebooks are, `executed` says to all others.
"""

from pathlib import Path

from myst_nb.core import execute
from myst_nb.core.execute.cache import NotebookClientCache


def executed(app, name):
    """Return the path of the notebook that MyST-NB leaves beside the site for a page with cells."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{name}.ipynb"


class KeepingClient(NotebookClientCache):
    """A client that puts all outputs, streams joined, into the notebook that it was given."""

    def start_client(self):
        """Execute the notebook, or take its outputs from the cache."""
        given = self.notebook
        super().start_client()
        if self.notebook is not given:
            given.update(self.notebook)
            self._notebook = given
        for cell in given.cells:
            if cell.cell_type == "code":
                cell.outputs = joined(cell.outputs)


def joined(outputs):
    """Return outputs in which consecutive pieces of a stream are joined."""
    whole = []
    for output in outputs:
        name = output.get("name")  # only streams have one
        if whole and name and whole[-1].get("name") == name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def setup(app):
    """Replace MyST-NB's client."""
    execute.NotebookClientCache = KeepingClient
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

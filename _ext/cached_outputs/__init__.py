"""Leave outputs that come from the cache in the notebook that MyST-NB writes beside the site.

MyST-NB 1.4 writes the notebook of each page for others to use, here for the downloads, the
explorers and the formula index. Where the cells are in the cache, it merges the outputs into a
copy, uses the copy for the page, and writes the notebook without them: a page whose prose had
changed would offer a notebook without results, and its explorers would not be found.
"""

from myst_nb.core import execute
from myst_nb.core.execute.cache import NotebookClientCache


class KeepingClient(NotebookClientCache):
    """A client that puts what the cache holds into the notebook that it was given."""

    def start_client(self):
        """Execute the notebook, or take its outputs from the cache."""
        given = self.notebook
        super().start_client()
        if self.notebook is not given:
            given.update(self.notebook)
            self._notebook = given


def setup(app):
    """Put the client in the place of MyST-NB's."""
    execute.NotebookClientCache = KeepingClient
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Build tiny books with the extensions of this repository."""

import re
import sys
from copy import deepcopy
from pathlib import Path

import pytest

EXTENSIONS = Path(__file__).parents[2] / "_ext"
sys.path.insert(0, str(EXTENSIONS))


class Book:
    """A source folder that can be built again and again, each time by a fresh Sphinx."""

    def __init__(self, folder, settings):
        self.source = folder / "source"
        self.settings = settings
        self.messages = self.warnings = ""

    def write(self, **pages):
        """Write ``page.md`` for each keyword; an ``index`` that lists the others is added."""
        self.source.mkdir(exist_ok=True)
        names = "\n".join(name for name in pages if name != "index")
        pages.setdefault("index", f"# Book\n\n```{{toctree}}\n{names}\n```\n")
        for name, text in pages.items():
            (self.source / f"{name}.md").write_text(text, encoding="utf-8")
        return self

    def build(self, **settings):
        """Build changed pages as HTML; keep what Sphinx said in `messages` and `warnings`."""
        from sphinx.testing.util import SphinxTestApp

        (self.source / "conf.py").write_text("", encoding="utf-8")
        # Sphinx, the theme and extensions write into defaults, which all applications share, and
        # into options; a build whose settings are others than before makes all pages anew.
        fresh = {"source_suffix": {".rst": "restructuredtext"}}
        fresh |= {"templates_path": [], "html_static_path": []}
        settings = deepcopy(fresh | self.settings | settings)
        app = SphinxTestApp("html", srcdir=self.source, confoverrides=settings)
        try:
            app.build()
            self.messages = re.sub(r"\x1b\[[0-9;]*m", "", app.status.getvalue())
            self.warnings = re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue())
            self.output = Path(app.outdir)
        finally:
            app.cleanup()
        return self

    def html(self, page):
        """Return a page of the site."""
        return (self.output / f"{page}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def one_kernel():
    """Run the cells of all books in one kernel: starting one for each page took the longest."""
    from jupyter_cache.executors import utils
    from jupyter_client import AsyncKernelManager
    from nbclient import NotebookClient

    client = NotebookClient({}, km=AsyncKernelManager())

    def execute(nb, cwd, **options):
        client.resources = {"metadata": {"path": cwd}}
        for name, value in {"nb": nb, **options}.items():
            setattr(client, name, value)
        client.execute()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utils, "executenb", execute)
        yield
    if client.kc:
        with client.setup_kernel(cleanup_kc=True):
            pass


@pytest.fixture(scope="session")
def make_book(tmp_path_factory):
    """Return a function for fixtures that live longer: settings in, an empty `Book` out."""
    return lambda **settings: Book(tmp_path_factory.mktemp("book"), settings)


@pytest.fixture
def book(tmp_path):
    """Return a function: extensions and settings in, an empty `Book` out."""

    def make(*extensions, **settings):
        theme = {"html_theme": "basic", "project": "Trial", "html_title": "Trial"}
        return Book(tmp_path, theme | {"extensions": list(extensions)} | settings)

    return make

"""Repair faults of the book theme's pages.

`sphinx-book-theme` 1.3.0 runs here with a newer base theme than it was written for. Each repair
names its fault, here or in the template that replaces one of the theme's:

- the colour mode of a first visit, and no scripts where a browser refuses its storage
  (``templates/layout.html``);
- landmarks and dialogs without a name, the title of the front page (``templates/layout.html``);
- a button whose name differs from its text (``templates/components/search-button-field.html``);
- toggles with names that only describe the layout (``templates/components/toggle-*.html``);
- search results that quote formulas three times over (``static/search-excerpts.js``);
- bibliography entries that are not marked as list items (`citations`);
- an empty banner, for which the theme measures the page (``templates/sections/announcement.html``);
- a file in the place of the folder ``_static`` after a build that failed early, which broke all
  later builds: the theme copies its logo there even then (`_make_static_folder`);
- an element around each word of code that has the colour of all text (`_CodeFormatter`);
- a configuration value that Jupyter Book always sets, and that belongs to an extension which the
  book does not load (`setup`).

The empty top bar, which stole the handler of the button that opens the navigation on phones, is
switched off in ``_config.yml`` (``navbar_persistent``).
"""

from pathlib import Path

from docutils import nodes
from pygments.formatters import HtmlFormatter
from pygments.token import Token
from sphinx.highlighting import PygmentsBridge

from .citations import depart_citation, visit_citation

HERE = Path(__file__).parent
# In neither of the book's two styles has any of these a colour of its own.
PLAIN = {Token.Name, Token.Name.Namespace, Token.Punctuation, Token.Text, Token.Text.Whitespace}


class _CodeFormatter(HtmlFormatter):
    """Marks in code what has a colour, and leaves the rest as it is."""

    def _get_css_classes(self, ttype):
        return "" if ttype in PLAIN else super()._get_css_classes(ttype)


def _put_templates_first(app, config):
    # The theme includes components by two spellings of their path: hence both folders.
    folders = [HERE / "templates" / "components", HERE / "templates"]
    config.templates_path = [*map(str, folders), *config.templates_path]


def _serve_scripts(app):
    # Jupyter Book scans html_static_path before this event and would load scripts on every page.
    app.config.html_static_path.append(str(HERE / "static"))


def _make_static_folder(app):
    (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)


def setup(app):
    """Register the extension with Sphinx."""
    entry = (visit_citation, depart_citation)
    app.add_node(nodes.citation, override=True, html=entry)
    app.add_config_value("comments_config", {}, "", [dict])
    PygmentsBridge.html_formatter = _CodeFormatter
    app.connect("config-inited", _put_templates_first)
    app.connect("builder-inited", _serve_scripts)
    app.connect("builder-inited", _make_static_folder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Show exercises, hints and solutions in the style of the book, without any script.

`sphinx-exercise` numbers the exercises, joins what stands between its gates, and links solutions.
It leaves these things to do:

- it wraps the content of each box in a section, always with the same id (`OpenContent`);
- its stylesheet is made for another theme, and its icons need an icon font (`setup`);
- hints that open one by one, and answers to choose from, are dropdowns in the page, which
  ``native_dropdowns`` folds; ``static/exercise-boxes.css`` shows which is which. On the site their
  titles count them, as in "Hint 1 of 3" (`CountHints`);
- a page with solutions is printed as the reader has opened it, or with all of them: a button for
  that, below the one that prints (`add_button`).
"""

from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

HERE = Path(__file__).parent
THEIRS = "exercise.css"
CONTENTS = {"exercise-content", "solution-content"}
UNFOLDED = {
    "type": "javascript",
    "javascript": "document.documentElement.classList.add('sb-unfolded'); window.print()",
    "text": ".pdf with solutions",
    "tooltip": "Print to PDF, with all hints and solutions",
    "icon": "fas fa-file-pdf",
    "label": "print-with-solutions-button",
}


class OpenContent(SphinxTransform):
    """Put what an exercise or a solution holds directly into its box."""

    default_priority = 20  # after sphinx-exercise has joined what stands between its gates

    def apply(self):
        """Transform the page that was just read."""
        for section in list(self.document.findall(nodes.section)):
            if CONTENTS & {*section["ids"]}:
                section["ids"] = []
                section.replace_self(section.children)


class CountHints(SphinxPostTransform):
    """Say of each hint which it is, and of how many; each stands inside of the one before."""

    default_priority = 190  # before native_dropdowns makes other nodes of them
    formats = ("html",)

    def run(self, **kwargs):
        """Transform the page that is about to be written."""
        for first in list(self.document.findall(_is_hint)):
            if not _is_hint(first.parent):
                hints = list(first.findall(_is_hint))
                for number, hint in enumerate(hints, 1):
                    count = f"Hint {number} of {len(hints)}" if hints[1:] else "Hint"
                    hint[0].replace_self(nodes.title("", count))


def _is_hint(node):
    return isinstance(node, nodes.Admonition) and "hint" in node["classes"]


def add_button(app, pagename, templatename, context, doctree):
    """Offer a page on paper with its solutions, if it has any (``html-page-context``)."""
    if "solution_node" in context.get("body", ""):
        for group in context.get("header_buttons", []):
            buttons = group.get("buttons", [])
            buttons += [UNFOLDED for one in buttons if one["text"] == ".pdf"]


def _replace_stylesheet(app, config):
    files = app.registry.css_files
    files[:] = [entry for entry in files if entry[0] != THEIRS]


def _serve_stylesheet(app):
    app.config.html_static_path.append(str(HERE / "static"))


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("sphinx_exercise")
    app.add_transform(OpenContent)
    app.add_post_transform(CountHints)
    app.add_css_file("exercise-boxes.css")
    app.connect("config-inited", _replace_stylesheet)
    app.connect("builder-inited", _serve_stylesheet)
    app.connect("html-page-context", add_button, priority=600)  # the theme makes its own at 501
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

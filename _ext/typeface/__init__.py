"""The typeface of the running text, served by the site itself.

Source Serif 4 is a variable font: one file holds all weights of the upright face, one those of the
italic. The stylesheet only declares the faces; `_static/book.css` decides where they are used.
"""

from pathlib import Path

STATIC = Path(__file__).parent / "static"


def _serve_fonts(app):
    # Jupyter Book scans html_static_path before this event and would link each file twice.
    app.config.html_static_path.append(str(STATIC))
    app.add_css_file("source-serif-4.css", priority=400)


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("builder-inited", _serve_fonts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Keep what readers choose and predict, and list it in their workbook; nothing leaves the machine.

Formulas and lines of the desk are kept by their own widgets. The script of this extension does the
same for what a page alone asks: options of a question and predictions. On the page with the element
``workbook`` it lists all of it, saves it as one file, loads one, and forgets. What a record is, and
how it is kept, stands in ``memory.mjs`` of `softback.explorers`.
"""

from pathlib import Path

from softback.explorers import _bundle

HERE = Path(__file__).parent
WORKBOOK = "workbook/workbook.js"


def _serve(app):
    folder = Path(app.doctreedir) / "answers"
    (folder / "workbook").mkdir(parents=True, exist_ok=True)
    for name, path in (("answers", "answers.js"), ("workbook", WORKBOOK)):
        (folder / path).write_text(_bundle.script(HERE / f"front/{name}.mjs"), encoding="utf-8")
    # Jupyter Book scans html_static_path before this event and would link each file twice.
    app.config.html_static_path += [str(folder), str(HERE / "static")]
    app.add_js_file("answers.js", loading_method="defer")
    app.add_css_file("answers.css")


def _add_workbook(app, pagename, templatename, context, doctree):
    """Give its page the script of the workbook; no other page has to carry it."""
    if 'id="workbook"' in (context.get("body") or ""):
        app.add_js_file(WORKBOOK, loading_method="defer")


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("builder-inited", _serve)
    app.connect("html-page-context", _add_workbook)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Small things that readers ask of a site with formulas; each works from a folder, too.

- A link to an equation shows it, and for what it is proved, where the pointer or the focus rests; a
  link with a title, such as a citation, shows that (`previews`).
- "Explain the symbols" says what the letters of the section on the screen mean (`symbols`).
- A formula is copied as TeX, by its button or with the text around it.
- "Show all code" opens the folded code of a page, and remembers it.

Without a script all of that is missing, and nothing else.
"""

from pathlib import Path

from softback.explorers import _bundle

from . import previews, symbols

HERE = Path(__file__).parent
BUTTONS = {
    "show-all-code": ("Show all code", "fas fa-code", '<details class="hide'),
    "explain-symbols": ("Explain the symbols", "fas fa-circle-question", symbols.MARK),
}


def _serve(app):
    folder = Path(app.doctreedir) / "reading_aids"
    folder.mkdir(parents=True, exist_ok=True)
    script = _bundle.script(HERE / "front/reading-aids.mjs")
    (folder / "reading-aids.js").write_text(script, encoding="utf-8")
    # Jupyter Book scans html_static_path before this event and would link each file twice.
    app.config.html_static_path += [str(folder), str(HERE / "static")]
    app.add_js_file("reading-aids.js", loading_method="defer")
    app.add_css_file("reading-aids.css")


def add_buttons(app, pagename, templatename, context, doctree):
    """Put those buttons above a page that have something to do there."""
    for label, (words, icon, sign) in BUTTONS.items():
        if sign in (context.get("body") or ""):
            button = {"type": "javascript", "javascript": "", "tooltip": words, "icon": icon}
            context["header_buttons"].append({**button, "text": "", "label": label})


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("formula_index")
    app.connect("builder-inited", _serve)
    app.connect("html-page-context", previews.add, priority=600)
    app.connect("html-page-context", symbols.add, priority=600)
    app.connect("html-page-context", add_buttons, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

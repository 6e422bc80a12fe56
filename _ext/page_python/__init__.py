"""Let readers run cells in the page, with Python in their own browser.

`prepare`, which `make book` calls first, gets Pyodide and the libraries (`distribution`) and packs
them with the book's package (`pack`). Where that could be had, this extension

- gives each cell that can run a label, a kind and the packages that it will need (`cells`);
- puts a small script into each page that has such cells, ``front/buttons.mjs``, which loads
  ``page.mjs`` at the first press; that starts Python in a worker (``worker.mjs``);
- serves all of it, and the texts of the cells, in ``_static/python``.

The cells of a sheet come from the notebook of the event ``offer-notebook``: *Check* runs an answer
with the sheet's own check, answers in words have a field, and *Save my notebook* puts all of them
into the students' notebook.

The worker cuts out of the page what a cell needs (``inside/cutting.py``) and runs it
(``inside/runner.py``), each time from the texts, so that there is no hidden state. Where Python
could not be had, a sentence on the pages says how to get it.
"""

import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path

from docutils import nodes

from cached_outputs import executed
from softback.explorers import _bundle

from .cells import described

HERE = Path(__file__).parent
FOLDER = "_static/python"
KATEX = HERE.parent / "prerender_math/katex/katex.min.js"
WHOLE = '<div id="sb-whole-book"></div>'
WITHOUT = (
    '<p class="sb-run-note">The cells of this page cannot be run here, because this copy of the '
    "book was built without Python for the page. <code>make book</code> says what it needs. Until "
    "then, open the page as a notebook.</p>"
)


def front(app):
    """Return the scripts by name, each after those that it loads, or None without Python."""
    listed = Path(app.srcdir) / app.config.page_python_files / "files.json"
    if not (app.config.page_python_files and listed.is_file()):
        return None
    manifest = json.loads(listed.read_text("utf-8"))
    manifest["lock"] = json.loads((HERE / "inside/no-packages.json").read_text("utf-8"))
    files, known = {}, json.dumps(manifest)
    for stem, suffix, gap, text in (
        ("worker", ".mjs", "MANIFEST", (HERE / "front/worker.mjs").read_text("utf-8")),
        ("page", ".mjs", "WORKER", _bundle.module(HERE / "front/page.mjs", ["press"])),
        ("buttons", ".js", "PAGE", _bundle.script(HERE / "front/buttons.mjs")),
    ):
        filled = text.replace(gap, known, 1)
        known = f"{stem}-{hashlib.sha256(filled.encode()).hexdigest()[:12]}{suffix}"
        files[known] = filled
    return files


def note_script(app, config):
    """Keep the name of the page's script in the configuration: a new one makes all pages anew."""
    files = front(app)
    config.page_python_script = [*files][-1] if files else ""


def cells_of(app, name):
    """Return what is known of the cells of a page, [] if it offers none."""
    path = executed(app, name)
    if not name.startswith(tuple(app.config.page_python_pages)) or not path.is_file():
        return []
    offered = app.emit_firstresult("offer-notebook", name)  # a sheet's, in which students write
    text = json.dumps(offered) if offered else path.read_text("utf-8")
    found = _known(text, Path(app.doctreedir) / "page_python")
    return found if any("id" in cell for cell in found) else []


def _known(text, folder):
    """Describe the cells of a notebook, unless an earlier build has done so."""
    parts = [HERE / "cells.py", HERE / "inside/cutting.py"]
    contents = [text.encode(), *(part.read_bytes() for part in parts)]
    digest = hashlib.sha256(b"".join(contents)).hexdigest()
    kept = folder / f"{digest}.json"
    if not kept.is_file():
        found = described(json.loads(text))
        folder.mkdir(exist_ok=True)
        kept.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return json.loads(kept.read_text("utf-8"))


def mark_cells(app, doctree, docname):
    """Let the page's script find the cells that can run (a ``doctree-resolved`` handler)."""
    if not app.config.page_python_script:
        return
    by_code = {}
    for cell in cells_of(app, docname):
        by_code.setdefault(cell["code"], []).append(cell)
    for box in doctree.findall(nodes.container):
        inner = next(box.findall(nodes.literal_block), None)
        if box.get("nb_element") == "cell_code" and inner is not None:
            same = by_code.get(inner.astext().strip("\n"))
            cell = same.pop(0) if same else {}
            if "id" in cell:
                box["ids"].append(cell["id"])
                box["classes"] += ["sb-cell", f"sb-{cell['kind']}-cell"]


def add_script(app, pagename, templatename, context, doctree):
    """Put the script, or the sentence, on pages with such cells (``html-page-context``)."""
    is_index = WHOLE in (context.get("body") or "")
    if app.builder.format != "html" or not (is_index or cells_of(app, pagename)):
        return
    if app.config.page_python_script:
        address = context["pathto"](f"{FOLDER}/{app.config.page_python_script}", resource=True)
        tag = f'<script defer src="{address}" data-page="{pagename}"></script>'
        context["metatags"] = f"{context.get('metatags', '')}\n{tag}\n"
    else:
        context["body"] += WITHOUT


def publish(app, exception):
    """Write the scripts, what they load, and the texts of the cells (``build-finished``)."""
    folder = Path(app.outdir) / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    files = front(app) if exception is None and app.builder.format == "html" else None
    if not files:
        return
    source = Path(app.srcdir) / app.config.page_python_files
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.json"))
    shutil.copy(KATEX, folder)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    pages = []
    for name in sorted(app.env.found_docs):
        if found := cells_of(app, name):
            target = folder / f"pages/{name}.json"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
            if any(cell.get("kind") == "proof" for cell in found):
                pages.append({"title": app.env.titles[name].astext(), "file": f"pages/{name}.json"})
    book = {"softback": version("softback"), "pages": pages}
    (folder / "book.json").write_text(json.dumps(book, ensure_ascii=False), "utf-8")


def setup(app):
    """Register the handlers with Sphinx; those of delivery come later."""
    app.setup_extension("notebook_downloads")  # its event
    app.add_config_value("page_python_files", "", "html", [str])
    app.add_config_value("page_python_pages", [""], "html", [list])
    app.add_config_value("page_python_script", "", "html", [str])
    app.add_css_file("page-python.css")
    app.connect("config-inited", note_script)
    app.connect("builder-inited", _serve_stylesheet)
    app.connect("doctree-resolved", mark_cells)
    app.connect("html-page-context", add_script, priority=950)
    app.connect("build-finished", publish, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _serve_stylesheet(app):
    app.config.html_static_path.append(str(HERE / "static"))

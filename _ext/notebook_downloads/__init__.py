"""Offer each page with cells as a Jupyter notebook, and all of them as one archive.

The theme has a download button for notebooks but fills it only when a launch service is configured.
MyST-NB leaves the executed notebooks beside the site. When the build has finished, this extension
makes of each a notebook that every front end shows (`cells`, `pages`): with its outputs, without
the state of widgets, drawings as images, its text in plain Markdown, its references as `links` to
the pages of the book, and an `opening` that gets the library for its cells. The wheel of that
library (``notebook_downloads_library``) is offered too, in ``notebooks``; both, with the files that
cells read (``notebook_downloads_files``), stand in ``notebooks.zip``. Each build writes the
same bytes. A handler of the event ``offer-notebook``, which gets the name of a page,
may return another notebook for it.
"""

import json
from pathlib import Path

from cached_outputs import executed
from classroom.sheets.archive import pack
from classroom.sheets.opening import build_wheel

from . import pages

ARCHIVE = "notebooks.zip"
TOP = "softmax-backwards"
WHEELS = "notebooks"
EVERYTHING = {
    "type": "link",
    "text": f"all ({ARCHIVE})",
    "tooltip": "Download the notebooks of all pages, with the library",
    "icon": "fas fa-file-zipper",
    "label": "download-all-notebooks-button",
}


def tell_theme(app, pagename, templatename, context, doctree):
    """Name the notebook of a page to the theme (an ``html-page-context`` handler)."""
    if app.builder.name == "html" and doctree is not None and executed(app, pagename).exists():
        context["ipynb_source"] = f"{pagename}.ipynb"


def add_archive(app, pagename, templatename, context, doctree):
    """Put the archive below the notebook in the menu of downloads, which the theme has made."""
    for group in context.get("header_buttons", []):
        places = [n for n, one in enumerate(group.get("buttons", [])) if one["text"] == ".ipynb"]
        if places:
            address = context["pathto"](ARCHIVE, resource=True)
            group["buttons"].insert(places[0] + 1, EVERYTHING | {"url": address})


def publish(app, exception):
    """Write the notebooks, the wheel and the archive (a ``build-finished`` handler)."""
    if exception is not None or app.builder.name != "html":
        return
    wheel = _wheel(app)
    names = sorted(name for name in app.env.found_docs if executed(app, name).exists())
    texts = {name: _text(pages.notebook(app, name, wheel)) for name in names}
    for name, text in texts.items():
        target = Path(app.outdir) / "_sources" / f"{name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    offered = {f"{name}.ipynb": text.encode() for name, text in texts.items()}
    offered |= _files(app, wheel)
    contents = {f"{TOP}/{name}": content for name, content in offered.items()}
    (Path(app.outdir) / ARCHIVE).write_bytes(pack(contents))


def _text(notebook):
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _wheel(app):
    """Build the library's wheel into the site; return its path, or None if there is no library."""
    library = app.config.notebook_downloads_library
    folder = Path(app.outdir) / WHEELS
    return build_wheel(Path(app.srcdir) / library, folder) if library else None


def _files(app, wheel):
    """Return the contents of what stands beside the notebooks, by path."""
    root = Path(app.srcdir)
    found = {path for pattern in app.config.notebook_downloads_files for path in root.glob(pattern)}
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
    return files | ({wheel.name: wheel.read_bytes()} if wheel else {})


def setup(app):
    """Register the handlers with Sphinx; the theme makes its buttons at 501."""
    app.add_config_value("notebook_downloads_library", "", "html", [str])
    app.add_config_value("notebook_downloads_files", [], "html", [list])
    app.add_event("offer-notebook")
    app.connect("html-page-context", tell_theme, priority=400)
    app.connect("html-page-context", add_archive, priority=600)
    app.connect("build-finished", publish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

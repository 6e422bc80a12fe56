"""Show exercise sheets as pages of the book, and keep their hidden tests out of the site.

The sources in ``exercises`` hold everything that is made of a sheet. When Sphinx reads one, it gets
the page that `classroom.sheets.page` makes of it: stubs, folded solutions, no hidden test. Two
other copies of the source are replaced: the text behind the download button, and the
notebook, which is the one that students complete. `numbers` counts the exercises of a sheet.
"""

import json
from pathlib import Path

from sphinx.errors import ExtensionError

from classroom.sheets import SheetError, notebooks, read
from classroom.sheets.book import Book
from classroom.sheets.page import page

from .numbers import NumberExercises

FOLDER = "exercises/"


def show_page(app, docname, source):
    """Put the page in the place of the sheet (a ``source-read`` handler)."""
    if docname.startswith(FOLDER):
        source[0] = page(_sheet(app, docname))


def offer_notebook(app, docname):
    """Return the students' notebook of a sheet, or None (an ``offer-notebook`` handler)."""
    if not docname.startswith(FOLDER):
        return None
    link = Book(app.config.html_baseurl, Path(app.srcdir))
    return json.loads(notebooks.text(notebooks.student(_sheet(app, docname), link)))


def replace_sources(app, exception):
    """Offer the text of the page in the place of the source (a ``build-finished`` handler)."""
    offered = Path(app.outdir) / "_sources"
    for path in sorted(offered.glob(f"{FOLDER}*.md")) if exception is None else ():
        docname = path.relative_to(offered).with_suffix("").as_posix()
        path.write_text(page(_sheet(app, docname)), encoding="utf-8")


def _sheet(app, docname):
    try:
        return read(app.env.doc2path(docname))
    except SheetError as error:
        raise ExtensionError(str(error)) from error


def setup(app):
    """Register the handlers with Sphinx."""
    app.setup_extension("notebook_downloads")
    app.add_transform(NumberExercises)
    app.connect("source-read", show_page)
    app.connect("offer-notebook", offer_notebook)
    app.connect("build-finished", replace_sources)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Make the notebook of a page."""

import json
import re
from functools import partial

from cached_outputs import executed
from classroom.sheets import opening as install
from classroom.sheets.plain import plain
from explorer_host.notebooks import Notebook

from .cells import captioned, installing, markdown, parts, pictured, text_of, tidy
from .links import Links
from .opening import opening

OUTSIDE = re.compile(r"""Path\(["']\.\./""")


def notebook(app, page, wheel):
    """Return the notebook of a page: the one that a handler offers, or what was executed.

    Parameters
    ----------
    app : sphinx.application.Sphinx
        A build that has finished.
    page : str
        The name of a page with cells.
    wheel : pathlib.Path or None
        The library's wheel.
    """
    offered = app.emit_firstresult("offer-notebook", page)
    made = offered or _executed(app, page)
    # What executes draws figures and explorers; what is only offered has cells that run anywhere.
    first = _first(app, page, wheel, made["cells"], "" if offered else "[all]") if wheel else []
    return tidy(made | {"cells": [*first, *made["cells"]]})


def _executed(app, page):
    """Return the executed notebook with its text in plain Markdown."""
    made = json.loads(executed(app, page).read_text(encoding="utf-8"))
    convert = partial(plain, link=Links(app, page), path=f"the notebook of {page}")
    held = Notebook(made)
    cells = [part for cell in made["cells"] for part in captioned(pictured(cell, held))]
    return made | {"cells": [part for cell in cells for part in parts(_plain(cell, convert))]}


def _plain(cell, convert):
    is_text = cell["cell_type"] == "markdown"
    return cell | {"source": convert(text_of(cell))} if is_text else cell


def _first(app, page, wheel, cells, extras):
    base = app.config.html_baseurl
    code = "\n".join(text_of(cell) for cell in cells if cell["cell_type"] == "code")
    title = app.config.html_title or app.config.project
    said = opening(page, title=title, base=base, reads_files=OUTSIDE.search(code) is not None)
    return [markdown(said), installing(install.code(wheel.name, base, extras))]

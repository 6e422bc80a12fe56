"""Offer each executable page as a Jupyter notebook.

The theme has a download button for notebooks but fills it only when a launch service is configured.
MyST-NB leaves the executed notebooks beside the site; this extension publishes them, with their
outputs, without the state of widgets, and with cell ids that stay the same from build to build.
"""

import json
from pathlib import Path


def offer_notebook(app, pagename, templatename, context, doctree):
    """Publish the notebook of a page and tell the theme (an ``html-page-context`` handler)."""
    executed = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"
    if app.builder.name != "html" or doctree is None or not executed.exists():
        return
    notebook = tidy(json.loads(executed.read_text(encoding="utf-8")))
    target = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    context["ipynb_source"] = f"{pagename}.ipynb"


def tidy(notebook):
    """Return the notebook without widget state and with numbered cell ids."""
    metadata = {key: value for key, value in notebook["metadata"].items() if key != "widgets"}
    cells = [cell | {"id": f"cell-{n}"} for n, cell in enumerate(notebook["cells"], start=1)]
    return notebook | {"metadata": metadata, "cells": cells}


def setup(app):
    """Register the handler with Sphinx; the theme makes its buttons later, at 501."""
    app.connect("html-page-context", offer_notebook, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Offer each executable page as a Jupyter notebook.

The theme has a download button for notebooks but fills it only when a launch service is configured.
MyST-NB leaves the executed notebooks beside the site; this extension publishes them, with their
outputs, without the state of widgets, and with cell ids that stay the same from build to build. An
output that is a widget is shown by its other forms, such as a picture.
"""

import json
from pathlib import Path

VIEW = "application/vnd.jupyter.widget-view+json"


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
    """Return the notebook without live widgets and with numbered cell ids."""
    metadata = {key: value for key, value in notebook["metadata"].items() if key != "widgets"}
    cells = [still(cell) | {"id": f"cell-{n}"} for n, cell in enumerate(notebook["cells"], start=1)]
    return notebook | {"metadata": metadata, "cells": cells}


def still(cell):
    """Return a cell whose outputs are no widgets where they can be something else.

    Without its state a widget shows as an error, and Jupyter would take it before a picture.
    """
    if "outputs" not in cell:
        return cell
    return cell | {"outputs": [_still_output(output) for output in cell["outputs"]]}


def _still_output(output):
    forms = {kind: form for kind, form in output.get("data", {}).items() if kind != VIEW}
    return output | {"data": forms} if forms else output


def setup(app):
    """Register the handler with Sphinx; the theme makes its buttons later, at 501."""
    app.connect("html-page-context", offer_notebook, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

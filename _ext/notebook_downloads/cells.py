"""Turn the notebook that MyST-NB leaves beside the site into one to hand out."""

import re

from explorer_host.notebooks import VIEW, image

SVG = "image/svg+xml"
# The address of an object in memory differs from run to run.
PLACE = re.compile(r" at 0x[0-9a-f]+")
METADATA = ("kernelspec", "language_info")
SOLUTION = "#### Solution"
PARTS = re.compile(rf"\n+(?=#{{2,4}} )|(?<={SOLUTION})\n+")


def tidy(notebook):
    """Return the notebook without live widgets, without times, and with numbered cell ids.

    Parameters
    ----------
    notebook : dict
        As it is written in a file of format 4.
    """
    metadata = {
        name: notebook["metadata"][name] for name in METADATA if name in notebook["metadata"]
    }
    cells = [_timeless(visible(placeless(still(cell)))) for cell in notebook["cells"]]
    numbered = [cell | {"id": f"cell-{n}"} for n, cell in enumerate(cells, start=1)]
    return notebook | {"metadata": metadata, "cells": numbered}


def _each_output(cell, change):
    if "outputs" not in cell:
        return cell
    return cell | {"outputs": [change(output) for output in cell["outputs"]]}


def still(cell):
    """Return a cell without widgets where its outputs also have another form.

    Without its state a widget shows as an error, and Jupyter would take it before a picture.
    """
    return _each_output(cell, _still_output)


def pictured(cell, held):
    """Return a cell whose widgets show the picture that they hold, if they show none themselves.

    Parameters
    ----------
    cell : dict
    held : explorer_host.notebooks.Notebook
        The widgets of the notebook.
    """
    return _each_output(cell, lambda output: _pictured_output(output, held))


def _pictured_output(output, held):
    forms = output.get("data", {})
    if VIEW not in forms or any(kind.startswith("image/") for kind in forms):
        return output
    caught = held.last_output(forms[VIEW]["model_id"])
    pictures = {kind: form for kind, form in caught.items() if kind.startswith("image/")}
    return output | {"data": forms | pictures}


def _still_output(output):
    forms = {kind: form for kind, form in output.get("data", {}).items() if kind != VIEW}
    return output | {"data": forms} if forms else output


def placeless(cell):
    """Return a cell without addresses of memory in its outputs."""
    return _each_output(cell, _placeless_output)


def _placeless_output(output):
    forms = output.get("data", {})
    if "text/plain" not in forms:
        return output
    said = PLACE.sub("", "".join(forms["text/plain"]))
    return output | {"data": forms | {"text/plain": said}}


def visible(cell):
    """Return a cell whose drawings can be seen before the notebook has been run.

    Jupyter hides SVG in a notebook that it does not trust, but not an image in HTML; that one also
    has an alternative text.
    """
    words = cell.get("metadata", {}).get("mystnb", {}).get("image", {}).get("alt", "")
    return _each_output(cell, lambda output: _visible_output(output, words))


def _visible_output(output, words):
    forms = output.get("data", {})
    if SVG not in forms:
        return output
    said = "".join(forms.get("text/plain", ""))
    described = words or ("" if said.startswith("<Figure") else said)
    others = {kind: form for kind, form in forms.items() if kind != SVG}
    return output | {"data": others | {"text/html": image(forms, described)}}


def _timeless(cell):
    kept = {name: value for name, value in cell.get("metadata", {}).items() if name != "execution"}
    return cell | {"metadata": kept}


def markdown(source):
    """Return a Markdown cell; it gets its id from `tidy`."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def installing(source):
    """Return a code cell that has not been run."""
    return markdown(source) | {"cell_type": "code", "execution_count": None, "outputs": []}


def text_of(cell):
    """Return the source of a cell, which a file may keep as lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def parts(cell):
    """Yield a cell heading by heading, since JupyterLab folds what follows one: the solutions."""
    if cell["cell_type"] == "code":
        yield cell
        return
    for source in PARTS.split(cell["source"]):
        folded = {"jp-MarkdownHeadingCollapsed": True} if source == SOLUTION else {}
        yield cell | {"source": source, "metadata": cell["metadata"] | folded}


def captioned(cell):
    """Yield the cell, and the caption of its figure as a cell of its own."""
    yield cell
    caption = cell.get("metadata", {}).get("mystnb", {}).get("figure", {}).get("caption")
    if caption:
        yield markdown(f"*Figure.* {caption}")

"""Each executable page is offered as a notebook."""

import json

import nbformat
import pytest

PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Page

Text.

```{code-cell} ipython3
print("hello")
```
"""


VIEW = "application/vnd.jupyter.widget-view+json"


def test_tidying_keeps_outputs_and_drops_widget_state():
    from notebook_downloads import tidy

    printed = {"output_type": "stream", "text": "shown"}
    cells = [{"id": "random", "cell_type": "code", "outputs": [printed]}, {"id": "other"}]
    notebook = {"metadata": {"widgets": {}, "kernelspec": {}}, "cells": cells, "nbformat": 4}
    assert tidy(notebook) == {
        "metadata": {"kernelspec": {}},
        "cells": [{"id": "cell-1", "cell_type": "code", "outputs": [printed]}, {"id": "cell-2"}],
        "nbformat": 4,
    }


def test_a_widget_is_shown_by_its_other_forms():
    from notebook_downloads import still

    output = {"data": {VIEW: {"model_id": "1"}, "image/svg+xml": "<svg/>", "text/plain": "words"}}
    [shown] = still({"outputs": [output]})["outputs"]
    assert shown == {"data": {"image/svg+xml": "<svg/>", "text/plain": "words"}}


def test_a_widget_without_other_forms_is_left_alone():
    from notebook_downloads import still

    cell = {"outputs": [{"data": {VIEW: {"model_id": "1"}}}]}
    assert still(cell) == cell


@pytest.fixture(scope="module")
def offered(make_book):
    """The site of one page with cells, which were executed, and one without."""
    extensions = ["myst_nb", "sphinx_book_theme", "notebook_downloads"]
    theme = {"html_theme": "sphinx_book_theme"}
    trial = make_book(extensions=extensions, nb_execution_mode="force", **theme)
    return trial.write(page=PAGE, plain="# Plain\n\nText.\n").build()


@pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets to the collector
def test_the_notebook_is_valid_and_holds_its_output(offered):
    text = (offered.output / "_sources" / "page.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[-1].outputs[0].text == "hello\n"
    assert json.loads(text)["cells"][0]["id"] == "cell-1"


def test_the_page_links_to_it(offered):
    assert 'href="_sources/page.ipynb"' in offered.html("page")


def test_a_page_without_cells_offers_none(offered):
    assert ".ipynb" not in offered.html("plain")

"""Each executable page is offered as a notebook, and all of them as one archive."""

import io
import json
import zipfile

import nbformat
import pytest

HEADER = """---
file_format: mystnb
kernelspec:
  name: python3
---
"""
PAGE = f"""{HEADER}
(top)=
# Page

Text, see {{doc}}`folder/deep` and {{eq}}`def-x`, and {{doc}}`plain`.

```{{math}}
:label: def-x
x = 1
```

```{{admonition}} Why?
:class: dropdown
Because.
```

```{{code-cell}} ipython3
print("hello")
```
"""
DEEP = f"""{HEADER}
# Deep

Back to {{ref}}`the top <top>`.

```{{code-cell}} ipython3
from pathlib import Path

Path("../data.json").name
```
"""
PYPROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "tiny"
version = "1.0"
requires-python = ">=3.11"

[tool.hatch.build.targets.wheel]
packages = ["tiny"]
"""

VIEW = "application/vnd.jupyter.widget-view+json"


def test_tidying_keeps_outputs_and_drops_times_and_widget_state():
    from notebook_downloads.cells import tidy

    printed = {"output_type": "stream", "text": "shown"}
    times = {"execution": {"shell.execute_reply": "2026"}, "tags": ["hide-input"]}
    code = {"id": "random", "cell_type": "code", "outputs": [printed], "metadata": times}
    notebook = {
        "metadata": {"widgets": {}, "jupytext": {}, "kernelspec": {}},
        "cells": [code, {"id": "other", "metadata": {}}],
        "nbformat": 4,
    }
    assert tidy(notebook) == {
        "metadata": {"kernelspec": {}},
        "cells": [
            code | {"id": "cell-1", "metadata": {"tags": ["hide-input"]}},
            {"id": "cell-2", "metadata": {}},
        ],
        "nbformat": 4,
    }


def test_a_widget_is_shown_by_its_other_forms():
    from notebook_downloads.cells import still

    output = {"data": {VIEW: {"model_id": "1"}, "image/svg+xml": "<svg/>", "text/plain": "words"}}
    [shown] = still({"outputs": [output]})["outputs"]
    assert shown == {"data": {"image/svg+xml": "<svg/>", "text/plain": "words"}}


def test_a_widget_without_other_forms_is_left_alone():
    from notebook_downloads.cells import still

    cell = {"outputs": [{"data": {VIEW: {"model_id": "1"}}}]}
    assert still(cell) == cell


def test_no_output_says_where_in_the_memory_an_object_was():
    from notebook_downloads.cells import placeless

    output = {"data": {"text/plain": ["Task(<function f at 0x7f02b431", "bb00>)"]}}
    [shown] = placeless({"outputs": [output]})["outputs"]
    assert shown["data"]["text/plain"] == "Task(<function f>)"


def test_a_drawing_is_an_image_with_words_since_jupyter_hides_svg_that_it_does_not_trust():
    from notebook_downloads.cells import visible

    drawn = {"image/svg+xml": ["<svg>", "</svg>"], "text/plain": ["<Figure size 1x1>"]}
    options = {"mystnb": {"image": {"alt": "A < line."}}}
    [shown] = visible({"outputs": [{"data": drawn}], "metadata": options})["outputs"]
    assert set(shown["data"]) == {"text/html", "text/plain"}
    assert shown["data"]["text/html"].startswith('<img alt="A &lt; line." src="data:image/svg+xml')
    explored = {"image/svg+xml": "<svg/>", "text/plain": "A heat map."}
    [shown] = visible({"outputs": [{"data": explored}]})["outputs"]
    assert '<img alt="A heat map."' in shown["data"]["text/html"]


def test_a_caption_becomes_a_cell_of_its_own():
    from notebook_downloads.cells import captioned

    drawn = {"metadata": {"mystnb": {"figure": {"caption": "What $x$ does."}}}}
    assert [cell.get("source") for cell in captioned(drawn)] == [None, "*Figure.* What $x$ does."]


def test_jupyterlab_folds_a_solution_up_to_the_next_heading():
    from notebook_downloads.cells import parts

    text = "Hint.\n\n#### Solution\n\nBecause.\n\n### Exercise: next\n\nWhy?"
    cells = [*parts({"cell_type": "markdown", "metadata": {}, "source": text})]
    assert [cell["source"] for cell in cells] == [
        *("Hint.", "#### Solution", "Because.", "### Exercise: next\n\nWhy?")
    ]
    folded = "jp-MarkdownHeadingCollapsed"
    assert [folded in cell["metadata"] for cell in cells] == [False, True, False, False]
    code = {"cell_type": "code", "metadata": {}, "source": "1\n## two\n"}
    assert [*parts(code)] == [code]


@pytest.fixture(scope="module")
def trial(make_book):
    """A book of three pages, a library and a file of data; built when the test says so."""
    extensions = ["myst_nb", "sphinx_book_theme", "notebook_downloads"]
    given = {"notebook_downloads_library": "lib", "notebook_downloads_files": ["*.json"]}
    settings = {"nb_execution_mode": "force", "html_theme": "sphinx_book_theme", "html_title": "B"}
    book = make_book(extensions=extensions, exclude_patterns=["_build"], **settings, **given)
    (book.source / "folder").mkdir(parents=True)
    (book.source / "lib" / "tiny").mkdir(parents=True)
    (book.source / "lib" / "tiny" / "__init__.py").write_text("")
    (book.source / "lib" / "pyproject.toml").write_text(PYPROJECT)
    (book.source / "data.json").write_text("{}")
    return book.write(**{"page": PAGE, "plain": "# Plain\n\nText.\n", "folder/deep": DEEP})


@pytest.fixture(scope="module")
def offered(trial):
    """The book as it is built where nobody said at which address it will be."""
    built = trial.build()
    contents = {path: path.read_bytes() for path in built.output.rglob("*") if path.is_file()}
    return built, {path.relative_to(built.output).as_posix(): c for path, c in contents.items()}


def read(files, page):
    return nbformat.reads(files[f"_sources/{page}.ipynb"].decode(), as_version=4)


pytestmark = pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets


def test_the_notebook_is_valid_and_holds_its_output(offered):
    notebook = read(offered[1], "page")
    nbformat.validate(notebook)
    assert notebook.cells[-1].outputs[0].text == "hello\n"
    assert [cell.id for cell in notebook.cells] == ["cell-1", "cell-2", "cell-3", "cell-4"]


def test_its_text_is_plain_markdown(offered):
    text = read(offered[1], "page").cells[2].source
    assert "{" not in text.replace("\\tag{", "")
    assert "<summary>Why?</summary>" in text


def test_without_an_address_references_lead_to_notebooks(offered):
    page, deep = (read(offered[1], name).cells[2].source for name in ("page", "folder/deep"))
    assert "see [Deep](folder/deep.ipynb) and (1), and Plain." in page
    assert "[the top](../page.ipynb)" in deep


def test_the_first_cells_say_what_is_needed_and_get_the_library(offered):
    first, second = read(offered[1], "page").cells[:2]
    assert "notebooks.zip` and in the repository" not in first.source
    assert "notebooks.zip` and in the repository" in read(offered[1], "folder/deep").cells[0].source
    assert second.cell_type == "code"
    assert "import tiny\n" in second.source
    assert '"tiny[all] @ {source}"' in second.source


def test_the_archive_holds_notebooks_library_and_data(offered):
    _, files = offered
    with zipfile.ZipFile(io.BytesIO(files["notebooks.zip"])) as archive:
        held = {name.removeprefix("softmax-backwards/"): name for name in archive.namelist()}
        assert archive.read(held["page.ipynb"]) == files["_sources/page.ipynb"]
        assert (
            archive.read(held["tiny-1.0-py3-none-any.whl"])
            == files["notebooks/tiny-1.0-py3-none-any.whl"]
        )
    assert set(held) == {
        "data.json", "folder/deep.ipynb", "page.ipynb", "tiny-1.0-py3-none-any.whl"
    }  # fmt: skip


def test_the_page_links_to_both(offered):
    assert 'href="_sources/page.ipynb"' in offered[0].html("page")
    assert 'href="notebooks.zip"' in offered[0].html("page")
    assert 'href="../notebooks.zip"' in offered[0].html("folder/deep")


def test_a_page_without_cells_offers_none(offered):
    assert ".ipynb" not in offered[0].html("plain")


def test_with_an_address_references_lead_to_the_pages_and_else_the_bytes_are_the_same(
    offered, trial
):
    _, before = offered
    again = trial.build(html_baseurl="https://example.org/b/")
    page = json.loads((again.output / "_sources/page.ipynb").read_text("utf-8"))
    text = "".join(page["cells"][2]["source"])
    assert "[Deep](https://example.org/b/folder/deep.html)" in text
    assert "[(1)](https://example.org/b/page.html#equation-def-x)" in text
    installing = "".join(page["cells"][1]["source"])
    assert '"https://example.org/b/notebooks/tiny-1.0-py3-none-any.whl"' in installing
    rebuilt = (trial.build().output / "notebooks.zip").read_bytes()
    assert rebuilt == before["notebooks.zip"]

"""The notebooks that the built book offers run where the library is, and nowhere hold MyST."""

import os
import re
import zipfile

import nbclient
import nbformat
import pytest

from tests.chapters.sources import ROOT, chapter
from tests.conftest import HTML

TOP = "softmax-backwards"
OFFERED = sorted(
    path.relative_to(HTML / "_sources").as_posix() for path in HTML.glob("_sources/**/*.ipynb")
) or ["none.ipynb"]
# A directive's fence, a role, or the label of a section.
MYST = re.compile(r"^\s*(`{3,}|:{3,})\{|\{[\w:-]+\}`|^\([\w-]+\)=$", re.M)
# One with explorers and with controls that need a kernel, one that reads measured data.
EXECUTED = [chapter("jacobian", ".ipynb"), chapter("last-digits", ".ipynb")]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The archive as somebody unpacks it, with the library's wheel unpacked beside it."""
    folder = tmp_path_factory.mktemp("downloads")
    with zipfile.ZipFile(HTML / "notebooks.zip") as archive:
        archive.extractall(folder)
    [wheel] = (folder / TOP).glob("softback-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder


def read(name):
    return nbformat.read(HTML / "_sources" / name, as_version=4)


@pytest.mark.parametrize("name", OFFERED)
def test_an_offered_notebook_is_valid_and_its_text_is_plain(name):
    notebook = read(name)
    nbformat.validate(notebook)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert [match[0] for text in texts for match in MYST.finditer(text)] == []


@pytest.mark.parametrize("name", [name for name in OFFERED if name[9:11].isdigit()])
def test_solutions_are_folded_and_nothing_else(name):
    source = (ROOT / name).with_suffix(".md").read_text("utf-8")
    texts = [cell for cell in read(name).cells if cell.cell_type == "markdown"]
    folded = [cell.source for cell in texts if cell.metadata.get("jp-MarkdownHeadingCollapsed")]
    assert folded == ["#### Solution"] * source.count("{solution-start}") != []
    # A folded cell hides all below it, up to a heading of at most its level.
    after = re.findall(r"^```\{solution-end\}\n```\n+(.*)", source, re.M)
    assert [line for line in after if not line.startswith(("```{exercise-start}", "## "))] == []
    headings = [cell.source for cell in texts if re.search("^#{2,3} ", cell.source, re.M)]
    assert [text for text in headings if not text.startswith("##")] == []
    assert [cell.source for cell in texts if cell.source.count("```") % 2] == []


@pytest.mark.parametrize("name", OFFERED)
def test_what_is_a_widget_in_a_notebook_keeps_a_picture(name):
    shown = [
        output.data
        for cell in read(name).cells
        for output in cell.get("outputs", [])
        if "Widget" in cell.source or "explorers." in cell.source or "VBox" in cell.source
        if "data" in output
    ]
    bare = [data for data in shown if "<img " not in data.get("text/html", "")]
    assert [data for data in bare if "image/png" not in data] == []


@pytest.mark.parametrize("name", OFFERED)
def test_no_picture_is_one_that_jupyter_hides_before_the_notebook_is_run(name):
    outputs = [output for cell in read(name).cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if "image/svg+xml" in output.get("data", {})] == []


def test_the_archive_holds_what_the_pages_offer(unpacked):
    held = sorted(
        path.relative_to(unpacked / TOP).as_posix() for path in unpacked.glob(f"{TOP}/**/*.ipynb")
    )
    assert held == OFFERED
    for name in held:
        assert (unpacked / TOP / name).read_bytes() == (HTML / "_sources" / name).read_bytes()


def test_the_archive_holds_the_licences_of_text_and_code(unpacked):
    for path in ROOT.glob("LICENSE*"):
        assert (unpacked / TOP / path.name).read_bytes() == path.read_bytes()


@pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets to the collector
@pytest.mark.parametrize("name", EXECUTED)
def test_a_downloaded_notebook_runs_with_the_downloaded_library(unpacked, monkeypatch, name):
    monkeypatch.setenv("PYTHONPATH", str(unpacked / "installed"))
    path = unpacked / TOP / name
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import softback; print(softback.__file__)"))
    where = {"metadata": {"path": os.fspath(path.parent)}}
    nbclient.NotebookClient(notebook, timeout=120, resources=where).execute()
    assert str(unpacked) in notebook.cells[-1].outputs[0].text

"""A notebook that was handed out starts where nothing of the book is installed."""

import json
import os
import subprocess
import sysconfig
import venv
from pathlib import Path

import nbclient
import nbformat
import pytest

from classroom.sheets import opening
from classroom.sheets.__main__ import make
from tests.classroom.conftest import ROOT

# The kernel's client leaves sockets to the collector.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A fresh environment with Jupyter and NumPy, without the library and without a network."""
    place = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(place, with_pip=True, symlinks=True)
    [there] = place.glob("lib/python*/site-packages")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(("softback", "_softback", "pip", "setuptools")):
            if not entry.name.startswith("__editable__") and not (there / entry.name).exists():
                (there / entry.name).symlink_to(entry)
    kernel = place / "share" / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True, exist_ok=True)
    command = [str(place / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    said = {"argv": command, "display_name": "elsewhere", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(said))
    return place


@pytest.fixture
def run(elsewhere, monkeypatch):
    """Return a function that runs a notebook there; it gives the text of all outputs."""
    monkeypatch.setenv("JUPYTER_PATH", str(elsewhere / "share" / "jupyter"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PYTHONPATH", raising=False)

    def run(path):
        notebook = nbformat.read(path, as_version=4)
        where = {"metadata": {"path": os.fspath(path.parent)}}
        nbclient.NotebookClient(notebook, timeout=120, resources=where, allow_errors=True).execute()
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        return "\n".join(output.get("text", output.get("evalue", "")) for output in outputs)

    yield run
    python = elsewhere / "bin" / "python"
    command = [python, "-m", "pip", "uninstall", "--quiet", "--yes", "softback"]
    subprocess.run(command, check=True, capture_output=True)


def test_a_handed_out_sheet_brings_its_library_along(tmp_path, run):
    make([ROOT / "exercises" / "sheet-2-pullback-and-any-axis.md"], tmp_path)
    said = run(tmp_path / "solution" / "sheet-2-pullback-and-any-axis.ipynb")
    assert f"installing {(tmp_path / 'solution').as_uri()}/softback-" in said
    assert said.count("Passed.") == said.count("Passed") >= 4
    assert "Error" not in said


def notebook(folder, first):
    cells = [nbformat.v4.new_code_cell(first), nbformat.v4.new_code_cell("print(softback)")]
    folder.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "sheet.ipynb")
    return folder / "sheet.ipynb"


def test_without_the_file_it_comes_from_the_site(tmp_path, run):
    (tmp_path / "site" / "notebooks").mkdir(parents=True)
    wheel = opening.build_wheel(ROOT / "lib", tmp_path / "site" / "notebooks")
    site = f"{(tmp_path / 'site').as_uri()}/"
    path = notebook(tmp_path / "alone", opening.code(wheel.name, site) + "\nimport softback")
    said = run(path)
    assert f"installing {wheel.as_uri()}" in said
    assert "<module 'softback' from" in said


def test_without_both_it_says_what_is_missing(tmp_path, run):
    said = run(notebook(tmp_path / "alone", opening.code("softback-9-py3-none-any.whl")))
    assert "put softback-9-py3-none-any.whl beside this notebook and run this again" in said


def test_a_package_that_cannot_be_built_says_why(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "nameless"\n')
    with pytest.raises(RuntimeError, match=r"no wheel of .*version"):
        opening.build_wheel(tmp_path, tmp_path / "wheels")

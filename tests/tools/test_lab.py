"""JupyterLab as a learner meets it: a double click, run all, move something, save.

Here it is the plain `jupyter lab` of the environment; `make lab` also names a notebook.
"""

import re
import shutil
from functools import partial
from pathlib import Path

import pytest
from ipykernel.kernelspec import get_kernel_dict
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class
from playwright.sync_api import expect

from tests.chapters.sources import chapter
from tests.conftest import HTML
from tests.jupyter_lab import PATIENCE, TOKEN, serve_lab, start_kernel, use_kernel, wait_for_kernel
from tools.console import ROOT
from tools.environment import Environment
from tools.lab import NOTEBOOKS, command, unpack

JACOBIAN = chapter("jacobian", ".md")
# All sheets have the same kinds of cells; each is also graded, and saved below.
SHEET = max(ROOT.glob("exercises/*.md")).relative_to(ROOT).as_posix()
TEXT = "chapters/notation.md"  # no cells, so no notebook on the site
PAGES = [JACOBIAN, SHEET, TEXT]
FOLDERS = ("chapters", "exercises", "teaching")

HAS_RUN = """() => jupyterapp.shell.currentWidget.content.widgets
  .filter((cell) => cell.model.type === "code" && cell.model.sharedModel.source)
  .every((cell) => cell.model.executionCount)"""
ERRORS = """() => jupyterapp.shell.currentWidget.content.widgets
  .flatMap((cell) => cell.model.outputs?.toJSON() ?? [])
  .filter((output) => output.output_type === "error").map((output) => output.evalue)"""
SCROLL = """(text) => {
  const { content } = jupyterapp.shell.currentWidget;
  return content.scrollToItem(
    content.widgets.findIndex((cell) => cell.model.sharedModel.source.includes(text)), "start");
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a small checkout, as (folder, address)."""
    home = tmp_path_factory.mktemp("lab")
    root = home / "a checkout"
    for name in ("jupytext.toml", *PAGES):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    with serve_lab(root, home, "--expose-app-in-browser") as address:
        yield root, address


@pytest.fixture
def opened(browser, lab):
    """Return a function: a file in, the page with its notebook out, opened by a double click."""
    root, address = lab
    with browser.new_page(viewport={"width": 1280, "height": 900}) as page:

        def open_file(name):
            folder, _, file = name.partition("/")
            use_kernel(address, name, start_kernel(address, root.parent, folder))
            page.goto(f"{address}/lab/tree/{folder}?reset&token={TOKEN}")
            page.set_default_timeout(PATIENCE)
            page.get_by_role("listitem", name=re.compile(re.escape(file))).dblclick()
            # Before its kernel is there, JupyterLab answers "Run All" with a question.
            wait_for_kernel(page)
            return page

        yield open_file


def run_all(page):
    """Run all cells and return what the errors say."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(HAS_RUN)
    return page.evaluate(ERRORS)


def save(page, name):
    """Save the notebook and wait until the server has written it."""
    wanted = f"/api/contents/{name}"
    with page.expect_response(
        lambda answer: answer.request.method == "PUT" and wanted in answer.url
    ) as saving:
        page.keyboard.press("ControlOrMeta+s")
    assert saving.value.ok


def do_until(act, seen):
    """Act until it is seen; JupyterLab scrolls while it draws, so what missed is repeated."""
    act()
    try:
        seen(timeout=10_000)
    except AssertionError:
        act()
        seen()


def test_the_jacobian_runs_moves_and_is_saved_unchanged(lab, opened):
    page = opened(JACOBIAN)
    notebook = page.locator(".jp-NotebookPanel")
    expect(notebook.get_by_role("heading", name="Read the Jacobian")).to_be_visible()
    page.evaluate(SCROLL, "{solution-start} ex-jacobian-broadcast")
    kept = notebook.locator("details.myst-exercise", has_text="Solution to Exercise 3")
    do_until(
        lambda: kept.locator("summary").press("Enter"),
        partial(expect(kept).to_have_attribute, "open", ""),
    )
    assert run_all(page) == []

    page.evaluate(SCROLL, "explorers.Jacobian(")
    sentence = notebook.locator(".sb-sentence")
    before = sentence.inner_text()
    notebook.get_by_label("z₁", exact=True).press("End")
    expect(sentence).not_to_have_text(before)

    page.evaluate(SCROLL, "interactive_output(draw")
    picture = notebook.locator(".jupyter-widgets .jp-RenderedSVG img")
    handle, before = notebook.locator(".noUi-handle").first, picture.get_attribute("src")
    do_until(
        lambda: handle.press("ArrowRight"),
        partial(expect(picture).not_to_have_attribute, "src", before),
    )

    page.evaluate(SCROLL, "{admonition} The slip")
    fold = notebook.locator("details", has_text="The slip").first
    do_until(fold.locator("summary").click, partial(expect(fold).to_have_attribute, "open", ""))
    expect(fold.get_by_text("Rows do not sum to zero.")).to_be_visible()

    expect(kept).to_have_attribute("open", "")
    check_the_boxes(page, notebook)
    save(page, JACOBIAN)
    assert (lab[0] / JACOBIAN).read_bytes() == read(JACOBIAN)


def check_the_boxes(page, notebook):
    """Boxes say what they are and no more; a solution opens with all that its cells printed."""
    count = read(JACOBIAN).count(b"{exercise-start}")
    pairs = [(rf"^Exercise\s{n}\b", rf"^Solution to Exercise\s{n}\b") for n in range(1, count + 1)]
    boxes = notebook.locator(".myst-exercise:visible")
    expect(boxes).to_have_text([re.compile(title) for pair in pairs for title in pair])

    page.evaluate(SCROLL, "{solution-start} ex-sum-of-squares")
    box = notebook.locator("details.myst-exercise", has_text="Solution to Exercise 2")
    text = box.get_by_text("It is also the sum of the squares of the eigenvalues.")
    result = notebook.get_by_text("Right: SymPy shows, for every C")
    expect(result).to_have_count(1)  # it has been printed, seen or not
    press = partial(box.locator("summary").press, "Enter")
    expect(text).to_be_visible(visible=False)
    expect(result).to_be_visible(visible=False)
    do_until(press, partial(expect(box).to_have_attribute, "open", ""))
    expect(text).to_be_visible()
    expect(result).to_be_visible()
    do_until(press, partial(expect(box).not_to_have_attribute, "open", ""))
    expect(text).to_be_visible(visible=False)
    expect(result).to_be_visible(visible=False)


@pytest.mark.parametrize("name", [SHEET, TEXT])
def test_a_page_runs_and_is_saved_unchanged(lab, opened, name):
    page = opened(name)
    expect(page.locator(".jp-NotebookPanel h1")).to_be_visible()
    assert run_all(page) == []
    save(page, name)
    assert (lab[0] / name).read_bytes() == read(name)


def test_make_lab_opens_notebooks_that_belong_to_the_reader(tmp_path):
    unpack(HTML / "notebooks.zip", tmp_path / NOTEBOOKS)
    line = command(Environment(tmp_path), is_root=False)
    assert line[1:3] == ["-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={tmp_path}" in line
    [name] = [rest for word in line for rest in word.split("--LabApp.default_url=/lab/tree/")[1:]]
    first = tmp_path / name
    assert first.is_file()

    first.write_text("mine")
    other = first.with_name("chapters") / Path(JACOBIAN).with_suffix(".ipynb").name
    other.unlink()
    unpack(HTML / "notebooks.zip", tmp_path / NOTEBOOKS)
    assert first.read_text() == "mine"
    assert other.is_file()


def test_saving_any_page_of_the_book_leaves_its_bytes(tmp_path):
    paths = [ROOT / "index.md", *(path for name in FOLDERS for path in ROOT.glob(f"{name}/*.md"))]
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    for name in ("jupytext.toml", *names):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    open_and_save(tmp_path, names)
    changed = [name for name in names if (tmp_path / name).read_bytes() != read(name)]
    assert len(names) > len(PAGES)
    assert changed == []


def open_and_save(folder, names):
    """Open files as notebooks and save them, by the server's part of JupyterLab."""
    make = build_sync_jupytext_contents_manager_class
    manager = make(LargeFileManager)(root_dir=str(folder))
    for name in names:
        notebook = manager.get(name, type="notebook", content=True)["content"]
        notebook["metadata"] |= kernel_metadata()
        manager.save({"type": "notebook", "format": "json", "content": notebook}, name)


def kernel_metadata():
    """What JupyterLab writes into a notebook as soon as its kernel has answered."""
    kernel = get_kernel_dict()
    spec = {"name": "python3"} | {key: kernel[key] for key in ("display_name", "language")}
    answer = {"name": "python", "version": "3.11.7", "file_extension": ".py"}
    return {"kernelspec": spec, "language_info": answer}


def read(name):
    """Bytes of a file of the repository."""
    return (ROOT / name).read_bytes()

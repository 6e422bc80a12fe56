"""Explorers in a live kernel: the reader moves Python, and Python moves the picture."""

import re

import nbformat
import pytest
from nbformat import v4
from playwright.sync_api import expect

from softback import explorers
from tests.jupyter_lab import (
    PATIENCE,
    TOKEN,
    serve_lab,
    start_kernel,
    use_kernel,
    wait_for_kernel,
)

MADE = """\
from softback.explorers import {name}
explorer = {name}()
own = [n for n in explorer.trait_names(sync=True) if n not in explorers_have and n[0] != "_"]
first = {{n: getattr(explorer, n) for n in own}}
explorer"""
IMPORTS = "import anywidget\nexplorers_have = anywidget.AnyWidget().trait_names()"
CHANGED = "print('changed', [n for n in own if getattr(explorer, n) != first[n]])"
RESTORED = "explorer.change(**first)"
VECTOR = [
    "from softback.explorers import Jacobian\nexplorer = Jacobian(z=[1.0, 2.0, 3.0])\nexplorer",
    "print('now', explorer.z, f'{explorer.jacobian[0, 0]:.4f}')",
    "explorer.z = [0.0, 0.0]",
]


@pytest.fixture(scope="module")
def notebook(browser, tmp_path_factory):
    """A notebook of three empty cells, open in JupyterLab, its kernel running."""
    folder, name = tmp_path_factory.mktemp("lab"), "trial.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [v4.new_code_cell() for _ in range(3)]
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / name)
    with serve_lab(folder, folder) as address, browser.new_page() as page:
        use_kernel(address, name, start_kernel(address, folder))
        page.goto(f"{address}/doc/tree/{name}?token={TOKEN}")
        wait_for_kernel(page)
        page.set_default_timeout(PATIENCE)
        yield page


def write(page, sources):
    """Type the sources into the cells, of which none has run then."""
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells").click()
    for n, source in enumerate(sources):
        page.locator(".jp-Cell").nth(n).locator(".jp-InputArea-editor").click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(source)


def run(page, n):
    """Run cell n and stay there."""
    page.locator(".jp-Cell").nth(n).locator(".jp-InputArea-editor").click()
    page.keyboard.press("ControlOrMeta+Enter")


def printed(page, n):
    """Return where cell n prints."""
    return page.locator(".jp-Cell").nth(n).locator(".jp-OutputArea-output")


def test_state_goes_both_ways(notebook):
    write(notebook, VECTOR)
    run(notebook, 0)
    slider = notebook.get_by_label("z₁", exact=True)
    expect(slider).to_be_visible(timeout=PATIENCE)
    fold = notebook.locator("details.sb-fold > summary").first
    expect(fold).to_have_css("list-style-type", "disclosure-closed")  # it can be seen to fold
    slider.focus()
    for key, value in (("ArrowRight", "1.05"), ("ArrowUp", "1.1"), ("ArrowDown", "1.05")):
        notebook.keyboard.press(key)  # which JupyterLab would take for its cells
        expect(slider).to_have_value(value)
        expect(slider).to_be_focused()
    notebook.keyboard.press("End")
    entry = notebook.locator(".sb-picture td[data-i='0'][data-j='0']").first
    expect(entry).to_have_text("0.060")  # the kernel is told when the picture is drawn
    run(notebook, 1)
    expect(printed(notebook, 1)).to_have_text("now [6.0, 2.0, 3.0] 0.0597\n", timeout=PATIENCE)
    run(notebook, 2)
    entry = notebook.locator(".sb-picture td[data-i='0'][data-j='1']").first
    expect(entry).to_have_text("−0.250", timeout=PATIENCE)
    expect(notebook.locator(".sb-sliders .sb-slider")).to_have_count(2)
    expect(notebook.get_by_role("button", name="Copy link")).to_have_count(0)


def test_a_card_of_the_museum_can_be_seen_to_fold(notebook):
    write(notebook, ["from softback import course\ncourse.room('softmax')", "", ""])
    run(notebook, 0)
    card = notebook.locator("details.admonition").first
    summary = card.locator("summary")
    expect(summary).to_have_css("list-style-type", "disclosure-closed", timeout=PATIENCE)
    summary.press("Enter")
    expect(summary).to_have_css("list-style-type", "disclosure-open")


@pytest.mark.parametrize("name", explorers.__all__)
def test_a_preset_reaches_python_and_python_puts_it_back(notebook, name):
    write(notebook, [f"{IMPORTS}\n{MADE.format(name=name)}", CHANGED, RESTORED])
    run(notebook, 0)
    sentence = notebook.locator(".sb-sentence")
    expect(sentence).not_to_be_empty(timeout=PATIENCE)
    before = sentence.inner_text()
    notebook.locator(".sb-within button").nth(2).click()
    expect(sentence).not_to_have_text(before, timeout=PATIENCE)
    run(notebook, 1)
    expect(printed(notebook, 1)).to_have_text(re.compile(r"changed \['\w+'"), timeout=PATIENCE)
    run(notebook, 2)
    expect(sentence).to_have_text(before, timeout=PATIENCE)

"""Explorers in a live kernel: the reader moves Python, and Python moves the picture."""

import json
import re

import pytest
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
NAME = "trial.ipynb"
VECTOR = [
    "from softback.explorers import Jacobian\nexplorer = Jacobian(z=[1.0, 2.0, 3.0])\nexplorer",
    "print('now', explorer.z, f'{explorer.jacobian[0, 0]:.4f}')",
    "explorer.z = [0.0, 0.0]",
]


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """A notebook of three empty cells, open in JupyterLab, its kernel running."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / NAME).write_text(json.dumps(notebook_of(["", "", ""])))
    with serve_lab(folder, folder) as address, browser.new_context() as context:
        use_kernel(address, NAME, start_kernel(address, folder))
        page = context.new_page()
        page.goto(f"{address}/doc/tree/{NAME}?token={TOKEN}")
        wait_for_kernel(page)
        page.set_default_timeout(PATIENCE)
        yield page


@pytest.fixture
def notebook(page):
    """Return a function that types sources into the cells, in which nothing has run."""

    def opened(sources):
        page.get_by_role("menuitem", name="Edit", exact=True).click()
        page.get_by_role("menuitem", name="Clear Outputs of All Cells").click()
        for n, source in enumerate(sources):
            page.locator(".jp-Cell").nth(n).locator(".jp-InputArea-editor").click()
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.insert_text(source)
        return page

    return opened


def notebook_of(sources):
    """Return a notebook with a code cell for each source."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{n}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for n, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def run(page, n):
    """Run cell n and stay there."""
    page.locator(".jp-Cell").nth(n).locator(".jp-InputArea-editor").click()
    page.keyboard.press("ControlOrMeta+Enter")


def printed(page, n):
    """Return where cell n prints."""
    return page.locator(".jp-Cell").nth(n).locator(".jp-OutputArea-output")


def test_state_goes_both_ways(notebook):
    page = notebook(VECTOR)
    run(page, 0)
    slider = page.get_by_label("z₁", exact=True)
    expect(slider).to_be_visible(timeout=PATIENCE)
    slider.focus()
    for key, value in (("ArrowRight", "1.05"), ("ArrowUp", "1.1"), ("ArrowDown", "1.05")):
        page.keyboard.press(key)  # which JupyterLab would take for its cells
        expect(slider).to_have_value(value)
        expect(slider).to_be_focused()
    page.keyboard.press("End")
    run(page, 1)
    expect(printed(page, 1)).to_have_text("now [6.0, 2.0, 3.0] 0.0597\n", timeout=PATIENCE)
    run(page, 2)
    entry = page.locator(".sb-picture td[data-i='0'][data-j='1']").first
    expect(entry).to_have_text("−0.250", timeout=PATIENCE)
    expect(page.locator(".sb-sliders .sb-slider")).to_have_count(2)
    expect(page.get_by_role("button", name="Copy link")).to_have_count(0)


@pytest.mark.parametrize("name", explorers.__all__)
def test_a_preset_reaches_python_and_python_puts_it_back(notebook, name):
    page = notebook([f"{IMPORTS}\n{MADE.format(name=name)}", CHANGED, RESTORED])
    run(page, 0)
    sentence = page.locator(".sb-sentence")
    expect(sentence).not_to_be_empty(timeout=PATIENCE)
    before = sentence.inner_text()
    page.locator(".sb-within button").nth(2).click()
    expect(sentence).not_to_have_text(before, timeout=PATIENCE)
    run(page, 1)
    expect(printed(page, 1)).to_have_text(re.compile(r"changed \['\w+'"), timeout=PATIENCE)
    run(page, 2)
    expect(sentence).to_have_text(before, timeout=PATIENCE)

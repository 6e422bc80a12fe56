"""An explorer in a live kernel: the reader moves Python, and Python moves the picture."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.jupyter_lab import TOKEN, serve_lab

CELLS = [
    "from softback.explorers import Jacobian\nexplorer = Jacobian(z=[1.0, 2.0, 3.0])\nexplorer",
    "print('now', explorer.z, f'{explorer.jacobian[0, 0]:.4f}')",
    "explorer.z = [0.0, 0.0]",
]
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    },
    "cells": [
        {
            "cell_type": "code",
            "id": f"cell-{n}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for n, source in enumerate(CELLS)
    ],
}
PATIENCE = 30_000


@pytest.fixture
def notebook(browser, tmp_path):
    """Open the notebook in JupyterLab with its kernel running."""
    (tmp_path / "trial.ipynb").write_text(json.dumps(NOTEBOOK))
    with serve_lab(tmp_path, tmp_path) as address, browser.new_page() as page:
        page.goto(f"{address}/lab/tree/trial.ipynb?token={TOKEN}")
        kernel = page.get_by_role("button", name=re.compile(r"Python 3.* \| Idle"))
        expect(kernel).to_be_visible(timeout=PATIENCE)
        page.set_default_timeout(PATIENCE)
        yield page


def run(page, n):
    """Run cell n and stay there."""
    page.locator(".jp-Cell").nth(n).locator(".jp-InputArea-editor").click()
    page.keyboard.press("ControlOrMeta+Enter")


def test_state_goes_both_ways(notebook):
    run(notebook, 0)
    slider = notebook.get_by_label("z₁", exact=True)
    expect(slider).to_be_visible(timeout=PATIENCE)
    slider.focus()
    notebook.keyboard.press("End")
    run(notebook, 1)
    answer = notebook.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output")
    expect(answer).to_have_text("now [6.0, 2.0, 3.0] 0.0597\n", timeout=PATIENCE)
    run(notebook, 2)
    entry = notebook.locator(".sb-picture td[data-i='0'][data-j='1']").first
    expect(entry).to_have_text("−0.250", timeout=PATIENCE)
    expect(notebook.locator(".sb-sliders .sb-slider")).to_have_count(2)
    expect(notebook.get_by_role("button", name="Copy link")).to_have_count(0)

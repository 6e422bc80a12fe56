"""JupyterLab as a learner meets it: a double click, run all, save."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from tests.jupyter_lab import PATIENCE, TOKEN, serve_lab
from tools.console import ROOT

# JupyterLab writes the kernel's own names, in this order, whatever was there before.
HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3 (ipykernel)
  language: python
---
"""
CHAPTER = f"""{HEADER}
(sec-trial)=
# A trial

Some $x$ and an equation:

```{{math}}
:label: def-trial

y = x^2
```

```{{code-cell}} ipython3
:tags: [hide-input]

from softback import softmax

print("the largest of them is", softmax([0.0, 0.0, 9.0]).argmax())
```

```{{note}}
A last word.
```
"""


@pytest.fixture
def lab(tmp_path):
    """JupyterLab on a small checkout, as (folder, address)."""
    root = tmp_path / "a checkout"
    (root / "chapters").mkdir(parents=True)
    (root / "chapters" / "trial.md").write_text(CHAPTER)
    shutil.copy(ROOT / "jupytext.toml", root)
    with serve_lab(root, tmp_path) as address:
        yield root, address


def is_save(request):
    return request.method == "PUT" and "/api/contents/chapters/trial.md" in request.url


def test_a_double_click_opens_a_notebook_that_runs_and_is_saved_unchanged(lab, browser):
    root, address = lab
    with browser.new_page() as page:
        page.goto(f"{address}/lab/tree/chapters?token={TOKEN}")
        page.get_by_role("listitem", name=re.compile("trial.md")).dblclick(timeout=PATIENCE)
        notebook = page.locator(".jp-NotebookPanel")
        expect(notebook.get_by_role("heading", name="A trial")).to_be_visible(timeout=PATIENCE)
        # Before its kernel is there, JupyterLab answers "Run All" with a question.
        kernel = page.get_by_role("button", name="Python 3 (ipykernel) | Idle")
        expect(kernel).to_be_visible(timeout=PATIENCE)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        expect(notebook.locator(".jp-OutputArea-output")).to_have_text(
            "the largest of them is 2\n", timeout=PATIENCE
        )
        with page.expect_response(lambda answer: is_save(answer.request)) as saving:
            page.keyboard.press("ControlOrMeta+s")
        assert saving.value.ok
    assert (root / "chapters" / "trial.md").read_text() == CHAPTER


def test_every_notebook_begins_with_the_header_that_lab_writes():
    pages = [ROOT / "index.md", *ROOT.glob("chapters/*.md")]
    texts = {page.name: page.read_text() for page in pages}
    notebooks = {name: text for name, text in texts.items() if "{code-cell}" in text}
    assert notebooks
    assert [name for name, text in notebooks.items() if not text.startswith(HEADER)] == []

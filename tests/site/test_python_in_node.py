"""The site's own worker, under Node: cells show what CPython showed when the book was built."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[2] / "_build"
SERVED = BUILD / "html/_static/python"
PAGES = sorted(SERVED.glob("pages/chapters/*.json"))
VIEW = "application/vnd.jupyter.widget-view+json"
KINDS = ("text/html", "image/svg+xml", "image/png", "text/latex", "text/markdown", "text/plain")
NODE = shutil.which("node")
# Cells that differ, by a piece of their text, and why.
DIFFERENT = {
    "low = np.argmin(errors)": "the best step of a difference rests on rounding",
    '"off by", abs(own - other)': "prints what rounding leaves",
    '"off by", abs(by_blocks - whole)': "prints what rounding leaves",
    "dW off {off:.0e}": "prints what rounding leaves",
    "gaps = np.arange(14, 18, 0.01": "exp in float32 rounds otherwise in the last bit",
    "explorers.Precision(gap=gap)": "asks an explorer, which is anywidget; no other cell needs it",
}

pytestmark = [
    pytest.mark.skipif(not SERVED.is_dir(), reason="the book was built without Python"),
    pytest.mark.skipif(NODE is None, reason="there is no Node"),
]


def expected(cell):
    """Return the outputs of a cell of an executed notebook, as the worker gives them."""
    found = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            found.append(["stream", "".join(output["text"])])
        else:
            kind = next(kind for kind in KINDS if kind in output["data"])
            found.append([kind, "".join(output["data"][kind])])
    return found


def compared(outputs):
    """Return outputs without what may differ: where prints are divided, and how pictures look."""
    found = []
    for kind, content in outputs:
        if kind == "stream" and found and found[-1][0] == kind:
            found[-1][1] += content
        elif kind != "record":
            is_picture = kind.startswith("image/")
            found.append(["picture", ""] if is_picture else [kind, content])
    return [[kind, re.sub(r" at 0x[0-9a-f]+", "", content).strip()] for kind, content in found]


def is_tried(cell):
    """Tell whether a cell shows no widget, and is none of those that differ."""
    shown = {kind for output in cell["outputs"] for kind in output.get("data", {})}
    return VIEW not in shown and not any(text in "".join(cell["source"]) for text in DIFFERENT)


@pytest.fixture(scope="module")
def answers():
    """For each page, cells with what they showed when the book was built, and what they show now.

    One worker runs them all, each cell in a namespace of its own: starting takes it the longest.
    """
    found, jobs = {}, []
    for page in PAGES:
        known = json.loads(page.read_text("utf-8"))
        notebook = BUILD / f"jupyter_execute/chapters/{page.stem}.ipynb"
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        cells = [cell for cell in cells if cell["cell_type"] == "code"]
        tried = [n for n, cell in enumerate(cells) if is_tried(cell)]
        codes = [cell["code"] for cell in known]
        jobs += [
            {"cells": codes[: n + 1], "index": n, "packages": known[n].get("packages", [])}
            for n in tried
        ]
        found[page] = [cells[n] for n in tried]
    [worker] = SERVED.glob("worker-*.mjs")
    script = Path(__file__).with_name("worker_in_node.mjs")
    lines = "\n".join(map(json.dumps, jobs))
    command = (NODE, script, worker)
    done = subprocess.run(command, input=lines, capture_output=True, encoding="utf-8", check=True)
    said = (json.loads(line) for line in done.stdout.split("\n") if line)
    return {page: [(cell, next(said)) for cell in cells] for page, cells in found.items()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_cell_shows_what_cpython_shows(answers, page):
    wrong = []
    for cell, answer in answers[page]:
        got, want = compared(answer["outputs"]), compared(expected(cell))
        if answer["error"] or got != want:
            wrong.append(("".join(cell["source"])[:200], answer["error"], got, want))
    assert wrong == []

"""A student with only a browser does a sheet on its page, and hands in a notebook."""

import csv
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from classroom.grader.cli import main
from classroom.sheets import ANSWER, SOLUTION, read
from tests.conftest import HTML
from tests.site.test_page_python import SERVED, Box

ROOT = HTML.parents[1]
SHEETS = [read(path) for path in sorted((ROOT / "exercises").glob("*.md"))]
SHEET = SHEETS[0]
PLACES = [cell for cell in SHEET.cells if cell.role in (SOLUTION, ANSWER)]
FIRST = PLACES[0]
WRONG = FIRST.solved().replace("/ T", "* T")
NOT_WRITTEN = "CheckFailed: Not written yet"
FULL = "() => { Storage.prototype.setItem = () => { throw new DOMException('It is full'); }; }"
WORDS = "The first fades, the second explodes: $y_2 = y_3 = 1/2$. ΔΩ"

pytestmark = pytest.mark.skipif(
    not SERVED.is_dir(), reason="the book was built without Python for the page"
)


@pytest.fixture(scope="module")
def sheet(browser, site):
    """The page of a sheet, with a list of its errors."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto(f"{site}/exercises/{SHEET.name}.html")
        page.locator(".sb-run").first.wait_for()
        yield page
        assert page.faults == []


def saved(page, answers):
    """Press *Save my notebook*, wait for the number of answers and return its file."""
    place = page.locator("#sb-hand-in")
    with page.expect_download() as download:
        place.get_by_role("button", name="Save my notebook").click()
    expect(place).to_contain_text(f"Saved with {answers} of {len(PLACES)} answers.")
    assert download.value.suggested_filename == f"{SHEET.name}.ipynb"
    return download.value.path().read_bytes()


def test_a_sheet_is_answered_on_its_page_saved_and_graded(sheet, tmp_path):
    blank = saved(sheet, 0)
    assert json.loads(blank) == json.loads(
        (HTML / f"_sources/exercises/{SHEET.name}.ipynb").read_bytes()
    )
    first = Box(sheet, f"#cell-{FIRST.name}")
    first.press("Check")
    assert "Not written yet" in first.finish()
    first.write(WRONG)
    first.press("Check")
    assert "Divide the logits by T." in first.finish()
    first.write(f"{WRONG}(")
    first.press("Check")
    assert "SyntaxError" in first.finish()
    for cell in (*PLACES[1:], FIRST):  # the others do not wait for the first to be Python
        box = Box(sheet, f"#cell-{cell.name}")
        if cell.role == ANSWER:
            box.press("Write your answer")
            box.place.get_by_role("textbox").fill(WORDS)
        else:
            box.write(cell.solved())
            box.press("Check")
            assert "Passed." in box.finish()
    sheet.reload()
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ada.ipynb").write_bytes(saved(sheet, len(PLACES)))
    assert main([str(SHEET.path), str(folder), "-o", str(tmp_path / "out"), "-j", "1"]) == 0
    [row] = csv.DictReader((tmp_path / "out/grades.csv").read_text("utf-8").splitlines())
    by_hand = sum(cell.points for cell in PLACES if cell.role == ANSWER)
    assert float(row["score"]) == SHEET.points - by_hand
    cells = json.loads((folder / "ada.ipynb").read_bytes())["cells"]
    assert WORDS in [cell["source"] for cell in cells]


def test_what_the_storage_has_no_room_for_is_in_the_notebook(browser, site):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}/exercises/{SHEET.name}.html")
        page.evaluate(FULL)
        Box(page, f"#cell-{FIRST.name}").write(FIRST.solved())
        for cell in (one for one in PLACES if one.role == ANSWER):
            box = Box(page, f"#cell-{cell.name}")
            box.press("Write your answer")
            box.place.get_by_role("textbox").fill(WORDS)
        notebook = json.loads(saved(page, 2))
        sources = ["".join(cell["source"]) for cell in notebook["cells"]]
        assert {FIRST.solved(), WORDS} <= set(sources)


def test_the_workbook_names_the_exercises(sheet, site):
    with sheet.context.new_page() as workbook:
        workbook.goto(f"{site}/chapters/workbook.html")
        listed = workbook.locator("#workbook")
        expect(listed).to_contain_text(f"Solved or right: {len(PLACES) - 1}.")
        for exercise in SHEET.exercises:
            expect(listed).to_contain_text(exercise.title.partition(":")[0])


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node")
def test_in_every_sheet_solutions_pass_and_stubs_do_not():
    [worker] = SERVED.glob("worker-*.mjs")
    jobs, wanted = [], []
    for sheet in SHEETS:
        known = json.loads((SERVED / f"pages/exercises/{sheet.name}.json").read_text("utf-8"))
        solved = {f"cell-{cell.name}": cell.solved() for cell in sheet.cells}
        right = [solved.get(cell.get("id"), cell["code"]) for cell in known]
        for n, cell in enumerate(known):
            for last in (cell["code"], right[n]) if "check" in cell else ():
                cells = [*right[:n], f"{last}\n{cell['check']}"]
                jobs.append({"cells": cells, "index": n, "packages": cell["packages"]})
                wanted.append(NOT_WRITTEN if last == cell["code"] else None)
    script = Path(__file__).with_name("worker_in_node.mjs")
    lines = "\n".join(map(json.dumps, jobs))
    done = subprocess.run(
        ("node", script, worker), input=lines, capture_output=True, encoding="utf-8", check=True
    )
    errors = [json.loads(line)["error"] for line in done.stdout.splitlines()]
    said = [error and error[: len(NOT_WRITTEN)] for error in errors]
    assert len(said) == 2 * sum(cell.role == SOLUTION for sheet in SHEETS for cell in sheet.cells)
    assert said == wanted

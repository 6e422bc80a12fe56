"""The site shows the exercise sheets and nowhere holds a hidden test or how answers are marked."""

import html
import io
import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from classroom.sheets import ANSWER, HIDDEN_TEST, SOLUTION, TEST, read, regions
from classroom.sheets.answers import MARKING, marking
from tests.conftest import HTML

ROOT = HTML.parents[1]
SHEETS = [read(path) for path in sorted((ROOT / "exercises").glob("*.md"))]
PUBLIC = [
    *(ROOT / "chapters").glob("*.md"),
    *(ROOT / "lib" / "src").rglob("*.py"),
    *(ROOT / "lib" / "src").rglob("*.json"),
]
TAG = re.compile(r"<[^>]*>")
SHORTEST = 25  # characters: a line this long does not occur elsewhere by chance


def secrets():
    """Lines that stand only where teachers look, each without what JSON or HTML would escape."""
    told = [cell.source for sheet in SHEETS for cell in sheet.cells if cell.role != HIDDEN_TEST]
    public = [path.read_text("utf-8") for path in PUBLIC]
    shown = "\n".join([*public, *(text.partition(MARKING)[0] for text in told)])
    hidden = [cell.source for sheet in SHEETS for cell in sheet.cells if cell.role == HIDDEN_TEST]
    marked = [marking(cell) for sheet in SHEETS for cell in sheet.cells if cell.role == ANSWER]
    lines = {line.strip() for text in hidden + marked for line in text.split("\n")}
    kept = (piece for line in lines for piece in pieces(line))
    return sorted({piece for piece in kept if len(piece) >= SHORTEST and piece not in shown})


def pieces(line):
    """Split a line where JSON or HTML would write something else."""
    for sign in "\"'<>&\\":
        line = line.replace(sign, "\0")
    return [piece.strip() for piece in line.split("\0")]


def texts(name, content):
    """Yield the name and text of a file of the site, and of what is packed in it."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in archive.namelist():
                yield from texts(f"{name}/{inner}", archive.read(inner))
    else:
        text = content.decode("utf-8", "ignore")
        # Highlighted code has a tag around each word.
        bare = [html.unescape(TAG.sub("", text))] if name.endswith(".html") else []
        yield name, "\n".join([text, *bare])


@pytest.fixture(scope="module")
def site_texts():
    """Every file of the built site, as text, by its path."""
    files = [path for path in sorted(HTML.rglob("*")) if path.is_file()]
    named = ((path.relative_to(HTML).as_posix(), path.read_bytes()) for path in files)
    return dict(pair for name, content in named for pair in texts(name, content))


def test_there_are_secrets_in_every_sheet():
    assert len(SHEETS) >= 4
    assert len(secrets()) > 10 * len(SHEETS)


def test_no_file_of_the_site_holds_a_secret(site_texts):
    wanted = secrets()
    assert [(name, s) for name, text in site_texts.items() for s in wanted if s in text] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_search_would_find_what_is_shown(site_texts, sheet):
    stub = next(cell.stub().split("\n")[0] for cell in sheet.cells if cell.role == SOLUTION)
    found = [name for name, text in site_texts.items() if stub in text]
    assert f"_sources/exercises/{sheet.name}.md" in found
    assert f"notebooks.zip/softmax-backwards/exercises/{sheet.name}.ipynb" in found


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_notebook_of_the_page_is_the_students(site_texts, sheet):
    notebook = json.loads(site_texts[f"_sources/exercises/{sheet.name}.ipynb"])
    cells = {
        cell["metadata"].get("exercise"): "".join(cell["source"]) for cell in notebook["cells"]
    }
    for cell in sheet.cells:
        if cell.role == SOLUTION:
            assert cells[cell.name] == cell.stub()
        if cell.role == TEST:
            assert cells[cell.name] == cell.source
        if cell.role == ANSWER:
            assert cells[cell.name] == "*Your answer here.*"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_on_paper_solutions_come_when_they_are_asked_for(browser, site, sheet):
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{site}/exercises/{sheet.name}.html")
        # Paper does not wait for a font that nothing on the screen has asked for.
        tab.wait_for_function(
            "() => [1, 2].every(size => document.fonts.check(`1em KaTeX_Size${size}`))"
        )
        tab.emulate_media(media="print")
        folded = tab.locator("article details")
        assert folded.count() > len(sheet.exercises)
        for at in range(folded.count()):
            expect(folded.nth(at)).to_be_hidden()
        tab.emulate_media(media="screen")
        tab.locator(".printing a").click()
        tab.emulate_media(media="print")
        for solution in tab.locator("details.solution .cell, details.solution > p").all():
            expect(solution).to_be_visible()
        expect(tab.locator(".printing")).to_be_hidden()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_page_shows_every_exercise_with_its_number_and_folds_its_solution(site_texts, sheet):
    page = site_texts[f"exercises/{sheet.name}.html"]
    for exercise in sheet.exercises:
        assert f'id="{exercise.label}"' in page
        assert f">Exercise {exercise.number} (" in page
    solved = [cell for cell in sheet.cells if cell.role in (SOLUTION, ANSWER)]
    assert page.count('<details class="admonition solution') == len(solved)
    stubs = sum(cell.source.count(regions.BEGIN) for cell in sheet.cells)
    assert page.count("# YOUR CODE HERE</span>") == stubs

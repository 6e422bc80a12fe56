"""Every chapter has the same frame and the same rhythm (a reader should not have to search)."""

import re
import shutil
from itertools import pairwise

import pytest
from jupytext import TextFileContentsManager

from tests.chapters.sources import NOTEBOOKS, NUMBERED, PAGES, ROOT, cells

HEADINGS_AT_THE_END = ["Check yourself", "Exercises", "What you now have", "Next"]
VISIBLE_LINES = 15
VISIBLE_COLUMNS = 79  # what fits the page at 1280 pixels


@pytest.mark.parametrize("page", NUMBERED, ids=lambda page: page.stem)
def test_chapter_opens_and_closes_as_all_do(page):
    text = page.read_text("utf-8")
    opening = re.search(r"^\(([\w-]+)\)=\n# .+\n\nYou will .+\n\nYou need .+\n", text, re.M)
    assert opening, "label, title, 'You will …' and 'You need …' must open the chapter"
    assert opening[1] == page.stem.split("-", 1)[1]
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings[-4:] == HEADINGS_AT_THE_END
    assert len(re.findall(r"^# ", CODE.sub("", text), re.M)) == 1


CODE = re.compile(r"^```.*?^```$", re.M | re.S)


def visible_code(page):
    hidden = {"remove-cell", "hide-input"}
    return [c.code.strip() for c in cells(page.read_text("utf-8")) if not hidden & {*c.tags}]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_visible_cell_is_long(page):
    assert [c for c in visible_code(page) if len(c.splitlines()) > VISIBLE_LINES] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_visible_line_has_to_be_scrolled(page):
    lines = [line for code in visible_code(page) for line in code.splitlines()]
    assert [line for line in lines if len(line) > VISIBLE_COLUMNS] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_sentence_stands_between_two_cells(page):
    text = page.read_text("utf-8")
    visible = [c for c in cells(text) if "remove-cell" not in c.tags]
    bare = [b.code for a, b in pairwise(visible)
            if not CODE.sub("", text[a.end : b.start]).strip()]  # fmt: skip
    assert bare == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_drawing_has_a_caption_and_a_description(page):
    drawing = [
        c for c in cells(page.read_text("utf-8")) if re.search(r"figures\.(?!setup)|plt\.", c.code)
    ]
    for cell in drawing:
        options = cell.options.get("mystnb", {})
        assert options.get("figure", {}).get("caption"), cell.code
        assert options["figure"]["name"].startswith("fig-")
        assert len(options.get("image", {}).get("alt", "")) > 40, cell.code


SAVED = [*NOTEBOOKS, *sorted(ROOT.glob("exercises/*.md"))]


@pytest.mark.parametrize("page", SAVED, ids=lambda page: page.stem)
def test_saving_in_jupyter_would_change_nothing(page, tmp_path):
    for name in (page, ROOT / "jupytext.toml"):
        shutil.copy(name, tmp_path)
    contents = TextFileContentsManager(root_dir=str(tmp_path))
    opened = contents.get(page.name, type="notebook", format=None)
    contents.save({"type": "notebook", "content": opened["content"]}, page.name)
    assert (tmp_path / page.name).read_bytes() == page.read_bytes()

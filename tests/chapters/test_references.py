"""Numbers of chapters are generated: nobody types one, and labels lead to chapters."""

import re

import pytest
import yaml

from tests.chapters.sources import NUMBERED, ROOT

FOLDERS = ("chapters", "exercises", "teaching", "benchmarks", "classroom", "tools", "lib")
PROSE = [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
READ = sorted(path for path in PROSE if path.suffix in {".md", ".py", ".mjs", ".json"})
TYPED = re.compile(
    r"\bchapters? (?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)", re.I
)
FILE = re.compile(r"\b\d\d-[a-z][\w-]+(?=[`>).])")
ROW = re.compile(r"^\| \[(.+?)\]\(#([\w-]+)\) \|", re.M)


@pytest.mark.parametrize("path", READ, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_number_of_a_chapter_is_typed(path):
    text = path.read_text("utf-8")
    assert [*TYPED.findall(text), *FILE.findall(text)] == []


def test_names_of_files_follow_the_table_of_contents():
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
    named = [page["file"] for part in parts if "numbered" in part for page in part["chapters"]]
    assert named == [f"chapters/{page.stem}" for page in NUMBERED]
    assert [page.stem[:2] for page in NUMBERED] == [f"{n:02}" for n in range(1, len(named) + 1)]


def test_the_front_page_lists_the_chapters_in_their_order_by_their_titles():
    pages = [*NUMBERED, ROOT / "chapters" / "bug-museum.md"]
    opening = re.compile(r"^\(([\w-]+)\)=\n# (.+)$", re.M)
    titles = [opening.search(page.read_text("utf-8")).groups()[::-1] for page in pages]
    assert ROW.findall((ROOT / "index.md").read_text("utf-8")) == titles


@pytest.mark.parametrize("typed", ["see chapter 5", "Chapters 1 to 7", "chapter five"])
def test_a_typed_number_is_found(typed):
    assert TYPED.search(typed)
    assert not TYPED.search("the chapter on five chapters")


def test_a_typed_name_of_a_file_is_found():
    assert FILE.search("see {doc}`04-jacobian`")
    assert FILE.search("(04-jacobian.md)")

"""The page of the museum shows every exhibit once, in order, under its stable address."""

import re

from softback.museum import CONTROLS, EXHIBITS
from tests.chapters.sources import ROOT

TEXT = (ROOT / "chapters" / "bug-museum.md").read_text("utf-8")
HUNG = re.compile(
    r"^\(([\w-]+)\)=\n### (\w+ \d+)\n\n```\{code-cell\} ipython3\n:tags: \[remove-input\]\n\n"
    r'museum\.exhibit\("([\w-]+)"\)\n```$',
    re.M,
)


def test_every_exhibit_hangs_once_and_in_order():
    wanted = [(e.anchor, f"Exhibit {n}", e.slug) for n, e in enumerate(EXHIBITS, start=1)]
    wanted += [(e.anchor, f"Suspect {n}", e.slug) for n, e in enumerate(CONTROLS, start=1)]
    assert HUNG.findall(TEXT) == wanted


def test_no_exhibit_is_hung_in_another_way():
    assert len(HUNG.findall(TEXT)) == TEXT.count("museum.exhibit(")


def test_the_equations_that_exhibits_contradict_are_in_the_book():
    pages = "".join(p.read_text("utf-8") for p in (ROOT / "chapters").glob("*.md"))
    named = {label for exhibit in EXHIBITS for label in exhibit.breaks}
    assert [label for label in sorted(named) if f":label: {label}\n" not in pages] == []

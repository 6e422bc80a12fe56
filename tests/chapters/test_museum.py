"""The page of the museum shows every room once, in order, and equations that the book has."""

import re

from softback.course import EXHIBITS, SUSPECTS, room
from tests.chapters.sources import ROOT

TEXT = (ROOT / "chapters" / "bug-museum.md").read_text("utf-8")
SHOWN = re.compile(
    r'^```\{code-cell\} ipython3\n:tags: \[remove-input\]\n\ncourse\.room\("([\w-]+)"\)\n```$', re.M
)


def test_every_exhibit_hangs_once_and_in_order():
    rooms = SHOWN.findall(TEXT)
    assert [e for name in rooms for e in room(name).exhibits] == [*EXHIBITS, *SUSPECTS]


def test_no_room_or_exhibit_is_shown_in_another_way():
    assert len(SHOWN.findall(TEXT)) == TEXT.count("course.room(")
    assert "course.exhibit(" not in TEXT


def test_the_equations_that_exhibits_contradict_are_in_the_book():
    pages = "".join(p.read_text("utf-8") for p in (ROOT / "chapters").glob("*.md"))
    named = {label for exhibit in EXHIBITS for label in exhibit.breaks}
    assert [label for label in sorted(named) if f":label: {label}\n" not in pages] == []

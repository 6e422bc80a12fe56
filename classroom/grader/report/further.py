"""Where feedback leads: from a sentence of the book's checkers to its exhibit and an exercise."""

import os
from contextlib import suppress
from functools import cache

from classroom.sheets.book import Book
from softback.course.catalogue import MISTAKES

from ..words import plain_text


@cache
def _book(address):
    return Book(f"{address.rstrip('/')}/" if address else "")


@cache
def _mistakes():
    return {plain_text(s.sentence, 1500): m for m in MISTAKES.values() for s in m.says}


def further(message):
    """Return words and addresses of what to read, if `SOFTBACK_BASE_URL` says where the book is."""
    mistake, address = _mistakes().get(message), os.environ.get("SOFTBACK_BASE_URL", "")
    if not mistake or not address:
        return []
    shown = [mistake.exhibit.anchor] if mistake.exhibit else []
    found, treated = [], [mistake.lesson.exercise] if mistake.lesson else []
    for target in shown + treated:
        with suppress(LookupError):  # an exercise of a sheet is in no chapter
            found.append(_book(address)("ref", target))
    return found

"""Text from submissions, made harmless before a person or a program reads it."""

import re

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
FORMULA = ("=", "+", "-", "@")


def plain_text(value, most=300):
    """Return a text in one line, without control characters and lone surrogates."""
    # Of a text of many megabytes no more is looked at than could be shown.
    text = str(value)[: 20 * most].encode("utf-8", "replace").decode("utf-8")
    text = UNPRINTABLE.sub(" ", text)
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def cell_text(value):
    """Return a text that no spreadsheet takes for a formula."""
    text = plain_text(value, 1000)
    return f"'{text}" if text.startswith(FORMULA) else text

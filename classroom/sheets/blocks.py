"""Split MyST Markdown into lines of text and fenced blocks."""

import re
from dataclasses import dataclass

from .errors import SheetError

OPENING = re.compile(r"^(?P<fence>`{3,}(?!.*`)|~{3,}|:{3,})(?P<info>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:-]+)\} *(?P<argument>.*)$")
OPTION = re.compile(r"^:(?P<name>[\w-]+): *(?P<value>.*)$")


@dataclass(frozen=True)
class Block:
    """What stands between two fences.

    Attributes
    ----------
    name : str or None
        The name of a directive; None for code that is only shown.
    argument : str
        What stands behind the name.
    options : dict
        The lines ``:name: value`` of a directive.
    body : list of str
        The lines below them.
    line : int
        Where the block begins.
    first : int
        Where its body begins.
    whole : list of str
        All of its lines, fences included.
    """

    name: str | None
    argument: str
    options: dict
    body: list
    line: int
    first: int
    whole: list


def split(lines, path, line):
    """Yield the pieces of a text: a `Block`, or a line with its number.

    Parameters
    ----------
    lines : list of str
    path : str or pathlib.Path
    line : int
        The number of the first line, for errors.
    """
    at = 0
    while at < len(lines):
        opening = OPENING.match(lines[at])
        if opening is None:
            yield line + at, lines[at]
            at += 1
            continue
        end = _end(lines, at, opening["fence"])
        if end is None:
            remedy = f"Write {opening['fence']} in a line of its own below its content"
            raise SheetError(path, line + at, f"the block {lines[at]!r} does not end", remedy)
        yield _block(lines[at : end + 1], opening["info"].strip(), line + at)
        at = end + 1


def _end(lines, at, fence):
    ends = re.compile(rf"^{fence[0]}{{{len(fence)},}} *$")
    return next((n for n in range(at + 1, len(lines)) if ends.match(lines[n])), None)


def _block(whole, info, line):
    directive, body = DIRECTIVE.match(info), whole[1:-1]
    if directive is None:
        return Block(None, info, {}, body, line, line + 1, whole)
    options = {}
    while body and (option := OPTION.match(body[0])):
        options[option["name"]] = option["value"].strip()
        body = body[1:]
    first = line + len(whole) - 1 - len(body)
    return Block(
        directive["name"], directive["argument"].strip(), options, body, line, first, whole
    )

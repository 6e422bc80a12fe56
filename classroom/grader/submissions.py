"""Find the notebooks in a folder, and read what students wrote in them."""

import ast
import hashlib
import json
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from . import lms
from .paper import opening

ENDING = ".ipynb"
OTHER = "this is not a notebook (.ipynb)"
# Marks on letters, from accents to the vowels of Asia, are no letters to re.
MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u0900-\u109f\u1780-\u17ff"
UNSAFE = re.compile(rf"[^\w@+{MARKS}-]+")
HASHED = re.compile(r"-[0-9a-f]{8}$")


class Unreadable(Exception):
    """A submission that is not a notebook; the text is a sentence for its author."""


@dataclass(frozen=True)
class Submission:
    """One notebook.

    Attributes
    ----------
    path : pathlib.Path
    file : str
        The path in the folder of submissions.
    name : str
        What stands in grades.csv, safe as the name of a file.
    """

    path: Path
    file: str
    name: str


@dataclass(frozen=True)
class Notebook:
    """What a student wrote.

    Attributes
    ----------
    code : list of (int, str)
        Number and text of each code cell; text between them does not count.
    answers : dict
        From names of cells to Markdown.
    """

    code: list[tuple[int, str]]
    answers: dict[str, str]


def find(folder):
    """Return the submissions in a folder and the folders in it, in order, and the other files.

    Returns
    -------
    submissions : list of Submission
    others : dict
        From paths of other files to why they are not graded.
    """
    files = [
        path.relative_to(folder)
        for path in sorted(folder.rglob("*"))
        if not path.is_dir() or path.is_symlink()
    ]
    shown = [file for file in files if not _is_left_over(file)]
    notebooks = [file for file in shown if file.suffix.lower() == ENDING]
    known = lms.senders([str(file) for file in notebooks])
    earlier = lms.earlier(known, lambda file: (folder / file).lstat().st_mtime)
    names = _names({file: known.get(str(file)) for file in notebooks if str(file) not in earlier})
    found = [Submission(folder / file, str(file), name) for file, name in names.items()]
    others = [str(file) for file in shown if file not in names]
    return found, {file: earlier.get(file, OTHER) for file in others}


def _is_left_over(file):
    """Return whether it is one of the files that Jupyter and macOS leave behind."""
    folders = any(part.startswith(".") or part == "__MACOSX" for part in file.parts[:-1])
    return folders or file.name.startswith("._") or file.name == ".DS_Store"


def _names(senders):
    """Return a name for each file; where two would share one, part of a hash is added."""
    names = {
        file: _safe(
            UNSAFE.sub("_", f"{who['name']}_{who['id']}")
            if who
            else "--".join((*file.parts[:-1], file.stem))
        )
        for file, who in senders.items()
    }
    taken = [name.casefold() for name in names.values()]
    return {
        file: name if taken.count(name.casefold()) == 1 else f"{name}-{_hash(str(file))}"
        for file, name in names.items()
    }


def _safe(text):
    """Return a name for a file; one that could be another's with its hash gets a hash, too."""
    text = unicodedata.normalize("NFC", text)  # macOS takes letters apart
    short = UNSAFE.sub("_", text)
    if short == text and len(text.encode()) <= 120 and not HASHED.search(text):
        return text
    return f"{short[:80].strip('_')}-{_hash(text)}"


def _hash(text):
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def content(path, size):
    """Return the bytes of a submission, and a sentence for its author if they cannot be had.

    A link could lead anywhere, and a pipe never end.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return b"", "The submission is not a regular file."
            found = file.read(size + 1)
    except OSError:
        return b"", "The submission is not a regular file, or cannot be read."
    if len(found) > size:
        return b"", f"The file is larger than {size / 1e6:g} MB: clear its outputs."
    return found, ""


def read(text, paper):
    """Return the `Notebook` in a file of any version.

    Parameters
    ----------
    text : bytes
        What was handed in.
    paper : Paper
        Its tests are not run here. An answer to a question is found by the name of its cell, or,
        where a student has moved or split it, by the heading above it.

    Raises
    ------
    Unreadable
        If it is not a notebook.
    """
    try:
        code, answers, number, heading = [], {}, 0, None
        skipped = {test.source.strip() for test in paper.tests}
        notebook = json.loads(text.decode(json.detect_encoding(text), errors="replace"))
        for cell in _cells(notebook):
            written = _text(cell)
            if cell["cell_type"] == "code":
                number += 1
                if written.strip() not in skipped:
                    code.append((number, written))
            else:
                heading = next((line for line in paper.places if line in written), heading)
            (begins, words), name = opening(written), _question(cell, paper)
            if words > paper.texts.get(begins, -1) and (name or not _is_code(cell, written)):
                name = name or paper.places.get(heading)
                answers[name] = "\n\n".join(filter(None, (answers.get(name), written)))
        answers.pop(None, None)
        return Notebook(code, answers)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unreadable("The file is not a Jupyter notebook.") from error


def _cells(notebook):
    """Return the cells; before version 4 they lay in worksheets."""
    if "cells" in notebook:
        return notebook["cells"]
    return [cell for worksheet in notebook["worksheets"] for cell in worksheet["cells"]]


def _text(cell):
    source = cell["source"] if "source" in cell else cell.get("input", "")
    return source if isinstance(source, str) else "".join(source)


def _is_code(cell, written):
    """Return whether a cell has statements: words may stand in one for code, too."""
    try:
        return cell["cell_type"] == "code" and bool(ast.parse(written).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _question(cell, paper):
    metadata = cell.get("metadata")
    name = metadata.get("exercise") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) and name in paper.questions else None

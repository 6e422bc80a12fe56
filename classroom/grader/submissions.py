"""Find the notebooks in a folder, and read what students wrote in them."""

import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

ENDING = ".ipynb"


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
        Number and text of each code cell.
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
    others : list of str
        Files that are not notebooks.
    """
    files = [
        path.relative_to(folder)
        for path in sorted(folder.rglob("*"))
        if not path.is_dir() or path.is_symlink()
    ]
    shown = [file for file in files if not _is_left_over(file)]
    notebooks = [file for file in shown if file.suffix.lower() == ENDING]
    names = _names(notebooks)
    found = [Submission(folder / file, str(file), names[file]) for file in notebooks]
    return found, [str(file) for file in shown if file not in names]


def _is_left_over(file):
    """Return whether it is one of the files that Jupyter and macOS leave behind."""
    folders = any(part.startswith(".") or part == "__MACOSX" for part in file.parts[:-1])
    return folders or file.name.startswith("._") or file.name == ".DS_Store"


def _names(files):
    """Return a name for each file; where two would share one, part of a hash is added."""
    names = {file: _safe("--".join((*file.parts[:-1], file.stem))) for file in files}
    taken = [name.casefold() for name in names.values()]
    return {
        file: name if taken.count(name.casefold()) == 1 else f"{name}-{_hash(str(file))}"
        for file, name in names.items()
    }


def _safe(text):
    short = re.sub(r"[^\w@+-]+", "_", text)
    if short == text and len(text.encode()) <= 120:
        return text
    return f"{short[:40].strip('_')}-{_hash(text)}"


def _hash(text):
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def content(path, size):
    """Return the bytes of a submission, unless it is a link, which could lead anywhere, or a pipe.

    Raises
    ------
    Unreadable
        If it is not a file, or is larger than ``size`` bytes.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Unreadable("The submission is not a regular file.")
            found = file.read(size + 1)
    except OSError:
        raise Unreadable("The submission is not a regular file, or cannot be read.") from None
    if len(found) > size:
        raise Unreadable(f"The file is larger than {size / 1e6:g} MB: clear its outputs.")
    return found


def read(text, skipped, questions):
    """Read a notebook of any version.

    Parameters
    ----------
    text : bytes
        What was handed in.
    skipped : set of str
        Texts of cells that need not run: the tests of the sheet.
    questions : collection of str
        Names of the cells that hold answers for a person to read.

    Returns
    -------
    Notebook

    Raises
    ------
    Unreadable
        If it is not a notebook.
    """
    try:
        code, answers = [], {}
        notebook = json.loads(text.decode("utf-8-sig", errors="replace"))
        for number, cell in enumerate(_cells(notebook), start=1):
            written, name = _text(cell), _exercise(cell)
            if cell["cell_type"] == "code" and written.strip() not in skipped:
                code.append((number, written))
            elif cell["cell_type"] == "markdown" and name in questions:
                answers[name] = written
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


def _exercise(cell):
    metadata = cell.get("metadata")
    return str(metadata.get("exercise")) if isinstance(metadata, dict) else None

"""What Moodle and Canvas hand over, and the two files that each of them takes back.

Written after the sources of both and never tried on a server. They find a person by the numbers
in a path. Canvas shows feedback under the name of the student's own file, so it is a notebook.
"""

import csv
import io
import json
import os
import re
import time
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from .words import cell_text

# "Ada Lovelace_12345_assignsubmission_file_/x.ipynb", since Moodle 4.1 without the last "_".
MOODLE = re.compile(r"(?:^|/)(?P<place>(?P<name>[^_/]*)_(?P<id>\d+)_assignsubmission_file)")
# "lovelaceada_LATE_123_4567_x.ipynb", with the numbers of the person and of the file.
CANVAS = re.compile(
    r"(?:^|/)(?P<place>(?P<name>[^\W_]+)_(?:LATE_)?(?P<id>\d{2,})_(?P<file>\d{3,})_[^/]+)$"
)


def senders(files):
    """Return a match of `MOODLE` or `CANVAS`, which says who handed in, by path.

    The names of Canvas could be anybody's: they count only if all files have them.
    """
    by_moodle = {file: found for file in files if (found := MOODLE.search(file))}
    by_canvas = {file: found for file in files if (found := CANVAS.search(file))}
    return by_moodle or (by_canvas if len(by_canvas) == len(files) else {})


def earlier(known, changed):
    """Return why a file is not graded, for all but the latest of each person.

    Parameters
    ----------
    known : dict
        What `senders` returned.
    changed : callable
        When a file was changed last. Canvas counts files instead.
    """

    def age(file):
        return int(known[file].groupdict().get("file", 0)), changed(file), file

    latest, reasons = {}, {}
    for file in sorted(known, key=age):
        if last := latest.get(known[file]["id"]):
            reasons[last] = f"the same person handed in {file} later"
        latest[known[file]["id"]] = file
    return reasons


@contextmanager
def unpacked(path, size):
    """Yield a folder of submissions: the path itself, or what is in a zip.

    Parameters
    ----------
    path : pathlib.Path
    size : int
        A larger file is cut off behind it.

    Raises
    ------
    NotADirectoryError
        If it is neither.
    """
    if path.is_dir():
        yield path
        return
    with TemporaryDirectory(prefix="submissions-") as name:
        try:
            _unpack(path, Path(name).resolve(), size)
        except (BadZipFile, zlib.error, RuntimeError, FileNotFoundError) as error:
            problem = f"SUBMISSIONS is {path}, which is not a folder, nor a zip: {error}"
            raise NotADirectoryError(problem) from None
        yield Path(name)


def _unpack(path, folder, size):
    with ZipFile(path) as archive:
        for entry in archive.infolist():
            name = entry.filename
            with suppress(UnicodeError):  # macOS writes UTF-8 and does not say so
                name = name.encode("cp437").decode()
            target = folder.joinpath(*map(_short, name.split("/"))).resolve()
            if not entry.is_dir() and folder in target.parents:
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as file:
                    target.write_bytes(file.read(size + 1))
                changed = time.mktime((*entry.date_time, 0, 0, -1))
                os.utime(target, (changed, changed))


def _short(part):
    """Return a name that a file may have; a file system counts bytes."""
    return part if len(part.encode()) < 250 else part[:50] + part[-8:]


def uploads(records, title, feedback, total):
    """Return the files that the system takes back: feedback, and complete grades.

    Parameters
    ----------
    records : list of Record
    title : str
        Of the sheet; Canvas finds the assignment by it.
    feedback : callable
        Takes a record; returns a page, and the same in Markdown.
    total : callable
        Takes a record; returns its points as text, empty while they are not complete.
    """
    # Here, because a process that grades has to start quickly.
    from classroom.sheets.archive import pack

    known = senders([record.file for record in records])
    files, rows, of_moodle = {}, [], False
    for record, who in ((r, known[r.file]) for r in records if r.file in known):
        page, text = feedback(record)
        points, name, of_moodle = total(record), cell_text(who["name"]), who.re is MOODLE
        if of_moodle:
            files[f"{who['place']}_/feedback.html"] = page.encode()
            row = [f"Participant {who['id']}", name, points, "-"]
        else:
            files[who["place"]] = _notebook(text).encode()
            row = [name, who["id"], "", "", "", points]
        rows += [row] if points else []
    if not files:
        return {}
    system, header = "canvas", ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    if of_moodle:
        system, header = "moodle", ["Identifier", "Full name", "Grade", "Last modified (grade)"]
    table = io.StringIO(newline="")
    csv.writer(table).writerows([header, *rows])
    grades = table.getvalue().encode()
    return {f"{system}-feedback.zip": pack(files), f"{system}-grades.csv": grades}


def _notebook(text):
    cell = {"cell_type": "markdown", "id": "feedback", "metadata": {}, "source": text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

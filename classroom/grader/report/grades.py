"""grades.csv: a line for each student, and columns that a person fills in."""

import csv
import hashlib
import io
import re
from dataclasses import dataclass, replace
from itertools import chain

from ..words import cell_text

# What Excel, LibreOffice and Numbers write, depending on the country.
ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ",;\t"
COLUMN = re.compile(r"(?P<question>.+?)(?: \(of [^)]*\)|: (?P<part>comment|answer))")


class Lost(Exception):
    """The new table would lose what a person has filled in; the text says what, and what to do."""


@dataclass
class Mark:
    """What a person gives for the answer to a question, says about it, and which answer it was."""

    points: float | None = None
    comment: str = ""
    answer: str = ""


def sign(record, question):
    """Return letters by which an answer is known from another one, then those of its notebook."""
    words = record.answers.get(question, "").encode("utf-8", "replace").split()
    # The first letter: it is no number.
    return f"a{hashlib.sha256(b' '.join(words)).hexdigest()[:8]}{record.content}"


def renewed(filled, records):
    """Return marks as they hold for the answers of now, and names of those who changed theirs.

    Points for another answer go into the comment, so that a person marks again.
    """
    held, changed = dict(filled), []
    for record in (r for r in records if r.name in filled and not r.unreadable):
        held[record.name] = dict(filled[record.name])
        for question, mark in filled[record.name].items():
            then, now = mark.answer, sign(record, question)
            # Where the notebook is the same, only the sheet around the answer has changed.
            kept = not then or then[:9] == now[:9] or now[9:] == then[9:] != ""
            if mark.points is not None and not kept:
                before = f"({mark.points:g} points before the answer was changed.)"
                comment = f"{mark.comment} {before}".strip()
                held[record.name][question] = replace(mark, points=None, comment=comment)
                changed.append(record.name)
    return held, changed


def total(record, paper, given):
    """Return the points by tests and by hand, or None while a question is not marked."""
    points = [given.get(question, Mark()).points for question in paper.questions]
    return None if record.unreadable or None in points else record.score + sum(points)


def table(outcome, paper, filled):
    """Return the table as text.

    Parameters
    ----------
    outcome : Outcome
        What was not graded has a line without a score, which says why.
    paper : Paper
    filled : dict
        From names of students to a `Mark` for each question, as `marks` returns it.
    """
    marked = {
        name: (f"{name} (of {points:g})", f"{name}: comment")
        for name, points in paper.questions.items()
    }
    sums = ["total"] if marked else []
    columns = ["name", "score", "of", *chain(*marked.values()), *sums]
    columns += [*(test.name for test in paper.tests), "follow-through", "notes", "file"]
    columns += [f"{name}: answer" for name in marked]
    rows = [_row(found, paper, filled) for found in outcome.records]
    for name, reason in (outcome.failed | outcome.others).items():
        file = name if name in outcome.others else ""
        rows.append({"name": name, "notes": f"NOT GRADED: {reason}", "file": file})
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        for question, mark in filled.get(row["name"], {}).items():
            row |= zip(marked[question], (number(mark.points), mark.comment), strict=True)
            row.setdefault(f"{question}: answer", mark.answer)
        writer.writerow(row | {key: cell_text(row[key]) for key in ("name", "notes", "file")})
    return text.getvalue()


def _row(found, paper, filled):
    notes = " ".join(found.notes)
    row = {"name": found.name, "of": f"{found.most:g}", "notes": notes, "file": found.file}
    if found.unreadable:
        return row | {"notes": f"NOT GRADED: {notes}"}
    points = {"score": found.score, "follow-through": found.follow_through or None}
    points["total"] = total(found, paper, filled.get(found.name, {}))
    points |= {result.name: result.score for result in found.results}
    row |= {f"{question}: answer": sign(found, question) for question in paper.questions}
    return row | {column: number(value) for column, value in points.items()}


def number(value):
    """Return a number as text, which is empty for None."""
    return "" if value is None else f"{value:g}"


def marks(content, names, paper):
    """Return what a person filled in: from names of students to a `Mark` for each question.

    Parameters
    ----------
    content : bytes
        A table of an earlier run, as any spreadsheet saves it: the separator, the encoding and the
        order of the columns may have changed.
    names : dict
        From those that are graded now to their files, by which a student is known whose name a
        spreadsheet took for a number or a date.
    paper : Paper

    Raises
    ------
    Lost
        If a mark belongs to a student or to a question that is not there any more or is none, or
        if the table cannot be read.
    """
    table = _rows(content)
    rows, columns = list(table), [column.strip() for column in table.fieldnames or ()]
    for column in columns:
        if COLUMN.fullmatch(column) and columns.count(column) > 1:
            raise Lost(f"it has the column {column} twice; keep one of them")
    if content.strip() and not any("name" in row for row in rows):
        raise Lost("it has no column called name; give the first column its name back")
    known = {cell_text(text): name for name, file in names.items() for text in (file, name)}
    found = {}
    for row in rows:
        name, given, signs = row.get("name") or "", {}, {}
        student = known.get(name) or known.get(row.get("file"))
        if any(text and text.strip() for text in row.pop(None, [])):
            raise Lost(f"the line of {name!r} has more cells than there are columns")
        for column, value in row.items():
            column = column.strip()
            if column in paper.questions and value:
                raise Lost(f"it has a column {column}; give the column its name back")
            said = COLUMN.fullmatch(column)
            if said and said["part"] == "answer":
                signs[said["question"]] = value or ""
            elif said and value and value.strip():
                if said["question"] not in paper.questions:
                    gone = f"the question {said['question']}, which is not in this sheet"
                    raise Lost(f"it holds marks for {gone}")
                mark = given.setdefault(said["question"], Mark())
                if said["part"]:
                    mark.comment = value
                else:
                    mark.points = _points(value, name, said["question"], paper)
        for question, mark in given.items():
            mark.answer = signs.get(question, "")
        if given and not student:
            raise Lost(f"it holds marks for {name!r}, who is not among the submissions now")
        if given and found.setdefault(student, given) != given:
            raise Lost(f"it holds two lines with different marks for {name!r}")
    return found


def _points(value, name, question, paper):
    most = paper.questions[question]
    try:
        points = float(value.replace(",", "."))
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        raise Lost(
            f"{name!r} has the mark {value!r} for {question}, which is not from 0 to {most:g}"
        )
    return points


def _rows(content):
    text = _decoded(content)
    if text.lower().startswith("sep="):  # a line of Excel's own
        text = text.partition("\n")[2]
    header = text.partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)


def _decoded(content):
    for mark, encoding in ENCODINGS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")

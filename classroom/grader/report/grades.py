"""grades.csv: a line for each student, and columns that a person fills in."""

import csv
import io

from ..words import cell_text

# What Excel, LibreOffice and Numbers write, depending on the country.
ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ",;\t"


class Lost(Exception):
    """The new table would lose what a person has filled in; the text says what, and what to do."""


def table(outcome, paper, filled):
    """Return the table as text.

    Parameters
    ----------
    outcome : Outcome
        What was not graded has a line without a score, which says why.
    paper : Paper
    filled : dict
        What `marks` found in the table of an earlier run.

    Returns
    -------
    str
    """
    tests = [test.name for test in paper.tests]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["name", "score", "of", *_columns(paper), *tests, "notes", "file"])

    def line(name, score, most, scores, notes, file):
        by_hand = filled.get(cell_text(name), {})
        manual = [by_hand.get(question, "") for question in paper.questions]
        writer.writerow(
            [cell_text(name), score, most, *manual, *scores, cell_text(notes), cell_text(file)]
        )

    gaps = [""] * len(tests)
    for found in outcome.records:
        most, notes = f"{found.most:g}", " ".join(found.notes)
        if found.unreadable:
            line(found.name, "", most, gaps, f"NOT GRADED: {notes}", found.file)
        else:
            scores = [f"{result.score:g}" for result in found.results]
            line(found.name, f"{found.score:g}", most, scores, notes, found.file)
    for name, reason in outcome.failed.items():
        line(name, "", "", gaps, f"NOT GRADED: {reason}", "")
    for file in outcome.others:
        line(file, "", "", gaps, "NOT GRADED: this is not a notebook (.ipynb)", file)
    return text.getvalue()


def _columns(paper):
    return [f"{name} (of {points:g})" for name, points in paper.questions.items()]


def marks(content, names, paper):
    """Return what a person filled in: from names of students to marks by question.

    Parameters
    ----------
    content : bytes
        A table of an earlier run, as any spreadsheet saves it: the separator, the encoding and the
        order of the columns may have changed.
    names : collection of str
        Those that are graded now.
    paper : Paper

    Raises
    ------
    Lost
        If a mark belongs to a student or to a question that is not there any more, or if the
        table cannot be read.
    """
    rows = list(_rows(content))
    if content.strip() and not any("name" in row for row in rows):
        raise Lost("it has no column called name; give the first column its name back")
    known, found = {cell_text(name) for name in names}, {}
    for row in rows:
        by_hand = {
            column.rpartition(" (of ")[0]: value
            for column, value in row.items()
            if column and " (of " in column and value and value.strip()
        }
        name = row.get("name") or ""
        gone = [question for question in by_hand if question not in paper.questions]
        if by_hand and name not in known:
            raise Lost(f"it holds marks for {name!r}, who is not among the submissions now")
        if gone:
            raise Lost(f"it holds marks for the question {gone[0]}, which is not in this sheet")
        if by_hand and found.setdefault(name, by_hand) != by_hand:
            raise Lost(f"it holds two lines with different marks for {name!r}")
    return found


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

"""grades.csv: a line for each student, and columns that a person fills in."""

import csv
import io

from ..words import cell_text


def table(records, failed, paper, earlier=""):
    """Return the table as text.

    Parameters
    ----------
    records : list of Record
    failed : dict
        From names to reasons; their lines have no score.
    paper : Paper
    earlier : str
        The table of an earlier run: what a person filled in is carried over.

    Returns
    -------
    str
    """
    by_hand = [f"{name} (of {points:g})" for name, points in paper.questions.items()]
    header = ["name", "score", "of", *by_hand, *(test.name for test in paper.tests), "notes"]
    filled = _filled(earlier, by_hand)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    for found in records:
        name = cell_text(found.name)
        scores = [f"{result.score:g}" for result in found.results]
        notes = cell_text(" ".join(found.notes))
        manual = filled.get(name, [""] * len(by_hand))
        writer.writerow([name, f"{found.score:g}", f"{found.most:g}", *manual, *scores, notes])
    for name, reason in failed.items():
        gap = [""] * (len(header) - 2)
        writer.writerow([cell_text(name), *gap, cell_text(f"NOT GRADED: {reason}")])
    return text.getvalue()


def _filled(earlier, columns):
    """Return what a person filled in, by name."""
    rows = csv.DictReader(io.StringIO(earlier, newline=""))
    return {
        row["name"]: [row.get(column) or "" for column in columns] for row in rows if "name" in row
    }

"""Write everything that comes out of a run into one folder."""

import time

from .. import record
from ..lms import uploads
from . import answers, feedback, grades, gradescope, whole_class

TABLE = "grades.csv"


def filled(out, names, paper):
    """Return what a person filled in to the table of an earlier run.

    Raises
    ------
    Lost
        If some of it would not fit into the new table.
    """
    path = out / TABLE
    try:
        return grades.marks(path.read_bytes() if path.is_file() else b"", names, paper)
    except grades.Lost as error:
        raise grades.Lost(
            f"nothing was written, because {path} would lose marks: {error}. Mend that, choose "
            "another folder with -o, or move the table away to go on without its marks"
        ) from None


def write(out, outcome, paper, by_hand):
    """Write the reports of a run, and take away those of students who are gone.

    Parameters
    ----------
    out : pathlib.Path
    outcome : Outcome
    paper : Paper
    by_hand : dict
        What `filled` has found.
    """
    for folder, ending, made in (
        ("feedback", ".md", feedback.markdown),
        ("feedback", ".html", feedback.page),
        ("gradescope", ".json", gradescope.results),
    ):
        texts = {
            f"{found.name}{ending}": made(found, paper, by_hand.get(found.name, {}))
            for found in outcome.records
        }
        for left in (out / folder).glob(f"*{ending}"):
            # What has no record was put there by somebody else.
            if left.name not in texts and (out / "records" / f"{left.stem}.json").is_file():
                left.unlink()
        for name, text in texts.items():
            record.write(out / folder / name, text)
    if found := whole_class.items(outcome.records):
        record.write(out / "class.md", whole_class.page(found, paper, feedback.escaped))
        record.write(out / "class.csv", whole_class.table(found))
    if paper.questions:
        record.write(out / "answers.md", answers.gathered(outcome.records, paper))
    for name, content in _for_systems(outcome.records, paper, by_hand).items():
        record.write(out / "upload" / name, content)
    table = grades.table(outcome, paper, by_hand)
    _keep(out / TABLE, table)
    record.write(out / TABLE, table)


def _for_systems(records, paper, by_hand):
    def said(found):
        given = by_hand.get(found.name, {})
        return feedback.page(found, paper, given), feedback.markdown(found, paper, given)

    def total(found):
        return grades.number(grades.total(found, paper, by_hand.get(found.name, {})))

    return uploads(records, paper.title, said, total)


def _keep(path, table):
    """Keep an earlier table beside the new one, with the date of its last change."""
    if path.is_file() and (earlier := path.read_bytes()) != table.encode():
        changed = time.localtime(path.stat().st_mtime)
        kept = path.with_name(time.strftime("grades-%Y-%m-%d-%H%M%S.csv", changed))
        record.write(kept, earlier)  # not moved: the table is there at any time

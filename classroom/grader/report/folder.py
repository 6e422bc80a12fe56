"""Write everything that comes out of a run into one folder."""

from .. import record
from . import answers, feedback, grades, gradescope


def write(out, outcome, paper):
    """Write the reports of a run.

    Parameters
    ----------
    out : pathlib.Path
    outcome : Outcome
    paper : Paper
    """
    path = out / "grades.csv"
    earlier = path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else ""
    table = grades.table(outcome.records, outcome.failed, paper, earlier)
    for found in outcome.records:
        record.write(out / "feedback" / f"{found.name}.md", feedback.markdown(found, paper))
        record.write(out / "feedback" / f"{found.name}.html", feedback.page(found, paper))
        record.write(out / "gradescope" / f"{found.name}.json", gradescope.results(found))
    if paper.questions:
        record.write(out / "answers.md", answers.gathered(outcome.records, paper))
    record.write(path, table)

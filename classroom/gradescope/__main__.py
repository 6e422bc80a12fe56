"""Grade the one notebook that Gradescope hands over, and write its results.json."""

import shutil
import sys
import tempfile
from pathlib import Path

from classroom.grader import submissions
from classroom.grader.cli import main as grade
from classroom.grader.report.gradescope import refusal
from classroom.grader.sandbox import BWRAP, USER

ONE = "Hand in one file, the notebook of the sheet, which ends in .ipynb. There {found}."
FAILED = "The grader could not grade this; nothing is wrong with your work. Tell your teacher."


def run(root: Path) -> None:
    """Grade what lies in ``submission`` and write ``results/results.json``, both below a folder."""
    target = root / "results" / "results.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as out:
        target.write_text(_results(root, Path(out)), encoding="utf-8")


def _results(root, out):
    found, _ = submissions.find(root / "submission")
    paths = [submission.path for submission in found]
    notebooks = [path for path in paths if path.is_file() and not path.is_symlink()]
    if len(notebooks) != 1:
        number = "was none" if not notebooks else f"were {len(notebooks)}"
        return refusal(ONE.format(found=number))
    alone = out / "submissions"
    alone.mkdir()
    shutil.copy(notebooks[0], alone / "submission.ipynb", follow_symlinks=False)
    command = [str(root / "source" / "sheet.md"), str(alone), "-o", str(out / "graded"), "-j", "1"]
    # Never without a sandbox: a submission could write these results itself.
    result = out / "graded" / "gradescope" / "submission.json"
    for kind in (BWRAP, USER):
        grade([*command, "--sandbox", kind])
        if result.is_file():
            return result.read_text(encoding="utf-8")
    return refusal(FAILED)


if __name__ == "__main__":
    run(Path(sys.argv[1]))

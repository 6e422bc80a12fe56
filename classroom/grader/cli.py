"""The command ``python -m classroom.grader``."""

import argparse
import os
import sys
from pathlib import Path

from classroom.sheets import SheetError, read

from . import submissions
from .limits import Limits
from .lms import unpacked
from .paper import from_sheet
from .rehearsal import rehearse
from .report import folder
from .report.grades import Lost, renewed
from .run import CannotGrade, chosen, grade_folder
from .sandbox import KINDS, NONE, WARNING


def main(words=None):
    """Grade a folder; return 0, or 1 if the grader failed somewhere, or 130 after Ctrl-C."""
    wanted = _arguments(words)
    try:
        sheet = _sheet(wanted.sheet)
        limits = Limits(call=wanted.call_seconds, cell=wanted.cell_seconds)
        out = wanted.out or Path("graded") / sheet.name
        if wanted.submissions.resolve() in out.resolve().parents:
            raise CannotGrade(f"{out} lies among the submissions; choose another folder with -o")
        with unpacked(wanted.submissions, limits.size) as handed_in:
            names = {found.name: found.file for found in submissions.find(handed_in)[0]}
            paper = from_sheet(sheet)
            folder.filled(out, names, paper)
            with chosen(wanted.sandbox, limits) as sandbox:
                _announce(sandbox)
                rehearse(sheet, out / "rehearsal", sandbox, limits)
                jobs = max(wanted.jobs, 1)
                outcome = grade_folder(sheet, handed_in, out, sandbox, limits, jobs, _show)
        # Once more: somebody may have filled in more meanwhile.
        by_hand, changed = renewed(folder.filled(out, names, paper), outcome.records)
    except KeyboardInterrupt:
        print("\nsoftback: stopped; run the same command to go on from here", file=sys.stderr)
        return 130
    except (CannotGrade, Lost, SheetError, OSError) as error:
        print(f"softback: {error}", file=sys.stderr)
        return 1
    folder.write(out, outcome, paper, by_hand)
    _conclude(outcome, out, changed)
    return 1 if outcome.failed else 0


def _arguments(words):
    parser = argparse.ArgumentParser(
        prog="python -m classroom.grader",
        description="Grade a folder of notebooks: tests run here, answers in a sandbox.",
    )
    parser.add_argument("sheet", type=Path, help="the source of the sheet: exercises/NAME.md")
    parser.add_argument("submissions", type=Path, help="a folder, or a zip of Moodle or Canvas")
    parser.add_argument("-o", "--out", type=Path, help="where results go: graded/NAME by default")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count(), help="how many at a time")
    parser.add_argument("--sandbox", choices=KINDS, help="by default the strongest that works here")
    parser.add_argument("--call-seconds", type=float, default=Limits.call, help="for one call")
    parser.add_argument("--cell-seconds", type=float, default=Limits.cell, help="for one cell")
    return parser.parse_args(words)


def _sheet(path):
    if not path.is_file():
        raise CannotGrade(f"SHEET is {path}, which is not a file; give the .md of a sheet")
    return read(path)


def _announce(sandbox):
    if sandbox.kind == NONE:
        print(WARNING, file=sys.stderr)
    else:
        print(f"softback: submissions run in the sandbox {sandbox.kind}", file=sys.stderr)


def _show(done, total, name):
    """Show how far the work has got, in one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r{done}/{total} {name[:60]:60}", end="\r", file=sys.stderr, flush=True)


def _conclude(outcome, out, changed):
    for name in changed:
        what = "changed an answer that you had marked: read it again, its points are in the comment"
        print(f"softback: {name} {what}", file=sys.stderr)
    for name, reason in (outcome.others | outcome.failed | outcome.unreadable).items():
        print(f"softback: {name} was not graded: {reason}", file=sys.stderr)
    graded = len(outcome.records) - len(outcome.unreadable)
    print(f"softback: {graded} graded, {outcome.kept} of them earlier; see {out}", file=sys.stderr)

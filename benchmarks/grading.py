"""Measure how long a class of forty takes to grade, each sheet in turn.

Run it on a quiet machine, from the root: ``python -m benchmarks.grading [--save]``. It hands in
each sheet forty times: most copies solved, some blank, some with a syntax error in the first
answer, one with a function that never returns. It runs the command as a teacher does, and then once
more, when everything is known. Processor time says something on a busy machine, too. ``--save``
records all of it in ``grading.json``.
"""

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.speed import machine
from classroom.sheets import notebooks, read
from classroom.sheets.book import Book

ROOT = Path(__file__).parents[1]
RECORD = Path(__file__).with_name("grading.json")
SHEETS = sorted((ROOT / "exercises").glob("*.md"))
CLASS = {"solved": 30, "blank": 5, "torn": 4, "endless": 1}
PR_SET_CHILD_SUBREAPER = 36


def copies(path):
    """Return one notebook of each kind, as text."""
    sheet = read(path)
    solved = notebooks.text(notebooks.solution(sheet, Book()))
    first, *_, last = sheet.functions
    return {
        "solved": solved,
        "blank": notebooks.text(notebooks.student(sheet, Book())),
        "torn": solved.replace(f"def {first}(", f"def {first}((", 1),
        "endless": solved.replace(
            f"def {last}(", f"def {last}(*_):\\n    while True: pass\\n\\ndef _(", 1
        ),
    }


def hand_in(path, folder):
    """Write the notebooks of the class."""
    made = copies(path)
    for kind, number in CLASS.items():
        for student in range(number):
            (folder / f"{kind}-{student}.ipynb").write_text(made[kind], encoding="utf-8")


def seconds(sheet, folder, out, *more):
    """Return how long the command takes by the clock, and how long processors work for it."""
    command = [sys.executable, "-m", "classroom.grader", sheet, folder, "-o", out, *more]
    begin, before = time.perf_counter(), _worked()
    subprocess.run(command, cwd=ROOT, check=True)
    return time.perf_counter() - begin, _worked() - before


def _worked():
    """Return the processor time of all processes that this one has started, and of theirs."""
    while True:
        try:
            os.wait()  # those whose parents have ended without waiting for them
        except ChildProcessError:
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            return used.ru_utime + used.ru_stime


def scores(out):
    """Return the set of scores of each kind."""
    found = {}
    for path in sorted((out / "records").glob("*.json")):
        results = json.loads(path.read_text(encoding="utf-8"))["results"]
        kind = path.name.partition("-")[0]
        found.setdefault(kind, set()).add(sum(result["score"] for result in results))
    return {kind: sorted(points) for kind, points in found.items()}


def measure(sheet):
    """Return the record of one sheet."""
    with tempfile.TemporaryDirectory() as folder:
        submissions, out = Path(folder, "in"), Path(folder, "out")
        submissions.mkdir()
        hand_in(sheet, submissions)
        first, again = (seconds(sheet, submissions, out)[0] for _ in range(2))
        # The kernel does not tell what processors did for a name space of processes.
        _, worked = seconds(sheet, submissions, Path(folder, "open"), "--sandbox", "none")
        return {
            "points": scores(out),
            "seconds": round(first, 2),
            "seconds when nothing changed": round(again, 2),
            "processor seconds without a sandbox": round(worked, 2),
        }


def main():
    """Measure, print, and with ``--save`` record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--save", action="store_true", help=f"record in {RECORD.name}")
    wanted = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    record = {"machine": machine(), "class": CLASS}
    record |= {"sheets": {sheet.stem: measure(sheet) for sheet in SHEETS}}
    text = json.dumps(record, indent=1) + "\n"
    print(text)
    if wanted.save:
        RECORD.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

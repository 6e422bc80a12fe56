"""Measure how long a class of forty takes to grade.

Run it on a quiet machine, from the root: ``python -m benchmarks.grading [--save]``. It hands in the
first sheet forty times: most copies solved, some blank, some with a syntax error, two with a
function that never returns. It runs the command as a teacher does, and then once more, when
everything is known. ``--save`` records both times in ``grading.json``.
"""

import argparse
import json
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
SHEET = ROOT / "exercises" / "sheet-1-softmax-and-its-jacobian.md"
CLASS = {"solved": 30, "blank": 5, "torn": 3, "endless": 2}


def copies():
    """Return one notebook of each kind, as text."""
    sheet = read(SHEET)
    solved = notebooks.text(notebooks.solution(sheet, Book()))
    last = sheet.functions[-1]
    return {
        "solved": solved,
        "blank": notebooks.text(notebooks.student(sheet, Book())),
        "torn": solved.replace(f"def {last}(", f"def {last}((", 1),
        "endless": solved.replace(
            f"def {last}(", f"def {last}(*_):\\n    while True: pass\\n\\ndef _(", 1
        ),
    }


def hand_in(folder):
    """Write the notebooks of the class."""
    made = copies()
    for kind, number in CLASS.items():
        for student in range(number):
            (folder / f"{kind}-{student}.ipynb").write_text(made[kind], encoding="utf-8")


def seconds(folder, out):
    """Return how long the command takes."""
    command = [sys.executable, "-m", "classroom.grader", SHEET, folder, "-o", out]
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True)
    return round(time.perf_counter() - begin, 2)


def scores(out):
    """Return the set of scores of each kind."""
    found = {}
    for path in sorted((out / "records").glob("*.json")):
        results = json.loads(path.read_text(encoding="utf-8"))["results"]
        kind = path.name.partition("-")[0]
        found.setdefault(kind, set()).add(sum(result["score"] for result in results))
    return found


def measure():
    """Return the record."""
    with tempfile.TemporaryDirectory() as folder:
        submissions, out = Path(folder, "in"), Path(folder, "out")
        submissions.mkdir()
        hand_in(submissions)
        first, again = seconds(submissions, out), seconds(submissions, out)
        points = {kind: sorted(found) for kind, found in scores(out).items()}
    times = {"seconds": first, "seconds when nothing changed": again}
    return {"machine": machine(), "class": CLASS, "points": points, **times}


def main():
    """Measure, print, and with ``--save`` record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--save", action="store_true", help=f"record in {RECORD.name}")
    wanted = parser.parse_args()
    record = measure()
    text = json.dumps(record, indent=1) + "\n"
    print(text)
    if wanted.save:
        RECORD.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Run a whole nbgrader course in one process: generate, hand in, autograde; print the scores.

The folder given on the command line holds ``source``, as `classroom.sheets` makes it, and
``filled``, the same assignments as somebody right would hand them in.
"""

import functools
import json
import shutil
import sys
from pathlib import Path

from nbgrader import api
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

# Each opening of the grade book starts a process that tells a constant.
api.get_alembic_version = functools.cache(api.get_alembic_version)


def main(root):
    settings = Config()
    settings.CourseDirectory.root = str(root)
    settings.Exchange.root = str(root / "exchange")
    course = NbGraderAPI(CourseDirectory(config=settings), config=settings)
    names = sorted(path.name for path in (root / "source").iterdir())
    print(json.dumps({name: run(course, root, name) for name in names}))


def run(course, root, name):
    succeed(course.generate_assignment(name))
    released = root / "release" / name / f"{name}.ipynb"
    filled = root / "filled" / f"{name}.ipynb"
    return {student: score(course, root, name, student, file)
            for student, file in (("blank", released), ("solved", filled))}  # fmt: skip


def score(course, root, name, student, file):
    target = root / "submitted" / student / name / f"{name}.ipynb"
    target.parent.mkdir(parents=True)
    shutil.copy(file, target)
    succeed(course.autograde(name, student))
    with course.gradebook as book:
        found = book.find_submission(name, student)
        return {"score": found.score, "of": found.max_score}


def succeed(answer):
    if not answer["success"]:
        sys.exit(answer["error"] + answer["log"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The result of one submission, and how it is saved: completely, or not at all."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

import softback

HERE = Path(__file__).parent
SHEETS = HERE.parent / "sheets"


@dataclass(frozen=True)
class Result:
    """What one test said.

    Attributes
    ----------
    name : str
    exercise : str
        Its number and title, as students know it.
    hidden : bool
    points, score : float
    message : str
        What is wrong; empty if nothing is.
    given : list of str
        With right answers in place of these earlier functions it would have passed.
    """

    name: str
    exercise: str
    hidden: bool
    points: float
    score: float
    message: str
    given: list[str] = field(default_factory=list)

    @property
    def aside(self):
        """What it would have given after right answers to earlier exercises, in a sentence."""
        if not self.given:
            return ""
        names, points = " and ".join(f"`{name}`" for name in self.given), f"{self.points:g}"
        had = f"this would have had {points} of {points} points"
        return f"(With the right {names} in place of yours {had}.)"

    @property
    def title(self):
        """What students see instead of its name."""
        return f"{self.exercise} ({'hidden test' if self.hidden else 'check'})"


@dataclass(frozen=True)
class Record:
    """What is known about one submission.

    Attributes
    ----------
    name : str
        Of the submission, as in grades.csv.
    file : str
        Its path in the folder of submissions.
    key : str
        A hash of all that decides the result.
    results : list of Result
    notes : list of str
        Sentences about the notebook as a whole.
    answers : dict
        From names of cells to what the student wrote there, for a person to read.
    content : str
        Some letters by which the bytes that were handed in are known.
    seconds : float
    unreadable : str
        Why nothing could be graded; empty if something was.
    """

    name: str
    file: str
    key: str
    results: list[Result]
    notes: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    content: str = ""
    seconds: float = 0.0
    unreadable: str = ""

    @property
    def score(self):
        """Points by tests."""
        return sum(result.score for result in self.results)

    @property
    def follow_through(self):
        """Points that are missing because of earlier answers alone."""
        return sum(result.points for result in self.results if result.given)

    @property
    def most(self):
        """Points that tests can give."""
        return sum(result.points for result in self.results)


def foundation(sheet, limits):
    """Return a hash of what decides all results: sheet, limits, the programs and the library."""
    digest = hashlib.sha256(repr(limits).encode())
    # Tests compare with the library, and ask its checkers.
    library = Path(softback.__file__).parent
    folders = (HERE, SHEETS, library)
    programs = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    for file in (sheet, *programs):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def key(base, content):
    """Return a hash of all that decides one result: the foundation, and the bytes handed in."""
    return hashlib.sha256(base.encode() + content).hexdigest()


def to_json(record):
    """Return a record as text."""
    return json.dumps(asdict(record), indent=1) + "\n"


def from_json(text):
    """Return the record that a text holds, or None if it holds none."""
    try:
        values = json.loads(text)
        values["results"] = [Result(**result) for result in values["results"]]
        return Record(**values)
    except (ValueError, TypeError, KeyError):
        return None


def write(path, content):
    """Write text or bytes atomically: if the machine stops, the file is complete or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".writing-", delete=False) as file:
        file.write(content if isinstance(content, bytes) else content.encode())
        file.flush()
        os.fsync(file.fileno())
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)

"""What the grading process needs of a sheet; a process starts for each submission, and quickly."""

import re
from dataclasses import dataclass, field

# Whether a cell is a test, and a hidden one; students' own cells run elsewhere.
KINDS = {"test": (True, False), "hidden-test": (True, True), None: (False, False)}


@dataclass(frozen=True)
class Step:
    """Code of the sheet that runs in the grader: a test, or what tests use.

    Attributes
    ----------
    name : str
    exercise : str
        Its number and title; empty above the first.
    source : str
    points : float
    test, hidden : bool
    """

    name: str
    exercise: str
    source: str
    points: float = 0.0
    test: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Paper:
    """A sheet, for grading.

    Attributes
    ----------
    title : str
    functions : dict
        From names of what students write to the exercise, as in `Step`, and the right code.
    steps : tuple of Step
        In the order of the sheet.
    questions : dict
        Names and points of the cells that a person reads.
    places : dict
        From headings of exercises to the first such cell below, or None.
    texts : dict
        How the texts of the sheet begin, see `opening`, and how many words they have; what else
        stands below the heading of a question is an answer to it.
    """

    title: str
    functions: dict[str, tuple[str, str]]
    steps: tuple[Step, ...]
    questions: dict[str, float]
    places: dict[str, str | None] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)

    @property
    def tests(self):
        """The tests, in order."""
        return [step for step in self.steps if step.test]


def from_sheet(sheet):
    """Return the `Paper` of a `Sheet`."""
    # Here, because a process that only reads a paper has to start quickly.
    from classroom.sheets import notebooks

    handed_out = notebooks.student(sheet, lambda role, target: (target, None)).cells
    texts = [cell.source for cell in handed_out if cell.cell_type == "markdown"]
    headings = {exercise.label: exercise.heading for exercise in sheet.exercises}
    steps = [
        Step(
            cell.name, headings.get(cell.exercise, ""), cell.source, cell.points, *KINDS[cell.role]
        )
        for cell in sheet.cells
        if cell.type == "code" and cell.role in KINDS
    ]
    answers = [cell for cell in sheet.cells if cell.role == "answer"]
    return Paper(
        sheet.title,
        {n: (headings[c.exercise], c.solved()) for c in sheet.cells for n in c.functions},
        tuple(steps),
        questions={cell.name: cell.points for cell in answers},
        places=dict.fromkeys(headings.values())
        | {headings[cell.exercise]: cell.name for cell in reversed(answers)},
        texts=dict(sorted(map(opening, (*texts, notebooks.YOURS, "")))),  # the longest
    )


def opening(text):
    """Return the first words of a text and their number, without marks, links and capitals."""
    words = re.findall(r"\w+", re.sub(r"\]\([^)]*\)", "", text))
    return " ".join(words[:8]).casefold(), len(words)

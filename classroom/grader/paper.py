"""What the grading process needs of a sheet; a process starts for each submission, and quickly."""

from dataclasses import dataclass

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
    functions : tuple of str
        What students write.
    steps : tuple of Step
        In the order of the sheet.
    questions : dict
        Names and points of the cells that a person reads.
    """

    title: str
    functions: tuple[str, ...]
    steps: tuple[Step, ...]
    questions: dict[str, float]

    @property
    def tests(self):
        """The tests, in order."""
        return [step for step in self.steps if step.test]


def from_sheet(sheet):
    """Return the `Paper` of a `Sheet`."""
    headings = {exercise.label: exercise.heading for exercise in sheet.exercises}
    steps = [
        Step(
            cell.name, headings.get(cell.exercise, ""), cell.source, cell.points, *KINDS[cell.role]
        )
        for cell in sheet.cells
        if cell.type == "code" and cell.role in KINDS
    ]
    questions = {cell.name: cell.points for cell in sheet.cells if cell.role == "answer"}
    return Paper(sheet.title, tuple(sheet.functions), tuple(steps), questions)


def from_dict(values):
    """Return the `Paper` that `dataclasses.asdict` took apart."""
    steps = tuple(Step(**step) for step in values["steps"])
    return Paper(values["title"], tuple(values["functions"]), steps, values["questions"])

"""What an entry of the catalogue of mistakes holds; the entries stand in `_mistakes`.

Everything that speaks of a mistake refers to its entry by the id: what a checker answers, the
exhibit that shows it, the teachers' table, the tests.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from softback.course.museum.exhibit import Exhibit
from softback.course.museum.operations import CROSS_ENTROPY, LOG_SOFTMAX, MASKED, SOFTMAX

# By id, the more telling ones first: where two explain an answer, the first is named.
MISTAKES: dict[str, "Mistake"] = {}


@dataclass(frozen=True)
class Lesson:
    """What a teacher needs to treat a mistake.

    Attributes
    ----------
    part : str
        The part of the teachers' table.
    exercise, title : str
        The label and the title of an exercise in which the mistake comes to light.
    question : str
        What to ask.
    """

    part: str
    exercise: str
    title: str
    question: str


@dataclass(frozen=True)
class Says:
    """One sentence for the reader, and the wrong answers that it explains, by name of the task."""

    sentence: str
    answers: dict[str, tuple]


@dataclass(frozen=True)
class Mistake:
    """One entry of the catalogue.

    Attributes
    ----------
    id : str
        Its stable name.
    believed : str
        What somebody believes who makes it.
    says : tuple of Says
        What a checker answers. There is more than one sentence where tasks differ so much that one
        would not help.
    exhibit : Exhibit or None
        Wrong and right code or formulas, symptom, the checks that catch it and those that miss it.
    lesson : Lesson or None
        How to treat it in class.
    """

    id: str
    believed: str
    says: tuple[Says, ...] = ()
    exhibit: Exhibit | None = None
    lesson: Lesson | None = None

    def wrong_answers(self, task: str) -> Iterator[tuple[str, Any]]:
        """Yield the sentence and each wrong answer to a task that comes of this mistake."""
        for said in self.says:
            for answer in said.answers.get(task, ()):
                yield said.sentence, answer


def says(sentence: str, **answers: Any) -> Says:
    """Return a sentence with the wrong answers that it explains.

    Each keyword is the name of a task, its value a wrong answer or a list of them: functions with
    parameters that are called as the task calls them, or formulas as a reader types them.
    """
    lists = {
        task: tuple(known) if isinstance(known, list) else (known,)
        for task, known in answers.items()
    }
    return Says(sentence, lists)


# What most exhibits of a room should compute.
ROOMS = {
    "softmax": SOFTMAX,
    "pullback": SOFTMAX,
    "layers": SOFTMAX,
    "log-softmax": LOG_SOFTMAX,
    "cross-entropy": CROSS_ENTROPY,
    "attention": MASKED,
    "derivation": SOFTMAX,
    "suspects": SOFTMAX,
}


def exhibit(
    room: str,
    role: Callable,
    wrong: Callable,
    right: Callable,
    *,
    caught_by: str = "",
    missed_by: str = "",
    **card: Any,
) -> Callable[[str, str], Exhibit]:
    """Return a function that makes an exhibit for the id and the title of a mistake.

    Parameters
    ----------
    room : str
        One of `ROOMS`.
    role : callable
        One of the roles in `softback.course.museum.operations`.
    wrong, right : callable
        The piece of code, and its repair.
    caught_by, missed_by : str
        Names of checks with blanks between them.
    **card
        The other attributes of `Exhibit`.

    Raises
    ------
    ValueError
        If there is no such room.
    """
    if room not in ROOMS:
        raise ValueError(f"room is {room!r}; it must be one of {', '.join(ROOMS)}")

    def make(slug, title):
        return Exhibit(
            slug=slug,
            title=title,
            room=room,
            role=role,
            code=wrong,
            fix=right,
            caught_by=tuple(caught_by.split()),
            missed_by=tuple(missed_by.split()),
            **{"task": ROOMS[room]} | card,
        )

    return make


def _title(id):
    title = id.capitalize().replace("-", " ")
    return title.replace("log softmax", "log-softmax").replace("jacobian", "Jacobian")


def enter(
    id: str,
    believed: str,
    *said: Says,
    exhibit: Callable[[str, str], Exhibit] | None = None,
    lesson: Lesson | None = None,
) -> None:
    """Enter a mistake into the catalogue."""
    if id in MISTAKES:
        raise ValueError(f"id is {id!r}, which is already taken")
    shown = exhibit and exhibit(id, _title(id))
    MISTAKES[id] = Mistake(id, believed, said, shown, lesson)


def mistake(id: str) -> Mistake:
    """Return the entry with this id.

    Raises
    ------
    KeyError
        If there is none; the message lists them all.
    """
    if id not in MISTAKES:
        raise KeyError(f"id is {id!r}; it must be one of {', '.join(MISTAKES)}")
    return MISTAKES[id]

"""The teachers' table: what is believed, the exhibit that shows it, an exercise, what to ask."""

from dataclasses import dataclass

from softback.course.catalogue import MISTAKES

HEAD = "| students believe | exhibit | exercise | say |\n| --- | --- | --- | --- |"


@dataclass(frozen=True)
class Lessons:
    """One part of the teachers' table; a notebook shows it as a table.

    Attributes
    ----------
    part : str
    """

    part: str

    def __str__(self) -> str:
        """Return the table in Markdown."""
        return "\n".join([HEAD, *(_row(m) for m in MISTAKES.values() if self._holds(m))])

    def _holds(self, mistake):
        return mistake.lesson is not None and mistake.lesson.part == self.part

    def _repr_markdown_(self) -> str:
        return str(self)


def _row(mistake):
    lesson, exhibit = mistake.lesson, mistake.exhibit
    return (
        f"| {mistake.believed} | {{ref}}`{exhibit.title} <{exhibit.anchor}>` "
        f'| {{ref}}`{lesson.title} <{lesson.exercise}>` | "{lesson.question}" |'
    )


def lessons(part: str) -> Lessons:
    """Return a part of the teachers' table.

    Raises
    ------
    ValueError
        If no entry of the catalogue belongs to that part; the message lists the parts.
    """
    parts = dict.fromkeys(m.lesson.part for m in MISTAKES.values() if m.lesson)
    if part not in parts:
        raise ValueError(f"part is {part!r}; it must be one of {', '.join(parts)}")
    return Lessons(part)

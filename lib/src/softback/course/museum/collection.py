"""The exhibits in the order of the page, room by room, and which check catches which."""

from collections.abc import Sequence
from dataclasses import dataclass

from softback.course._mistakes.suspects import SUSPECTS
from softback.course.catalogue import MISTAKES, ROOMS
from softback.course.museum import card
from softback.course.museum.checks import CHECKS, Check
from softback.course.museum.exhibit import MIME_TYPE, Exhibit

_SHOWN = [mistake.exhibit for mistake in MISTAKES.values() if mistake.exhibit]
EXHIBITS = tuple(exhibit for room in ROOMS for exhibit in _SHOWN if exhibit.room == room)
_BY_SLUG = {exhibit.slug: exhibit for exhibit in (*EXHIBITS, *SUSPECTS)}


@dataclass(frozen=True)
class Room:
    """The exhibits of one room; a notebook shows their cards under numbered headings.

    Attributes
    ----------
    exhibits : sequence of Exhibit
    """

    exhibits: tuple[Exhibit, ...]

    def __str__(self) -> str:
        """Return the titles, one in a line."""
        return "\n".join(exhibit.title for exhibit in self.exhibits)

    def _repr_mimebundle_(self, include=None, exclude=None):
        cards = [
            f'<div id="{e.anchor}"></div>\n\n### {_heading(e)}\n\n{card.markdown(e)}'
            for e in self.exhibits
        ]
        records = [{"anchor": e.anchor, "breaks": list(e.breaks)} for e in self.exhibits]
        return {"text/plain": str(self), "text/markdown": "\n".join(cards), MIME_TYPE: records}


def _heading(exhibit):
    kind, all_of_them = ("Exhibit", EXHIBITS) if exhibit.caught_by else ("Suspect", SUSPECTS)
    return f"{kind} {all_of_them.index(exhibit) + 1}"


def headings() -> dict[str, str]:
    """Return the numbered heading of each exhibit and suspect by its anchor."""
    return {exhibit.anchor: _heading(exhibit) for exhibit in (*EXHIBITS, *SUSPECTS)}


def room(name: str) -> Room:
    """Return the exhibits of a room, or the suspects.

    Raises
    ------
    KeyError
        If there is none of this name; the message lists them all.
    """
    if name not in ROOMS:
        raise KeyError(f"name is {name!r}; it must be one of {', '.join(ROOMS)}")
    return Room(tuple(e for e in (*EXHIBITS, *SUSPECTS) if e.room == name))


def exhibit(slug: str) -> Exhibit:
    """Return the exhibit, or the suspect, with this slug.

    Raises
    ------
    KeyError
        If there is none; the message lists them all.
    """
    if slug not in _BY_SLUG:
        raise KeyError(f"slug is {slug!r}; it must be one of {', '.join(_BY_SLUG)}")
    return _BY_SLUG[slug]


def matrix(
    exhibits: Sequence[Exhibit] = EXHIBITS, checks: Sequence[Check] | None = None
) -> dict[str, dict[str, bool | None]]:
    """Run every check on every exhibit.

    Parameters
    ----------
    exhibits : sequence of Exhibit
    checks : sequence of Check, optional
        By default all of `CHECKS`.

    Returns
    -------
    dict of dict
        By slug, then by name of the check: True if it catches the exhibit, False if not, None
        where the check does not apply.
    """
    checks = tuple(CHECKS.values()) if checks is None else checks
    return {
        exhibit.slug: {
            check.name: check(exhibit) if check.applies(exhibit) else None for check in checks
        }
        for exhibit in exhibits
    }

"""The levels of the desk, as they stand in ``levels.json``."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from softback.course.catalogue import mistake
from softback.course.formula import Node, Question, Slip
from softback.course.formula.question import DEFINE, KINDS, NAMES


@dataclass(frozen=True)
class Waypoint:
    """A form on the way to the goal: what is said of it, its predicates, its hints."""

    says: str
    when: tuple[str, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True)
class Level:
    """A derivation that is written line by line.

    Parameters
    ----------
    id, title, asks : str
        Its name, and what the reader is told.
    question : Question
        Its right formula is the start: every line must have that value.
    goal : str
        What the last line should look like, up to names of indices and order of factors.
    waypoints : tuple of Waypoint
        In their order; the last one is the goal.
    model : tuple of str
        Lines that pass every waypoint.
    rules, wins : tuple of str
        Ids of the rules that may be used, and of those that are won.
    """

    id: str
    title: str
    asks: str
    question: Question
    goal: str
    waypoints: tuple[Waypoint, ...]
    model: tuple[str, ...]
    rules: tuple[str, ...]
    wins: tuple[str, ...]

    @cached_property
    def start(self) -> Node:
        """The tree of the start."""
        return self.question.parse(self.question.right)

    @cached_property
    def data(self) -> dict[str, Any]:
        """All that a page and `softback.course.desk.check` need, ready for JSON.

        What `Question.export` says, and ``start``, ``goal``, ``waypoints``, ``model``, ``title``,
        ``asks``, ``rules``, ``wins``. ``loose`` has draws and places for which the condition of the
        level does not hold, or is None where there is none.
        """
        loose = None
        if self.question.scaled:
            free = replace(self.question, scaled="", slips=()).export()
            loose = {key: free[key] for key in ("draws", "places")}
        return {
            **self.question.export(),
            "title": self.title,
            "asks": self.asks,
            "start": self.question.right,
            "goal": self.goal,
            "waypoints": [vars(waypoint) for waypoint in self.waypoints],
            "model": list(self.model),
            "rules": list(self.rules),
            "wins": list(self.wins),
            "scaled": self.question.scaled,
            "loose": loose,
        }


def _says(entry: dict[str, Any], slip: dict[str, Any]) -> str:
    """Return a sentence of the level's own, or what the catalogue says of that mistake."""
    if "says" in slip:
        return slip["says"]
    (sentence,) = {said for said, _ in mistake(slip["id"]).wrong_answers(entry["task"])}
    return sentence


def _level(entry: dict[str, Any]) -> Level:
    slips = (Slip(one["id"], _says(entry, one), tuple(one["wrong"])) for one in entry["slips"])
    question = Question(
        id=entry["id"],
        asked="the start",
        right=entry["start"],
        free=entry["free"],
        names=entry["names"],
        slips=tuple(slips),
        define=tuple(entry.get("define", DEFINE)),
        kinds=entry.get("kinds", KINDS),
        signatures=entry.get("signatures", NAMES),
        scaled=entry.get("scaled", ""),
        derivatives=True,
    )
    waypoints = (
        Waypoint(one["says"], tuple(one["when"]), tuple(one["hints"])) for one in entry["waypoints"]
    )
    return Level(
        id=entry["id"],
        title=entry["title"],
        asks=entry["asks"],
        question=question,
        goal=entry["goal"],
        waypoints=tuple(waypoints),
        model=tuple(entry["model"]),
        rules=tuple(entry["rules"]),
        wins=tuple(entry["wins"]),
    )


_BOOK = json.loads(Path(__file__).with_name("levels.json").read_text("utf-8"))
# From ids to what a rule says: ``left``, ``right``, ``name``, and ``scaled`` for a condition.
RULES: dict[str, dict[str, str]] = _BOOK["rules"]
LEVELS: dict[str, Level] = {entry["id"]: _level(entry) for entry in _BOOK["levels"]}

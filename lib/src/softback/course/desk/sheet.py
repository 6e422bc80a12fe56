"""One sheet of the desk: an anywidget, so that pages and notebooks have the same one."""

from base64 import b64encode
from pathlib import Path

import anywidget
from traitlets import Dict, List, Unicode

from softback.course.desk.level import LEVELS, RULES
from softback.course.formula.field import Field
from softback.explorers import _bundle

FOLDER = Path(__file__).parent

# From the id of a rule to the level that wins it.
_WON_AT = {
    rule: {"id": level.id, "title": level.title} for level in LEVELS.values() for rule in level.wins
}

FONT = "font/softback-math.woff2"


def _style() -> str:
    """Return the stylesheet with the font inside: an anywidget brings no files."""
    font = b64encode((FOLDER / FONT).read_bytes()).decode()
    css = (FOLDER / "sheet.css").read_text("utf-8")
    return css.replace(FONT, f"data:font/woff2;base64,{font}")


class Sheet(anywidget.AnyWidget):
    """A level of the desk, on which a derivation is written line by line; it answers by itself.

    Parameters
    ----------
    level : str
        Its id, one of `softback.course.desk.LEVELS`.

    Raises
    ------
    ValueError
        If there is no such level.
    """

    _esm = _bundle.module(FOLDER / "sheet.mjs")
    _css = Field._css + _style()
    _anywidget_id = f"{__package__}.Sheet"

    data = Dict(help="What `Level.data` holds.").tag(sync=True)
    lines = List(Unicode(), help="The lines that the reader has written, all of them right.").tag(
        sync=True
    )

    def __init__(self, level: str) -> None:
        if level not in LEVELS:
            raise ValueError(f"level is {level!r}; it must be one of {', '.join(LEVELS)}")
        data = LEVELS[level].data
        rules = [RULES[rule] | {"won_at": _WON_AT.get(rule)} for rule in data["rules"]]
        wins = [RULES[rule] for rule in data["wins"]]
        super().__init__(data=data | {"rules": rules, "wins": wins})

    def __repr__(self) -> str:
        """Return the call that makes it: what is shown where no front end runs."""
        return f"Sheet({self.data['id']!r})"

"""Which check catches which exhibit, as a table that reads the same with and without colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from softback.course.museum.checks import CHECKS, Check
from softback.course.museum.collection import EXHIBITS, matrix
from softback.course.museum.exhibit import Exhibit

WORDS = {True: "yes", False: "no", None: "–"}
CLASSES = {True: "sb-caught", False: "sb-missed", None: "sb-silent"}


@dataclass(frozen=True)
class Table:
    """The matrix of checks and exhibits; a notebook shows it as a table.

    Attributes
    ----------
    exhibits : sequence of Exhibit
        Its rows.
    checks : sequence of Check
        Its columns.
    rows : dict of dict
        As `matrix` returns them.
    """

    exhibits: tuple[Exhibit, ...]
    checks: tuple[Check, ...]
    rows: dict[str, dict[str, bool | None]]

    def __str__(self) -> str:
        """Return one line for each exhibit: its title, and the checks that catch it."""
        lines = []
        for exhibit in self.exhibits:
            caught = [name for name, found in self.rows[exhibit.slug].items() if found]
            lines.append(f"{exhibit.title}: {', '.join(caught)}")
        return "\n".join(lines)

    def _repr_html_(self):
        heads = "".join(f'<th scope="col"><span>{c.name}</span></th>' for c in self.checks)
        body = "".join(map(self._row, self.exhibits))
        return (
            '<div class="sb-matrix" role="region" aria-label="Checks and exhibits" tabindex="0">'
            '<table class="table"><caption>Does the check catch the exhibit? '
            "A dash: it does not apply.</caption>"
            f'<thead><tr><th scope="col">exhibit</th>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )

    def _row(self, exhibit):
        title = f'<a href="#{exhibit.anchor}">{escape(exhibit.title)}</a>'
        found = self.rows[exhibit.slug].values()
        cells = "".join(f'<td class="{CLASSES[f]}">{WORDS[f]}</td>' for f in found)
        return f'<tr><th scope="row">{title}</th>{cells}</tr>'


def table(exhibits: Sequence[Exhibit] = EXHIBITS, checks: Sequence[Check] | None = None) -> Table:
    """Return the `Table` of some exhibits and some checks; by default all.

    Parameters
    ----------
    exhibits : sequence of Exhibit
    checks : sequence of Check, optional

    Returns
    -------
    Table
    """
    checks = tuple(CHECKS.values() if checks is None else checks)
    return Table(tuple(exhibits), checks, matrix(exhibits, checks))

"""class.md and class.csv: what a class did not understand, test by test."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

import numpy as np

# A test separates if those who pass it do better in the rest, too; below this it hardly does.
FAINT = 0.2
MOST_SAID = 3


@dataclass(frozen=True)
class Item:
    """One test over a class.

    Attributes
    ----------
    title, name : str
    passed, of : int
        How many passed, and how many were graded.
    followed : int
        How many more would have passed with right answers to earlier exercises.
    separates : float or None
        The correlation of passing with the score in all other tests; None where all did the same.
    said : list of (str, int)
        What was found most often, and how often.
    """

    title: str
    name: str
    passed: int
    of: int
    followed: int
    separates: float | None
    said: list[tuple[str, int]]


def items(records):
    """Return an `Item` for each test, in the order of the sheet.

    Parameters
    ----------
    records : list of Record
        Those that could not be read do not count.
    """
    graded = [record for record in records if not record.unreadable]
    columns = list(zip(*(record.results for record in graded), strict=True))
    return [_item(column, [record.score for record in graded]) for column in columns]


def _item(results, scores):
    own = np.array([result.score for result in results])
    rest = np.array(scores) - own
    varies = own.std() > 0 and rest.std() > 0
    said = Counter(result.message for result in results if result.message)
    return Item(
        title=results[0].title,
        name=results[0].name,
        passed=sum(not result.message for result in results),
        of=len(results),
        followed=sum(bool(result.given) for result in results),
        separates=float(np.corrcoef(own, rest)[0, 1]) if varies else None,
        said=said.most_common(MOST_SAID),
    )


def page(found, paper, escaped):
    """Return the report as Markdown; ``escaped`` makes words of students harmless."""
    lines = [f"# {escaped(paper.title)}: the class", ""]
    lines += ["| test | passed | follow-through | separates | what was found most often |"]
    lines += ["| --- " * 5 + "|"]
    for item in sorted(found, key=lambda item: item.passed / item.of):
        said = "; ".join(f"{count} × {escaped(text)}" for text, count in item.said)
        share, more = f"{item.passed} of {item.of}", f"+{item.followed}" * bool(item.followed)
        row = escaped(item.title), share, more, _separates(item), said
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def _separates(item):
    if item.separates is None:
        return "all the same" if item.passed in (0, item.of) else ""
    return f"{item.separates:.2f}{' (hardly)' if item.separates < FAINT else ''}"


def table(found):
    """Return the report as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["test", "passed", "of", "follow-through", "separates"])
    for item in found:
        separates = "" if item.separates is None else f"{item.separates:.3f}"
        writer.writerow([item.name, item.passed, item.of, item.followed, separates])
    return text.getvalue()

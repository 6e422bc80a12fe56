"""The card of an exhibit as Markdown: what there is to see, and, folded, what is wrong."""

from typing import TYPE_CHECKING

from softback.course.museum.checks import CHECKS

if TYPE_CHECKING:
    from softback.course.museum.exhibit import Exhibit

CARD = """\
{exhibit_text}

**What you see.** {symptom}

```text
{trial}
```

<details class="admonition dropdown">
<summary class="admonition-title">{question}</summary>

**{title}.** {why}

{fix_text}

{verdict}

</details>
"""


def markdown(exhibit: "Exhibit") -> str:
    """Return the card.

    Parameters
    ----------
    exhibit : Exhibit

    Returns
    -------
    str
        Markdown with formulas between dollar signs and a ``<details>`` element, which folds
        without scripts.
    """
    outcome = exhibit.trial(exhibit)
    return CARD.format(
        exhibit_text=_displayed(exhibit.source, exhibit.formula),
        symptom=exhibit.symptom,
        trial=f"{outcome.done}\n\ngives\n{outcome.got}\n\nright is\n{outcome.want}",
        question="What is wrong?" if exhibit.caught_by else "Is it wrong?",
        title=exhibit.title,
        why=exhibit.why,
        fix_text=_displayed(exhibit.right_source, exhibit.right_formula),
        verdict=_verdict(exhibit),
    )


def _displayed(source, formula):
    return f"$$\n{source}\n$$" if formula else f"```python\n{source}\n```"


def _verdict(exhibit):
    """Say which checks catch it and which miss it, the most telling first."""
    if not exhibit.caught_by:
        return "It is right, and no check objects."
    caught, missed = (_named(names) for names in (exhibit.caught_by, exhibit.missed_by))
    lines = [f"- Caught by {caught}.", f"- Missed by {missed}."]
    if exhibit.breaks:
        lines.append(f"- Contradicts {', '.join(f'`{label}`' for label in exhibit.breaks)}.")
    return "\n".join(lines)


def _named(names):
    first, *others = names
    rest = f"; also by {', '.join(others)}" if others else ""
    return f"**{first}** ({CHECKS[first].title}){rest}"

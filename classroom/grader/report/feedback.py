"""Feedback for one student, as Markdown and as a page."""

import html
import re

from .further import further
from .grades import total

STYLE = """\
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #767676; padding: .4rem .6rem; }
th, td { text-align: left; vertical-align: top; }
td.points { white-space: nowrap; }
td:last-child, li { overflow-wrap: anywhere; }
td:last-child { width: 45%; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { html { background: #121212; color: #ececec; } }
"""
LINK = '<a href="{1}">{0}</a>'
SPECIAL = re.compile(r"([\\<>\[\]|*_#!$~&])")


def markdown(record, paper, given):
    """Return the feedback as Markdown, with a submission's own words escaped."""
    whole = _sum(record, paper, given)
    lines = [f"# {escaped(paper.title)}", "", f"**{escaped(record.name)}**: {whole}", ""]
    if record.notes:
        lines += ["Your notebook:", "", *(f"- {escaped(note)}" for note in record.notes), ""]
    lines += ["| test | points | what was found |", "| --- | --- | --- |"]
    rows = _rows(record, paper, given, escaped, "[{}]({})")
    lines += [f"| {title} | {points} | {found} |" for title, points, found in rows]
    return "\n".join(lines) + "\n"


def page(record, paper, given):
    """Return the feedback as HTML that loads nothing and runs nothing."""
    notes = "".join(f"<li>{_html(note)}</li>" for note in record.notes)
    rows = "".join(
        f'<tr><td>{title}</td><td class="points">{points}</td><td>{found}</td></tr>\n'
        for title, points, found in _rows(record, paper, given, _html, LINK)
    )
    title = f"{html.escape(paper.title)}: {html.escape(record.name)}"
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
<h1>{_html(paper.title)}</h1>
<p><strong>{html.escape(record.name)}</strong>: {_sum(record, paper, given)}</p>
{f"<p>Your notebook:</p><ul>{notes}</ul>" if notes else ""}
<table>
<thead><tr><th scope="col">test</th><th scope="col">points</th>
<th scope="col">what was found</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
</main>
</body>
</html>
"""


def _sum(record, paper, given):
    whole = total(record, paper, given)
    if given and whole is not None:
        return f"{whole:g} of {record.most + sum(paper.questions.values()):g} points."
    by_hand = sum(paper.questions.values())
    more = f", and up to {by_hand:g} for what a person reads" if by_hand else ""
    return f"{record.score:g} of {record.most:g} points by tests{more}."


def _rows(record, paper, given, safe, link):
    """Return title, points and words of each test, then of each answer that a person has marked."""
    rows = []
    for r in record.results:
        read = " and ".join(link.format(safe(words), to) for words, to in further(r.message))
        said = safe(r.message or "Passed."), read and f"Read {read}.", safe(r.aside)
        points = f"{r.score:g} of {r.points:g}"
        rows.append((safe(r.title), points, " ".join(filter(None, said))))
    headings = {name: heading for heading, name in paper.places.items()}
    for question, mark in given.items():
        points = "" if mark.points is None else f"{mark.points:g} of {paper.questions[question]:g}"
        title = f"{headings.get(question, question)} (read by your teacher)"
        rows.append((safe(title), points, safe(" ".join(mark.comment.split()))))
    return rows


def escaped(text):
    """Return a text whose marks do nothing in Markdown, but for its code."""
    return _parted(
        text,
        lambda plain: SPECIAL.sub(r"\\\1", plain.replace("`", "'")),
        lambda code: f"`{code.replace('|', chr(0xA6))}`",
    )


def _html(text):
    return _parted(text, html.escape, lambda code: f"<code>{html.escape(code)}</code>")


def _parted(text, *forms):
    """Return a text in two forms in turn: what is between backquotes is code."""
    parts = re.split(r"`([^`]+)`", text)
    return "".join(forms[at % 2](part) for at, part in enumerate(parts))

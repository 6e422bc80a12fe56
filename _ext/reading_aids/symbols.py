"""Give a page what the page of notation says of the symbols that occur on it."""

import json
import re
from html import escape
from weakref import WeakKeyDictionary

from docutils import nodes

from prerender_math.engine import typesetter

MARK = 'id="sb-symbols"'
NOTATION = "notation"  # its label
# What a formula is searched for to find a symbol: an operation, or the letter that it begins with.
_SIGN = re.compile(r"\\odot|\\langle")
_LETTER = re.compile(r"\\(?:bar|log) \w|\\\w+|dz|\w")
_TEX = re.compile(r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.S)

_rows = WeakKeyDictionary()


def add(app, pagename, templatename, context, doctree):
    """Add a template with the rows that the page needs (an ``html-page-context`` handler)."""
    label = app.env.domains["std"].labels.get(NOTATION)
    body = context.get("body") or ""
    if app.builder.format != "html" or not label or pagename == label[0]:
        return
    if app not in _rows:
        _rows[app] = list(_read(app, app.env.get_doctree(label[0])))
    formulas = " ".join(_TEX.findall(body)).replace(r"\mathsf T", "")  # the sign of a transpose
    rows = [row for letters, row in _rows[app] if any(_occurs(x, formulas) for x in letters)]
    if rows:
        link = escape(app.builder.get_relative_uri(pagename, label[0]))
        more = f'<p><a href="{link}">All symbols</a></p>'
        context["body"] = f"{body}<template {MARK}><dl>{''.join(rows)}</dl>{more}</template>\n"


def _occurs(letter, tex):
    return re.search(rf"(?<![\w\\]){re.escape(escape(letter))}(?![a-zA-Z])", tex) is not None


def _read(app, doctree):
    """Yield for each row of the first table its letters and its HTML."""
    table = next(doctree.findall(nodes.tbody), nodes.tbody())
    for row in table.findall(nodes.row):
        thing, symbol, *_ = row.children
        letters = [_letter(formula.astext()) for formula in symbol.findall(nodes.math)]
        data = escape(json.dumps(letters))
        yield (
            letters,
            f'<div data-letters="{data}"><dt>{html_of(app, symbol)}</dt>'
            f"<dd>{html_of(app, thing)}</dd></div>",
        )


def _letter(tex):
    return (_SIGN.search(tex) or _LETTER.match(tex))[0]


def html_of(app, node):
    """Return words and formulas of a node; links are words here."""
    if isinstance(node, nodes.math):
        return typesetter(app).render(node.astext(), display=False).html
    if isinstance(node, nodes.Text):
        return escape(node.astext())
    return "".join(html_of(app, child) for child in node.children)

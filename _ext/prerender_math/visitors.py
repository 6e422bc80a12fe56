"""Write math nodes as HTML."""

import html

from docutils import nodes
from sphinx.locale import _
from sphinx.util.math import get_node_equation_number

from .check import warn_once
from .engine import Formula, typesetter
from .heights import height
from .tex import source

# Characters of an inline formula that stays on one line; longer ones break as KaTeX allows.
SHORT = 12


def visit_inline(translator, node):
    """Write a formula inside a line, with the marks that touch it (`neighbours`)."""
    before, after = (html.escape(node.get(side, "")) for side in ("before", "after"))
    formula = _typeset(translator, node)
    kind = "math may-break" if len(Formula(formula).text) > SHORT else "math"
    translator.body.append(f'<span class="{kind}">{before}{formula}{after}</span>')
    raise nodes.SkipNode


def visit_display(translator, node):
    """Write a display equation: a box that scrolls sideways, then its number with a permalink."""
    number = get_node_equation_number(translator, node) if node["number"] else ""
    translator.body.append(translator.starttag(node, "div", CLASS="math displaymath"))
    name = _("Equation {}").format(number) if number else _("Formula")
    formula = _typeset(translator, node)
    translator.body.append(
        f'<div class="math-scroll" tabindex="0" role="group" aria-label="{html.escape(name)}"'
        f' style="--math-height:{height(formula):.4g}">{formula}</div>'
    )
    if number:
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def _typeset(translator, node):
    app = translator.builder.app
    tex, display = source(node)
    formula = typesetter(app).render(tex, display=display)
    if formula.error:
        warn_once(app, node, formula.error)
        return f'<code class="math-error">{html.escape(tex)}</code>'
    return formula.html

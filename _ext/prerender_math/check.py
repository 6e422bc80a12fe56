"""Report formulas that KaTeX refuses, as Sphinx warnings with file and line."""

from weakref import WeakKeyDictionary

from docutils import nodes
from sphinx.util import logging

from .engine import typesetter
from .tex import source

logger = logging.getLogger(__name__)

_warned = WeakKeyDictionary()


def report_errors(app, doctree):
    """Typeset every formula of a page that was just read (a ``doctree-read`` handler).

    A page with an error is read again by the next build even if nobody changed it, so that the
    next build fails too.
    """
    formulas = doctree.findall(lambda node: isinstance(node, nodes.math | nodes.math_block))
    for node in formulas:
        tex, display = source(node)
        error = typesetter(app).render(tex, display=display).error
        if error:
            warn_once(app, node, error)
            app.env.note_reread()


def warn_once(app, node, error):
    """Warn about a formula unless the same TeX was warned about in this build.

    Formulas that only appear when the page is written, such as glued ones, are reported then.
    """
    warned = _warned.setdefault(app, set())
    if source(node) not in warned:
        warned.add(source(node))
        logger.warning("TeX error: %s", error, location=node, type="math", subtype="tex")

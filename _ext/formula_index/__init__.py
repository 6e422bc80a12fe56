"""Make an index of formulas from what the cells of the book report while it is built.

`verify` shows a proof as a line and emits a record of it; so does a room of the museum. This
extension gathers both from the executed notebooks, beside the labelled equations of the pages, and
keeps them in Sphinx's environment, so that a build that reads only some pages still knows the
others. The directive ``{formula-index}`` shows them:

- each labelled equation, typeset, with a link to where it stands;
- for which C it is proved;
- the functions that compute it: those of the package that the directive names, and whose docstring
  says "Derived in the chapter NAME (eq-vjp)";
- the exhibits that contradict it.

On the other pages the line of a proof becomes a badge with the number of its equation, typeset
symbols and a link to the index; the label of an equation that stands there as inline code, as on
the cards of the museum, becomes its number. Where a function is documented, its entry names the
equations that it computes.
"""

from .backlinks import NumberLabels, TypesetBadges
from .directive import FormulaIndex, index_place
from .entries import FillIndex
from .records import changed_pages, forget_page, merge_pages, read_page
from .reference import NameFormulas


def setup(app):
    """Register the directive, and what gathers and spreads the records."""
    app.add_node(index_place)
    app.add_directive("formula-index", FormulaIndex)
    app.add_post_transform(FillIndex)
    app.add_post_transform(NameFormulas)
    app.add_post_transform(TypesetBadges)
    app.add_post_transform(NumberLabels)
    app.connect("doctree-read", read_page)
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_pages)
    app.connect("env-updated", changed_pages)
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }

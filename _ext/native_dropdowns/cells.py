"""Write MyST-NB's hidden cells with summaries that say what they show."""

from html import escape

from myst_nb.sphinx_ import HideCodeCellNode

__all__ = ["HideCodeCellNode", "depart_hidden_cell", "visit_hidden_cell"]


def visit_hidden_cell(translator, node):
    """Open a ``<details>`` element with one prompt for the closed and one for the open state."""
    classes = " ".join(["hide", *node["classes"]])
    show, hide = escape(node["prompt_show"]), escape(node["prompt_hide"])
    translator.body.append(
        f'<details class="{classes}"><summary><span class="collapsed">{show}</span>'
        f'<span class="expanded">{hide}</span></summary>\n'
    )


def depart_hidden_cell(translator, node):
    """Close the element."""
    translator.body.append("</details>\n")

"""Adapt the TeX of a display equation to KaTeX and to Sphinx's numbers."""

import re

from docutils import nodes

# Environments that number their own rows. Sphinx gives the block one number, so they are starred;
# three that KaTeX does not know are replaced by the nearest one that it does.
_STARRED = {
    "equation": "equation*",
    "align": "align*",
    "alignat": "alignat*",
    "gather": "gather*",
    "flalign": "align*",
    "eqnarray": "align*",
    "multline": "gather*",
}
# Rows of these are lines of a derivation. KaTeX sets lines with fractions or sums too close.
_LINES = {"split", "aligned", "gathered", *_STARRED.values()}
_TALL = re.compile(r"\\(?:[dt]?frac|sum|prod)(?![a-zA-Z])")
_TOKEN = re.compile(r"\\begin\{(\w+\*?)\}|\\end\{\w+\*?\}|(\\\\)(?!\s*[\[*])")
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(" + "|".join(_STARRED) + r")\*?\}")


def source(node):
    """Return the TeX of a math node as KaTeX wants it, and whether it is a display equation."""
    if isinstance(node, nodes.math_block):
        return display_tex(node.astext(), complete=bool(node.get("nowrap"))), True
    return node.astext(), False


def display_tex(tex, *, complete=False):
    r"""Return TeX that KaTeX typesets as one unnumbered block.

    Parameters
    ----------
    tex : str
        What the author wrote between the delimiters.
    complete : bool
        Whether the TeX brings its own top-level environment (``nowrap`` in Sphinx's words). Else
        rows separated by ``\\`` are aligned at ``&``, and blank lines separate equations, as in
        Sphinx's other renderers.
    """
    return _open_up(_one_block(tex.strip(), complete))


def _one_block(tex, complete):
    if complete or _ENVIRONMENT.match(tex):
        return _ENVIRONMENT.sub(lambda found: rf"\{found[1]}{{{_STARRED[found[2]]}}}", tex)
    equations = [_align_rows(part) for part in re.split(r"\n\s*\n", tex) if part.strip()]
    if len(equations) > 1:
        return r"\begin{gathered}" + r"\\".join(equations) + r"\end{gathered}"
    return "".join(equations)


def _align_rows(tex):
    return rf"\begin{{split}}{tex}\end{{split}}" if r"\\" in tex else tex


def _open_up(tex):
    r"""Give each tall line of a derivation room below it: ``\\`` becomes ``\\[0.75em]``."""
    result, environments, start = [], [], 0
    for token in _TOKEN.finditer(tex):
        row, start = tex[start : token.end()], token.end()
        result.append(row)
        if token[1]:
            environments.append(token[1])
        elif not token[2]:
            environments[-1:] = []
        elif environments and environments[-1] in _LINES and _TALL.search(row):
            result.append("[0.75em]")
    return "".join(result) + tex[start:]

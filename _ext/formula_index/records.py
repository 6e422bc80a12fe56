"""What each page says of formulas: its equations, proofs and exhibits, kept in the environment."""

import json
from dataclasses import dataclass, field

from docutils import nodes
from sphinx import addnodes

from cached_outputs import executed

from .directive import index_place

PROOF = "application/vnd.softback.proof+json"
EXHIBITS = "application/vnd.softback.exhibits+json"


@dataclass
class Page:
    """What one page holds.

    Attributes
    ----------
    equations : dict
        LaTeX by label, in the order of the page.
    proofs : dict
        Records of `verify` by label.
    exhibits : list of dict
        Records of exhibits: ``anchor``, ``breaks``.
    is_index : bool
        Whether the index is shown here.
    functions : dict
        Names of functions by label, where the index is shown.
    is_reference : bool
        Whether functions are documented here.
    """

    equations: dict = field(default_factory=dict)
    proofs: dict = field(default_factory=dict)
    exhibits: list = field(default_factory=list)
    is_index: bool = False
    functions: dict = field(default_factory=dict)
    is_reference: bool = False


def pages(env):
    """Return the `Page` of each document with equations, proofs, exhibits or the index."""
    if not hasattr(env, "formula_pages"):
        env.formula_pages = {}
    return env.formula_pages


def in_book_order(env):
    """Return the names of the documents in the order of the table of contents."""
    order, waiting = [], [env.config.root_doc]
    while waiting:
        name = waiting.pop(0)
        if name not in order:
            order.append(name)
            waiting[:0] = env.toctree_includes.get(name, [])
    return order


def read_page(app, doctree):
    """Note what a page holds (a ``doctree-read`` handler)."""
    records = _records(app, app.env.docname)
    index = next(doctree.findall(index_place), None)
    page = Page(
        equations={
            node["label"]: node.astext()
            for node in doctree.findall(nodes.math_block)
            if (node.get("label") or "").startswith(("eq-", "def-"))
        },
        proofs={record["label"]: record for record in records[PROOF]},
        exhibits=[exhibit for room in records[EXHIBITS] for exhibit in room],
        is_index=index is not None,
        functions=index["functions"] if index else {},
        is_reference=next(doctree.findall(addnodes.desc), None) is not None,
    )
    if page != Page():
        pages(app.env)[app.env.docname] = page


def _records(app, name):
    """Return the records of both kinds in the executed notebook of a page, in their order."""
    found = {PROOF: [], EXHIBITS: []}
    notebook = executed(app, name)
    if notebook.exists():
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        for output in outputs:
            for kind in found.keys() & output.get("data", {}).keys():
                found[kind].append(output["data"][kind])
    return found


def forget_page(app, env, docname):
    """Drop what is known of a page that is read again or has been removed."""
    pages(env).pop(docname, None)


def merge_pages(app, env, docnames, other):
    """Take over what another process has read."""
    read = pages(other)
    pages(env).update({name: read[name] for name in docnames if name in read})


def changed_pages(app, env):
    """Return the pages whose content depends on others, once any of it has changed."""
    known = {name: vars(page) for name, page in sorted(pages(env).items())}
    if getattr(env, "formula_pages_written", None) == known:
        return []
    env.formula_pages_written = known
    return list(known)

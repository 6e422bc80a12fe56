"""What the page has to know of the cells of a notebook: text, label, kind, packages."""

import ast
import hashlib
import re

from .inside import cutting

VIEW = "application/vnd.jupyter.widget-view+json"
EXERCISE = re.compile(r"\{exercise-start\}[^\n]*\n(?::.*\n)*?:label: (\S+)|\{exercise-end\}")
PROOF = re.compile(r'\bverify\(\s*"(eq-[\w-]+)"')
CHECK = re.compile(r"\bcourse\.check\(")
CHECKS = "raises-exception"  # in a sheet: what an answer is checked with
HIDDEN = {"remove-cell", "remove-input", "needs-kernel"}


def described(notebook):
    """Return a list with a dictionary for each code cell, in their order.

    ``code`` is its text. A cell that a reader may run has also the ``id`` under which the page and
    the reader's memory know it, a ``kind`` (proof, check or code) and the ``packages`` that it will
    load. Others show widgets, which live in the page already, want a kernel, or only import.
    In a sheet, the cell of an answer also has the ``check`` that follows it, and runs with it.
    """
    found, ids, exercise = [], set(), None
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] != "code":
            for gate in EXERCISE.finditer(text):
                exercise = gate[1]
            continue
        answer = cell["metadata"].get("exercise")
        if answer and CHECKS in cell["metadata"].get("tags", []):
            found[-1]["check"] = text
            continue
        found.append({"code": text.strip("\n")})
        if answer:
            found[-1] |= {"id": f"cell-{answer}", "kind": "check"}
        elif _can_run(cell, text):
            kind, label = _kind(text, exercise)
            while f"cell-{label}" in ids:
                label += "-again"
            ids.add(f"cell-{label}")
            found[-1] |= {"id": f"cell-{label}", "kind": kind}
    codes = [cell["code"] for cell in found]
    for n, cell in enumerate(found):
        if "id" in cell:
            checked = "\n".join([cell["code"], cell.get("check", "")])
            cell["packages"] = cutting.cut([*codes[:n], checked], n).packages
    return found


def _can_run(cell, text):
    try:
        body = ast.parse(text).body
    except SyntaxError:  # of IPython, such as a magic
        return False
    is_setup = all(isinstance(node, ast.Import | ast.ImportFrom | ast.Expr) for node in body)
    kinds = [kind for output in cell["outputs"] for kind in output.get("data", {})]
    is_hidden = HIDDEN & {*cell["metadata"].get("tags", [])}
    return not is_hidden and VIEW not in kinds and bool(cell["outputs"] or not is_setup)


def _kind(text, exercise):
    """Return the kind of a cell and its label, which outlives changes of other cells."""
    proof = PROOF.search(text)
    if proof and ".Refuted" not in text:
        return "proof", proof[1]
    if exercise and CHECK.search(text):
        return "check", exercise
    return "code", hashlib.sha256(text.encode()).hexdigest()[:8]

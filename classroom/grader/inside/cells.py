"""Run the code cells of a notebook, each with its own errors."""

import ast
import inspect
import re
from itertools import chain

from .imports import Quiet

TIMERS = ("%%time", "%%timeit", "%%capture", "%%prun")
MAGIC = re.compile(r"^(\s*)(?:[%!?](?:.*\\\n)*.*|[\w.]+\s*\?{1,2}\s*)$", re.M)
# More would only repeat what went wrong.
MOST_ERRORS = 5
MAGIC_VALUE = re.compile(r"^(\s*[\w, ]+=\s*)[%!].*$", re.M)


def namespace():
    """Return what a notebook finds at its start."""
    quiet = Quiet()
    return {"__name__": "__main__", "display": quiet, "get_ipython": quiet}


def python(source):
    """Return a cell as Python, without the magics of IPython.

    A cell that is Python already stays as it is: a line of it may begin with a percent sign.
    """
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith("%%"):
        source = rest if first.split()[0] in TIMERS else ""
    try:
        compile(source, "cell", "exec")
        return source
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return MAGIC.sub(r"\1pass", MAGIC_VALUE.sub(r"\1None", source))


def run(number, source, names, compiled):
    """Run one cell in the namespace ``names``; return where and what went wrong.

    A statement that fails, such as an import of what is not here, costs what needs it and no more.
    ``compiled`` is a `codeop.Compile`: what is imported from ``__future__`` counts from then on.
    """
    label, errors = f"cell {number}", []

    def note(error):
        errors.append([number, _line(error, label), _kind(error), _text(error)])

    try:
        statements = [*chain.from_iterable(map(_parts, ast.parse(python(source), label).body))]
    except BaseException as error:
        note(error)
        return errors
    for statement in statements:
        try:
            exec(compiled(ast.Module([statement], []), label, "exec"), names)
        except BaseException as error:
            note(error)
    return errors[:MOST_ERRORS]


def _parts(statement):
    """Return the statements that one stands for: an import of several modules fails one by one."""
    names = statement.names if isinstance(statement, ast.Import) else ()
    return [ast.copy_location(ast.Import([name]), statement) for name in names] or [statement]


def _line(error, label):
    if isinstance(error, SyntaxError) and error.filename == label:
        return error.lineno
    lines = []
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == label:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines[0] if lines else None


def failure(error):
    """Return an exception as plain text: its kind and its message."""
    return {"kind": _kind(error), "text": _text(error)}


def _kind(error):
    return str(type(error).__name__)[:100]


def _text(error):
    try:
        # What Python adds to the other text is the place, which stands in front of it here.
        return str(error.msg if isinstance(error, SyntaxError) else error)[:500]
    except BaseException:
        return ""


def signature(function):
    """Return the parameters of a function, or None if they are unknown.

    Returns
    -------
    list of [str, int, bool] or None
        For each its name, the number of its kind in `inspect`, and whether it has a default.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
        return [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]
    except BaseException:
        return None

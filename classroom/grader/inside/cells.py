"""Run the code cells of a notebook, each with its own errors."""

import inspect
import re

from .imports import Quiet

TIMERS = ("%%time", "%%timeit", "%%capture", "%%prun")
MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\s*\?{1,2}\s*)$", re.M)
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


def run(number, source, names):
    """Run one cell in the namespace ``names``; return None, or where and what went wrong."""
    label = f"cell {number}"
    try:
        exec(compile(python(source), label, "exec"), names)
    except BaseException as error:
        return [number, _line(error, label), _kind(error), _text(error)]
    return None


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
        return str(error)[:500]
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

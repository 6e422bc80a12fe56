"""Docstrings as reST: they are written to be read in an editor, so bars are absolute values."""

import inspect
import re
import sys

CODE_OR_BAR = re.compile(r"(``.*?``)|\|")
LONG_NAME = re.compile(r"(?<![\w.])(\w+\.[\w.]*\w)\.(\w+)")


def read_docstring(app, what, name, held, options, lines):
    """Change what napoleon has made of a docstring (an ``autodoc-process-docstring`` handler)."""
    if what == "property":  # napoleon takes words before a colon for a type
        lines[:] = [*inspect.getdoc(held).splitlines(), ""]
    package = sys.modules[name.partition(".")[0]]
    for number, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            line = CODE_OR_BAR.sub(lambda found: found[1] or r"\|", line)
            lines[number] = LONG_NAME.sub(lambda found: _exported(package, found), line)


def _exported(package, found):
    """Return the name under which the package exports a thing, or else the name that was found."""
    module, name = found.groups()
    if module.startswith(f"{package.__name__}.") and hasattr(package, name):
        defined = getattr(sys.modules.get(module), name, None)
        if defined is getattr(package, name):
            return f"{package.__name__}.{name}"
    return found[0]


def read_signature(app, what, name, held, options, signature, returned):
    """Leave out what says nothing (an ``autodoc-process-signature`` handler)."""
    return ("", None) if signature == "(*args, **kwargs)" else None

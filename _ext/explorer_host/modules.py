"""Turn the module of a widget into a classic script.

An ES module cannot be loaded from a file, nor from a string under a strict policy. As a classic
script it hands a function to the host, and the function returns what the module exports.
"""

import re

import rjsmin

IMPORT = re.compile(r"^\s*import[\s{*'\"]|(?<![\w.$])import\s*\(", re.M)
EXPORT_DEFAULT = re.compile(r"^[ \t]*export\s+default\s+", re.M)
EXPORT_AS_DEFAULT = re.compile(r"^[ \t]*export\s*\{\s*([\w$]+)\s+as\s+default\s*,?\s*\};?", re.M)
EXPORT_NAME = re.compile(
    r"^[ \t]*export\s+(?=(?:async\s+)?(?:function|class|const|let|var)\b)", re.M
)
EXPORT = re.compile(r"^\s*export\b", re.M)


class HostError(Exception):
    """Something that the host cannot do with a widget; the message says why."""


def body(module):
    """Return an ES module as the body of a function that returns its default export.

    Parameters
    ----------
    module : str

    Returns
    -------
    str

    Raises
    ------
    HostError
        If it imports something, or has not exactly one default export.
    """
    if IMPORT.search(module):
        raise HostError("it imports other modules; on a page it must be one text")
    rest = EXPORT_NAME.sub("", module)
    rest, direct = EXPORT_DEFAULT.subn("const softbackDefault = ", rest)
    rest, named = EXPORT_AS_DEFAULT.subn(r"const softbackDefault = \1;", rest)
    if direct + named != 1 or EXPORT.search(rest):
        raise HostError("it must have one default export, as `export default { render };`")
    return f"{rest}\nreturn softbackDefault;"


def nests_templates(code):
    """Tell whether a template literal may stand inside of another: rjsmin takes it for code.

    Parameters
    ----------
    code : str

    Returns
    -------
    bool
    """
    return any("`" in _until_closed(code, hole.end()) for hole in re.finditer(r"\$\{", code))


def _until_closed(code, start):
    """Return what follows up to the brace that closes the one before the start."""
    depth = 1
    for brace in re.finditer(r"[{}]", code[start:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return code[start : start + brace.start()]
    return code[start:]


def script(module):
    """Return the classic script of a module; ``FILE`` stands for the name it will get."""
    code = f'"use strict";{body(module)}'
    if not nests_templates(code):
        code = rjsmin.jsmin(code)
    return f'softbackHost.define("FILE",()=>{{{code}\n}});\n'

"""Docstrings as reST: they are written to be read in an editor, so bars are absolute values."""

import inspect
import re
import sys

# A code, a choice of values as a type, a label, a bar.
PIECE = re.compile(
    r"(?P<code>``.*?``|`[^`]*`)|\(\*(?P<choice>\{.*?\})(?P<rest>.*?)\*\)"
    r"|\b(?P<label>(?:eq|def)-[\w-]+)|(?P<bar>\|)"
)
NUMBER = re.compile(r"^\d+-")
LONG_NAME = re.compile(r"(?<![\w.])(\w+\.[\w.]*\w)\.(\w+)")
# On the page the equations that a function computes are named and linked below its summary. Other
# sentences about chapters get links.
PLACES = re.compile(
    r"Derived\s+in\s+the\s+chapters?\s+[\w-]+\s+\([^)]*\)(?:(?:,|\s+and)\s+[\w-]+\s+\([^)]*\))*"
)
DERIVED = re.compile(rf"{PLACES.pattern}\. ?")
CHAPTER = re.compile(
    r"\b([Tt]he)\s+chapters?\s+([\w-]+)|(?<=\))\s+and\s+([\w-]+)(?=\s+\((?:eq|def)-)"
)


def read_docstring(app, what, name, held, options, lines):
    """Change what napoleon has made of a docstring (an ``autodoc-process-docstring`` handler)."""
    if what == "property":  # napoleon takes words before a colon for a type
        lines[:] = [*inspect.getdoc(held).splitlines(), ""]
    package = sys.modules[name.partition(".")[0]]
    pages = {NUMBER.sub("", page.rpartition("/")[2]) for page in app.env.found_docs}
    text = DERIVED.sub("", "\n".join(lines))
    lines[:] = CHAPTER.sub(lambda found: _chapter(found, pages), text).split("\n")
    for number, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            line = PIECE.sub(_as_rest, line)
            lines[number] = LONG_NAME.sub(lambda found: _exported(package, found), line)


def _chapter(found, pages):
    """Return the words with a link to a chapter, which is named as its file without the number."""
    article, name, other = found.groups()
    if (name or other) not in pages:
        return found[0]
    return (
        f":chapter:`{article} chapter <{name}>`"
        if name
        else f" and :chapter:`the chapter <{other}>`"
    )


def _as_rest(found):
    if found["choice"]:
        rest = found["rest"].removeprefix(",").strip()
        return f"(``{found['choice']}``, *{rest}*)" if rest else f"(``{found['choice']}``)"
    if found["label"]:
        return f"``{found['label']}``"
    return found["code"] or r"\|"


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

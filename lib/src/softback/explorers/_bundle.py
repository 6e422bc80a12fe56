"""Make one self-contained ES module from the files that a front end is written in.

A front end loads a widget's module from a blob, where no relative import works. So what a file
imports is written in front of it, each file once; imports, exports and comments are taken out,
and so is what no other line names.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

IMPORT = re.compile(r'^import \{[^}]*\} from "(?P<path>\.[./\w-]+\.mjs)";\n', re.M)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.M)
DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) (?:([\w$]+)|[\[{]([^\]}]*))", re.M)
LEFT_OVER = re.compile(r"^(?:import\b|export (?!default )).*", re.M)
COMMENT = re.compile(r"^ */\*.*?\*/\n", re.M | re.S)
# A function, class or single constant with its lines, which are further in or close it.
PIECE = re.compile(
    r"^(?:(?:async )?(?:function|class) ([\w$]+)"
    r"|const ([\w$]+) = (?:\([^()]*\) =>)?+(?!.*, [\w$]+ = )).*\n(?:[ })\]].*\n|\n)*",
    re.M,
)
# A name; one behind a single dot is a property's.
NAME = re.compile(r"(?:(?<=\.{3})|(?<![.\w$]))[\w$]+")


def module(file: Path, exports: Sequence[str] = (), before: str = "") -> str:
    """Return the text of an ES module with everything that it imports.

    Parameters
    ----------
    file : Path
        The module, ``NAME.mjs``.
    exports : sequence of str
        What others call; without any, a default export is what remains.
    before : str
        Code that stands in front of all.

    Raises
    ------
    ValueError
        If two files declare the same name, or if an import or export has an unknown form.
    """
    parts: dict[Path, str] = {}
    _add(file.resolve(), parts)
    owners: dict[str, str] = {}
    for path, text in parts.items():
        for single, several in DECLARED.findall(text):
            for name in re.findall(r"\w+(?=\s*(?:,|$))", several) or [single]:
                if name in owners:
                    raise ValueError(f"{owners[name]} and {path.name} both declare {name}")
                owners[name] = path.name
    last = f"export {{ {', '.join(exports)} }};\n" if exports else ""
    code = _used(COMMENT.sub("", before + "\n".join(parts.values())) + last)
    return re.sub(r"\n\s*", "\n", code)


def script(file: Path) -> str:
    """Return a module and everything that it imports as a script, which also a folder can load.

    Parameters
    ----------
    file : Path
        The module, ``NAME.mjs``.
    """
    return f"(() => {{\n{module(file)}\n}})();\n"


def _used(code: str) -> str:
    """Return the code without the pieces whose names stand nowhere else."""
    names = Counter(NAME.findall(code))

    def kept(piece: re.Match[str]) -> str:
        name = piece[1] or piece[2]
        return piece[0] if names[name] > NAME.findall(piece[0]).count(name) else ""

    fewer = PIECE.sub(kept, code)
    return fewer if fewer == code else _used(fewer)


def _add(file: Path, parts: dict[Path, str]) -> None:
    """Add a file to ``parts``, after those that it imports."""
    text = file.read_text("utf-8")
    for imported in IMPORT.finditer(text):
        path = (file.parent / imported["path"]).resolve()
        if path not in parts:
            _add(path, parts)
    parts[file] = EXPORT.sub("", IMPORT.sub("", text))
    if unknown := LEFT_OVER.search(parts[file]):
        raise ValueError(f"{file.name}: cannot bundle {unknown[0]!r}")

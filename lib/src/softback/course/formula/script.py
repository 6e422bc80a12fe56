"""Make one self-contained ES module from the JavaScript that stands beside these files."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
# Each after those that it imports.
JUDGE = ("grammar", "read", "show", "value", "judge")
_IMPORT = re.compile(r'^import \{[^}]*\} from "\.[./\w]+\.mjs";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:function|class|const)\b)", re.M)
_COMMENT = re.compile(r"^ */\*.*?\*/\n", re.M | re.S)
_DECLARED = re.compile(r"^(?:export )?(?:function|class|const) (?:(\w+)|\{([^}]*)\})", re.M)


@cache
def script(modules: tuple[str, ...] = JUDGE, exports: tuple[str, ...] = ("judge", "echo")) -> str:
    """Return the text of an ES module, without comments.

    Parameters
    ----------
    modules : tuple of str
        The files to put in, each after those that it imports.
    exports : tuple of str
        The functions that a page calls.

    Raises
    ------
    ValueError
        If two files declare the same name.
    """
    owners: dict[str, str] = {}
    parts = []
    for module in modules:
        text = (FOLDER / f"{module}.mjs").read_text("utf-8")
        for single, several in _DECLARED.findall(text):
            for name in re.findall(r"\w+(?=\s*(?:,|$))", several) or [single]:
                if name in owners:
                    raise ValueError(f"{owners[name]}.mjs and {module}.mjs both declare {name}")
                owners[name] = module
        parts.append(_COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text))))
    last = f"export {{ {', '.join(exports)} }};\n" if exports else ""
    return re.sub(r"\n\s*", "\n", "".join(parts)) + last

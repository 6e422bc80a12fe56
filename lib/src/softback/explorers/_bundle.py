"""Make one self-contained ES module, and one style sheet, from the files of an explorer.

A front end loads a widget's module from a blob, where no relative import works. So the modules that
a module imports are written in front of it, each once; their imports and exports are removed.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?P<name>\w+)\.mjs";\n', re.M)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.M)
DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) ([A-Za-z_$][\w$]*)", re.M)
LEFT_OVER = re.compile(r"^(?:import\b|export (?!default )).*", re.M)


@cache
def module(name: str, limits: str = "") -> str:
    """Return the text of an explorer's module with everything that it imports.

    Parameters
    ----------
    name : str
        The file ``NAME.mjs``.
    limits : str
        JSON with the limits of each trait, for the constant ``limits``.

    Returns
    -------
    str
        An ES module without imports.

    Raises
    ------
    ValueError
        If two modules declare the same name, or if an import or export has an unknown form.
    """
    parts = _parts(name, {"limits": f"const limits = {limits};\n"} if limits else {})
    owners: dict[str, str] = {}
    for part, text in parts.items():
        for declared in DECLARED.findall(text):
            if declared in owners:
                raise ValueError(f"{owners[declared]}.mjs and {part}.mjs both declare {declared}")
            owners[declared] = part
    return "\n".join(parts.values())


def _parts(name: str, parts: dict[str, str]) -> dict[str, str]:
    """Add a module to ``parts``, after those that it imports."""
    text = (FOLDER / f"{name}.mjs").read_text("utf-8")
    for imported in IMPORT.finditer(text):
        if imported["name"] not in parts:
            _parts(imported["name"], parts)
    text = EXPORT.sub("", IMPORT.sub("", text))
    if unknown := LEFT_OVER.search(text):
        raise ValueError(f"{name}.mjs: cannot bundle {unknown[0]!r}")
    parts[name] = text
    return parts


@cache
def stylesheet(name: str) -> str:
    """Return the style that all explorers share, and ``NAME.css`` where an explorer has its own."""
    files = [FOLDER / f"{part}.css" for part in ("panel", name)]
    return "\n".join(file.read_text("utf-8") for file in files if file.exists())

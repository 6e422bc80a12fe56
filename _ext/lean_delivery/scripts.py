"""The one script of every page."""

import re
from pathlib import Path

import rjsmin
from sphinx.util import logging

from . import parts

logger = logging.getLogger(__name__)

OURS = [Path(__file__).parent / "static" / name for name in ("page.js", "tab-stops.js")]
CODE = {".js", ".mjs", ".css"}

# Until a frame is drawn, a script that scrolls the sidebar would keep the browser from going to
# the place that the address names.
AFTER_A_FRAME = "requestAnimationFrame(() => setTimeout(() => {\n%s\n}))"


def bundle(static):
    """Return the scripts of `parts.BUNDLED` that lie in the folder, and ours, as one script."""
    found = [name for name in parts.BUNDLED if (static / name).is_file()]
    theirs = [_part(name, (static / name).read_text(encoding="utf-8")) for name in found]
    code = ";\n".join([*theirs, *(path.read_text(encoding="utf-8") for path in OURS)])
    return rjsmin.jsmin(code, keep_bang_comments=True)


def _part(name, code):
    """Return a script as the bundle holds it; those of `parts.LATER` wait for a frame."""
    code = re.sub(r"//# sourceMappingURL=.*", "", _cut(name, code))
    return AFTER_A_FRAME % code if name in parts.LATER else code


def _cut(name, code):
    """Return a script without the piece that ours replaces, with a warning where it is gone."""
    piece = parts.REPLACED_CODE.get(name)
    rest, count = piece.subn("", code) if piece else (code, 1)
    if count != 1:
        logger.warning(
            "%s holds %d times, not once, what static/tab-stops.js replaces",
            name,
            count,
            type="lean_delivery",
            subtype="script",
        )
    return rest


def words(text):
    """Return the words of a script or stylesheet that may name something on a page.

    A word after a dot or a hash is part of a selector, which gives an element no name.
    """
    return set(re.findall(r"(?<![\w.#-])[\w-]+", text))


def words_of_files(static):
    """Return the words of the files that pages load beside the two bundles."""
    finished = [
        path for name in parts.FINISHED for path in (static / name).glob("*") if path.suffix in CODE
    ]
    search = [static / name for name in parts.SEARCH if "index" not in name]
    texts = [path.read_text(encoding="utf-8") for path in (*search, *finished) if path.is_file()]
    return words("\n".join(texts))

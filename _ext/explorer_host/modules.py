"""Turn the modules and style sheets of widgets into files beside the pages.

An ES module cannot be loaded from a file nor from a string under a strict policy. So each becomes a
classic script that hands a function to the host. Names contain a hash of the content.
"""

import hashlib
import re
from pathlib import Path

import rcssmin
import rjsmin

FRONT = Path(__file__).parent / "front"
FOLDER = "_static/explorers"

IMPORT = re.compile(r"^\s*import[\s{*'\"]", re.M)
EXPORT_DEFAULT = re.compile(r"^[ \t]*export\s+default\s+", re.M)
EXPORT_NAME = re.compile(
    r"^[ \t]*export\s+(?=(?:async\s+)?(?:function|class|const|let|var)\b)", re.M
)
EXPORT = re.compile(r"^\s*export\b", re.M)


class ModuleError(Exception):
    """A module that the host cannot run; the message says why."""


def classic(module):
    """Return an ES module as the body of a function that returns its default export.

    Raises
    ------
    ModuleError
        If it imports something, or has not exactly one default export.
    """
    if IMPORT.search(module):
        raise ModuleError("it imports other modules; on a page it must be one text")
    body, count = EXPORT_DEFAULT.subn("return ", EXPORT_NAME.sub("", module))
    if count != 1 or EXPORT.search(body):
        raise ModuleError("it must have one default export, as `export default { render };`")
    return body


def script(module):
    """Return the classic script of a module; ``FILE`` stands for the name it will get."""
    return f'softbackHost.define("FILE",()=>{{"use strict";{rjsmin.jsmin(classic(module))}\n}});\n'


class Files:
    """The files of all pages, each written once.

    Parameters
    ----------
    outdir : pathlib.Path
        The root of the built site.
    """

    def __init__(self, outdir):
        self._folder = Path(outdir) / FOLDER

    def put(self, stem, suffix, text):
        """Write a text under a name with its hash, and return that name."""
        name = f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:12]}{suffix}"
        path = self._folder / name
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace('"FILE"', f'"{name}"'), encoding="utf-8")
        return name

    def host(self):
        """Write the host and return its name."""
        return self.put("host", ".js", rjsmin.jsmin((FRONT / "host.js").read_text("utf-8")))

    def style(self, stem, css):
        """Write what the host and a widget look like, and return the name."""
        host = (FRONT / "host.css").read_text("utf-8")
        return self.put(stem, ".css", rcssmin.cssmin(f"{host}\n{css}"))

    def prune(self, pages):
        """Remove files of earlier builds that none of the pages' texts mentions."""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if not any(path.name in page for page in pages):
                path.unlink()

"""The files that pages load: the host, modules, styles. Their names hold a hash of the content."""

import hashlib
import re
from pathlib import Path

import rjsmin

FRONT = Path(__file__).parent / "front"
FOLDER = "_static/explorers"
HOST = ("models", "modules", "views", "addresses", "places")
PICTURE = ("nodes", "draw")
COMMENT, INDENT = re.compile(r"/\*.*?\*/", re.S), re.compile(r"\s*\n\s*")


def joined(folder, names):
    """Return scripts of ``front`` as one, whose names nobody else sees."""
    texts = [(FRONT / folder / f"{name}.js").read_text("utf-8") for name in names]
    return "\n".join(["(() => {", '"use strict";', *texts, "})();"])


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
            path.write_text(text.replace('"FILE"', f'"{name}"', 1), encoding="utf-8")
        return name

    def host(self):
        """Write the host and return its name."""
        return self.put("host", ".js", rjsmin.jsmin(joined("host", HOST)))

    def style(self, stem, css):
        """Write what the host and a widget look like, and return the name."""
        host = (FRONT / "host.css").read_text("utf-8")
        return self.put(stem, ".css", INDENT.sub("\n", COMMENT.sub("", f"{host}\n{css}")))

    def prune(self):
        """Remove files of earlier builds that no page mentions."""
        if not self._folder.is_dir():
            return
        root = self._folder.parents[1]
        pages = [path.read_text("utf-8") for path in root.rglob("*.html")]
        for path in self._folder.iterdir():
            if not any(path.name in page for page in pages):
                path.unlink()

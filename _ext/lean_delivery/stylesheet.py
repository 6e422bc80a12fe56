"""The one stylesheet of all pages, before anything is left out."""

import posixpath
import re
from pathlib import Path

OURS = Path(__file__).parent / "static" / "page.css"

_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)'"]*))\s*\)""")
_IMPORT = re.compile(r"""@import\s+["']([^"']+)["']\s*;""")
_ELSEWHERE = re.compile(r"data:|https?:|[/#]")


def bundle(static, names):
    """Return the stylesheets as one text, ours last; addresses count from the folder ``static``.

    Raises
    ------
    FileNotFoundError
        If a stylesheet that a page was written for is gone.
    """
    sheets = [_read(static, name) for name in names]
    return "\n".join([*sheets, OURS.read_text(encoding="utf-8")])


def notices(css):
    """Return the comments of a stylesheet that say whose it is, each once."""
    return "".join(dict.fromkeys(re.findall(r"/\*!.*?\*/", css, re.S)))


def _read(static, name):
    if not (static / name).is_file():
        raise FileNotFoundError(f"a page needs {static / name}: remove the site and build again")
    text = (static / name).read_text(encoding="utf-8")
    folder = posixpath.dirname(name)

    def local(address):
        return posixpath.normpath(posixpath.join(folder, address))

    def move(match):
        address = match[1] or match[2] or match[3] or ""
        return match[0] if _ELSEWHERE.match(address) else f"url({local(address)})"

    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    return _IMPORT.sub(lambda match: _read(static, local(match[1])), _URL.sub(move, text))

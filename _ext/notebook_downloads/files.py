"""What is offered beside the notebooks: the text of their files, and the library's wheel."""

import json
import subprocess
import sys
from pathlib import Path


def notebook_text(notebook):
    """Return the text of a notebook's file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


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
    answer = subprocess.run(command, cwd=source, capture_output=True, encoding="utf-8", check=False)
    if answer.returncode:
        reason = (answer.stderr.strip() or "hatchling says nothing").splitlines()[-1]
        raise RuntimeError(f"no wheel of {source}: {reason}")
    return next(Path(folder).glob("*.whl"))

"""How a notebook that stands alone gets the library: its first cell, and the wheel beside it."""

import subprocess
import sys

CODE = """\
# Installs {name}, the library of the book, where it is missing. It needs Python 3.11 or newer.
try:
    import {name}
except ModuleNotFoundError:
    from pathlib import Path

    # First the file beside this notebook, or one folder above{site}.
    wheels = [*Path().glob("{name}-*.whl"), *Path("..").glob("{name}-*.whl")]
    source = wheels[0].resolve().as_uri() if wheels else "{address}"
    if not source:
        raise FileNotFoundError("put {wheel} beside this notebook and run this again") from None
    print("installing", source)
    get_ipython().run_line_magic("pip", f'install --quiet "{name}{extras} @ {{source}}"')"""


def code(wheel, book="", extras=""):
    """Return the text of the cell.

    Parameters
    ----------
    wheel : str
        The name of the file that stands beside the notebook.
    book : str
        The address of the book, with a final slash, or "".
    extras : str
        What else of the library is needed, such as ``"[all]"``.
    """
    address = f"{book}notebooks/{wheel}" if book else ""
    site = ", then the book's site" if book else ""
    name = wheel.partition("-")[0]
    return CODE.format(name=name, site=site, address=address, wheel=wheel, extras=extras)


def build_wheel(source, folder):
    """Build the wheel, and return the path, of a package whose build system is hatchling.

    Parameters
    ----------
    source : pathlib.Path
        The folder with its pyproject.toml.
    folder : pathlib.Path
        Where the wheel goes; other wheels in it are removed.

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
    return next(folder.glob("*.whl"))

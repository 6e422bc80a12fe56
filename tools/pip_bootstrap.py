"""Install pip into a virtual environment, even on machines that come without it."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tools import apt
from tools.console import Failure, say, succeeds

DEBIAN_WHEELS = Path("/usr/share/python-wheels")


def has_pip(python: Path) -> bool:
    """Return whether this Python can run pip."""
    return succeeds(python, "-m", "pip", "--version")


def from_ensurepip(python: Path) -> bool:
    """Use the copy of pip that comes with Python (Debian leaves it out of python3)."""
    return succeeds(python, "-m", "ensurepip", "--default-pip")


def from_host(python: Path) -> bool:
    """Let the pip of the Python that runs this tool install into the environment."""
    return succeeds(sys.executable, "-m", "pip", "--python", python, "install", "pip")


def from_debian_wheel(python: Path) -> bool:
    """Run pip from Debian's package, unpacked here; this needs no administrator."""
    with TemporaryDirectory() as folder:
        wheel = find_wheel(DEBIAN_WHEELS) or download_wheel(Path(folder))
        return bool(wheel) and succeeds(python, wheel / "pip", "install", "--no-index", wheel)


def find_wheel(folder: Path) -> Path | None:
    """Return pip's wheel in a folder, the newest if there are several."""
    return max(folder.glob("pip-*.whl"), default=None)


def download_wheel(folder: Path) -> Path | None:
    """Fetch and unpack Debian's python3-pip-whl into ``folder`` and return the wheel in it."""
    succeeds("apt-get", "download", "python3-pip-whl", cwd=folder)
    for package in folder.glob("*.deb"):
        succeeds("dpkg-deb", "-x", package, folder)
    return find_wheel(folder / DEBIAN_WHEELS.relative_to("/"))


def from_debian_venv(python: Path) -> bool:
    """Install the package in which Debian ships ensurepip; this needs an administrator."""
    return apt.may_install() and apt.install(venv_package()) and from_ensurepip(python)


def venv_package() -> str:
    """Return the name of Debian's venv package for the running Python."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


WAYS: tuple[tuple[str, Callable[[Path], bool]], ...] = (
    ("Python's ensurepip", from_ensurepip),
    ("this machine's pip", from_host),
    ("Debian's python3-pip-whl", from_debian_wheel),
    (f"Debian's {venv_package()}", from_debian_venv),
)


def install_pip(python: Path, ways=WAYS) -> None:
    """Try each way until the environment of ``python`` has pip.

    Raises
    ------
    Failure
        If none worked; the message names the command to run.
    """
    for name, way in ways:
        if way(python) and has_pip(python):
            say(f"pip comes from {name}")
            return
    tried = ", ".join(name for name, _ in ways)
    raise Failure(f"no pip for {python} (tried {tried}); {remedy()}, then run the command again")


def remedy() -> str:
    """Return the command that a person has to run for pip."""
    if shutil.which("apt-get"):
        return f"run: sudo apt-get update && sudo apt-get install {venv_package()}"
    return f"install pip for {sys.executable} with your system's package manager"

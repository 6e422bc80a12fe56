"""Make .venv and install a requirement file into it, unless that has been done already."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.console import ROOT, Failure, end, run, say
from tools.fingerprint import fingerprint, is_noted
from tools.pip_bootstrap import has_pip, install_pip
from tools.settings import read_settings
from tools.turn import turn

BOOK = "requirements.txt"
TEST = "requirements-test.txt"
# One exact version for each package that those two may bring; `make lock` writes it.
LOCK = "requirements.lock"
# What an installation depends on; requirements-test.txt contains requirements.txt.
PACKAGES = ("lib/pyproject.toml", "lab/pyproject.toml", "lab/data/*")
INPUTS = {BOOK: (BOOK, LOCK, *PACKAGES), TEST: (BOOK, TEST, LOCK, *PACKAGES)}


@dataclass(frozen=True)
class Environment:
    """The virtual environment of one checkout."""

    root: Path = ROOT

    @property
    def folder(self) -> Path:
        """Where the environment is."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.program("python")

    def program(self, name: str) -> Path:
        """Return where a program of the environment is."""
        return self.folder / "bin" / name

    def prepare(self, requirements: str = BOOK) -> None:
        """Install what ``requirements`` names; do nothing if that has been done.

        Raises
        ------
        Failure
            If the environment cannot be made or a package cannot be installed.
        """
        if self.is_ready(requirements):
            return
        with turn(self.root):
            # Perhaps the command that was waited for has done it.
            if self.is_ready(requirements):
                return
            self.create()
            if not has_pip(self.python):
                install_pip(self.python)
            self.install(requirements)
            self.shorten_paths()
            self.stamp(requirements).write_text(self.wanted(requirements), encoding="utf-8")

    def is_ready(self, requirements: str) -> bool:
        """Return whether ``requirements``, as it now stands, has been installed."""
        enough = (name for name, inputs in INPUTS.items() if requirements in inputs)
        return not self.defect() and any(
            is_noted(self.stamp(name), self.wanted(name)) for name in enough
        )

    def stamp(self, requirements: str) -> Path:
        """Return the file that remembers what was installed."""
        return self.folder / f"{requirements}.stamp"

    def wanted(self, requirements: str) -> str:
        """Return what the stamp holds when the installation is up to date."""
        return fingerprint(self.root, INPUTS[requirements])

    def defect(self) -> str | None:
        """Return why the environment has to be made again, or None."""
        if not self.python.exists():
            return "it has no working Python"
        settings = read_settings(self.folder / "pyvenv.cfg")
        version = settings.get("version") or settings.get("version_info", "")
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        if not f"{version}.".startswith(f"{running}."):
            return f"it is for Python {version}, this is {running}"
        # Scripts and editable installs hold absolute paths: an environment cannot be moved.
        # As bytes, since this process may read names in another encoding than the file has.
        command = settings.get("command", "").encode("utf-8", "surrogateescape")
        if command and not command.endswith(os.fsencode(self.folder)):
            return "it was made for another folder"
        return None

    def create(self) -> None:
        """Make an empty environment, unless there is a sound one."""
        defect = self.defect()
        if not defect:
            return
        if self.folder.exists():
            say(f"removing .venv: {defect}")
            shutil.rmtree(self.folder)
        say(f"making .venv with Python {sys.version.split()[0]}")
        command = (sys.executable, "-m", "venv", "--without-pip", self.folder)
        run(*command, otherwise="Python's venv module could not make .venv")

    def install(self, requirements: str) -> None:
        """Install one requirement file, in the locked versions, with the environment's own pip."""
        say(f"installing {requirements} (minutes the first time, and the network is needed)")
        quiet = ("--quiet", "--no-input", "--disable-pip-version-check")
        command = (self.python, "-m", "pip", "install", *quiet, "-r", requirements)
        # As variables they also hold for what builds our own packages. Pip 25.3 split them.
        settings = {"PIP_CONSTRAINT": LOCK, "PIP_BUILD_CONSTRAINT": LOCK}
        otherwise = f"pip could not install {requirements}"
        run(*command, cwd=self.root, settings=settings, otherwise=otherwise)

    def shorten_paths(self) -> None:
        """Let the environment find our packages by relative paths, which are plain ASCII.

        Pip writes absolute ones, which Python 3.11 reads in the encoding of the locale: in a folder
        with other letters it would not start where that is not UTF-8.
        """
        for file in self.folder.glob("lib/python*/site-packages/*.pth"):
            lines = file.read_bytes().split(b"\n")
            inside = os.fsencode(self.root) + b"/"
            relative = os.fsencode(os.path.relpath(self.root, file.parent)) + b"/"
            lines = [
                line.replace(inside, relative) if line.startswith(inside) else line
                for line in lines
            ]
            file.write_bytes(b"\n".join(lines))


def main() -> None:
    """Prepare the environment for the requirement file named on the command line."""
    requirements = sys.argv[1] if len(sys.argv) > 1 else BOOK
    if requirements not in INPUTS:
        raise Failure(f"no requirement file {requirements!r}; there are {', '.join(INPUTS)}")
    Environment().prepare(requirements)


if __name__ == "__main__":
    end(main)

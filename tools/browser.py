"""Find a Chromium for the browser tests, or install one."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tools import apt
from tools.console import Failure, end, say, succeeds
from tools.environment import TEST, Environment
from tools.settings import read_settings

VARIABLE = "SOFTBACK_CHROMIUM"
# The shell draws no window and takes two thirds of the processor.
PROGRAMS = (
    "chromium-headless-shell",
    "chromium",
    "google-chrome-stable",
    "google-chrome",
    "chromium-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Chromium does not pull in a font, and pages without one have neither width nor height.
DEBIAN_PACKAGES = ("chromium-headless-shell", "fonts-liberation")
# Playwright's Node is linked to it, and a Debian with few packages does not have it.
NODE_LIBRARY = "libatomic1"
OS_RELEASE = Path("/etc/os-release")


def works(program: str | Path) -> bool:
    """Return whether this is a Chromium that Playwright can drive.

    Ubuntu's chromium is either a stub that asks for a snap or a snap, which cannot see the
    profile folder that Playwright makes for it.
    """
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, encoding="utf-8", timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    names_itself = re.search(r"(Chromium|Chrome)\D* \d+\.", answer.stdout)
    return answer.returncode == 0 and bool(names_itself) and "snap" not in answer.stdout


def find(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the path of a Chromium that is already installed.

    Raises
    ------
    Failure
        If the environment variable SOFTBACK_CHROMIUM names something else.
    """
    named = environ.get(VARIABLE)
    if named and not works(named):
        raise Failure(f"{VARIABLE} is {named!r}, which is not a working Chromium or Chrome")
    candidates = (shutil.which(program, path=environ.get("PATH")) for program in PROGRAMS)
    return named or next((path for path in candidates if path and works(path)), None)


def playwrights_own(environment: Environment) -> str | None:
    """Return the Chromium that Playwright has downloaded, if it has and if it starts."""
    question = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    answer = subprocess.run(
        [environment.python, "-c", question], capture_output=True, encoding="utf-8", check=False
    )
    path = answer.stdout.strip()
    if not path:
        return None
    shells = Path(re.sub(r"chromium-(\d+).*", r"chromium_headless_shell-\1", path))
    candidates = (*shells.glob("*/*headless*shell*"), path)
    return next((str(one) for one in candidates if works(one)), None)


def has_debians_chromium() -> bool:
    """Return whether apt-get brings a real Chromium here: on Debian, but not on Ubuntu."""
    release = read_settings(OS_RELEASE)
    names = f"{release.get('ID')} {release.get('ID_LIKE')}".split()
    return "debian" in names and "ubuntu" not in names


def bring(environment: Environment) -> str | None:
    """Install a Chromium in the way that suits this machine and return its path."""
    if has_debians_chromium() and apt.may_install() and apt.install(*DEBIAN_PACKAGES):
        return find()
    say("downloading Playwright's Chromium")
    # As an administrator on Debian and Ubuntu, Playwright also installs what Chromium links to.
    libraries = ("--with-deps",) if apt.may_install() else ()
    succeeds(
        environment.python, "-m", "playwright", "install", *libraries, "--only-shell", "chromium"
    )
    return playwrights_own(environment)


def ensure(environment: Environment) -> str:
    """Return the path of a Chromium that works, installing one if there is none.

    Raises
    ------
    Failure
        If none is found or can be installed, or if Playwright, which drives it, does not
        start; the message says what to install.
    """
    ensure_driver(environment)
    path = find() or playwrights_own(environment) or bring(environment)
    if path:
        return path
    raise Failure(
        f"the tests need a browser, and none was found or could be installed; {remedy()}, "
        f"or name one: {VARIABLE}=/path/to/chromium make test"
    )


def ensure_driver(environment: Environment) -> None:
    """Make sure that Playwright starts.

    Raises
    ------
    Failure
        If it does not, and installing what its Node needs is impossible or does not help.
    """
    question = (environment.python, "-m", "playwright", "--version")
    if succeeds(*question):
        return
    if apt.may_install() and apt.install(NODE_LIBRARY) and succeeds(*question):
        return
    raise Failure(
        "Playwright, which drives the browser of the tests, does not start; to see why, run: "
        f".venv/bin/python -m playwright --version (on Debian and Ubuntu it may need "
        f"sudo apt-get install {NODE_LIBRARY})"
    )


def remedy() -> str:
    """Return what a person can do to install a browser."""
    if has_debians_chromium():
        return f"run: sudo apt-get install {' '.join(DEBIAN_PACKAGES)}"
    if shutil.which("apt-get"):
        return "run: sudo .venv/bin/python -m playwright install --with-deps --only-shell chromium"
    return "install Chromium or Google Chrome"


def main() -> None:
    """Find or install a browser and print where it is."""
    environment = Environment()
    environment.prepare(TEST)
    say(f"the browser is {ensure(environment)}")


if __name__ == "__main__":
    end(main)

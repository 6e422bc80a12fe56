"""Bring bubblewrap, the sandbox of the grader, where Debian's package manager may."""

import shutil

from tools import apt
from tools.console import say

PROGRAM, PACKAGE = "bwrap", "bubblewrap"


def offer() -> bool:
    """Install bubblewrap if it is missing and may be installed; return whether it is there.

    Nothing but the tests of the sandbox needs it, and those are skipped by name without it.
    """
    if shutil.which(PROGRAM) is None and apt.may_install():
        apt.install(PACKAGE)
    there = shutil.which(PROGRAM) is not None
    if not there:
        say(f"there is no {PACKAGE}: the tests of the grader's sandbox will be skipped")
    return there

"""Install bubblewrap, the grader's sandbox, where apt-get is there and allowed to."""

import shutil

from tools import apt
from tools.console import say

PROGRAM, PACKAGE = "bwrap", "bubblewrap"


def offer() -> bool:
    """Install bubblewrap if it is missing and may be installed; return whether it is there.

    Only the tests of the sandbox need it; without it they are skipped.
    """
    if shutil.which(PROGRAM) is None and apt.may_install():
        apt.install(PACKAGE)
    there = shutil.which(PROGRAM) is not None
    if not there:
        say(f"there is no {PACKAGE}: the tests of the grader's sandbox will be skipped")
    return there

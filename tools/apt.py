"""Debian's package manager, for the few things that pip cannot bring."""

import os
import shutil

from tools.console import say, succeeds


def may_install() -> bool:
    """Return whether this machine has apt-get and this user may install with it."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Refresh the package lists, install, and return whether it worked."""
    say(f"installing {' and '.join(packages)} with apt-get")
    unattended = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
    # A list that cannot be refreshed may still be good enough to install from.
    succeeds(*unattended, "update")
    return succeeds(*unattended, "install", "-y", "--no-install-recommends", *packages)

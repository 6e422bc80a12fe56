"""The commands behind the Makefile, in plain Python: they run before any package is installed.

Each module that a person may start is run from the root of the repository, as in
``python3 -m tools.serve``. This file stays readable for old Pythons, so that they, too, are
answered with a sentence.
"""

import os
import shutil
import sys

OLDEST_PYTHON = (3, 11)
_OTHER_PYTHONS = ["python3.14", "python3.13", "python3.12", "python3.11"]


def refusal(version, which=shutil.which):
    """Return why a Python of this version cannot run the tools, or None if it can."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return None
    found = [name for name in _OTHER_PYTHONS if which(name)]
    remedy = f"name a newer one, as in: make serve PYTHON={(found or _OTHER_PYTHONS[-1:])[0]}"
    needed, given = (".".join(map(str, parts[:2])) for parts in (OLDEST_PYTHON, version))
    return f"softback: Python {needed} or newer is needed, this is {given}; {remedy}"


_refusal = refusal(sys.version_info)
if _refusal:
    sys.exit(_refusal)

# What the tools start reads and writes UTF-8, whatever the locale says.
os.environ["PYTHONUTF8"] = "1"

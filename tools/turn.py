"""One command at a time installs or builds in a checkout; the next waits for its turn."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.console import ROOT, say

FILE = ".command.lock"
_taken: set[Path] = set()


@contextmanager
def turn(root: Path = ROOT) -> Iterator[None]:
    """Wait until no other process has its turn in ``root``, then keep others waiting.

    A process that has its turn may take it again. The operating system ends it with the process.
    """
    if root in _taken:
        yield
        return
    with (root / FILE).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            other = file.read() or "another command"
            say(f"{other} is at work in this folder; waiting for its end (Ctrl-C to give up)")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(f"{Path(sys.argv[0]).stem} (process {os.getpid()})")
        file.flush()
        _taken.add(root)
        try:
            yield
        finally:
            _taken.remove(root)

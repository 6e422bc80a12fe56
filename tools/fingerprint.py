"""A hash that changes when files change, and the file that records it."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(root: Path, patterns: Iterable[str], *facts: str) -> str:
    """Return a hash of the names and contents of the files that match, and of further facts.

    Parameters
    ----------
    root : Path
        The folder that the patterns start from.
    patterns : iterable of str
        Names or glob patterns; one that matches no file adds nothing. Compiled Python is left out.
    *facts : str
        Anything else that the result has to depend on.
    """
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in sorted({path for pattern in patterns for path in root.glob(pattern)}):
        if path.is_file() and path.suffix != ".pyc":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"\0{path.relative_to(root).as_posix()}\0{content}".encode())
    return digest.hexdigest()


def is_noted(note: Path, text: str) -> bool:
    """Return whether the file ``note`` holds ``text``."""
    return note.is_file() and note.read_text(encoding="utf-8") == text

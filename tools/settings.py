"""Read the small files of ``key = value`` lines that Python and Linux leave about themselves."""

from pathlib import Path


def read_settings(path: Path) -> dict[str, str]:
    """Return the pairs in a file, without quotation marks; none if there is no such file."""
    lines = []
    if path.is_file():
        lines = path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    pairs = (line.partition("=") for line in lines)
    return {key.strip(): value.strip().strip('"') for key, _, value in pairs}

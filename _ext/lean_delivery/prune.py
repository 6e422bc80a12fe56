"""Remove files that no page asks for."""

from . import parts

# Licences stay beside what they are about.
LICENCES = {"LICENSE", "OFL.txt"}


def prune(static, texts):
    """Remove each file below ``static`` whose name occurs in none of the texts.

    Parameters
    ----------
    static : pathlib.Path
    texts : iterable of str
        The pages, and the stylesheet.
    """
    everything = "\n".join(texts)
    for path in sorted(static.rglob("*"), reverse=True):
        name = path.relative_to(static).as_posix()
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif not (name in everything or path.name in LICENCES or name.startswith(parts.FINISHED)):
            path.unlink()


def prune_drawings(folder, pages):
    """Remove each SVG file of a folder whose name occurs in no page."""
    everything = "\n".join(pages)
    for path in sorted(folder.glob("*.svg")):
        if path.name not in everything:
            path.unlink()

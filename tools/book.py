"""Build the book; what an earlier build left is thrown away when it is out of date."""

import shutil
from pathlib import Path

from tools.console import ROOT, end, run, say
from tools.environment import BOOK, Environment
from tools.fingerprint import fingerprint, is_noted
from tools.turn import turn

BUILD = ROOT / "_build"
HTML = BUILD / "html"

# The cache of executed cells is keyed on the cells alone, and Sphinx does not look into our
# extensions: neither sees a change in these files, so the parts they feed are made anew.
CODE = ("lib/src/**/*", "lib/pyproject.toml", "benchmarks/*", BOOK)
SITE = ("_ext/**/*", "classroom/sheets/*", "_static/**/*", "_config.yml", "_toc.yml")
EXECUTED = (".jupyter_cache", "jupyter_execute")
PAGES = (".doctrees", "html")


def forget_stale(root: Path = ROOT) -> dict[Path, str]:
    """Remove the parts of ``_build`` that a change outside the chapters has made stale.

    Returns
    -------
    dict of Path to str
        The notes to write once the build has succeeded: where, and what.
    """
    build = root / "_build"
    notes = {
        build / "code.stamp": fingerprint(root, CODE),
        build / "site.stamp": fingerprint(root, SITE),
    }
    code_changed, site_changed = (not is_noted(note, text) for note, text in notes.items())
    stale = (EXECUTED if code_changed else ()) + (PAGES if code_changed or site_changed else ())
    for part in stale:
        shutil.rmtree(build / part, ignore_errors=True)
    return notes


def build(environment: Environment, *, from_empty: bool = False) -> None:
    """Build the pages; every warning and every error in a cell is a failure.

    Raises
    ------
    Failure
        If Jupyter Book reports anything.
    """
    with turn():
        if from_empty:
            shutil.rmtree(BUILD, ignore_errors=True)
        notes = forget_stale()
        prepare = (environment.python, ROOT / "_ext/page_python/prepare.py", BUILD / "page_python")
        run(*prepare, otherwise="what pages need to run cells could not be prepared, see above")
        say("building the book (about a minute when all cells run, seconds when little changed)")
        strict = ("-n", "-W", "--keep-going", "--quiet")
        command = (environment.program("jupyter-book"), "build", ".", *strict)
        run(*command, quiet=True, otherwise="the book was not built, see the messages above")
        for note, text in notes.items():
            note.write_text(text, encoding="utf-8")


def main() -> None:
    """Prepare the environment and build the book."""
    environment = Environment()
    environment.prepare()
    build(environment)
    say(f"the book is in {HTML.relative_to(ROOT)}, its first page is index.html")


if __name__ == "__main__":
    end(main)

"""Make everything that is handed out from some sheets."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from nbformat.v4 import new_code_cell

from . import SheetError, notebooks, opening, read
from .book import Book
from .gradescope import gradescope
from .guide import guide
from .page import page

OUT = Path("_build/classroom")
LIBRARY = Path(__file__).parents[2] / "lib"


def products(sheet, link, wheel) -> dict[str, bytes]:
    """Return the contents of all files made from a sheet, by path."""
    name, first = sheet.name, opening.code(wheel.name, link.address)

    def opened(notebook):
        notebook.cells.insert(0, new_code_cell(first, id="install"))
        return notebooks.text(notebook)

    texts = {
        f"page/{name}.md": page(sheet),
        f"student/{name}.ipynb": opened(notebooks.student(sheet, link)),
        f"solution/{name}.ipynb": opened(notebooks.solution(sheet, link)),
        f"guide/{name}.md": guide(sheet, link),
        f"nbgrader/source/{name}/{name}.ipynb": opened(notebooks.for_nbgrader(sheet, link)),
    }
    encoded = {path: text.encode() for path, text in texts.items()}
    beside = dict.fromkeys(("student", "solution", f"nbgrader/source/{name}"), wheel.read_bytes())
    encoded |= {f"{folder}/{wheel.name}": content for folder, content in beside.items()}
    return encoded | {f"gradescope/{name}.zip": gradescope(sheet)}


def make(paths, out=OUT, address="") -> list[Path]:
    """Write the products of some sheets below a folder; return their paths.

    Raises
    ------
    SheetError
        If a sheet cannot be used. Nothing is written then.
    """
    link, made = Book(address), {}
    sheets = [read(path) for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        wheel = opening.build_wheel(LIBRARY, Path(folder))
        for sheet in sheets:
            made |= products(sheet, link, wheel)
    for name, content in made.items():
        target = Path(out) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return [Path(out) / name for name in made]


def main(arguments=None) -> None:
    """Read the command line, write the files and name them."""
    parser = argparse.ArgumentParser(prog="python -m classroom.sheets", description=__doc__)
    parser.add_argument("sheets", nargs="+", type=Path, metavar="SHEET.md")
    parser.add_argument("-o", "--out", type=Path, default=OUT, help=f"default: {OUT}")
    address = os.environ.get("SOFTBACK_BASE_URL", "")
    parser.add_argument("--book", default=address, help="address of the published book")
    given = parser.parse_args(arguments)
    try:
        _rehearse(given.sheets)
        made = make(given.sheets, given.out, given.book)
    except (SheetError, OSError) as error:
        sys.exit(f"error: {error}")
    print(*made, sep="\n")


def _rehearse(paths):
    """Grade solution and blank copy of each sheet, so that a wrong one is never handed out."""
    # Here, because pages of the book are made where there is no grader.
    from classroom.grader.limits import Limits
    from classroom.grader.rehearsal import rehearse, rehearse_in_one_kernel
    from classroom.grader.run import CannotGrade, chosen

    try:
        with chosen(None, Limits()) as sandbox, tempfile.TemporaryDirectory() as out:
            for path in paths:
                rehearse(read(path), Path(out) / path.stem, sandbox, Limits())
                rehearse_in_one_kernel(read(path))
    except CannotGrade as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()

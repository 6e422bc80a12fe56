"""Make the folder of the branch that students get: notebooks, library, licences, nothing else.

    python -m classroom.hub.branch -o _build/student

It takes them from the built book (``make book``), where sheets are offered without solutions.
"""

import argparse
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
OUT = ROOT / "_build" / "student"

README = """\
# Exercise sheets

The sheets of the book *Softmax, Backwards*, to be completed. This branch is made by `make handout`;
changes belong into the branch that the book is written in.

`pip install -r requirements.txt`, in this folder, brings all that the notebooks need but for
Jupyter itself.
"""


def contents(html) -> dict[str, Path]:
    """Return the files to copy out of a built book, by their paths in the branch.

    Parameters
    ----------
    html : pathlib.Path
        The folder of the site.

    Raises
    ------
    FileNotFoundError
        If it offers no sheet, or no library.
    """
    sheets = sorted(html.glob("_sources/exercises/*.ipynb"))
    wheels = sorted(html.glob("notebooks/*.whl"))
    for kind, found in (("sheet", sheets), ("library", wheels)):
        if not found:
            raise FileNotFoundError(f"{html} offers no {kind}: build the book first, `make book`")
    beside = (*wheels, *ROOT.glob("LICENSE*"))
    return {f"exercises/{path.name}": path for path in sheets} | {p.name: p for p in beside}


def make(html=HTML, out=OUT) -> list[str]:
    """Write the folder anew, but for a ``.git`` in it; return the paths of its files.

    Raises
    ------
    FileNotFoundError
        If the built book does not offer what belongs there; nothing is changed then.
    """
    wanted = contents(Path(html))
    _empty(Path(out))
    for name, source in wanted.items():
        target = Path(out) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    [wheel] = (name for name in wanted if name.endswith(".whl"))
    written = {"README.md": README, "requirements.txt": f"./{wheel}[all]\n"}
    for name, text in written.items():
        (Path(out) / name).write_text(text, encoding="utf-8")
    return sorted([*wanted, *written])


def _empty(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name == ".git":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def main(arguments=None) -> None:
    """Read the command line, write the folder and name its files."""
    parser = argparse.ArgumentParser(prog="python -m classroom.hub.branch", description=__doc__)
    parser.add_argument("-o", "--out", type=Path, default=OUT, help="the folder to write anew")
    given = parser.parse_args(arguments)
    try:
        print(*make(out=given.out), sep="\n")
    except FileNotFoundError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()

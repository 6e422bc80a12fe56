"""Open JupyterLab on notebooks of the book; a double click on a chapter's text opens it as well."""

import os
import zipfile
from pathlib import Path

from tools import book
from tools.console import ROOT, end, say
from tools.environment import Environment

NOTEBOOKS = Path("lab")  # the book's build and git leave out what stands there


def unpack(archive: Path, folder: Path) -> None:
    """Put the notebooks where a reader works on them; what is there already stays as it is."""
    with zipfile.ZipFile(archive) as packed:
        for name in packed.namelist():
            if not (folder / name).exists():
                packed.extract(name, folder)


def command(environment: Environment, *, is_root: bool) -> list[str]:
    """Return the command line that starts JupyterLab on the notebooks."""
    # The root folder is the repository's: jupytext reads jupytext.toml from there.
    options = [
        f"--ServerApp.root_dir={environment.root}",
        f"--LabApp.default_url=/lab/tree/{NOTEBOOKS}/softmax-backwards/index.ipynb",
    ]
    # Jupyter refuses an administrator unless told, and in containers there is nobody else.
    options += ["--allow-root"] if is_root else []
    return [str(environment.python), "-m", "jupyterlab", *options]


def main() -> None:
    """Prepare environment, book and notebooks, and start JupyterLab in place of this process."""
    environment = Environment()
    environment.prepare()
    book.build(environment)
    unpack(book.HTML / "notebooks.zip", ROOT / NOTEBOOKS)
    say("your notebooks are in lab/softmax-backwards; to get one anew, delete it there")
    say("starting JupyterLab (Ctrl-C, twice, ends it)")
    line = command(environment, is_root=os.geteuid() == 0)
    os.chdir(ROOT)
    os.execv(line[0], line)


if __name__ == "__main__":
    end(main)

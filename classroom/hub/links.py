"""Print the links that open a student notebook on a hub, on Binder and in Colab.

    python -m classroom.hub.links OWNER/REPOSITORY --hub https://hub.example.org

They point at the branch that `classroom.hub.branch` makes.
"""

import argparse
from pathlib import Path
from urllib.parse import quote, urlencode

from .branch import ROOT

BRANCH = "student"


def nbgitpuller(hub, repository, file) -> str:
    """Return the link that brings the branch into a person's home on a hub and opens a file.

    Parameters
    ----------
    hub : str
        The address of the JupyterHub, whose user image has nbgitpuller.
    repository : str
        The address of the repository, as for ``git clone``.
    file : str
        The notebook, counted from the root of the branch.
    """
    # nbgitpuller clones into a folder of this name, with the ending ".git" if the address has it.
    folder = repository.rstrip("/").rpartition("/")[2]
    wanted = {"repo": repository, "branch": BRANCH, "urlpath": f"lab/tree/{folder}/{file}"}
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(wanted)}"


def binder(name, file) -> str:
    """Return the link that starts a repository of GitHub, such as ``owner/name``, on Binder."""
    query = urlencode({"urlpath": f"lab/tree/{file}"})
    return f"https://mybinder.org/v2/gh/{name}/{BRANCH}?{query}"


def colab(name, file) -> str:
    """Return the link that opens a notebook of a repository of GitHub in Colab."""
    return f"https://colab.research.google.com/github/{name}/blob/{BRANCH}/{quote(file)}"


def table(name, hub, files) -> str:
    """Return a Markdown table of links to the files."""
    repository = f"https://github.com/{name}"
    rows = [
        f"| {Path(file).stem} | [hub]({nbgitpuller(hub, repository, file)}) "
        f"| [Binder]({binder(name, file)}) | [Colab]({colab(name, file)}) |"
        for file in files
    ]
    return "\n".join(["| sheet | hub | Binder | Colab |", "| --- | --- | --- | --- |", *rows])


def main(arguments=None) -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m classroom.hub.links", description=__doc__)
    parser.add_argument("name", metavar="OWNER/REPOSITORY")
    parser.add_argument("--hub", default="https://hub.example.org", help="address of your hub")
    given = parser.parse_args(arguments)
    sheets = sorted(ROOT.glob("exercises/*.md"))
    print(table(given.name, given.hub, [f"exercises/{path.stem}.ipynb" for path in sheets]))


if __name__ == "__main__":
    main()

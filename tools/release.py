"""Make all that a release consists of: packages, site, notebooks, changes and checksums."""

import argparse
import hashlib
import re
import shutil
import tomllib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from tools import book
from tools.console import ROOT, Failure, end, run, say
from tools.environment import Environment
from tools.turn import turn

FOLDER = ROOT / "_build" / "release"
CHANGES = "CHANGES.md"
SUMS = "SHA256SUMS"


def version(root: Path = ROOT) -> str:
    """Return the version, which stands in lib/pyproject.toml."""
    text = (root / "lib" / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["version"]


def changes(root: Path = ROOT) -> tuple[str, str]:
    """Return the heading and the text of the newest section of the changelog."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    _, heading, section = re.split(r"^## (.+)\n", text, maxsplit=2, flags=re.M)[:3]
    return heading, section.strip() + "\n"


def check(tag: str, root: Path = ROOT) -> None:
    """Compare tag, version and changelog; without a tag, this is a rehearsal.

    Raises
    ------
    Failure
        If they differ, or if a tag is given and the changelog still says "in preparation".
    """
    number, (heading, _) = version(root), changes(root)
    if tag and tag != f"v{number}":
        raise Failure(f"the tag is {tag}, but lib/pyproject.toml has the version {number}")
    if heading.split()[0] != number:
        raise Failure(f"the changelog begins with {heading!r}, but the version is {number}")
    if tag and "in preparation" in heading:
        raise Failure(
            "the changelog says that this version is in preparation; write its date there"
        )


def pack(site: Path, target: Path) -> None:
    """Write the site as an archive that unpacks into one folder, named like the archive."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path in sorted(site.rglob("*")):
            if path.is_file():
                archive.write(path, f"{target.stem}/{path.relative_to(site).as_posix()}")


def sums(folder: Path) -> str:
    """Return a line for each file, as `sha256sum --check` reads them."""
    files = sorted(path for path in folder.iterdir() if path.name != SUMS)
    hashes = ((hashlib.sha256(path.read_bytes()).hexdigest(), path.name) for path in files)
    return "".join(f"{digest}  {name}\n" for digest, name in hashes)


def main() -> None:
    """Build the book from empty, and everything that is released with it."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.release", description=__doc__)
    parser.add_argument("--tag", default="", help="the tag that is released; none for a rehearsal")
    tag = parser.parse_args().tag
    check(tag)
    environment = Environment()
    environment.prepare()
    with turn():
        book.build(environment, from_empty=True)
        FOLDER.mkdir()
        say("packing the release")
        hatchling = (environment.python, "-m", "hatchling", "build", "-d", FOLDER)
        run(*hatchling, cwd=ROOT / "lib", quiet=True, otherwise="the package could not be built")
        pack(book.HTML, FOLDER / f"softmax-backwards-{version()}.zip")
        shutil.copy(book.HTML / "notebooks.zip", FOLDER)
        (FOLDER / CHANGES).write_text(changes()[1], encoding="utf-8")
        (FOLDER / SUMS).write_text(sums(FOLDER), encoding="utf-8")
    say(f"the release is in {FOLDER.relative_to(ROOT)}")


if __name__ == "__main__":
    end(main)

"""Make what the site serves of Python: ``prepare.py OUT``. A second call costs nothing.

It says what it does and whether the pages will have Python; where they cannot, OUT is not there
afterwards, and that is no failure.
"""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
from page_python import distribution, pack  # noqa: E402

PLAIN = ("pyodide.mjs", "pyodide.asm.js")  # imported, not fetched: hosts compress them or not
VERSION = json.loads(distribution.LIST.read_text("utf-8"))["pyodide"]
UNUSED = 7 * 24 * 3600  # seconds after which archives that no build has asked for are removed
WORDS = {"libraries": "Python's libraries", "book": "the book's package"}


def say(text):
    """Print a line for whoever builds."""
    print(f"softback: {text}", flush=True)


def prepare(out, sources=None, cache=None):
    """Fill the folder ``out``; return whether pages have Python.

    Raises
    ------
    page_python.distribution.Differs
        If a file is not the listed one.
    """
    cache = cache or distribution.cache()
    folder = cache / f"pyodide-{VERSION}"
    if not folder.is_dir():
        say(f"getting Python for the page: Pyodide {VERSION} (once, some 85 MB)")
    missing = distribution.get(folder, distribution.sources() if sources is None else sources)
    if missing:
        say(
            f"cells cannot run in the page: Pyodide {VERSION} cannot be had here ({len(missing)} "
            f"files are missing). Put them into a folder, name it in {distribution.FOLDER}, and "
            "build again"
        )
        shutil.rmtree(out, ignore_errors=True)
        return False
    compiler = find_compiler(folder)
    libraries = packed(cache, "libraries", folder, compiler, ["distribution.json", "used.txt"])
    parts = ["inside/*.py", "../../lib/src/**/*", *(f"../../{part}" for part in pack.READ)]
    book = packed(out.with_name(f"{out.name}-book"), "book", ROOT, compiler, parts)
    serve(out, [libraries, book], folder)
    return True


def find_compiler(folder):
    """Return the command that runs `pack`, and whether that compiles, as it does if it can."""
    asks = ("-c", "import sys; sys.exit(sys.version_info[:2] != (3, 12))")
    for python in (sys.executable, shutil.which("python3.12")):
        if python and subprocess.run([python, *asks], capture_output=True).returncode == 0:
            return [python, pack.__file__], True
    node = shutil.which("node")
    if node and subprocess.run([node, "--eval", "fetch"], capture_output=True).returncode == 0:
        return [node, str(HERE / "pack.mjs"), str(folder), pack.__file__], True
    say(
        "no CPython 3.12 and no Node were found, so the page gets Python's libraries as text and "
        "starts more slowly"
    )
    return [sys.executable, pack.__file__], False


def packed(place, kind, source, compiler, inputs):
    """Return the folder with archives of one kind, which are made unless they are there.

    Other builds may do the same at the same time: what they use or make is left alone.
    """
    files = sorted(path for pattern in [*inputs, "pack.py"] for path in HERE.glob(pattern))
    texts = [path.read_bytes() for path in files if path.is_file() and path.suffix != ".pyc"]
    command, compiles = compiler
    digest = hashlib.sha256(b"\0".join([str(compiles).encode(), *texts])).hexdigest()[:16]
    made = place / f"{kind}-{digest}"
    if not made.is_dir():
        say(f"packing {WORDS[kind]} for the page ({'some seconds' if compiles else 'as text'})")
        place.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f"{kind}-part-", dir=place))
        subprocess.run([*command, kind, str(source), str(part)], check=True)
        for path in part.iterdir():
            if path.suffix != ".json":
                compress(path)
        try:
            part.rename(made)
        except OSError:  # another build was faster
            shutil.rmtree(part)
    made.touch()
    for old in place.glob(f"{kind}-*"):
        with suppress(FileNotFoundError):  # another build removes it, too
            if old.stat().st_mtime < time.time() - UNUSED:
                shutil.rmtree(old)
    return made


def compress(path):
    """Replace a file by its gzip, whose name says which version it is."""
    content = gzip.compress(path.read_bytes(), 9, mtime=0)
    digest = hashlib.sha256(content).hexdigest()[:10]
    path.with_name(f"{path.stem}-{digest}.bin").write_bytes(content)
    path.unlink()


def serve(out, made, core):
    """Lay out what the site serves: archives and the core, with sizes and homes of modules."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(core, out / core.name, ignore=lambda _, names: {*names} - {*PLAIN})
    files, homes = {}, {}
    paths = [path for folder in made for path in folder.iterdir()]
    for path in sorted(paths, key=lambda path: path.stem):
        if path.suffix == ".json":
            for name in json.loads(path.read_text("utf-8")):
                homes.setdefault(name, []).append(path.stem)
        else:
            files[path.stem.rpartition("-")[0]] = [path.stat().st_size, path.name]
            shutil.copy(path, out)
    listed = {"version": VERSION, "files": files, "homes": homes}
    (out / "files.json").write_text(json.dumps(listed), "utf-8")


if __name__ == "__main__":
    try:
        prepare(Path(sys.argv[1]).resolve())
    except distribution.Differs as error:
        sys.exit(f"softback: {error}. Remove that file, in {distribution.cache()} or where it is")

"""Write archives of what the page loads of Python: ``pack.py libraries|book FROM OUT``.

A program of its own, since it runs in the Python that shall compile: CPython 3.12, or Pyodide
under Node. Any other one writes the texts, which a page reads three times as slowly.

`used.txt` names the modules that the book uses. They stand compiled in one archive for each group;
what else the packages hold stands as text in another, ``GROUP-more``.
"""

import io
import json
import marshal
import sys
import tarfile
import zipfile
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path

HERE = Path(__file__).parent
COMPILES = sys.version_info[:2] == (3, 12)
SITE = "lib/python3.12/site-packages"
# All packages of wheels that are not named here are there for Matplotlib.
GROUPS = {"numpy": "numpy", "sympy": "sympy", "mpmath": "sympy", "isympy": "sympy"}
# NumPy adds to docstrings while it is imported, so there they must stay.
OPTIMIZE = {"numpy": 0, "book": 0}
PLATFORM = ".cpython-312-wasm32-emscripten"
LEFT_OUT = ("/tests/", "numpy/f2py", "numpy/distutils", "/sample_data/", ".dist-info/")
# Of Python's encodings, which are a package, those that a reader may meet.
ENCODINGS = """
    ascii latin_1 idna punycode utf_8_sig utf_16 utf_16_le utf_16_be utf_32 raw_unicode_escape
    unicode_escape charmap cp1252 hex_codec base64_codec
""".split()
# What cells of the book read.
READ = ("benchmarks/*.json", "benchmarks/speed.py")


def used():
    """Return the names of the files in `used.txt`, of a library as ``python/NAME``."""
    lines = (HERE / "used.txt").read_text("utf-8").split("\n")
    rows = "\n".join(line for line in lines if not line.startswith("#")).replace("\n    ", " ")
    found = set()
    for folder, _, names in (row.partition(": ") for row in rows.split("\n") if row):
        for name in names.split():  # of a module, or of any other file
            place = name if folder == "." else f"{folder}/{name}"
            found |= {place, f"{place}.py"}
    return found


def compiled(source, name, optimize):
    """Return the bytecode of a file, which is used whatever the time of its text."""
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimize)
    return MAGIC_NUMBER + (1).to_bytes(4, "little") + source_hash(source) + marshal.dumps(code)


def libraries(folder, out):
    """Pack the files of a distribution."""
    wanted = used()
    members = {}  # of each archive
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                group = GROUPS.get(name.partition("/")[0], "matplotlib")
                if name.endswith("/") or any(part in f"/{name}" for part in LEFT_OUT):
                    continue
                if name.replace(PLATFORM, "") in wanted:
                    member = _member(name, archive.read(name), OPTIMIZE.get(group, 2))
                    members.setdefault(group, []).append(member)
                elif name.endswith((".py", ".so")):
                    member = f"{SITE}/{name}", archive.read(name)
                    members.setdefault(f"{group}-more", []).append(member)
    fonts = (HERE / "inside/fontlist.json").read_bytes()
    members["matplotlib"].append((f"{SITE}/matplotlib/fontlist.json", fonts))
    members["python-more"] = _standard_library(folder / "python_stdlib.zip", out, wanted)
    for group, content in members.items():
        _write(out, group, content)
    (out / "pyodide.wasm").write_bytes((folder / "pyodide.asm.wasm").read_bytes())


def _member(name, content, optimize):
    """Return a used file as the archive shall hold it."""
    if COMPILES and name.endswith(".py"):
        return f"{SITE}/{name}c", compiled(content, name, optimize)
    return f"{SITE}/{name}", content


def _standard_library(source, out, wanted):
    """Write Python's library as a zip without compression; return what it leaves out."""
    tops = {name.split("/")[1].removesuffix(".py") for name in wanted if name[:7] == "python/"}
    rest = []
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out / "python.zip", "w") as new:
        for name in sorted(name for name in old.namelist() if not name.endswith("/")):
            content, top = old.read(name), name.partition("/")[0].removesuffix(".py")
            if f"python/{name}" in wanted and COMPILES:
                name, content = name + "c", compiled(content, f"/lib/python312.zip/{name}", 2)
            elif name.endswith(".py") and f"python/{name}" not in wanted:
                # A package stands in one place only, or its other half is not found.
                if top not in tops:
                    rest.append((f"{SITE}/{name}", content))
                    continue
                if top == "encodings" and Path(name).stem not in ENCODINGS:
                    continue
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return rest


def book(root, out):
    """Pack the book's package, what its cells read, and the Python side of the page."""
    source = root / "lib/src"
    paths = sorted(path for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc")
    texts = {path.relative_to(source): path for path in paths if "explorers" not in path.parts}
    texts |= {Path(name): HERE / "inside" / name for name in ("cutting.py", "runner.py")}
    members = []
    for name, path in texts.items():
        content = path.read_bytes()
        members.append((f"{SITE}/{name}", content))  # for `inspect.getsource`
        if COMPILES and name.suffix == ".py":
            target = name.parent / "__pycache__" / f"{name.stem}.cpython-312.pyc"
            members.append((f"{SITE}/{target}", compiled(content, str(name), OPTIMIZE["book"])))
    for path in (path for pattern in READ for path in root.glob(pattern)):
        members.append((f"home/pyodide/book/{path.relative_to(root)}", path.read_bytes()))
    _write(out, "book", members)


def _write(out, name, members):
    """Write a tar, the same bytes for the same members, and the modules that it holds."""
    with tarfile.open(out / f"{name}.tar", "w", format=tarfile.USTAR_FORMAT) as archive:
        for path, content in sorted(members):
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    parts = [path.removeprefix(f"{SITE}/").partition("/")[0] for path, _ in members]
    tops = sorted({part.partition(".")[0] for part in parts})
    (out / f"{name}.json").write_text(json.dumps(tops), "utf-8")


if __name__ == "__main__":
    {"libraries": libraries, "book": book}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))

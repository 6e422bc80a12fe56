"""Python for the page: only listed files, what is known of cells, sites with and without it."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from page_python import cells, distribution, pack, prepare

CONTENT = {"one.whl": b"first", "two.mjs": b"second"}
PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Page

```{code-cell} ipython3
1 + 1
```
"""


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """A list of two files, and a folder that has them."""
    files = [
        {
            "name": name,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "package": "a==1",
        }
        for name, content in CONTENT.items()
    ]
    path = tmp_path / "list.json"
    path.write_text(json.dumps({"pyodide": "0", "files": files}), "utf-8")
    monkeypatch.setattr(distribution, "LIST", path)
    folder = tmp_path / "given"
    folder.mkdir()
    for name, content in CONTENT.items():
        (folder / name).write_bytes(content)
    return folder


def test_files_come_from_a_folder_and_then_from_the_cache(listed, tmp_path, monkeypatch):
    monkeypatch.setenv(distribution.FOLDER, str(listed))
    cache = tmp_path / "cache"
    assert distribution.get(cache, distribution.sources()[:1]) == []
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == CONTENT
    assert distribution.get(cache, []) == []


@pytest.mark.parametrize("place", ["given", "cache"])
def test_a_flipped_bit_is_refused(listed, tmp_path, monkeypatch, place):
    monkeypatch.setenv(distribution.FOLDER, str(listed))
    sources = distribution.sources()[:1]
    if place == "cache":
        distribution.get(tmp_path / "cache", sources)
    (tmp_path / place / "two.mjs").write_bytes(bytes([CONTENT["two.mjs"][0] ^ 1, *b"econd"]))
    with pytest.raises(distribution.Differs, match=r"two\.mjs has the sha256"):
        distribution.get(tmp_path / "cache", sources)


def test_a_package_is_only_looked_into(listed, tmp_path, monkeypatch):
    def download(command, **_):
        assert command[1:4] == ["-m", "pip", "download"]
        assert "--no-deps" in command
        folder = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(folder / "a-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr("deep/inside/two.mjs", CONTENT["two.mjs"])

    monkeypatch.setattr(subprocess, "run", lambda command, **k: download([*command], **k))
    assert distribution.get(tmp_path / "cache", [distribution._from_packages]) == ["one.whl"]
    assert (tmp_path / "cache/two.mjs").read_bytes() == CONTENT["two.mjs"]


def test_where_files_are_missing_the_build_goes_on_and_says_so(tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    assert prepare.prepare(out, sources=[], cache=tmp_path / "cache") is False
    assert not out.exists()
    said = capsys.readouterr().out
    assert "cells cannot run in the page" in said
    assert distribution.FOLDER in said


@pytest.fixture
def pack_in(tmp_path, monkeypatch):
    """A function that packs what depends on one file, without a compiler."""
    meeting = threading.Barrier(1)

    def write(command, **_):
        meeting.wait(timeout=30)
        Path(command[-1], "book.tar").write_bytes(b"archive")

    def packed(depends="used.txt", builds=1):
        nonlocal meeting
        meeting = threading.Barrier(builds)
        arguments = (tmp_path / "cache", "book", tmp_path, ([], True), [depends])
        with ThreadPoolExecutor() as pool:
            running = [pool.submit(prepare.packed, *arguments) for _ in range(builds)]
        return {build.result() for build in running}

    monkeypatch.setattr(subprocess, "run", write)
    return packed


def test_two_builds_at_once_make_the_same_archives(pack_in, tmp_path):
    [made] = pack_in(builds=2)
    [archive] = made.iterdir()
    assert gzip.decompress(archive.read_bytes()) == b"archive"
    assert [*(tmp_path / "cache").iterdir()] == [made]


def test_a_build_leaves_the_archives_of_another_until_nobody_asks_for_them(pack_in):
    [first] = pack_in("used.txt")
    [second] = pack_in("distribution.json")
    assert first.is_dir()
    for folder in (first, second):
        os.utime(folder, (0, 0))
    pack_in("distribution.json")
    assert not first.exists()
    assert second.is_dir()


def test_every_used_module_is_listed_once():
    text = (Path(pack.__file__).parent / "used.txt").read_text("utf-8")
    folders = [
        line.partition(":")[0] for line in text.split("\n") if line[:1] not in {"#", " ", ""}
    ]
    assert len(folders) == len(set(folders))
    assert {"python/os.py", "sympy/core/add.py", "six.py"} <= pack.used()


def test_archives_hold_bytecode_that_runs_and_are_the_same_each_time(tmp_path):
    source = tmp_path / "lib/src/softback"
    source.mkdir(parents=True)
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks/speed.py").write_text("", "utf-8")
    (source / "__init__.py").write_text("'''Doc.'''\nassert __doc__\n", "utf-8")
    first, second = tmp_path / "1", tmp_path / "2"
    for out in (first, second):
        out.mkdir()
        command = (sys.executable, pack.__file__, "book", str(tmp_path), str(out))
        subprocess.run(command, check=True)
    assert (first / "book.tar").read_bytes() == (second / "book.tar").read_bytes()
    assert json.loads((first / "book.json").read_text("utf-8")) == [
        "cutting",
        "home",
        "runner",
        "softback",
    ]
    code = pack.compiled(b"'''Doc.'''\nx = __doc__\nassert not x", "name.py", 2)
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "tiny.pyc").write_bytes(code)
    command = (sys.executable, "-c", "import tiny; print(tiny.x)")
    assert subprocess.check_output(command, cwd=folder, encoding="utf-8") == "None\n"


def notebook(*made):
    """Return a notebook of cells, each a text or a pair of code and keywords."""
    found = []
    for cell in made:
        if isinstance(cell, str):
            found.append({"cell_type": "markdown", "source": cell})
        else:
            code, tags, outputs = cell
            cell = {"cell_type": "code", "source": code, "metadata": {"tags": tags}}
            found.append(cell | {"outputs": [{"data": dict.fromkeys(outputs, "")}]})
            found[-1]["outputs"] *= bool(outputs)
    return {"cells": found}


def test_what_is_known_of_cells():
    exercise = "```{exercise-start} Name\n:label: ex-name\n```\nWrite it."
    found = cells.described(
        notebook(
            ("import numpy as np\nnp.seterr(all='raise')", [], []),
            ("y = np.ones(3)", ["remove-cell"], []),
            ('verify("eq-vjp", y, y)', [], ["text/html"]),
            exercise,
            ('course.check("softmax", y)', [], ["text/plain"]),
            "```{exercise-end}\n```",
            ('course.check("softmax", y).require()', [], ["text/plain"]),
            ('course.check("softmax", y).require()', [], ["text/plain"]),
            ("explorer()", [], [cells.VIEW, "text/plain"]),
        )
    )
    kinds = [(cell.get("kind"), cell.get("id")) for cell in found]
    label = found[4]["id"]
    assert kinds == [
        (None, None),
        (None, None),
        ("proof", "cell-eq-vjp"),
        ("check", "cell-ex-name"),
        ("code", label),
        ("code", f"{label}-again"),
        (None, None),
    ]
    assert found[3]["packages"] == ["numpy"]


def test_an_answer_of_a_sheet_runs_with_its_check_and_others_do_not_see_it():
    sheet = notebook(
        ("import numpy as np\nz = np.ones(3)", [], []),
        ("def one():\n    return 1", [], []),
        ("import sympy\nassert one() == sympy.S(1)", ["raises-exception"], []),
        ("def two():\n    return np.int64(2)", [], []),
        ("assert two() == 2", ["raises-exception"], []),
    )
    for cell, name in zip(sheet["cells"][1:], ("one", "one-test", "two", "two-test"), strict=True):
        cell["metadata"]["exercise"] = f"ex-{name}"
    setup, one, two = cells.described(sheet)
    assert setup["kind"] == "code"
    assert one == {
        "code": "def one():\n    return 1",
        "check": "import sympy\nassert one() == sympy.S(1)",
        "id": "cell-ex-one",
        "kind": "check",
        "packages": ["sympy"],
    }
    assert (two["check"], two["packages"]) == ("assert two() == 2", ["numpy"])


@pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets to the collector
def test_pages_get_buttons_or_a_sentence(book, tmp_path):
    settings = {"page_python_files": "packed", "nb_execution_mode": "force"}
    trial = book("myst_nb", "page_python", **settings).write(page=PAGE, plain="# Plain\n")
    trial.build()
    assert "cannot be run here" in trial.html("page")
    assert "cannot be run here" not in trial.html("plain")
    assert not (trial.output / "_static/python").exists()
    packed = trial.source / "packed"
    packed.mkdir()
    (packed / "book-1.bin").write_bytes(b"archive")
    listed = {"version": "9", "files": {"book": [7, "book-1.bin"]}, "homes": {}}
    (packed / "files.json").write_text(json.dumps(listed), "utf-8")
    trial.build()
    html = trial.html("page")
    assert "cannot be run here" not in html
    assert 'data-page="page"' in html
    assert 'class="cell sb-cell sb-code-cell docutils container" id="cell-' in html
    assert "data-page" not in trial.html("plain")
    served = trial.output / "_static/python"
    assert (served / "book-1.bin").read_bytes() == b"archive"
    [known] = json.loads((served / "pages/page.json").read_text("utf-8"))
    assert known["code"] == "1 + 1"
    [worker] = served.glob("worker-*.mjs")
    [page] = served.glob("page-*.mjs")
    assert f'"{worker.name}"' in page.read_text("utf-8")
    assert "book-1.bin" in worker.read_text("utf-8")

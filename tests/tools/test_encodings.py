"""Folders with letters that are not ASCII, under a locale that is not UTF-8."""

import ast
import os
import subprocess
import sys

import pytest

from tools.console import ROOT
from tools.environment import Environment

FOLDER = "Käse 数学"
OURS = ("tools", "_ext", "classroom", "benchmarks", "lib", "tests")
LOCALE = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}


def run(python, *words, **settings):
    """Run Python where the locale knows ASCII alone."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONUTF8"}
    return subprocess.run(
        [python, *words], env=environ | LOCALE | settings, capture_output=True, encoding="utf-8"
    )


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / FOLDER
    (folder / "lib" / "src").mkdir(parents=True)
    (folder / "lib" / "src" / "cheese.py").write_text("", encoding="utf-8")
    return folder


MAKE = """
import os, sys
from pathlib import Path
from tools.environment import Environment
environment = Environment(Path(os.fsdecode(os.environb[b"FOLDER"])))
environment.create()
print(environment.defect())
"""


@pytest.mark.parametrize("mode", ["utf8=0", "utf8=1"])
def test_an_environment_is_made_once_for_its_folder(root, mode):
    answer = run(sys.executable, "-X", mode, "-c", MAKE, FOLDER=str(root))
    assert answer.stderr == ""
    assert answer.stdout.splitlines()[-1] == "None"
    assert Environment(root).defect() is None
    again = run(sys.executable, "-X", mode, "-c", MAKE, FOLDER=str(root))
    assert (again.stdout, again.stderr) == ("None\n", "")


def test_the_environment_starts_in_every_locale(root):
    environment = Environment(root)
    environment.create()
    (packages,) = environment.folder.glob("lib/python*/site-packages")
    path = packages / "_cheese.pth"
    lines = [str(root / "lib" / "src"), "/usr/elsewhere", "import sys"]
    path.write_text("\n".join(lines), encoding="utf-8")
    environment.shorten_paths()
    assert path.read_text(encoding="ascii").splitlines()[1:] == lines[1:]
    for mode in ("utf8=0", "utf8=1"):
        answer = run(environment.python, "-X", mode, "-c", "import cheese")
        assert answer.stderr == ""


def test_a_stamp_that_cannot_be_read_as_ascii_is_no_crash(root):
    (root / "pyvenv.cfg").write_text(f"command = {root}\n", encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from tools.settings import read_settings\n"
        "print(len(read_settings(Path('pyvenv.cfg'))))"
    )
    environ = os.environ | LOCALE | {"PYTHONUTF8": "0"}
    command = [sys.executable, "-c", program]
    answer = subprocess.run(command, env=environ, cwd=root, capture_output=True, encoding="utf-8")
    assert (answer.stdout, answer.stderr) == ("1\n", "")


def test_every_program_that_we_start_is_read_in_a_named_encoding():
    """Ruff's PLW1514 sees files; this sees what `subprocess` turns into text."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in OURS
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call | ast.Dict)
        and {"text", "universal_newlines"} & true_names(call)
    ]
    assert found == []


def true_names(node):
    """The keywords of a call, or the keys of a dictionary, that stand beside a literal True."""
    if isinstance(node, ast.Call):
        pairs = [(keyword.arg, keyword.value) for keyword in node.keywords]
    else:
        pairs = [
            (getattr(key, "value", None), value)
            for key, value in zip(node.keys, node.values, strict=True)
        ]
    return {
        name for name, value in pairs if isinstance(value, ast.Constant) and value.value is True
    }


def test_make_lets_everything_that_it_starts_write_utf_8():
    assert "\nexport PYTHONUTF8 = 1\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    program = "import tools, os; print(os.environ['PYTHONUTF8'])"
    assert run(sys.executable, "-c", program).stdout == "1\n"

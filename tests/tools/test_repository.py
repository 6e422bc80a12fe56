"""What is committed: nothing generated, nothing of one machine, and texts that are true."""

import ast
import io
import re
import shutil
import subprocess
import sys
import tokenize
import tomllib
from functools import cache

import pytest
import yaml

import tools
from tests.conftest import COMPUTING, LONG
from tools.console import ROOT
from tools.environment import Environment

# Two halves, so that this file does not contain what it looks for.
REGISTRIES = [
    "".join(halves)
    for halves in (
        ("pyp", "i.org"),
        ("pythonho", "sted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("deb.deb", "ian.org"),
        ("archive.ub", "untu.com"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|root|opt|tmp/tooling)/")
GENERATED = re.compile(
    r"(^|/)(_build|__pycache__|node_modules|\.venv|\.ipynb_checkpoints|[^/]*\.egg-info)/"
    r"|\.(ipynb|pyc|whl|zip|log)$"
)
LARGEST = 1_000_000
PACKAGE = ROOT / "lib/src/softback"
EXTRAS = {"symbolic", "figures", "explorers", "course"}
CORE_LINES = 1_200
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
# Files of others, kept as they came, and pictures.
VENDORED = re.compile(r"^_ext/[^/]+/katex/|\.(png|ico|woff2?)$")
TEXTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]


@cache
def committed():
    """Names of the files that git has, or would take."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return [name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def our_texts():
    """Pairs of name and text of the committed files that people here wrote."""
    names = [name for name in committed() if not VENDORED.search(name)]
    return [(name, (ROOT / name).read_text(encoding="utf-8")) for name in names]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def targets():
    """Commands of the Makefile."""
    return set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))


def test_nothing_generated_is_committed():
    assert [name for name in committed() if GENERATED.search(name)] == []


def test_no_committed_file_is_large():
    assert [name for name in committed() if (ROOT / name).stat().st_size > LARGEST] == []


def test_no_file_names_the_host_of_a_package_registry():
    found = [(name, host) for name, text in our_texts() for host in REGISTRIES if host in text]
    assert found == []


def test_no_file_holds_a_path_of_one_machine():
    assert [name for name, text in our_texts() if MACHINE_PATH.search(text)] == []


def code_lines(path):
    """Numbers of the lines of a file that hold code: no docstring, no comment, not blank."""
    text = path.read_text("utf-8")
    silent = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    lines = {
        line
        for token in tokens
        if token.type not in (*silent, tokenize.ENDMARKER)
        for line in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def test_the_core_of_the_package_stays_small():
    files = [p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in EXTRAS]
    assert sum(len(code_lines(path)) for path in files) <= CORE_LINES


def test_lines_of_code_are_counted_without_words(tmp_path):
    (tmp_path / "a.py").write_text(
        '"""Two\nlines."""\n\n# why\nx = """one\ntwo"""  # here\n', "utf-8"
    )
    assert code_lines(tmp_path / "a.py") == {5, 6}


def test_lines_end_as_editorconfig_says():
    def is_untidy(text):
        return bool(re.search(r"[ \t\r]$", text, re.M)) or (bool(text) and text[-1:] != "\n")

    assert [name for name, text in our_texts() if is_untidy(text)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_requirement_has_a_range(name):
    lines = [line.partition("#")[0].strip() for line in read(name).splitlines()]
    packages = [line for line in lines if line and not line.startswith("-")]
    bounded = re.compile(r"[\w.-]+(==[\w.]+|>=[\w.]+,<[\w.]+)")
    assert packages
    assert [line for line in packages if not bounded.fullmatch(line)] == []


@pytest.mark.parametrize("name", ["lib/pyproject.toml", "lab/pyproject.toml"])
def test_the_packages_and_the_tools_need_the_same_python(name):
    oldest = ".".join(map(str, tools.OLDEST_PYTHON))
    assert tomllib.loads(read(name))["project"]["requires-python"] == f">={oldest}"


def test_the_style_is_checked_for_the_oldest_python():
    target = tomllib.loads(read("pyproject.toml"))["tool"]["ruff"]["target-version"]
    assert target == "py" + "".join(map(str, tools.OLDEST_PYTHON))


def test_the_tools_need_no_package():
    imported = {
        module.partition(".")[0]
        for path in (ROOT / "tools").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for module in imported_modules(node)
    }
    assert imported - {"tools"} <= sys.stdlib_module_names


def imported_modules(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) else []


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_in_a_text_exists(name):
    named = set(re.findall(r"`make ([a-z]+)|^(?:\$ )?make ([a-z]+)", read(name), re.M))
    assert {word for pair in named for word in pair if word} <= targets()


def test_the_readme_shows_its_two_commands():
    blocks = re.findall(r"```(?:bash|sh|console)\n(.*?)```", read("README.md"), re.S)
    assert [line for line in blocks[0].splitlines() if line.startswith("make")] == [
        "make serve   # sets up, builds the book, serves it on your machine and opens it",
        "make test    # sets up, builds the book from empty and runs every test",
    ]


def test_the_three_plain_lines_are_in_the_readme():
    lines = "python -m venv .venv && . .venv/bin/activate", "pip install -r requirements.txt"
    assert "\n".join([*lines, "jupyter-book build ."]) in read("README.md")


def test_the_readme_says_what_jupyter_book_must_answer():
    command = [Environment().program("jupyter-book"), "--version"]
    answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    assert f"must be `{answer.splitlines()[0]}`" in read("README.md")


def test_jupyter_book_2_ends_with_a_sentence():
    # It reads myst.yml alone; a file to extend that is missing is an error that names the file.
    settings = yaml.safe_load(read("myst.yml"))
    assert settings.keys() == {"version", "extends"}
    assert settings["version"] == 1
    assert settings["extends"].startswith("this book is built by Jupyter Book 1")
    assert not (ROOT / settings["extends"]).exists()


@pytest.mark.parametrize("name", TEXTS)
def test_every_local_link_and_path_leads_somewhere(name):
    text = read(name)
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)|src=\"(?!https?:)([^\"]+)\"", text)
    in_table = re.findall(r"^\| `([^` ]+)`", text, re.M)
    paths = {path for pair in links for path in pair if path}
    paths |= {path.replace("NAME", "jacobian") for path in in_table}  # an example of each pattern
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_every_command_has_a_line_of_help_and_makes_no_file():
    makefile = read("Makefile")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split())
    helped = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.M))
    assert targets() == phony == helped


def test_help_lists_every_command():
    answer = subprocess.run(["make"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert set(re.findall(r"^  make ([a-z]+) +\w", answer.stdout, re.M)) == targets()


def test_ci_runs_the_test_command_and_nothing_else():
    script = [line for line in read(".ci/run").splitlines() if not line.startswith("#")]
    assert script == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]


def test_the_workflows_run_what_a_person_runs_with_few_rights():
    checks, pages = (yaml.safe_load(read(f".github/workflows/{n}.yml")) for n in ("ci", "pages"))
    assert checks["permissions"] == pages["permissions"] == {"contents": "read"}
    assert {"run": "bash .ci/run"} in checks["jobs"]["test"]["steps"]
    assert pages["jobs"]["build"]["needs"] == "checks"
    steps = [
        step
        for flow in (checks, pages)
        for job in flow["jobs"].values()
        for step in job.get("steps", [])
    ]
    used = [step["uses"] for step in steps if "uses" in step]
    assert [action for action in used if not action.startswith("actions/")] == []


def test_the_checks_cover_the_promised_pythons_and_systems():
    jobs = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]
    assert jobs["library"]["strategy"]["matrix"] == {
        "system": ["ubuntu-latest", "macos-latest"],
        "python": ["3.11", "3.12", "3.13", "3.14"],
    }
    assert {"run": "python -m pytest tests/lib"} in jobs["library"]["steps"]
    assert "strategy" not in jobs["test"]  # the whole command takes long, and one machine will do


def test_the_citation_is_complete():
    citation = yaml.safe_load(read("CITATION.cff"))
    required = {"cff-version", "message", "title", "authors"}
    assert required <= citation.keys()
    assert citation["cff-version"] == "1.2.0"


def test_the_version_stands_once_and_heads_the_changelog():
    version = tomllib.loads(read("lib/pyproject.toml"))["project"]["version"]
    assert re.search(r"^## (\S+)", read("CHANGELOG.md"), re.M)[1] == version
    # Measurements say what was measured; other packages may have a version like ours.
    others = re.compile(r"^(benchmarks/.*\.json|requirements.*|CHANGELOG\.md)$")
    whole = re.compile(rf"(?<![\w.=]){re.escape(version)}(?![\w.])")
    found = {name for name, text in our_texts() if not others.search(name) and whole.search(text)}
    assert found == {"lib/pyproject.toml"}


def test_files_of_tests_that_the_order_names_are_there():
    for name in (*LONG, *COMPUTING):
        assert (ROOT / f"tests/{name}.py").is_file(), name


def test_both_licences_are_there_in_full():
    code, text = read("LICENSE"), read("LICENSE-TEXT.txt")
    assert "Redistributions in binary form must reproduce" in code
    assert "Section 8 -- Interpretation." in text
    assert read("lib/LICENSE") == code  # what is packed has to stand beside pyproject.toml

"""The package's own tests in the page's Python: integers of 32 bits, no vector instructions."""

import json
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from page_python import distribution, prepare

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]

FILES = sorted(path.stem for path in (ROOT / "tests/lib").glob("test_*.py"))
SERVED = ROOT / "_build/html/_static/python"
NODE = shutil.which("node")
# Files that do not run here, and why.
LEFT_OUT = {
    "test_against_others": "needs PyTorch or JAX",
    "test_cost_script": "needs a quiet clock",
    "test_digits_script": "needs SciPy",
    "test_figures": "cells of the chapters draw all figures here",
    "test_formula_read": "needs Hypothesis",
    "test_formula_value": "needs Hypothesis",
    "test_properties": "needs Hypothesis",
    "test_speed_script": "needs a quiet clock",
}
# Tests with other results, by a piece of their name, and why.
DIFFERENT = {
    "longdouble": "its exp and log of 128 bits keep the digits of 64",
    "test_the_strict_caller_is_strict": "WebAssembly signals no overflow",
    "test_complex_in_complex_out[G]": "its exp and log of 128 bits keep the digits of 64",
    "test_complex_terms_that_cancel": "its exp of complex numbers rounds otherwise",
}

pytestmark = pytest.mark.skipif(NODE is None, reason="there is no Node")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Run all files in one Pyodide; return the tests of each as (name, elements of its outcome)."""
    folder = distribution.cache() / f"pyodide-{prepare.VERSION}"
    if not SERVED.is_dir():
        pytest.skip("the book was built without Python")
    out = tmp_path_factory.mktemp("pyodide")
    # What pytest consists of; NumPy and its like are found in Pyodide before.
    places = {"/repository": ROOT, "/out": out, "/extra": Path(pytest.__file__).parents[1]}
    files = [f"tests/lib/{name}.py" for name in FILES if name not in LEFT_OUT]
    words = ["--capture=sys", "--assert=plain", "--junitxml=/out/results.xml", *files]
    lock = ROOT / "_ext/page_python/inside/no-packages.json"
    command = [NODE, HERE / "package_in_node.mjs", folder, SERVED, lock]
    command += [json.dumps(places, default=str), "-p", "no:cacheprovider", *words]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if not (out / "results.xml").is_file():
        lines = (done.stdout + done.stderr).split("\n")  # some are files of a megabyte
        pytest.fail("\n".join(line[:200] for line in lines[-60:]))
    found = {name: [] for name in FILES}
    for case in ElementTree.parse(out / "results.xml").iter("testcase"):
        place = case.get("classname") or case.get("name")
        found[place.split(".")[2]].append((case.get("name"), list(case)))
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_file_passes_in_pyodide(results, name):
    if name in LEFT_OUT:
        pytest.skip(LEFT_OUT[name])
    known = tuple(DIFFERENT)
    wrong = [
        (test, outcome[0].get("message"))
        for test, outcome in results[name]
        if any(part.tag in ("failure", "error") for part in outcome)
        and not any(part in test for part in known)
    ]
    assert wrong == []
    if not any(outcome == [] for _, outcome in results[name]):
        pytest.skip("; ".join({part.text for _, [part] in results[name]}))

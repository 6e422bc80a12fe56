"""What leaves this repository as the package softback: its wheel and its source archive."""

import subprocess
import sys
import tarfile
import tomllib
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import numpy
import pytest
import yaml

from tools.console import ROOT

PROJECT = tomllib.loads((ROOT / "lib" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = f"softback-{PROJECT['version']}"
LICENCE = (ROOT / "LICENSE").read_bytes()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with both archives."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", folder]
    subprocess.run(command, cwd=ROOT / "lib", check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    """The files of the wheel, by name."""
    with ZipFile(built / f"{NAME}-py3-none-any.whl") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(wheel):
    return message_from_bytes(wheel[f"{NAME}.dist-info/METADATA"])


def test_the_wheel_holds_the_licence(wheel, metadata):
    assert wheel[f"{NAME}.dist-info/licenses/LICENSE"] == LICENCE
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert metadata.get_all("License-File") == ["LICENSE"]


def test_the_source_archive_holds_the_licence_and_every_module(built, wheel):
    with tarfile.open(built / f"{NAME}.tar.gz") as archive:
        names = {Path(name).relative_to(NAME).as_posix() for name in archive.getnames()}
        assert archive.extractfile(f"{NAME}/LICENSE").read() == LICENCE
    modules = {f"src/{name}" for name in wheel if name.startswith("softback/")}
    assert len(modules) > 50
    assert modules <= names


def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel):
    source = ROOT / "lib" / "src"
    files = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    expected = {name for name in files if "__pycache__" not in name}
    assert {name for name in wheel if ".dist-info/" not in name} == expected


def test_tools_for_types_read_the_package(wheel, metadata):
    assert "softback/py.typed" in wheel
    assert "Typing :: Typed" in metadata.get_all("Classifier")


def test_the_package_and_the_citation_agree(metadata):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert metadata["Author"] == citation["authors"][0]["name"]
    assert metadata["Keywords"].split(",") == sorted(citation["keywords"])
    assert metadata["License-Expression"] == citation["license"]


def test_each_python_that_is_checked_is_named(metadata):
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    pythons = jobs["library"]["strategy"]["matrix"]["python"]
    prefix = "Programming Language :: Python :: 3."
    named = [one for one in metadata.get_all("Classifier") if one.startswith(prefix)]
    assert named == [f"Programming Language :: Python :: {python}" for python in pythons]


def test_the_wheel_works_with_numpy_alone(built, tmp_path):
    with ZipFile(built / f"{NAME}-py3-none-any.whl") as archive:
        archive.extractall(tmp_path)
    installed = Path(numpy.__file__).parents[1]
    for path in installed.glob("numpy*"):
        (tmp_path / path.name).symlink_to(path)
    # Isolated, without the packages of this environment.
    program = (
        f"import sys; sys.path.append({str(tmp_path)!r})\n"
        "import softback; print(softback.__file__, *softback.softmax([0, 0]))\n"
        "from importlib.metadata import version; print(version('softback'))"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert answer.stderr == ""
    first, second = answer.stdout.splitlines()
    assert first == f"{tmp_path / 'softback' / '__init__.py'} 0.5 0.5"
    assert second == PROJECT["version"]

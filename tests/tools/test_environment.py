import shutil
import sys
from pathlib import Path

import pytest

from tools import environment as module
from tools.console import ROOT, Failure
from tools.environment import BOOK, INPUTS, LOCK, TEST, Environment

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}.1"


@pytest.fixture
def checkout(tmp_path):
    """A checkout with the real requirement files, in a folder with a space in its name."""
    root = tmp_path / "a checkout"
    packages = ("lib/pyproject.toml", "lab/pyproject.toml", "lab/data/softback.json")
    for name in (BOOK, TEST, LOCK, *packages):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    return root


def pretend_environment(root, version=VERSION, folder=None):
    """Lay out what `python -m venv` leaves behind, without a Python that runs."""
    environment = Environment(root)
    environment.python.parent.mkdir(parents=True)
    environment.python.touch()
    command = f"/usr/bin/python3 -m venv {folder or environment.folder}"
    settings = f"home = /usr/bin\nversion = {version}\ncommand = {command}\n"
    (environment.folder / "pyvenv.cfg").write_text(settings)
    return environment


@pytest.fixture
def steps(monkeypatch):
    """What would have been run, instead of running it."""
    taken = []

    def create(environment):
        taken.append("create")
        if environment.defect():
            shutil.rmtree(environment.folder, ignore_errors=True)
            pretend_environment(environment.root)

    monkeypatch.setattr(Environment, "create", create)
    monkeypatch.setattr(Environment, "install", lambda _, name: taken.append(f"install {name}"))
    monkeypatch.setattr(module, "has_pip", lambda _: False)
    monkeypatch.setattr(module, "install_pip", lambda _: taken.append("pip"))
    return taken


def test_a_second_run_installs_nothing(checkout, steps):
    Environment(checkout).prepare(BOOK)
    assert steps == ["create", "pip", f"install {BOOK}"]
    Environment(checkout).prepare(BOOK)
    assert steps == ["create", "pip", f"install {BOOK}"]


def test_the_test_requirements_contain_those_of_the_book(checkout, steps):
    Environment(checkout).prepare(TEST)
    steps.clear()
    Environment(checkout).prepare(BOOK)
    assert steps == []


def test_the_book_requirements_do_not_contain_those_of_the_tests(checkout, steps):
    Environment(checkout).prepare(BOOK)
    steps.clear()
    Environment(checkout).prepare(TEST)
    assert f"install {TEST}" in steps


@pytest.mark.parametrize("requirements", [BOOK, TEST])
@pytest.mark.parametrize(
    "name", [BOOK, LOCK, "lib/pyproject.toml", "lab/pyproject.toml", "lab/data/softback.json"]
)
def test_a_changed_input_installs_again(checkout, steps, requirements, name):
    Environment(checkout).prepare(requirements)
    steps.clear()
    (checkout / name).write_text((checkout / name).read_text() + "\n")
    Environment(checkout).prepare(requirements)
    assert f"install {requirements}" in steps


@pytest.mark.parametrize("requirements", [BOOK, TEST])
def test_pip_is_held_to_the_lock_also_where_it_builds_packages(checkout, monkeypatch, requirements):
    ran = []
    monkeypatch.setattr(module, "run", lambda *words, **options: ran.append((words, options)))
    Environment(checkout).install(requirements)
    [(words, options)] = ran
    assert words[-2:] == ("-r", requirements)
    assert options["cwd"] == checkout
    assert options["settings"] == {"PIP_CONSTRAINT": LOCK, "PIP_BUILD_CONSTRAINT": LOCK}


def test_a_failed_installation_is_tried_again(checkout, steps, monkeypatch):
    def fail(environment, requirements):
        raise Failure("no network")

    with monkeypatch.context() as patch:
        patch.setattr(Environment, "install", fail)
        with pytest.raises(Failure, match="no network"):
            Environment(checkout).prepare(BOOK)
    Environment(checkout).prepare(BOOK)
    assert f"install {BOOK}" in steps


def test_a_sound_environment_is_kept(checkout):
    assert pretend_environment(checkout).defect() is None


def test_an_environment_that_a_person_made_is_kept(checkout):
    environment = pretend_environment(checkout)
    (environment.folder / "pyvenv.cfg").write_text(f"version_info = {VERSION}\n")
    assert environment.defect() is None


def test_an_environment_without_a_python_is_made_anew(checkout):
    environment = pretend_environment(checkout)
    environment.python.unlink()
    environment.python.symlink_to(checkout / "uninstalled")
    assert environment.defect() == "it has no working Python"


@pytest.mark.parametrize("version", ["3.1", "3.10.13", "2.7.18"])
def test_an_environment_of_another_python_is_made_anew(checkout, version):
    assert f"it is for Python {version}, this is" in pretend_environment(checkout, version).defect()


def test_an_environment_that_was_moved_is_made_anew(checkout):
    environment = pretend_environment(checkout, folder=Path("/home/somebody/book/.venv"))
    assert environment.defect() == "it was made for another folder"


def test_an_environment_is_made_without_a_network(checkout):
    environment = Environment(checkout)
    environment.create()
    assert environment.defect() is None
    (environment.folder / "kept").touch()
    environment.create()
    assert (environment.folder / "kept").exists()


def test_every_input_exists():
    patterns = {pattern for inputs in INPUTS.values() for pattern in inputs}
    assert [pattern for pattern in patterns if not any(ROOT.glob(pattern))] == []


def test_an_unknown_requirement_file_is_named(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["environment", "requirements-typo.txt"])
    with pytest.raises(Failure, match=r"requirements-typo\.txt"):
        module.main()

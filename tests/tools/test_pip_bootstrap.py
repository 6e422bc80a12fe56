import sys
import zipfile

import pytest

from tools import pip_bootstrap
from tools.console import Failure, run
from tools.pip_bootstrap import install_pip


def test_ways_are_tried_in_order_until_one_brings_pip(monkeypatch, tmp_path, capsys):
    tried = []

    def way(name, result):
        return name, lambda python: tried.append(name) or result

    monkeypatch.setattr(pip_bootstrap, "has_pip", lambda python: "lies" not in tried[-1])
    ways = [way("fails", False), way("lies", True), way("works", True), way("too late", True)]
    install_pip(tmp_path / "python", ways)
    assert tried == ["fails", "lies", "works"]
    assert "pip comes from works" in capsys.readouterr().out


def test_when_no_way_works_the_message_names_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(pip_bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    with pytest.raises(Failure, match=f"tried A, B.*apt-get install {package}"):
        install_pip(tmp_path / "python", [("A", lambda _: False), ("B", lambda _: False)])


def test_without_apt_the_message_speaks_of_the_package_manager(monkeypatch, tmp_path):
    monkeypatch.setattr(pip_bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(Failure, match=r"install pip for .* with your system's package manager"):
        install_pip(tmp_path / "python", [("A", lambda _: False)])


def test_what_an_administrator_must_do_is_not_tried_by_others(monkeypatch, tmp_path):
    monkeypatch.setattr(pip_bootstrap.apt.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(pip_bootstrap.apt, "install", lambda *_: pytest.fail("apt-get was called"))
    assert not pip_bootstrap.from_debian_venv(tmp_path / "python")


def test_the_newest_wheel_is_taken(tmp_path):
    for name in ("pip-23.0.1-py3-none-any.whl", "pip-24.1-py3-none-any.whl", "six-1.whl"):
        (tmp_path / name).touch()
    assert pip_bootstrap.find_wheel(tmp_path).name == "pip-24.1-py3-none-any.whl"


def test_a_folder_without_a_wheel_is_no_error(tmp_path):
    assert pip_bootstrap.find_wheel(tmp_path / "missing") is None


def test_a_wheel_of_pip_installs_itself_into_an_environment(monkeypatch, tmp_path):
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", otherwise="no venv")
    python = tmp_path / "venv" / "bin" / "python"
    monkeypatch.setattr(pip_bootstrap, "DEBIAN_WHEELS", tmp_path)
    with zipfile.ZipFile(tmp_path / "pip-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(
            "pip/__main__.py",
            "import pathlib, sys\n"
            "pathlib.Path(sys.prefix, 'was-installed').write_text(' '.join(sys.argv[1:3]))\n",
        )
    assert pip_bootstrap.from_debian_wheel(python)
    assert (tmp_path / "venv" / "was-installed").read_text() == "install --no-index"

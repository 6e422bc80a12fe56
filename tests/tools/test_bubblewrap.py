import pytest

from tools import apt, bubblewrap


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """An empty PATH, and the packages that were asked for; they bring a program."""
    wanted = []

    def install(*packages):
        wanted.extend(packages)
        (tmp_path / "bwrap").touch(0o755)
        return True

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(apt, "install", install)
    return wanted


def test_it_is_installed_where_that_is_allowed(asked, monkeypatch):
    monkeypatch.setattr(apt, "may_install", lambda: True)
    assert bubblewrap.offer()
    assert asked == ["bubblewrap"]


def test_it_is_not_installed_twice(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(apt, "may_install", lambda: True)
    (tmp_path / "bwrap").touch(0o755)
    assert bubblewrap.offer()
    assert asked == []


def test_without_rights_the_tests_go_on_without_it(asked, monkeypatch, capsys):
    monkeypatch.setattr(apt, "may_install", lambda: False)
    assert not bubblewrap.offer()
    assert asked == []
    assert "will be skipped" in capsys.readouterr().out

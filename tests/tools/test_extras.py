"""What only some tests need is installed where that is allowed, and missed in words elsewhere."""

import pytest

from tools import apt, browser, extras


@pytest.fixture
def machine(monkeypatch):
    """A machine without any of the programs; returns what apt-get is asked for."""
    there, asked = set(), []

    def install(*packages):
        asked.extend(packages)
        programs = extras.SANDBOX | extras.BROWSERS
        there.update(name for name, (package, _) in programs.items() if package in packages)

    monkeypatch.setattr(extras.shutil, "which", lambda name: name if name in there else None)
    monkeypatch.setattr(apt, "install", install)
    monkeypatch.setattr(apt, "may_install", lambda: True)
    monkeypatch.setattr(browser, "has_debians_chromium", lambda: True)
    return asked


def test_on_debian_sandbox_and_browsers_come_together(machine):
    assert extras.offer() == []
    assert machine == ["bubblewrap", "firefox-esr", "webkit2gtk-driver", "xvfb"]
    assert extras.offer() == []
    assert len(machine) == 4


def test_elsewhere_the_sandbox_comes_alone(machine, monkeypatch, capsys):
    monkeypatch.setattr(browser, "has_debians_chromium", lambda: False)
    assert extras.offer() == ["firefox-esr", "WebKitWebDriver", "Xvfb"]
    assert machine == ["bubblewrap"]
    assert "there is no firefox-esr: the tests of Firefox will be" in capsys.readouterr().out


def test_who_may_not_install_is_told_what_is_skipped(machine, monkeypatch, capsys):
    monkeypatch.setattr(apt, "may_install", lambda: False)
    assert extras.offer() == ["bwrap", "firefox-esr", "WebKitWebDriver", "Xvfb"]
    assert machine == []
    assert "the tests of the grader's sandbox will be skipped" in capsys.readouterr().out

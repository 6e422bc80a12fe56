import pytest

from tools import browser
from tools.console import Failure
from tools.environment import Environment

SNAP_STUB = "echo 'Command requires the chromium snap to be installed.'; exit 1"


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A folder of programs, the only one on PATH."""
    monkeypatch.setattr(browser, "PROGRAMS", ("chromium", "google-chrome", "chromium-browser"))
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder, name, script):
    """Write an executable shell script and return its path."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize(
    "answer",
    [
        "Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)",
        "Google Chrome 139.0.7258.66 ",
        "Google Chrome for Testing 141.0.7390.37",
    ],
)
def test_a_browser_on_the_path_is_found(path, answer):
    there = program(path, "google-chrome", f"echo '{answer}'")
    assert browser.find() == there


@pytest.mark.parametrize(
    "script",
    [
        SNAP_STUB,
        "echo 'Chromium 140.0.7339.80 snap'",
        "echo 'Chromium 140.0.7339.80'; exit 127",
        "echo 'usage: chromium'",
    ],
)
def test_a_stub_or_a_snap_is_passed_over(path, script):
    program(path, "chromium", script)
    assert browser.find() is None
    real = program(path, "chromium-browser", "echo 'Chromium 140.0.7339.80'")
    assert browser.find() == real


def test_the_named_browser_goes_before_all_others(path, monkeypatch):
    program(path, "chromium", "echo 'Chromium 140.0.1.1'")
    named = program(path, "mine", "echo 'Chromium 141.0.1.1'")
    monkeypatch.setenv(browser.VARIABLE, named)
    assert browser.find() == named


def test_a_named_browser_that_does_not_work_is_an_error(path, monkeypatch):
    program(path, "chromium", "echo 'Chromium 140.0.1.1'")
    monkeypatch.setenv(browser.VARIABLE, "/nowhere/chromium")
    with pytest.raises(Failure, match="SOFTBACK_CHROMIUM is '/nowhere/chromium'"):
        browser.find()


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("ID=debian\n", True),
        ('ID=raspbian\nID_LIKE="debian"\n', True),
        ("ID=ubuntu\nID_LIKE=debian\n", False),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', False),
        ("ID=fedora\n", False),
    ],
)
def test_only_debian_ships_a_real_chromium(tmp_path, monkeypatch, release, expected):
    (tmp_path / "os-release").write_text(release)
    monkeypatch.setattr(browser, "OS_RELEASE", tmp_path / "os-release")
    assert browser.has_debians_chromium() is expected


def test_a_mac_has_no_os_release(tmp_path, monkeypatch):
    monkeypatch.setattr(browser, "OS_RELEASE", tmp_path / "os-release")
    assert not browser.has_debians_chromium()


@pytest.mark.parametrize(
    ("debian", "administrator", "expected"),
    [
        (True, True, ["apt"]),
        (True, False, ["playwright install --only-shell chromium"]),
        (False, True, ["playwright install --with-deps --only-shell chromium"]),
        (False, False, ["playwright install --only-shell chromium"]),
    ],
)
def test_each_machine_gets_its_browser_in_its_way(monkeypatch, debian, administrator, expected):
    done = []
    monkeypatch.setattr(browser, "has_debians_chromium", lambda: debian)
    monkeypatch.setattr(browser.apt, "may_install", lambda: administrator)
    monkeypatch.setattr(browser.apt, "install", lambda *names: done.append("apt") or True)
    monkeypatch.setattr(browser, "succeeds", lambda *words: done.append(" ".join(words[2:])))
    monkeypatch.setattr(browser, "find", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(browser, "playwrights_own", lambda environment: "/home/chrome")
    path = browser.bring(Environment())
    assert done == expected
    assert path == ("/usr/bin/chromium" if done == ["apt"] else "/home/chrome")


@pytest.mark.parametrize(
    ("debian", "apt_get", "advice"),
    [
        (True, "/usr/bin/apt-get", "sudo apt-get install chromium-headless-shell"),
        (False, "/usr/bin/apt-get", "playwright install --with-deps --only-shell chromium"),
        (False, None, "install Chromium or Google Chrome"),
    ],
)
def test_without_any_browser_the_message_says_what_to_install(monkeypatch, debian, apt_get, advice):
    monkeypatch.setattr(browser, "ensure_driver", lambda environment: None)
    monkeypatch.setattr(browser, "find", lambda: None)
    monkeypatch.setattr(browser, "playwrights_own", lambda environment: None)
    monkeypatch.setattr(browser, "bring", lambda environment: None)
    monkeypatch.setattr(browser, "has_debians_chromium", lambda: debian)
    monkeypatch.setattr(browser.shutil, "which", lambda name: apt_get)
    with pytest.raises(Failure, match=advice) as failure:
        browser.ensure(Environment())
    assert "SOFTBACK_CHROMIUM=" in str(failure.value)


def test_playwright_that_is_not_installed_is_no_crash(tmp_path):
    environment = Environment(tmp_path)
    environment.python.parent.mkdir(parents=True)
    program(environment.python.parent, "python", "echo 'No module named playwright' >&2; exit 1")
    assert browser.playwrights_own(environment) is None


@pytest.mark.parametrize("system", ["chrome-linux64/chrome", "chrome-mac/Some.app/MacOS/Chromium"])
def test_playwrights_shell_goes_before_its_window(tmp_path, system):
    window, shell = tmp_path / "chromium-1200" / system, tmp_path / "chromium_headless_shell-1200/l"
    for folder in (window.parent, shell):
        folder.mkdir(parents=True)
    program(window.parent, window.name, "echo 'Chromium 140.0.1.1'")
    environment = Environment(tmp_path)
    environment.python.parent.mkdir(parents=True)
    program(environment.python.parent, "python", f"echo '{window}'")
    assert browser.playwrights_own(environment) == str(window)
    there = program(shell, "chrome-headless-shell", "echo 'Google Chrome for Testing 140.0.1.1'")
    assert browser.playwrights_own(environment) == there


@pytest.fixture
def driverless(tmp_path, monkeypatch):
    """An environment whose Playwright starts once the library is there; and what was installed."""
    installed = []
    monkeypatch.setattr(
        browser.apt, "install", lambda *names: bool(installed.extend(names)) or True
    )
    monkeypatch.setattr(browser, "succeeds", lambda *words: browser.NODE_LIBRARY in installed)
    return Environment(tmp_path), installed


def test_an_administrator_gets_the_library_that_playwright_needs(driverless, monkeypatch):
    environment, installed = driverless
    monkeypatch.setattr(browser.apt, "may_install", lambda: True)
    browser.ensure_driver(environment)
    browser.ensure_driver(environment)
    assert installed == ["libatomic1"]


def test_others_are_told_what_playwright_needs(driverless, monkeypatch):
    environment, installed = driverless
    monkeypatch.setattr(browser.apt, "may_install", lambda: False)
    with pytest.raises(Failure, match="sudo apt-get install libatomic1"):
        browser.ensure(environment)
    assert installed == []

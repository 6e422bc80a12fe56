import argparse
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tools import serve
from tools.console import ROOT, Failure

PROGRAM = """
import sys
from pathlib import Path
from tools import serve
from tools.console import end

end(lambda: serve.serve(serve.listen(Path(sys.argv[1]), 0), show=False))
"""


@pytest.fixture
def taken():
    """A port that somebody else listens on."""
    with socket.create_server((serve.ADDRESS, 0)) as other:
        yield other.getsockname()[1]


def interruptible(command, **options):
    """Start a program as a terminal does: one started in the background is deaf to Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(command, **options)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def book(tmp_path):
    """A running `serve`, as (process, address)."""
    (tmp_path / "index.html").write_text("<title>a book</title>")
    command = [sys.executable, "-c", PROGRAM, tmp_path]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    with interruptible(command, cwd=ROOT, **pipes) as process:
        try:
            line = process.stdout.readline()
            yield process, next(word for word in line.split() if word.startswith("http"))
        finally:
            process.kill()


def test_a_taken_port_is_said_and_a_later_one_is_used(taken, tmp_path, capsys):
    with serve.listen(tmp_path, taken) as server:
        assert taken < server.server_port < taken + serve.TRIES
    assert f"port {taken} cannot be used" in capsys.readouterr().out


def test_when_no_port_is_free_the_message_says_what_to_do(taken, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "TRIES", 1)
    with pytest.raises(Failure, match=f"no free port from {taken} on.*make serve PORT="):
        serve.listen(tmp_path, taken)


def test_only_this_machine_is_served(tmp_path):
    with serve.listen(tmp_path, 0) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_pages_are_served_and_asked_for_again(book):
    _, address = book
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == b"<title>a book</title>"
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(book, how):
    process, address = book
    urllib.request.urlopen(address).close()
    process.send_signal(how)
    output, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert output.endswith("softback: the server has ended\n")
    assert errors == ""


def test_only_errors_are_logged(book):
    process, address = book
    urllib.request.urlopen(address).close()
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{address}missing.html")
    error.value.close()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert "404" in errors
    assert '"GET / ' not in errors


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"BROWSER": "firefox"}, "linux", True),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "a b"}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "a b"}, "darwin", False),
    ],
)
def test_a_browser_is_opened_only_in_front_of_a_person(environ, platform, expected):
    assert serve.has_screen(environ, platform) is expected


@pytest.mark.parametrize("text", ["-1", "65536", "http", "", "8000.0"])
def test_what_is_no_port_is_refused_by_name(text):
    with pytest.raises(argparse.ArgumentTypeError, match=f"'{text}' is not a port"):
        serve.port_number(text)


@pytest.mark.parametrize("text", ["0", "8000", "65535"])
def test_a_port_is_a_number(text):
    assert serve.port_number(text) == int(text)

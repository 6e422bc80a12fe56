import subprocess
import sys

import pytest

from tools import console
from tools.turn import turn

PROGRAM = """
import sys
from pathlib import Path
sys.argv[0] = "tools/book.py"
from tools.turn import turn

with turn(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a process which takes its turn until its input ends."""
    started = []

    def begin():
        command = [sys.executable, "-c", PROGRAM, tmp_path]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
        process = subprocess.Popen(command, cwd=console.ROOT, **pipes)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_the_second_is_told_what_runs_and_waits_for_its_end(start):
    first = start()
    assert first.stdout.readline() == "mine\n"
    second = start()
    assert second.stdout.readline() == (
        f"softback: book (process {first.pid}) is at work in this folder; "
        "waiting for its end (Ctrl-C to give up)\n"
    )
    assert second.poll() is None
    first.stdin.close()
    assert second.stdout.readline() == "mine\n"
    assert first.wait() == 0


def test_a_process_that_was_killed_keeps_nobody_waiting(start):
    first = start()
    assert first.stdout.readline() == "mine\n"
    first.kill()
    first.wait()
    assert start().stdout.readline() == "mine\n"


def test_a_turn_within_a_turn_does_not_wait_for_itself(tmp_path, start, capsys):
    with turn(tmp_path):
        with turn(tmp_path):
            pass
        other = start()
        assert "is at work in this folder" in other.stdout.readline()
    assert other.stdout.readline() == "mine\n"
    assert capsys.readouterr().out == ""


def test_another_folder_is_free(tmp_path, start):
    assert start().stdout.readline() == "mine\n"
    (tmp_path / "other").mkdir()
    with turn(tmp_path / "other"):
        pass

"""A class of seventy that tries everything: each gets what it deserves, and harms nobody."""

import csv
import fcntl
import hashlib
import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

import softback
from tests.classroom import hostile
from tests.classroom.grader_sheet import SECRET, SHEET, notebook
from tools.console import succeeds

ROOT = Path(__file__).parents[2]
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
# What the other sandbox has to stand, in the same words.
SUBSET = (
    *("right", "blank", "endless_loop", "ends_the_process", "segmentation_fault", "six_gigabytes"),
    *("fork_bomb", "background_processes", "kills_everybody", "reads_outside", "writes_outside"),
    *("breaks_out", "calls_home", "brings_back_the_finders", "reads_the_answer_from_files"),
)


@dataclass(frozen=True)
class Aftermath:
    """What was there when the grader had finished.

    Attributes
    ----------
    records : dict
        From names of submissions to their records.
    out : pathlib.Path
    errors : str
        What the command said.
    changed : list of str
        Files outside of the results that are not what they were.
    called : bool
        Whether somebody called the listener.
    left : list of str
        Command lines of processes that still run.
    """

    records: dict
    out: Path
    errors: str
    changed: list
    called: bool
    left: list


def scores(record):
    """Return the points by exercise."""
    found = {}
    for result in record["results"]:
        found[result["exercise"]] = found.get(result["exercise"], 0) + result["score"]
    return tuple(found.values())


@contextmanager
def listener():
    """Yield a port on loopback, and a function that says whether anybody called."""
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        stream.bind(("127.0.0.1", 0))
        stream.listen()
        port = stream.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))

        def called():
            for ask in (lambda: stream.accept()[0].close(), lambda: datagrams.recv(1)):
                with suppress(BlockingIOError):
                    ask()
                    return True
            return False

        stream.setblocking(False)
        datagrams.setblocking(False)
        yield port, called


def state(*folders):
    """Return a hash of each file and link, and the rights of each folder."""
    found = {}
    for folder in folders:
        for path in (folder, *sorted(folder.rglob("*"))):
            kind = path.lstat()
            regular = path.is_file() and not path.is_symlink()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if regular else ""
            found[str(path)] = kind.st_mode, content
    return found


def processes_with(word):
    """Return the command lines that hold a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if word in line and int(path.parent.name) != os.getpid():
                found.append(line)
    return found


def hand_in(folder, scene, names):
    """Write submissions into a folder."""
    for name in names:
        written = hostile.SUBMISSIONS[name][0](scene)
        content = written if isinstance(written, bytes) else written.encode()
        (folder / f"{name}.ipynb").write_bytes(content)


def hand_in_what_is_no_file(folder):
    """Write submissions that must not be opened, or not be opened whole."""
    (folder / "link.ipynb").symlink_to("right.ipynb")
    (folder / "link_to_nothing.ipynb").symlink_to("nothing")
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "folder.ipynb").mkdir()
    (folder / "folder.ipynb" / "inside.ipynb").write_text(notebook())
    (folder / "far_too_large.ipynb").write_text(notebook() + " " * 20_000_001)
    (folder / "=1+1;@x\n.ipynb").write_text(notebook())
    (folder / "essay.pdf").write_text("an essay")


def graded(root, sandbox, names, more=lambda folder: None):
    """Grade submissions with the command, under short limits, and look at what is left."""
    folder, guarded, out = root / "submissions", root / "guarded", root / "out"
    for made in (folder, guarded, root / "tmp"):
        made.mkdir()
    (root / "sheet.md").write_text(SHEET)
    (guarded / "secret.txt").write_text(hostile.GUARDED)
    library = Path(softback.__file__).parent
    with listener() as (port, called):
        scene = hostile.Scene(guarded / "secret.txt", guarded, library, root / "sheet.md", port)
        hand_in(folder, scene, names)
        more(folder)
        before = state(folder, guarded)
        command = [sys.executable, "-m", "classroom.grader", root / "sheet.md", folder, "-o", out]
        limits = ["--call-seconds", "2", "--cell-seconds", "4", "-j", "4"]
        run = subprocess.run(
            [*command, *limits, "--sandbox", sandbox],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(root / "tmp"), "PYTHONPATH": str(library.parent)},
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        after = state(folder, guarded)
        heard = called()
    changed = [path for path in before | after if before.get(path) != after.get(path)]
    changed += [str(path) for path in hostile.planted(library) if os.path.lexists(path)]
    records = [json.loads(path.read_text()) for path in (out / "records").iterdir()]
    left = processes_with(str(root)) + processes_with(hostile.MARK)
    named = {record["name"]: record for record in records}
    return Aftermath(named, out, run.stderr, changed, heard, left)


def once(tmp_path_factory, name, make):
    """Return what ``make`` makes, once for all processes that share the tests among them."""
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    root.mkdir(exist_ok=True)
    with open(root / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = root / "aftermath"
        if not kept.exists():
            (root / "run").mkdir()
            kept.write_bytes(pickle.dumps(make(root / "run")))
    return pickle.loads(kept.read_bytes())


def need(sandbox):
    """Skip the test where a sandbox is missing, and say why."""
    if sandbox == "bwrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed: sudo apt-get install bubblewrap")
    if sandbox == "bwrap" and not succeeds("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"):
        pytest.skip("bubblewrap may not make name spaces here")
    if sandbox == "user" and not IS_ROOT:
        pytest.skip("the sandbox user needs root, which becomes another user")


@pytest.fixture(scope="module")
def bwrap(tmp_path_factory):
    """All submissions, in bubblewrap."""
    need("bwrap")

    def make(root):
        return graded(root, "bwrap", hostile.SUBMISSIONS, hand_in_what_is_no_file)

    return once(tmp_path_factory, "bwrap", make)


@pytest.fixture(scope="module")
def user(tmp_path_factory):
    """Some submissions, as another user."""
    need("user")
    return once(tmp_path_factory, "user", lambda root: graded(root, "user", SUBSET))


@pytest.fixture(params=["bwrap", "user"])
def aftermath(request):
    """What is left after each of the sandboxes."""
    return request.getfixturevalue(request.param)


def all_text(folder):
    """Return everything that was written for people."""
    return "\n".join(
        path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "records"
    )


def test_each_submission_gets_what_it_deserves(bwrap):
    deserved = {name: points for name, (_, points) in hostile.SUBMISSIONS.items()}
    assert {name: scores(bwrap.records[name]) for name in deserved} == deserved


def test_as_another_user_each_gets_what_it_deserves(user):
    deserved = {name: hostile.SUBMISSIONS[name][1] for name in SUBSET}
    assert {name: scores(user.records[name]) for name in deserved} == deserved


def test_what_is_no_file_of_its_own_gets_nothing(bwrap):
    for name in ("link", "link_to_nothing", "pipe", "far_too_large"):
        assert scores(bwrap.records[name]) == hostile.NOTHING
        assert bwrap.records[name]["notes"], "nothing says why"
    assert scores(bwrap.records["folder_ipynb--inside-" + digest("folder.ipynb--inside")]) == (
        2,
        2,
        2,
    )
    assert "essay.pdf was not graded: this is not a notebook" in bwrap.errors


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def test_nobody_calls_home(aftermath):
    assert not aftermath.called


def test_nothing_outside_of_the_results_is_written(aftermath):
    assert aftermath.changed == []


def test_nothing_runs_on(aftermath):
    assert aftermath.left == []


def test_nothing_secret_comes_out(aftermath):
    said = all_text(aftermath.out)
    for secret in (hostile.GUARDED, SECRET, "root:x:", "BEGIN SOLUTION", "np.einsum"):
        assert secret not in said


def test_words_of_a_hidden_test_hold_none_of_the_student(bwrap):
    hidden = [
        result["message"]
        for record in bwrap.records.values()
        for result in record["results"]
        if result["hidden"]
    ]
    assert not any("told-" in message or "script" in message for message in hidden)
    assert max(map(len, hidden)) <= 200


def test_what_a_student_reads_outside_is_nothing(aftermath):
    visible = aftermath.records["reads_outside"]["results"][0]["message"]
    assert "read:" in visible, "the attack did not run"
    assert hostile.GUARDED not in visible
    assert visible.split("read:")[1].split(" for ")[0].strip(" `") == ""


def test_pages_of_feedback_run_nothing(bwrap):
    said = (bwrap.out / "feedback" / "words_that_bite.html").read_text()
    assert "<script" not in said
    assert "<img" not in said
    assert "\x1b" not in all_text(bwrap.out)


def test_no_cell_of_the_table_is_a_formula(bwrap):
    with open(bwrap.out / "grades.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(bwrap.records) + 1  # and essay.pdf
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())


def test_the_limits_hold_in_seconds(bwrap):
    deadline = 4 * 4 + 60
    assert max(record["seconds"] for record in bwrap.records.values()) < deadline

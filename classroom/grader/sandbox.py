"""Isolate the worker: bubblewrap where it works, else another user in an empty root, or nothing.

In each case the worker gives up its other rights before it sees any student's code (`inside`).
"""

import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BWRAP, USER, NONE = "bwrap", "user", "none"
KINDS = (BWRAP, USER, NONE)
WARNING = """\
WARNING: there is no sandbox here. Submissions run with your rights: they can read your files,
write to them and see other submissions. Only time and memory are limited. Grade on Linux with
bubblewrap, or as root in a container, or grade only what you have read."""
# Users who own no files: the range of systemd's dynamic users (https://systemd.io/UIDS-GIDS).
FIRST_USER, USERS = 61184, 4336
BOOT = (
    "import json, sys; settings = json.loads(sys.argv[1]); sys.path += settings['path']; "
    "from inside.serve import main; main(settings)"
)
# Private namespaces; root makes them directly, anybody else as root of a user namespace.
SPACES = [f"--unshare-{space}" for space in ("ipc", "pid", "net", "uts", "cgroup-try")]
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Sandbox:
    """How workers are isolated.

    Attributes
    ----------
    kind : str
        ``"bwrap"``, ``"user"`` or ``"none"``.
    jail : str or None
        An empty folder.
    """

    kind: str
    jail: str | None = None

    def command(self, limits):
        """Return the command line of a worker."""
        python = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
        settings = {
            "jail": self.jail,
            "user": self._user(),
            "limits": {"memory": limits.memory, "cpu": limits.cpu},
            "path": [str(Path(np.__file__).parents[1]), str(Path(__file__).parent)],
        }
        return [*self._wrapper(), python, "-I", "-S", "-B", "-c", BOOT, json.dumps(settings)]

    def holds(self, ready):
        """Return whether the worker reports the isolation that this kind promises."""
        return self.kind == NONE or (ready.get("files") is True and ready.get("calls") is True)

    def _user(self):
        """Return a separate user for each grading process, so that none can signal another."""
        if self.kind == NONE or os.geteuid() != 0:
            return None
        return FIRST_USER + os.getpid() % USERS

    def _wrapper(self):
        if self.kind != BWRAP:
            return []
        root = os.geteuid() == 0
        rights = ("SETUID", "SETGID", "SYS_CHROOT") if root else ("SYS_CHROOT",)
        return [
            *("bwrap", *SPACES, *(() if root else ("--unshare-user",))),
            *("--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"),
            *(word for right in rights for word in ("--cap-add", f"CAP_{right}")),
            *("--ro-bind", "/", "/"),
            *(word for pair in ENVIRONMENT.items() for word in ("--setenv", *pair)),
        ]


@contextmanager
def opened(kind):
    """Make an empty folder that workers see as their root, for as long as the body runs."""
    if kind == NONE:
        yield Sandbox(NONE)
        return
    with tempfile.TemporaryDirectory(prefix="softback-jail-") as folder:
        # Every user may enter it, and none may write to it.
        os.chmod(folder, 0o555)
        yield Sandbox(kind, folder)


def candidates():
    """Return the kinds that may work here, the stronger ones first."""
    if sys.platform != "linux":
        return (NONE,)
    return (
        *((BWRAP,) if shutil.which("bwrap") else ()),
        *((USER,) if os.geteuid() == 0 else ()),
        NONE,
    )

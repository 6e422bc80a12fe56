"""A real JupyterLab on a folder, for tests that open notebooks in it."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from threading import Thread

from playwright.sync_api import expect

from tools.environment import Environment
from tools.lab import command

TOKEN = "trial"
PATIENCE = 90_000  # milliseconds: a busy machine takes its time to start a kernel


@contextmanager
def serve_lab(root, home, *options):
    """Serve a folder with JupyterLab; yields the address without a final slash.

    The person's own Jupyter settings stay out of it: they are looked for below ``home``. Without
    options it is the JupyterLab of `make lab`.
    """
    is_root = os.geteuid() == 0
    made = command(Environment(root), is_root=is_root)[1:]
    line = [sys.executable, *(["-m", "jupyterlab", *options] if options else made)]
    line += ["--no-browser", "--port=0", f"--IdentityProvider.token={TOKEN}"]
    line += ["--allow-root"] if is_root and options else []
    pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(line, cwd=root, env=own_settings(home), **pipes) as server:
        try:
            found = (re.search(r"http://(?:127\.0\.0\.1|localhost):\d+", s) for s in server.stderr)
            address = next(filter(None, found))[0]
            # A pipe that nobody empties fills up, and then the server waits.
            drain = Thread(target=server.stderr.read, daemon=True)
            drain.start()
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)
        drain.join(timeout=30)


def wait_for_kernel(page):
    """Wait until the kernel of an open notebook is idle; cells may run then.

    On a busy machine JupyterLab now and then misses the first word of a kernel, and calls it
    unknown from then on: as a person would, load the page again.
    """
    kernel = page.get_by_role("button", name=re.compile(r"Python 3 .*\| Idle"))
    try:
        expect(kernel).to_be_visible(timeout=PATIENCE / 3)
    except AssertionError:
        page.reload()
        expect(kernel).to_be_visible(timeout=PATIENCE)


def own_settings(folder):
    """Environment variables that keep the person's Jupyter settings out of the trial."""
    places = {name: str(folder / name) for name in ("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    return {**os.environ, **places, "JUPYTER_CONFIG_DIR": str(folder / "config")}

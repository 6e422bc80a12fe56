"""A real JupyterLab on a folder, for tests that open notebooks in it."""

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from threading import Thread
from urllib.error import URLError
from urllib.request import Request, urlopen

from jupyter_client import BlockingKernelClient
from playwright.sync_api import expect

from tools.environment import Environment
from tools.lab import command

TOKEN = "trial"
RUNTIME = "JUPYTER_RUNTIME_DIR"
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
    pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "encoding": "utf-8"}
    with subprocess.Popen(line, cwd=root, env=own_settings(home), **pipes) as server:
        try:
            found = (re.search(r"http://(?:127\.0\.0\.1|localhost):\d+", s) for s in server.stderr)
            address = next(filter(None, found))[0]
            # A pipe that nobody empties fills up, and then the server waits.
            drain = Thread(target=server.stderr.read, daemon=True)
            drain.start()
            _wait_until_it_answers(address)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)
        drain.join(timeout=30)


def start_kernel(address, home, folder=""):
    """Start a kernel in a folder of the server, wait until it answers and return its number."""
    kernel = _post(f"{address}/api/kernels", {"name": "python3", "path": folder})["id"]
    client = BlockingKernelClient(connection_file=str(home / RUNTIME / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=PATIENCE / 1000)
    finally:
        client.stop_channels()
    return kernel


def use_kernel(address, path, kernel):
    """Let JupyterLab find a running kernel when it opens a notebook."""
    names = {"path": path, "name": path, "type": "notebook"}
    _post(f"{address}/api/sessions", {**names, "kernel": {"id": kernel}})


def wait_for_kernel(page):
    """Wait until the kernel of an open notebook is idle; cells may run then."""
    kernel = page.get_by_role("button", name=re.compile(r"Python 3 .*\| Idle"))
    expect(kernel).to_be_visible(timeout=PATIENCE)


def _wait_until_it_answers(address):
    """JupyterLab names its address a moment before it listens."""
    give_up = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            with urlopen(f"{address}/api"):
                return
        except URLError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def _post(address, content):
    """Send something to JupyterLab and return its answer."""
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    with urlopen(Request(address, json.dumps(content).encode(), headers)) as answer:
        return json.load(answer)


def own_settings(folder):
    """Environment variables that keep the person's Jupyter settings out of the trial."""
    places = {name: str(folder / name) for name in ("HOME", "IPYTHONDIR", RUNTIME)}
    return {**os.environ, **places, "JUPYTER_CONFIG_DIR": str(folder / "config")}

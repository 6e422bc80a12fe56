"""Fixtures for the tests of the built book: a server on loopback and a browser.

Playwright is imported where it is used, so that tests of the library do not need it.
"""

import os
import shutil
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

HTML = Path(__file__).parents[1] / "_build" / "html"

# No GPU, no sandbox (containers have neither), and nothing that the browser fetches for itself.
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine has a name; unlike an intercepted request, that delays no font.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def pages(folder=HTML):
    """Return the paths of a site's pages; the theme keeps a template among its static files."""
    found = (path.relative_to(folder) for path in folder.rglob("*.html"))
    return sorted(path.as_posix() for path in found if "_static" not in path.parts)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        """Keep the test output free of one line per request."""


@contextmanager
def serve(folder, handler=QuietHandler):
    """Serve a folder on a free loopback port; yields the address without a final slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def find_browser():
    """Return the browser to run, or None for the one that Playwright downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (shutil.which(name) for name in names)
    return os.environ.get("SOFTBACK_CHROMIUM") or next(filter(None, found), None)


@pytest.fixture(scope="session")
def site():
    """Address of the built book."""
    if not (HTML / "index.html").is_file():
        pytest.fail(f"no built book in {HTML}: build it first, for example with `make book`")
    with serve(HTML) as address:
        yield address


@pytest.fixture(scope="session")
def trial_site(tmp_path_factory):
    """Return a function that writes one page and gives back its address."""
    folder = tmp_path_factory.mktemp("trial-site")

    with serve(folder) as address:

        def write(html):
            name = f"page-{len(list(folder.iterdir()))}.html"
            (folder / name).write_text(html, encoding="utf-8")
            return f"{address}/{name}"

        yield write


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # a busy machine draws late
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_ARGUMENTS)
        yield program
        program.close()

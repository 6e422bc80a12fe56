"""Fixtures for the tests of the built book: a server on loopback and a browser.

Playwright is imported where it is used, so that tests of the library do not need it.
"""

import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
HTML = TESTS.parent / "_build" / "html"
# These take longest, so they begin first: at the end no worker waits long for the other.
LONG = """
site/test_explorers_used ext/test_package_in_node site/test_pages explorers/test_every_explorer
site/test_python_in_node site/test_page_python ext/test_explorer_host_build
site/test_without_delivery lib/test_figures engines/test_webkit explorers/test_formula_twins
explorers/test_jacobian tools/test_lab explorers/test_core site/test_teaching
explorers/test_in_jupyterlab engines/test_firefox explorers/test_log_sum_exp
classroom/test_grader_hostile explorers/test_descent classroom/test_scores lib/test_accuracy
""".split()
# Coverage looks at each line of each library, which takes as long again, so it looks only where
# the package is tested, and not where files compute for long on lines that others reach.
COVERED = ("lib/", "explorers/test_bundle", "explorers/test_traits")
COMPUTING = ("lib/test_accuracy", "lib/test_properties", "lib/test_symbolic_equations")

# No GPU, no sandbox (containers have neither), and nothing that the browser fetches for itself.
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--font-render-hinting=none",  # the shell would round the width of each letter
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine has a name; unlike an intercepted request, that delays no font.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def pytest_collection_modifyitems(items):
    """Put the longest files first."""
    place = {name: n for n, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(room(item.path), len(LONG)))


def room(path):
    """Return the folder and the name of a file of tests."""
    return path.relative_to(TESTS).with_suffix("").as_posix()


@pytest.fixture(scope="module", autouse=True)
def coverage_where_it_counts(request):
    """Pause coverage in files that test something else than the package."""
    found = "coverage" in sys.modules and sys.modules["coverage"].Coverage.current()
    name = room(request.path)
    if not found or (name.startswith(COVERED) and name not in COMPUTING):
        yield
        return
    found.stop()
    yield
    found.start()


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

    from tools.browser import find

    expect.set_options(timeout=30_000)  # a busy machine draws late
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=find(), args=BROWSER_ARGUMENTS)
        yield program
        program.close()

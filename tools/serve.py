"""Build the book, serve it on this machine alone, and open it where a browser is there."""

import argparse
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tools import book
from tools.console import Failure, end, say
from tools.environment import Environment

ADDRESS = "127.0.0.1"
PORT = 8000
TRIES = 20
LAST_PORT = 65535


class Pages(SimpleHTTPRequestHandler):
    """Static files that the browser asks for again after each build; only errors are logged."""

    def end_headers(self) -> None:
        """Let the browser keep a copy, but ask whether it is still good."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_request(self, code="-", size="-") -> None:
        """Do not print a line for each request."""


def listen(folder: Path, port: int = PORT) -> ThreadingHTTPServer:
    """Return a server on the first free port from ``port`` on.

    Raises
    ------
    Failure
        If none of the next ports is free.
    """
    handler = partial(Pages, directory=str(folder))
    for candidate in range(port, min(port + TRIES, LAST_PORT + 1)):
        try:
            return ThreadingHTTPServer((ADDRESS, candidate), handler)
        except OSError as error:
            say(f"port {candidate} cannot be used ({error.strerror}), trying the next one")
    raise Failure(f"no free port from {port} on; choose another: make serve PORT=9000")


def port_number(text: str) -> int:
    """Return the port that the text names.

    Raises
    ------
    argparse.ArgumentTypeError
        If it names none.
    """
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number up to {LAST_PORT}")
    return int(text)


def has_screen(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Return whether a browser window can be expected to appear in front of the person."""
    if environ.get("CI") or environ.get("SSH_CONNECTION"):
        return False
    return platform == "darwin" or any(
        environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )


def serve(server: ThreadingHTTPServer, *, show: bool) -> None:
    """Answer requests until Ctrl-C, or until the process is asked to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    url = f"http://{ADDRESS}:{server.server_port}/"
    say(f"the book is at {url} (Ctrl-C ends)")
    with server:
        try:
            if show:
                # Beside the server: a browser in the terminal comes back only when it is closed.
                threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    say("the server has ended")


def main() -> None:
    """Prepare the environment, build the book and serve it."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.serve", description=__doc__)
    parser.add_argument("--port", type=port_number, default=PORT, help="the first port to try")
    arguments = parser.parse_args()
    environment = Environment()
    environment.prepare()
    book.build(environment)
    serve(listen(book.HTML, arguments.port), show=has_screen())


if __name__ == "__main__":
    end(main)

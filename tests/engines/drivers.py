"""Drive Firefox by its Marionette and WebKit by its W3C driver, with the standard library alone."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

WINDOW = {"width": 1280, "height": 900}
SECONDS = 90  # for a page, and for Python to start in it on a busy machine
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the W3C's key for a reference to an element
MINIBROWSERS = "usr/lib/*/webkit2gtk-4.*/MiniBrowser"
# What the W3C calls Firefox's commands.
PATHS = {
    "Navigate": "/url",
    "ExecuteAsyncScript": "/execute/async",
    "FindElement": "/element",
    "SetTimeouts": "/timeouts",
    "SetWindowRect": "/window/rect",
}
# No question at the start, and no request of the browser's own.
PREFERENCES = {
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/",
}


class DriverError(Exception):
    """The browser refused a command."""


class _Browser:
    """What both have in common; a command has the name that it has in Firefox."""

    def go(self, address):
        """Open a page, and wait until it is there: from http to a folder Firefox answers early."""
        self.command("Navigate", url=address)
        end = time.monotonic() + SECONDS
        while self._place() != [address, "complete"]:
            if time.monotonic() > end:
                raise DriverError(f"{address} does not open")
            time.sleep(0.02)

    def _place(self):
        with contextlib.suppress(DriverError):  # the page may be changing just now
            return self.ask("return [location.href, document.readyState];")

    def ask(self, script, *args):
        """Run an asynchronous function body in the page; return what it returns."""
        body = f"const done = arguments[arguments.length - 1]; (async () => {{ {script} }})().then("
        body += "done, (error) => done({ failed: String(error) }));"
        found = self.command("ExecuteAsyncScript", script=body, args=args)
        if isinstance(found, dict) and "failed" in found:
            raise DriverError(found["failed"])
        return found

    def type(self, selector, keys):
        """Type into the first element that a selector finds."""
        found = self.command("FindElement", using="css selector", value=selector)
        self.command("ElementSendKeys", id=found[ELEMENT], text=keys)


class Firefox(_Browser):
    """Firefox, headless, with a profile of its own."""

    name = "Firefox"

    @staticmethod
    def missing():
        """Return what is not installed, or None."""
        return None if shutil.which("firefox-esr") or shutil.which("firefox") else "firefox-esr"

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        port, self._number = _free_port(), 0
        wanted = PREFERENCES | {"marionette.port": port}
        lines = [f'user_pref("{key}", {json.dumps(value)});' for key, value in wanted.items()]
        Path(self._folder.name, "user.js").write_text("\n".join(lines), encoding="utf-8")
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        options = ("--marionette", "--headless", "--no-remote", "--profile", self._folder.name)
        size = {"MOZ_HEADLESS_WIDTH": "1280", "MOZ_HEADLESS_HEIGHT": "1000"}
        self._process = _started([program, *options], self._folder.name, size)
        self._line = _connected(port)
        self._line.settimeout(2 * SECONDS)
        self._receive()
        self.command("NewSession")
        self.command("SetTimeouts", script=SECONDS * 1000, pageLoad=SECONDS * 1000)

    def command(self, name, **values):
        """Send a command; return its value."""
        self._number += 1
        text = json.dumps([0, self._number, f"WebDriver:{name}", values]).encode()
        self._line.sendall(b"%d:%b" % (len(text), text))
        _, _, error, value = self._receive()
        if error:
            raise DriverError(f"{name}: {error['message']}")
        return value["value"] if isinstance(value, dict) and "value" in value else value

    def _receive(self):
        size = b""
        while (letter := self._line.recv(1)) != b":":
            size += letter
        text = b""
        while len(text) < int(size):
            text += self._line.recv(int(size) - len(text))
        return json.loads(text)

    def close(self):
        """End it."""
        self._line.close()
        _end(self._process)
        self._folder.cleanup()


class WebKit(_Browser):
    """WebKitGTK's small browser, on a screen that nobody sees."""

    name = "WebKit"

    @staticmethod
    def missing():
        """Return what is not installed, or None."""
        programs = [name for name in ("WebKitWebDriver", "Xvfb") if not shutil.which(name)]
        return ", ".join(programs) or (None if _minibrowser() else "MiniBrowser")

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        reading, writing = os.pipe()
        screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1300x24"]
        self._screen = _started(screen, self._folder.name, {}, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as answer:
            display = answer.readline().strip()
        port = _free_port()
        settings = {
            "DISPLAY": f":{display}",
            "GDK_BACKEND": "x11",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # a container allows none
            "XDG_RUNTIME_DIR": self._folder.name,
        }
        command = ["WebKitWebDriver", f"--port={port}"]
        self._process = _started(command, self._folder.name, settings)
        _connected(port).close()
        self._address = f"http://127.0.0.1:{port}/session"
        options = {"binary": str(_minibrowser()), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._post("", {"capabilities": wanted})["sessionId"]
        self._address += f"/{session}"
        self.command("SetTimeouts", script=SECONDS * 1000, pageLoad=SECONDS * 1000)
        self.command("SetWindowRect", **WINDOW)

    def command(self, name, **values):
        """Send a command; return its value."""
        if name == "ElementSendKeys":
            return self._post(f"/element/{values['id']}/value", {"text": values["text"]})
        return self._post(PATHS[name], values)

    def _post(self, path, values):
        request = urllib.request.Request(
            self._address + path, json.dumps(values).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=2 * SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise DriverError(error.read().decode()[:500]) from None

    def close(self):
        """End it."""
        with contextlib.suppress(OSError):
            request = urllib.request.Request(self._address, method="DELETE")
            urllib.request.urlopen(request, timeout=10).close()
        _end(self._process)
        _end(self._screen)
        self._folder.cleanup()


def _minibrowser():
    return next(iter(sorted(Path("/").glob(MINIBROWSERS))), None)


def _started(command, home, settings, **options):
    environment = os.environ | {"HOME": home} | settings
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, **options)


def _end(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as line:
        return line.getsockname()[1]


def _connected(port):
    end = time.monotonic() + 2 * SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)

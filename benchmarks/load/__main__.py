"""Measure how many requests nginx answers from the built book, on this machine's loopback.

    python -m benchmarks.load            # needs make book, nginx and wrk

Each run takes ten seconds, with two threads and forty connections. nginx and wrk share the machine,
so a separate server would do better. Nothing but 127.0.0.1 is asked.
"""

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin, urlsplit

HERE = Path(__file__).parent
HTML = HERE.parents[1] / "_build" / "html"
THREADS, CONNECTIONS, SECONDS = 2, 40, 10
COMPRESSIBLE = {".html", ".css", ".js", ".svg", ".json", ".ipynb"}
LOADED = re.compile(r'<(?:script|img|link)\b[^>]*?\b(?:src|href)="([^"]+)"')

WAYS = {
    "no compression": {"STATIC": "off", "DYNAMIC": "off"},
    "compressed at each request": {"STATIC": "off", "DYNAMIC": "on"},
    "compressed once": {"STATIC": "on", "DYNAMIC": "off"},
}


def pages(html) -> list[str]:
    """Return the paths of all pages of a site."""
    found = (path.relative_to(html) for path in html.rglob("*.html"))
    return sorted(f"/{path.as_posix()}" for path in found if "_static" not in path.parts)


def visits(html) -> list[str]:
    """Return the paths of all pages, each followed by the files that it names and the site has."""
    paths = []
    for page in pages(html):
        text = (html / page[1:]).read_text(encoding="utf-8")
        named = [urljoin(page, address) for address in LOADED.findall(text)]
        files = [name for name in named if (html / urlsplit(name).path[1:]).is_file()]
        paths += [page, *dict.fromkeys(name for name in files if not name.endswith(".html"))]
    return paths


def compressed_copy(html, folder) -> Path:
    """Copy a site and put the compressed form of each text beside it."""
    site = Path(shutil.copytree(html, folder / "site"))
    for path in [path for path in site.rglob("*") if path.suffix in COMPRESSIBLE]:
        Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes(), 9))
    return site


@contextmanager
def nginx(site, folder, way):
    """Serve a site in one of the `WAYS`; yields the address without a final slash."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = WAYS[way] | {"ROOT": str(site), "RUN": str(folder), "PORT": str(port)}
    text = (HERE / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"@(\w+)@", lambda name: said[name[1]], text)
    # As root, nginx would serve as somebody who may not read the site.
    text = ("user root;\n" if os.geteuid() == 0 else "") + text
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    with subprocess.Popen(
        ["nginx", "-e", "stderr", "-c", folder / "nginx.conf", "-p", folder]
    ) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise TimeoutError("nginx does not answer after five seconds")


def wrk(address, paths, folder) -> dict:
    """Ask for paths in turn and return the numbers that ``paths.lua`` reports."""
    listed = folder / "paths.txt"
    listed.write_text("\n".join(paths) + "\n", encoding="utf-8")
    size = ["-t", str(THREADS), "-c", str(CONNECTIONS), "-d", f"{SECONDS}s"]
    command = ["wrk", *size, "-s", HERE / "paths.lua", address, "--", listed]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return json.loads(re.search(r"^RESULT (.*)$", done.stdout, re.M)[1])


def row(what, way, found) -> str:
    """Return a line of the table."""
    rate, size = found["requests"] / found["seconds"], found["bytes"] / found["requests"]
    times = f"{found['p50']:.2f} ms | {found['p99']:.2f} ms"
    return f"| {what} | {way} | {rate:,.0f} | {size / 1000:.1f} kB | {times} | {found['failed']} |"


def main() -> None:
    """Measure pages alone and whole visits, in each way, and print a table."""
    missing = [name for name in ("nginx", "wrk") if not shutil.which(name)]
    if missing or not (HTML / "index.html").is_file():
        sys.exit(f"error: missing {' and '.join(missing) or 'the built book: make book'}")
    asked = {"pages": pages(HTML), "pages with all they load": visits(HTML)}
    print("| asked for | nginx | requests/s | a reply | p50 | p99 | failed |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with TemporaryDirectory() as name:
        site = compressed_copy(HTML, Path(name))
        for way in WAYS:
            with nginx(site, Path(name), way) as address:
                for what, paths in asked.items():
                    print(row(what, way, wrk(address, paths, Path(name))), flush=True)


if __name__ == "__main__":
    main()

"""Run Google's Lighthouse where Node is installed; npm puts it into the build folder."""

import json
import os
import shutil
import subprocess
from statistics import median

VERSION = "lighthouse@13"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --font-render-hinting=none --disable-quic "
    "--no-first-run --disable-background-networking --disable-component-update --disable-sync"
)


def prepare(folder):
    """Install Lighthouse below ``folder``; return its program, or None where Node is missing."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        line = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", folder]
        subprocess.run([*map(str, line), VERSION], check=True)
    return program


def scores(program, url, browser, *, desktop):
    """Return the median score of three runs, 0 to 100, of each category."""
    reports = [_run(program, url, browser, desktop) for _ in range(3)]
    return {name: median(report[name] for report in reports) for name in CATEGORIES}


def _run(program, url, browser, desktop):
    line = ["node", program, url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    line += ["--preset=desktop"] if desktop else []
    environment = {**os.environ, "CHROME_PATH": str(browser)} if browser else None
    done = subprocess.run(
        [str(part) for part in line],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    categories = json.loads(done.stdout)["categories"]
    return {name: round(100 * categories[name]["score"]) for name in CATEGORIES}

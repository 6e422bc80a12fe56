"""Check the types that our JavaScript and its JSDoc state, with TypeScript, where Node is there."""

import shutil
import subprocess

from tools.console import ROOT, Failure, end, say, succeeds
from tools.fingerprint import fingerprint, is_noted

VERSION = "5.9.3"
FOLDER = ROOT / ".venv" / f"typescript-{VERSION}"
PACKAGE = FOLDER / "node_modules" / "typescript"
OPTIONS = (
    *("--checkJs", "--noEmit", "--noUnusedLocals", "--skipDefaultLibCheck"),
    *("--target", "esnext", "--module", "esnext", "--moduleResolution", "bundler"),
)
PAGE = "esnext,dom,dom.iterable"
# Scripts of one page share their names, so they are checked together: what they find there, and
# which they are.
PROGRAMS = (
    (PAGE, "lib/src/softback/explorers/*.mjs", "lib/src/softback/explorers/*.d.ts"),
    (PAGE, "lib/src/softback/course/*/*.mjs"),
    (PAGE, "_ext/answers/front/*.mjs", "_ext/reading_aids/front/*.mjs"),
    (PAGE, "_ext/explorer_host/front/host/*.js", "_ext/*/static/*.js", "_ext/search_phrases/*.js"),
    ("esnext", "_ext/explorer_host/front/picture/*.js"),
    (PAGE, "lab/data/*.js"),
)


def install() -> bool:
    """Put TypeScript into .venv, once; return whether it is there."""
    if not PACKAGE.is_dir():
        say(f"installing TypeScript {VERSION} (once, and the network is needed)")
        npm = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", FOLDER)
        succeeds(*npm, f"typescript@{VERSION}")
    return PACKAGE.is_dir()


def check() -> None:
    """Check each program, unless nothing has changed since all were found right.

    Raises
    ------
    Failure
        If something is wrong; TypeScript has said what.
    """
    stamp = FOLDER / "checked.stamp"
    wanted = fingerprint(ROOT, [pattern for _, *patterns in PROGRAMS for pattern in patterns])
    if is_noted(stamp, wanted):
        return
    for lib, *patterns in PROGRAMS:
        found = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
        files = [path.relative_to(ROOT) for path in found]
        command = ("node", PACKAGE / "bin" / "tsc", *OPTIONS, "--lib", lib, *files)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            raise Failure("the types of the JavaScript do not fit: see above")
    stamp.write_text(wanted)


def main() -> None:
    """Check the types, or say in one line why not."""
    if not shutil.which("node") or not shutil.which("npm"):
        say("the types of the JavaScript are not checked: there is no Node")
    elif not install():
        say("the types of the JavaScript are not checked: npm could not install TypeScript")
    else:
        check()


if __name__ == "__main__":
    end(main)

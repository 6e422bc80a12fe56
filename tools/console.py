"""Say what happens, run programs, and end with one clear sentence."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Failure(Exception):
    """A step that cannot go on; the text says why, and what to do about it."""


def say(text: str) -> None:
    """Print one line about the step that comes now."""
    print(f"softback: {text}", flush=True)


def run(
    *command: object,
    cwd: Path = ROOT,
    settings: Mapping[str, str] | None = None,
    quiet: bool = False,
    otherwise: str,
) -> None:
    """Run a program; the person sees what it prints, or with ``quiet`` only its errors.

    ``settings`` are environment variables that it gets on top of ours.

    Raises
    ------
    Failure
        With the text ``otherwise`` and the command line, if the program is missing or fails.
    """
    words = [str(word) for word in command]
    output = subprocess.DEVNULL if quiet else None
    environ = os.environ | (settings or {})
    try:
        code = subprocess.run(words, cwd=cwd, env=environ, stdout=output, check=False).returncode
    except OSError as error:
        raise Failure(f"{otherwise}: {error}") from error
    if code:
        raise Failure(f"{otherwise} (exit code {code}): {shlex.join(words)}")


def succeeds(*command: object, cwd: Path = ROOT) -> bool:
    """Run a program in silence and return whether it did what was asked."""
    words = [str(word) for word in command]
    try:
        quiet = {"stdin": subprocess.DEVNULL, "capture_output": True}
        return subprocess.run(words, cwd=cwd, check=False, **quiet).returncode == 0
    except OSError:
        return False


def end(main: Callable[[], None]) -> None:
    """Run ``main`` and leave: 0 if it returns, 1 with a sentence on `Failure`, 130 on Ctrl-C."""
    try:
        main()
    except Failure as failure:
        sys.exit(f"softback: {failure}")
    except KeyboardInterrupt:
        print()
        sys.exit(130)

"""What a notebook shows of a failed check: a sentence, where a traceback would say no more."""

import sys


def short_errors() -> None:
    """Let the notebook show failed checks in one line each.

    This applies to an assertion with a message that fails in the cell itself, and to a function
    that still holds the bare ``raise NotImplementedError`` of its stub. Any other error keeps its
    traceback. Outside IPython nothing happens.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if shell:
        shell.set_custom_exc((AssertionError, NotImplementedError), _show)


def _show(shell, kind, error, traceback, tb_offset=None):
    """Show an error (a handler as `set_custom_exc` of IPython takes it)."""
    sentence = _sentence(error, _last_name(traceback))
    if sentence:
        error._render_traceback_ = lambda: [f"CheckFailed: {sentence}"]
    shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)


def _sentence(error, place):
    """Return the words for an error that was raised in a function, or None for its traceback."""
    if isinstance(error, NotImplementedError):
        return None if error.args else f"Not written yet: {place}."
    return str(error) if place == "<module>" else None


def _last_name(traceback):
    """Return the name of the function in which an error was raised; a cell is ``<module>``."""
    while traceback.tb_next:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_code.co_name

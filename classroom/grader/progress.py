"""A line on standard error that shows how far the work has got."""

import sys

WIDTH = 30


class Progress:
    """A bar on a terminal; nothing elsewhere.

    Parameters
    ----------
    stream : file, optional
        Standard error by default.
    """

    def __init__(self, stream=None):
        self._stream = sys.stderr if stream is None else stream

    def show(self, done, total, name):
        """Show how many of them are done, and the name of the last."""
        if self._stream.isatty():
            full = WIDTH * done // total
            bar = "#" * full + "." * (WIDTH - full)
            self._stream.write(f"\r[{bar}] {done}/{total} {name[:30]:30}")
            self._stream.flush()

    def end(self):
        """End the line."""
        if self._stream.isatty():
            self._stream.write("\n")

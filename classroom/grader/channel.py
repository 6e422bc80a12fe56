"""A pair of pipes to a process that may send anything, or nothing, or never read."""

import os
import select
import time

from .inside import wire


class Ended(Exception):
    """The process has ended, or has closed its pipe."""


class Late(Exception):
    """The deadline has passed."""


class Channel:
    """Messages to and from a worker, each with a deadline.

    Parameters
    ----------
    process : subprocess.Popen
        With pipes as its standard input and output.
    """

    def __init__(self, process):
        self._inward = process.stdout.fileno()
        self._outward = process.stdin.fileno()
        for pipe in (self._inward, self._outward):
            os.set_blocking(pipe, False)

    def send(self, head, blobs, deadline):
        """Write one message.

        Raises
        ------
        Ended, Late
        Malformed
            If it is too large.
        """
        left = memoryview(wire.frame(head, blobs))
        while left:
            _wait(deadline, [], [self._outward])
            try:
                left = left[os.write(self._outward, left) :]
            except OSError as error:
                raise Ended from error

    def receive(self, deadline):
        """Read one message.

        Raises
        ------
        Ended, Late
        Malformed
            If the bytes are not a message.
        """
        return wire.receive(lambda count: self._exactly(count, deadline))

    def _exactly(self, count, deadline):
        found = bytearray()
        while len(found) < count:
            _wait(deadline, [self._inward], [])
            part = os.read(self._inward, min(count - len(found), 1 << 20))
            if not part:
                raise Ended
            found += part
        return bytes(found)


def _wait(deadline, readable, writable):
    left = deadline - time.monotonic()
    if left <= 0 or not any(select.select(readable, writable, [], left)):
        raise Late

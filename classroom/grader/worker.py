"""One process with the code of one submission, as the grader sees it."""

import contextlib
import os
import signal
import subprocess
import time

from .channel import Channel, Ended, Late
from .inside.wire import Malformed, Packer, Unpacker
from .sandbox import BWRAP, ENVIRONMENT

# Python and NumPy start in less; a loaded machine takes longer.
START_SECONDS = 30.0


class Stopped(Exception):
    """The process is over; the text says why, as the end of a sentence about what it did."""


class NoSandbox(Exception):
    """The worker did not start, or is not isolated as it should be."""


class Worker:
    """A process, and the one conversation with it.

    Parameters
    ----------
    sandbox : Sandbox
    limits : Limits

    Raises
    ------
    NoSandbox
        If it does not start, or if its isolation does not hold.
    """

    def __init__(self, sandbox, limits):
        self._limits = limits
        self._depth = self._unanswered = 0
        self.cell = None
        self.process = subprocess.Popen(
            sandbox.command(limits),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ if sandbox.kind == BWRAP else ENVIRONMENT,
            start_new_session=True,
        )
        self._channel = Channel(self.process)
        try:
            ready, _ = self._receive(time.monotonic() + START_SECONDS)
        except Stopped as error:
            raise NoSandbox(f"the worker {error}") from None
        if not sandbox.holds(ready):
            self.close()
            raise NoSandbox("the worker can reach files or network")

    @property
    def alive(self):
        """Whether it can be asked anything; not if an alarm has cut a question short."""
        return self._unanswered == self._depth and self.process.poll() is None

    def load(self, cells, functions, deadline):
        """Run cells, numbers and texts; return what the worker tells of errors and functions.

        Raises
        ------
        Stopped
            If the process ends or does not answer; ``cell`` is the number of the cell then.
        """
        self._unanswered += 1
        self._send({"op": "load", "cells": cells, "functions": list(functions)}, (), deadline)
        while True:
            head, _ = self._receive(min(deadline, time.monotonic() + self._limits.cell))
            if head.get("op") != "cell":
                self._unanswered -= 1
                return head
            self.cell = head.get("at")

    def call(self, name, args, kwargs, deadline):
        """Call a function.

        Returns
        -------
        head : dict
            What the worker answers.
        blobs : list of bytes
        arrays : list
            The arrays among the arguments, in the order in which they crossed.

        Raises
        ------
        Stopped
            If the process ends or does not answer.
        Malformed
            If an argument cannot cross.
        """
        callbacks = []
        packer = Packer(lambda function: callbacks.append(function) or len(callbacks) - 1)
        head = {
            "op": "call",
            "name": name,
            "args": [packer.pack(value) for value in args],
            "kwargs": {key: packer.pack(value) for key, value in kwargs.items()},
        }
        self._unanswered += 1
        self._send(head, packer.blobs, deadline)
        answer, blobs = self._answer(callbacks, deadline)
        self._unanswered -= 1
        return answer, blobs, packer.arrays

    def _answer(self, callbacks, deadline):
        while True:
            head, blobs = self._receive(deadline)
            if head.get("op") != "callback":
                return head, blobs
            self._send(*self._called_back(callbacks, head, blobs), deadline)

    def _called_back(self, callbacks, head, blobs):
        self._depth += 1
        try:
            if self._depth > self._limits.callbacks:
                raise RecursionError("functions call each other too deeply")
            unpacker, packer = Unpacker(blobs), Packer()
            args = [unpacker.unpack(node) for node in head["args"]]
            kwargs = {key: unpacker.unpack(node) for key, node in head["kwargs"].items()}
            value = _listed(callbacks, head["number"])(*args, **kwargs)
            return {"op": "answer", "value": packer.pack(value)}, packer.blobs
        except Exception as error:
            return {"op": "failure", "kind": type(error).__name__, "text": str(error)[:500]}, ()
        finally:
            self._depth -= 1

    def _send(self, head, blobs, deadline):
        self._or_stop(self._channel.send, head, blobs, deadline)

    def _receive(self, deadline):
        return self._or_stop(self._channel.receive, deadline)

    def _or_stop(self, step, *args):
        try:
            return step(*args)
        except Late:
            why = "was stopped: it took too long"
        except Ended:
            why = "ended the Python process"
        except Malformed:
            why = "sent no valid answer"
        self.close()
        raise Stopped(why)

    def close(self):
        """End the process, and with it all that it may have started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def _listed(callbacks, number):
    if type(number) is not int or not 0 <= number < len(callbacks):
        raise LookupError("there is no such function any more")
    return callbacks[number]

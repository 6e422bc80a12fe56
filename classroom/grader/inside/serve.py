"""The worker: runs the cells of one notebook, then answers calls of its functions."""

import builtins
import codeop
import os
from types import FunctionType

from . import cells, confine, imports, wire


class Line:
    """The two pipes to the grader.

    What a student prints is discarded, and reading from the keyboard finds its end: the three
    standard streams are turned to the null device, and the pipes move to other numbers.
    """

    def __init__(self):
        self._inward = os.fdopen(os.dup(0), "rb")
        self._outward = os.dup(1)
        for standard in (0, 1):
            os.dup2(2, standard)

    def send(self, head, blobs=()):
        """Write one message."""
        left = memoryview(wire.frame(head, blobs))
        while left:
            left = left[os.write(self._outward, left) :]

    def receive(self):
        """Read one message."""
        return wire.receive(self._exactly)

    def _exactly(self, count):
        found = self._inward.read(count)
        if len(found) < count:
            raise EOFError
        return found


class Callback:
    """A test's function, which runs in the grader when it is called."""

    def __init__(self, worker, number):
        self._worker = worker
        self._number = number

    def __call__(self, *args, **kwargs):
        """Send the arguments, wait for the value."""
        packer = wire.Packer()
        head = {
            "op": "callback",
            "number": self._number,
            "args": [packer.pack(value) for value in args],
            "kwargs": {name: packer.pack(value) for name, value in kwargs.items()},
        }
        self._worker.line.send(head, packer.blobs)
        answer, blobs = self._worker.answer_calls()
        if answer["op"] == "failure":
            raised = getattr(builtins, answer["kind"], RuntimeError)
            raise raised(answer["text"])
        return wire.Unpacker(blobs).unpack(answer["value"])


class Worker:
    """One notebook."""

    def __init__(self, line):
        self.line = line
        self.names = cells.namespace()

    def load(self, notebook, functions):
        """Run all cells, announcing each before it runs."""
        errors, compiled = [], codeop.Compile()
        for number, source in notebook:
            self.line.send({"op": "cell", "at": number})
            errors += cells.run(number, source, self.names, compiled)
        found = {name: self.names[name] for name in functions if callable(self.names.get(name))}
        signatures = {name: cells.signature(function) for name, function in found.items()}
        defined = [name for name, value in self.names.items() if isinstance(value, FunctionType)]
        told = {"errors": errors[:20], "functions": signatures, "defined": defined[:100]}
        self.line.send({"op": "loaded", **told})

    def answer_calls(self):
        """Answer calls until the answer to our own call arrives, and return that."""
        while True:
            head, blobs = self.line.receive()
            if head["op"] != "call":
                return head, blobs
            self.line.send(*self._called(head, blobs))

    def _called(self, head, blobs):
        try:
            unpacker = wire.Unpacker(blobs, lambda number: Callback(self, number))
            args = [unpacker.unpack(node) for node in head["args"]]
            kwargs = {name: unpacker.unpack(node) for name, node in head["kwargs"].items()}
            value = self.names[head["name"]](*args, **kwargs)
        except BaseException as error:
            return {"op": "raised", **cells.failure(error)}, ()
        try:
            return self._returned(value, unpacker)
        except BaseException as error:
            return {"op": "unfit", **cells.failure(error)}, ()

    def _returned(self, value, unpacker):
        packer = wire.Packer()
        head = {"op": "return", "value": packer.pack(value)}
        head["changed"] = {
            str(index): packer.pack(array)
            for index, array in unpacker.arrays.items()
            if array.tobytes() != unpacker.blobs[index]
        }
        wire.frame(head, packer.blobs)
        return head, packer.blobs


def main(settings):
    """Give up all rights, then run what the grader sends until the grader ends."""
    imports.preload()
    line = Line()
    imports.close()
    closed = confine.confine(settings["jail"], settings["user"], settings["limits"])
    line.send({"op": "ready", **closed})
    head, _ = line.receive()
    worker = Worker(line)
    try:
        worker.load(head["cells"], head["functions"])
        while True:
            worker.answer_calls()
    except EOFError:
        return

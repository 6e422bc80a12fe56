"""The functions of one submission: stand-ins for the tests, and a worker that is kept alive."""

import inspect
import time
from difflib import get_close_matches

import numpy as np

from .inside.wire import Malformed, Unpacker
from .words import plain_text
from .worker import Stopped, Worker

# How many cells may end or block the process before the notebook is given up.
RESTARTS = 8

EMPTY, EMPTY_SAYS = "NotImplementedError", "Not written yet: {}."
# Checkers do nothing in the worker, so a check of the student's may fail there for no reason.
UNTOLD = (EMPTY, "AssertionError")
NOTHING = "It defines no function of this sheet. Is it the notebook of another one?"


class StudentError(Exception):
    """Raised when a student's function does not return.

    Parameters
    ----------
    said : str
        What the exception said in the student's process; it is what a test sees.
    sentence : str
        A sentence for the student.
    brief : str
        The same without the student's own words, which could carry what a hidden test handed
        over.
    """

    def __init__(self, said, sentence=None, brief=None):
        super().__init__(said)
        self.sentence = sentence or said
        self.brief = brief or said

    def __str__(self):
        """Return what was said."""
        return self.args[0]


# A test catches these as it would catch the student's own.
CAUGHT = (
    *(ArithmeticError, AttributeError, FloatingPointError, IndexError, KeyError, LookupError),
    *(MemoryError, NameError, NotImplementedError, OverflowError, RecursionError, RuntimeError),
    *(TypeError, UnboundLocalError, ValueError, ZeroDivisionError),
)
KNOWN = {kind.__name__: kind for kind in CAUGHT}


class Student:
    """The functions of one submission.

    Parameters
    ----------
    cells : list of (int, str)
        The code cells: their numbers and texts.
    functions : sequence of str
        The names that the sheet asks for.
    sandbox : Sandbox
    limits : Limits

    Attributes
    ----------
    functions : tuple of str
        The names that the sheet asks for.
    cells : dict
        The code cells, but for those that ended or blocked the process.
    end : float
        When everything has to be over.
    errors : list of str
        Sentences about cells that failed.
    changed : list of str
        Names of functions that wrote into an argument, since it was last emptied.
    absent : StudentError or None
        Says which function is missing or not written yet, if a test has called one.
    """

    def __init__(self, cells, functions, sandbox, limits):
        self.errors, self.changed, self.absent = [], [], None
        self.functions, self._sandbox, self._limits = tuple(functions), sandbox, limits
        self.end = time.monotonic() + limits.submission
        self._cell_end = self.end
        self.cells = dict(cells)
        self._dead, self._worker, self._found, self._defined = {}, None, {}, []
        self._settle()

    def _settle(self):
        """Start a worker; leave out the cells that end or block it, one after the other."""
        for _ in range(RESTARTS):
            try:
                told = self._start()
            except Stopped as error:
                cell = self._worker.cell
                if type(cell) is not int or self.cells.pop(cell, None) is None:
                    break
                self.errors.append(f"Cell {cell} {error}. The rest was run without it.")
            else:
                self.errors += _sentences(told.get("errors"))
                if self.functions and not (self._found or self.errors):
                    self.errors.append(NOTHING)
                return
        self._worker = None
        self.errors.append("The notebook could not be run to its end.")

    def _start(self):
        self._worker = Worker(self._sandbox, self._limits)
        told = self._worker.load(list(self.cells.items()), self.functions, self.end)
        found = told.get("functions")
        self._found = found if isinstance(found, dict) else {}
        defined = told.get("defined")
        names = defined if isinstance(defined, list) else []
        self._defined = [name for name in names if isinstance(name, str) and name.isidentifier()]
        return told

    def begin_cell(self):
        """Begin the seconds of one test."""
        self.absent = None
        self._cell_end = time.monotonic() + self._limits.cell

    def stand_in(self, name):
        """Return a function that calls the student's, with the same parameters."""

        def stand_in(*args, **kwargs):
            return self._call(name, args, kwargs)

        stand_in.__name__ = stand_in.__qualname__ = name
        if signature := _signature(self._found.get(name)):
            stand_in.__signature__ = signature
        return stand_in

    def _call(self, name, args, kwargs):
        self._require(name)
        deadline = min(time.monotonic() + self._limits.call, self._cell_end, self.end)
        try:
            answer, blobs, arrays = self._worker.call(name, args, kwargs, deadline)
        except Stopped as error:
            self._dead[name] = f"{name} {error}."
            raise StudentError(self._dead[name]) from None
        except Malformed as error:
            raise TypeError(f"a test hands over what cannot cross to {name}: {error}") from None
        except BaseException:
            self._dead[name] = f"{name} was stopped: it took too long."
            raise
        return self._value(name, answer, blobs, arrays)

    def _require(self, name):
        """Make sure that a function can be called; bring the worker back if it has gone."""
        if name in self._dead:
            raise StudentError(self._dead[name])
        if self._worker is not None and not self._worker.alive:
            self._worker.close()
            try:
                self._start()
            except Stopped:
                self._worker = None
        if self._worker is None:
            raise StudentError("The notebook could not be run to its end.")
        if name not in self._found:
            brief = f"There is no function {name}."
            meant = get_close_matches(name, self._defined, 1)
            hint = f" Did you mean it by {meant[0]}?" if meant else ""
            self.absent = _like("NameError", brief, brief + hint, brief)
            raise self.absent

    def _value(self, name, answer, blobs, arrays):
        if answer.get("op") == "raised":
            error = _raised(name, answer)
            self.absent = error if error.brief == EMPTY_SAYS.format(name) else self.absent
            raise error
        unpacker = Unpacker(blobs)
        try:
            self._write_back(name, answer.get("changed"), unpacker, arrays)
            return unpacker.unpack(answer.get("value"))
        except ValueError:
            brief = f"{name} returned what cannot be graded."
            why = plain_text(answer.get("text", ""))
            raise StudentError(f"{brief} {why}".strip(), brief=brief) from None

    def _write_back(self, name, changed, unpacker, arrays):
        """Do to the arguments what the function did to its copies."""
        for index, node in changed.items() if isinstance(changed, dict) else ():
            new = unpacker.unpack(node)
            old = arrays[int(index)] if int(index) in range(len(arrays)) else None
            if old is not None and old.flags.writeable and np.shape(new) == old.shape:
                old[...] = np.asarray(new).astype(old.dtype)
                self.changed.append(name)

    def close(self):
        """End the worker."""
        if self._worker is not None:
            self._worker.close()


def _raised(name, answer):
    """Return an exception like the student's, with its name if that is a name."""
    kind, text = str(answer.get("kind")), plain_text(answer.get("text", ""))
    kind = kind if kind.isidentifier() and len(kind) < 60 else "Exception"
    if kind == EMPTY and not text:
        brief = EMPTY_SAYS.format(name)
        return _like(kind, text, brief, brief)
    sentence = f"{name} raised {kind}" + (f": {text}" if text else ".")
    brief = f"{name} raised {kind if kind in KNOWN else 'an exception'}."
    return _like(kind, text, sentence, brief)


def _like(kind, *words):
    """Return a `StudentError` that has a name, and is caught by it if Python knows the name."""
    return type(kind, (StudentError, *((KNOWN[kind],) if kind in KNOWN else ())), {})(*words)


def _signature(told):
    """Return the signature that a worker reports, or None if it makes no sense."""
    try:
        return inspect.Signature([_parameter(*parts) for parts in told[:50]])
    except (TypeError, ValueError, KeyError):
        return None


def _parameter(name, kind, has_default):
    default = None if has_default else inspect.Parameter.empty
    return inspect.Parameter(str(name), kind, default=default)


def _sentences(errors):
    """Return sentences about the cells that failed, but for those of a kind in `UNTOLD`."""
    sentences = []
    for error in errors[:20] if isinstance(errors, list) else ():
        match error:
            case [int(cell), int() | None as line, str(kind), str(text)] if kind not in UNTOLD:
                where = f"Cell {cell}" + (f", line {line}" if line else "")
                sentences.append(f"{where}: {plain_text(kind)}: {plain_text(text)}")
    return sentences

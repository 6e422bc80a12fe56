"""What graded code may import: NumPy and common modules; a few others are there as shells."""

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

BOOK = "softback"
CHECKERS = "softback.course"
# A plot beside an answer does no harm, and is nothing that a test asks for.
PICTURES = ("matplotlib", "IPython", "ipywidgets")
# The sandbox has no files, so that all of it has to be there before the doors close.
AT_HAND = """
    abc ast bisect builtins cmath collections collections.abc contextlib copy ctypes dataclasses
    datetime decimal enum fractions functools gc hashlib heapq inspect io itertools json keyword
    linecache math numbers operator os pathlib pickle platform pprint random re shutil signal socket
    statistics string struct subprocess sys tempfile textwrap threading time timeit tokenize
    traceback tracemalloc types typing warnings weakref
    numpy numpy.fft numpy.lib.stride_tricks numpy.linalg numpy.ma numpy.polynomial numpy.random
    numpy.testing
""".split()


def preload():
    """Import everything that graded code may import."""
    for name in AT_HAND:
        importlib.import_module(name)


class Quiet:
    """Does nothing, whatever is asked of it: a checker and its verdict, a figure and its axes."""

    def __call__(self, *args, **kwargs):
        """Return something that is as quiet."""
        return self

    def __getattr__(self, name):
        """Return something that is as quiet, but for what Python asks of its own accord."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self):
        """Return two of it, such as a figure and its axes."""
        return iter((self, self))

    def __bool__(self):
        """Return that all is well."""
        return True

    def __str__(self):
        """Return nothing to read."""
        return ""


class Finder:
    """Stands before all other finders of modules."""

    def find_spec(self, name, path=None, target=None):
        """Return a shell of some libraries, and refuse everything else."""
        library = name.partition(".")[0]
        if name in (BOOK, CHECKERS) or library in PICTURES:
            return ModuleSpec(name, self, is_package=True)
        if library == BOOK:
            raise ImportError(_not_here(name), name=name)
        raise ModuleNotFoundError(
            f"{name} is not at hand: graded code imports NumPy and the standard library's "
            "common modules",
            name=name,
        )

    def create_module(self, spec):
        """Return an empty module."""
        return ModuleType(spec.name)

    def exec_module(self, module):
        """Fill a shell: checkers and pictures do nothing, and nothing else is there."""
        name = module.__name__
        contents = {BOOK: _refuse(BOOK), CHECKERS: _checker}
        module.__getattr__ = contents.get(name, _quiet)


def _quiet(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Quiet()


def _checker(name):
    if name == "CheckFailed":
        return AssertionError
    if name in ("check", "Verdict", "short_errors"):
        return Quiet()
    return _refuse(CHECKERS)(name)


def _refuse(module):
    def refuse(name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(_not_here(f"{module}.{name}"))

    return refuse


def _not_here(name):
    return f"{name} may not be used in a graded answer: write the function yourself"


def close():
    """Leave the modules that are loaded, and the shell, as all that can be imported."""
    sys.path[:] = []
    sys.path_importer_cache.clear()
    sys.meta_path[:] = [Finder()]

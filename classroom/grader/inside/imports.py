"""What graded code may import: NumPy and common modules, and empty shells of a few others."""

import importlib
import sys
from functools import partial
from importlib.machinery import ModuleSpec
from types import ModuleType

BOOK = "softback"
CHECKERS = "softback.course"
# A plot beside an answer does no harm, and no test asks for one.
PICTURES = ("matplotlib", "IPython", "ipywidgets")
COMPILER = "numpy.f2py"  # slow to load; `from numpy import *` asks for it
# The sandbox has no files, so all of it has to be loaded before the worker is confined.
AT_HAND = """
    __future__ abc array ast bisect builtins cmath collections collections.abc contextlib copy csv
    ctypes dataclasses datetime decimal enum fractions functools gc hashlib heapq inspect io
    itertools json keyword linecache logging math numbers operator os pathlib pickle platform pprint
    queue random re shutil signal socket statistics string struct subprocess sys tempfile textwrap
    threading time timeit tokenize traceback tracemalloc types typing unicodedata warnings weakref
    numpy numpy.char numpy.core numpy.ctypeslib numpy.fft numpy.lib.stride_tricks numpy.linalg
    numpy.ma numpy.polynomial numpy.random numpy.rec numpy.strings numpy.testing numpy.typing
""".split()


def preload():
    """Import everything that graded code may import."""
    for name in AT_HAND:
        importlib.import_module(name)


class Quiet:
    """Accepts any use and does nothing; stands for checkers, verdicts, figures and axes."""

    def __call__(self, *args, **kwargs):
        """Return another quiet object."""
        return self

    def __getattr__(self, name):
        """Return another quiet object, except for the special names that Python looks up itself."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self):
        """Return two quiet objects, for a figure and its axes."""
        return iter((self, self))

    def __bool__(self):
        """Return True, as a verdict that passed does."""
        return True

    def __str__(self):
        """Return an empty string."""
        return ""


CHECKS = dict.fromkeys(("check", "same", "Verdict", "short_errors"), Quiet())
CHECKS["CheckFailed"] = AssertionError


class Finder:
    """Is asked for a module before all other finders."""

    def find_spec(self, name, path=None, target=None):
        """Return a shell of some libraries, and refuse everything else."""
        library = name.partition(".")[0]
        if name in (BOOK, CHECKERS, COMPILER) or library in PICTURES:
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
        """Fill a shell: checkers and pictures do nothing, and it holds nothing else."""
        module.__getattr__ = partial(_held, module.__name__)


def _held(module, name):
    """Return what a shell holds under a name."""
    if name.startswith("__"):
        raise AttributeError(name)
    if module == CHECKERS and name in CHECKS:
        return CHECKS[name]
    if module.startswith(BOOK):
        raise ImportError(_not_here(f"{module}.{name}"))
    return Quiet()


def _not_here(name):
    return f"{name} may not be used in a graded answer: write the function yourself"


def close():
    """Allow no further imports but of the modules that are loaded and the shells."""
    sys.path[:] = []
    sys.path_importer_cache.clear()
    sys.meta_path[:] = [Finder()]

"""The examples in the docstrings run and print what they say."""

import doctest
import importlib
import pkgutil

import pytest

import softback

MODULES = [m.name for m in pkgutil.walk_packages(softback.__path__, "softback.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name))]
    assert sum(bool(test.examples) for test in found) >= 6

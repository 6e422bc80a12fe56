"""What the tests of the library share: repeatable draws, and a caller who tolerates no warning."""

from contextlib import suppress

import numpy as np
import pytest

with suppress(ModuleNotFoundError):  # Pyodide has no Hypothesis
    from hypothesis import settings

    # The same examples in every run, so that a green test stays green.
    settings.register_profile(
        "repeatable", max_examples=50, derandomize=True, deadline=None, database=None
    )
    settings.load_profile("repeatable")


@pytest.fixture
def strict_caller():
    """Run the test as a caller would who has NumPy raise at every floating point signal."""
    with np.errstate(all="raise"):
        yield

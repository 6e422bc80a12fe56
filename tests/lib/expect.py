"""Comparison with expected values that works for nan, inf and -inf and under any error state."""

import numpy as np


def assert_right(got, want, *, eps=4, dtype=None):
    """Compare entry by entry: nan with nan, infinities exactly, numbers within ``eps`` of them.

    Zero is only right where zero is wanted, and a wanted zero must be exactly zero.
    """
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"shape {got.shape}, expected {want.shape}"
    assert dtype is None or got.dtype == dtype, f"{got.dtype}, expected {np.dtype(dtype)}"
    unit = eps * float(np.finfo(got.dtype).eps)
    for index in np.ndindex(got.shape):
        a, b = complex(got[index]), complex(want[index])
        close = a == b or (np.isfinite(b) and abs(a - b) <= unit * abs(b))
        assert close or (a != a and b != b), f"{got[index]} at {index}, expected {want[index]}"

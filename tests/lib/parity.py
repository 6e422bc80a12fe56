"""What the comparisons with other libraries share."""

import numpy as np
import pytest

CASES = [
    ((4,), -1),
    ((3, 4), 1),
    ((3, 4), 0),
    ((2, 3, 4), 1),
    ((1, 7), -1),
    ((5, 1), -1),
    ((90, 80), 1),
]
IDS = [f"{'x'.join(map(str, shape))} along {axis}" for shape, axis in CASES]
shapes = pytest.mark.parametrize(("shape", "axis"), CASES, ids=IDS)
few = pytest.mark.parametrize(("shape", "axis"), CASES[:6], ids=IDS[:6])


def drawn(shape):
    """Return logits and a vector of the same shape."""
    return np.random.default_rng(12).normal(size=(2, *shape)) * 2


def close(got, want):
    np.testing.assert_allclose(got, np.asarray(want), rtol=1e-13, atol=1e-14)

"""Random inputs of many shapes, the small ones first: their numbers fit into a sentence."""

import numpy as np

from softback import softmax

# A vector, a batch that is not square, one that is, one with more axes, one class, one row.
SHAPES = [(3,), (2, 4), (3, 3), (2, 3, 4), (1,), (1, 3)]


def logits(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return logits of size 1, where a softmax hides least."""
    return rng.normal(size=shape).round(2)


def shares(rng: np.random.Generator, shape: tuple[int, ...], axis: int = -1) -> np.ndarray:
    """Return positive numbers that sum to one along an axis."""
    return softmax(logits(rng, shape), axis)


def upstream(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return an upstream gradient; its rows do not sum to zero, which would hide mistakes."""
    return (rng.normal(size=shape) + 0.5).round(2)


def far_apart() -> list[np.ndarray]:
    """Return logits whose exponentials overflow, and rows far from each other."""
    return [
        np.array([1000.0, 1001.0, 999.0]),
        np.array([[-1500.0, -1501.0, -1499.0], [1.0, 3.0, 2.0], [0.0, 2000.0, 1.0]]),
    ]

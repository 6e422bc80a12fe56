"""Rows of logits whose probabilities are hard to sum to one, laid out in memory in many ways."""

import math

import numpy as np

CLASSES = (2, 10, 32, 64, 65, 200, 512, 513, 4096, 50257)


def logits(classes):
    """Return rows that are random, sloping, and equal but for one entry.

    Where all terms but one are equal, the errors of a sum in sequence all point the same way.
    """
    rng = np.random.default_rng(classes)
    levels = np.repeat([[0.0], [-0.1], [-0.3], [-0.7], [-1.3]], classes, axis=1)
    levels[:, 0] = 0
    slope = np.linspace(-3, 0, classes)[None]
    return np.concatenate(
        [rng.normal(size=(2, classes)), rng.normal(size=(2, classes)) * 10, levels, slope]
    )


# How the rows are arranged, and the axis along which they then run.
ARRANGED = {
    "last axis": (lambda z: z, -1),
    "one row": (lambda z: z[6], -1),
    "first axis": (lambda z: np.ascontiguousarray(z.T), 0),
    "middle axis": (lambda z: np.ascontiguousarray(np.stack([z.T, z.T])), 1),
    "fortran order": (np.asfortranarray, 1),
    "one column": (lambda z: z[6][:, None], 0),
    "every third column": (lambda z: np.repeat(z, 3, axis=1)[:, ::3], 1),
    "many rows": (lambda z: np.tile(z, (1 + 8192 // z.size, 1)), -1),
}


def distance_from_one(softmax, classes, name, dtype):
    """Return how far the exact sum of a row of probabilities is from 1 at most, in eps."""
    arrange, axis = ARRANGED[name]
    y = softmax(arrange(logits(classes).astype(dtype)), axis)
    rows = np.moveaxis(y, axis, -1).reshape(-1, classes)[:10]
    return max(abs(math.fsum(row.tolist()) - 1) for row in rows) / float(np.finfo(dtype).eps)

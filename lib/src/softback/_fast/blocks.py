"""Large arrays cut into blocks of whole rows, each laid out so that NumPy is fast on it."""

from itertools import product
from math import prod

import numpy as np

# Rows this short are faster with the classes first; longer ones pay more for the copy.
FEW_CLASSES = 64
MANY_NUMBERS = 4096
# Numbers in a block where a block is all the memory that is needed: long enough to keep NumPy busy.
BLOCK_NUMBERS = 131_072
# With few classes first: so short that ten classes, too, need next to nothing beside the result.
FEW_BLOCK_NUMBERS = 24_576
# Bytes of a result that are computed in one go, so that each step finds them in the cache.
CACHE_BYTES = 2**21


def few_classes(z, axes):
    """Tell whether z has so short rows, and so many, that it is faster with the classes first.

    NumPy pays for each row that it broadcasts; with the classes first, for each class.
    """
    return z.size >= MANY_NUMBERS and z.shape[-1] <= FEW_CLASSES and axes == (z.ndim - 1,)


def classes_first(kernel, z, out, numbers, **options):
    """Fill ``out`` with what ``kernel`` makes of blocks: copies with the classes in front."""
    z, out = np.moveaxis(z, -1, 0), np.moveaxis(out, -1, 0)
    for part in cut(z.shape, (0,), numbers):
        block = z[part].copy(order="C")
        out[part] = kernel(block, (0,), block, **options)
        del block  # before the next one is made


def by_cache(kernel, *inputs, axes, **options):
    """Return ``kernel(*inputs, axes, out, **options)``, for a large result block by block.

    A block lies in one stretch, or is a copy: scattered over a large array, it would crowd a part
    of the cache. Where one array is all of the input, ``out`` may be that copy.
    """
    out, numbers = np.empty_like(inputs[-1]), CACHE_BYTES // inputs[-1].itemsize
    if few_classes(out, axes) and len(inputs) == 1:
        classes_first(kernel, *inputs, out, numbers // 2, **options)
    elif 0 < out.size <= numbers:
        kernel(*inputs, axes, out, **options)
    else:
        for part in cut(out.shape, range(min(axes, default=0), out.ndim), numbers):
            kernel(*(x[part] for x in inputs), axes, out[part], **options)
    return out


def cut(shape, axes, numbers=BLOCK_NUMBERS):
    """Cut an array into blocks of whole rows along ``axes``, across its other axes in turn."""
    steps, size = [max(1, n) for n in shape], prod(shape)
    for axis in range(len(shape)):
        if axis not in axes and size > numbers:
            one = size // shape[axis]
            steps[axis] = max(1, numbers // one)
            size = one * steps[axis]
    cuts = (range(0, n, step) for n, step in zip(shape, steps, strict=True))
    for starts in product(*cuts):
        yield tuple(slice(i, i + step) for i, step in zip(starts, steps, strict=True))

"""What both systems share: the walk over a computation, and what concerns shapes."""

from contextlib import contextmanager


def inputs_first(outputs):
    """Return every node that ``outputs`` stand on, each after its ``inputs``."""
    done, waiting = {}, list(outputs)
    while waiting:
        node = waiting[-1]
        missing = [x for x in node.inputs if x not in done]
        waiting.extend(missing)
        if not missing:
            done[waiting.pop()] = None
    return list(done)


def sweep(output, g, pull):
    """Return the gradient of ``output`` with respect to every node that it depends on.

    Parameters
    ----------
    output : node
        Anything with a list of ``inputs``.
    g : array or node
        The gradient with respect to ``output`` itself.
    pull : callable
        ``pull(node, g)`` returns one gradient for each input of the node, or None for one on which
        it does not depend.

    Returns
    -------
    dict from node to gradient
    """
    gradients = {output: g}
    for node in reversed(inputs_first([output])):
        if node in gradients and node.inputs:
            for x, dx in zip(node.inputs, pull(node, gradients[node]), strict=True):
                if dx is not None:
                    # One input may be used by several nodes: their gradients add up.
                    gradients[x] = gradients[x] + dx if x in gradients else dx
    return gradients


def require_shape(g, output):
    """Raise a ValueError unless the gradient ``g`` to start with has the shape of the output."""
    if g.shape != output.shape:
        shapes = f"g has shape {g.shape}, but the output has shape {output.shape}"
        raise ValueError(f"{shapes}; only a single number can do without a g")


def fit(g, shape):
    """Sum ``g`` down to ``shape``: what broadcasting repeated, the gradient adds up."""
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(a for a, n in enumerate(shape) if n == 1), keepdims=True)


@contextmanager
def noted(place, arrays):
    """Add to an error the ``place`` where it arose, and the shapes of the arrays there."""
    try:
        yield
    except Exception as error:
        error.add_note(f"in {place} of arrays of shapes {', '.join(str(x.shape) for x in arrays)}")
        raise

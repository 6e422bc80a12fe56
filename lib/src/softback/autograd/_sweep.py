"""The walk over a computation that both systems share: inputs first, or back from the output."""


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
        if node in gradients:
            for x, dx in zip(node.inputs, pull(node, gradients[node]), strict=True):
                if dx is not None:
                    # One input may be used by several nodes: their gradients add up.
                    gradients[x] = gradients[x] + dx if x in gradients else dx
    return gradients

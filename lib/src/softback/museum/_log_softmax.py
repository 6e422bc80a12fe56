"""Log-softmax: wrong rules, and a right one in the wrong place."""

import numpy as np

from softback.functions import softmax
from softback.museum._exhibit import Room
from softback.museum._tasks import LOG_SOFTMAX, as_forward, as_rule
from softback.museum._trials import gradient_at, output_at

room = Room("log-softmax", LOG_SOFTMAX)


def share_of_the_sum(logy, g):
    return g - np.exp(logy) * g.sum(axis=-1, keepdims=True)


@room.hang(
    as_rule,
    title="The exponential of the gradient",
    fix=share_of_the_sum,
    symptom="The rows of the gradient do not sum to 0, and a large g gives inf.",
    why="The factor before the sum is y, the exponential of the output. One of the texts behind "
    "this book writes it right in the code and wrong in the formula above the code.",
    trial=gradient_at(),
    caught_by="zero-sum random parity hard square complex saturated row ones",
    missed_by="shape mutation",
    breaks=("eq-log-vjp",),
)
def the_exponential_of_the_gradient(logy, g):
    return g - np.exp(g) * g.sum(axis=-1, keepdims=True)


@room.hang(
    as_rule,
    title="The exponential forgotten",
    fix=share_of_the_sum,
    symptom="Unlikely classes, whose logarithm is large, get huge gradients.",
    why="What a log-softmax keeps is log y. The rule needs y.",
    trial=gradient_at(),
    caught_by="zero-sum random parity hard square complex saturated row ones",
    missed_by="shape mutation",
    breaks=("eq-log-vjp",),
)
def the_exponential_forgotten(logy, g):
    return g - logy * g.sum(axis=-1, keepdims=True)


@room.hang(
    as_rule,
    title="The rule of softmax",
    fix=share_of_the_sum,
    symptom="The rows sum to 0, as they should. Unlikely classes get next to no gradient, and the "
    "loss falls very slowly.",
    why="The rule of softmax scales by y. In log-softmax that factor has been cancelled by the "
    "derivative of the logarithm, 1 / y.",
    trial=gradient_at(),
    caught_by="random parity hard square complex saturated row ones",
    missed_by="zero-sum shape mutation",
    breaks=("eq-log-vjp",),
)
def the_rule_of_softmax(logy, g):
    y = np.exp(logy)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


@room.hang(
    as_rule,
    title="A sum that was once 1",
    fix=share_of_the_sum,
    symptom="With a one-hot loss all is right. With any other g the rows do not sum to 0.",
    why="For a single row and a one-hot target the g of cross entropy sums to -1, and somebody "
    "who knows $y - t$ leaves the sum out of the rule.",
    trial=gradient_at(),
    caught_by="zero-sum random parity hard square complex saturated row ones",
    missed_by="shape mutation",
    breaks=("eq-log-vjp",),
)
def a_sum_that_was_once_1(logy, g):
    return g + np.exp(logy)


def minus_logsumexp(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


@room.hang(
    as_forward,
    title="The logarithm of a softmax",
    fix=minus_logsumexp,
    symptom="-inf for a class that is merely very unlikely.",
    why="The probability underflows to 0 before the logarithm is taken. The logarithm itself, a "
    "number like -800, would have been harmless.",
    trial=output_at([[800.0, 0.0]]),
    caught_by="hard",
    missed_by="ones random zero-sum row square saturated parity complex shape mutation",
)
def the_logarithm_of_a_softmax(z):
    return np.log(softmax(z))

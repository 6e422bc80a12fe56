"""Code that looks wrong and is right; no check may catch it."""

import numpy as np

from softback.museum._exhibit import Room
from softback.museum._pullback import centre_then_scale
from softback.museum._softmax import shifted
from softback.museum._tasks import SOFTMAX, as_forward, as_rule
from softback.museum._trials import gradient_at, output_at

room = Room("pullback", SOFTMAX)


@room.hang(
    as_rule,
    title="The transposed Jacobian",
    fix=centre_then_scale,
    symptom="The letters are in the wrong places: the chain rule asks for $J_{ij}$ and this takes "
    "$J_{ji}$. One of the texts behind this book does the same.",
    why="The Jacobian of softmax is symmetric, so that it is its own transpose. The habit is a bad "
    "one all the same: with the Jacobian of log-softmax the result would be wrong.",
    trial=gradient_at(),
)
def the_transposed_jacobian(y, g):
    J = y[..., :, None] * np.eye(y.shape[-1]) - y[..., :, None] * y[..., None, :]
    return np.einsum("...ji,...i->...j", J, g)


@room.hang(
    as_rule,
    title="The rule multiplied out",
    fix=centre_then_scale,
    symptom="There is no bracket, no mean and no case $i = j$, and the sum has no y in it.",
    why="The product y g is formed first and used twice. Multiply the bracket of the rule out and "
    "this is what you get; chapter 5 proves it.",
    trial=gradient_at(),
)
def the_rule_multiplied_out(y, g):
    dz = y * g
    dz -= y * dz.sum(axis=-1, keepdims=True)
    return dz


@room.hang(
    as_rule,
    title="A constant taken off first",
    fix=centre_then_scale,
    symptom="The largest entry of each row is taken off g, and nobody puts it back.",
    why="A g that is the same everywhere gives 0, so adding a constant to a row of g changes "
    "nothing.",
    trial=gradient_at(),
)
def a_constant_taken_off_first(y, g):
    g = g - g.max(axis=-1, keepdims=True)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


@room.hang(
    as_forward,
    title="Another shift than the maximum",
    fix=shifted,
    symptom="The shift is not the largest logit, and the exponentials are not at most 1.",
    why="Any shift leaves the softmax as it is. The maximum is a safe one; so is every number near "
    "it.",
    trial=output_at([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
)
def another_shift_than_the_maximum(z):
    e = np.exp(z - (z.max(axis=-1, keepdims=True) - 3))
    return e / e.sum(axis=-1, keepdims=True)

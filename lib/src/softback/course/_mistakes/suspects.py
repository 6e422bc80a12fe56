"""Code that looks wrong and is right; no check may catch it."""

import numpy as np

from softback import formulas
from softback.course.catalogue import exhibit
from softback.course.museum.operations import as_forward, as_rule
from softback.course.museum.trials import gradient_at, output_at


def transposed(y, g):
    J = y[..., :, None] * (np.eye(y.shape[-1]) - y[..., None, :])
    return np.einsum("...ji,...i->...j", J, g)


def multiplied_out(y, g):
    dz = y * g
    dz -= y * dz.sum(axis=-1, keepdims=True)
    return dz


def constant_off(y, g):
    g = g - g.max(axis=-1, keepdims=True)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


def other_shift(z):
    e = np.exp(z - (z.max(axis=-1, keepdims=True) - 3))
    return e / e.sum(axis=-1, keepdims=True)


SUSPECTS = (
    exhibit(
        "suspects",
        as_rule,
        transposed,
        formulas.softmax_vjp,
        symptom="The letters are in the wrong places: the chain rule asks for $J_{ij}$ and this "
        "takes $J_{ji}$. One of the texts behind this book does the same.",
        why="The Jacobian of softmax is symmetric, so it is its own transpose. It is a bad habit "
        "all the same: with the Jacobian of log-softmax the result would be wrong.",
        trial=gradient_at(),
    )("the-transposed-jacobian", "The transposed Jacobian"),
    exhibit(
        "suspects",
        as_rule,
        multiplied_out,
        formulas.softmax_vjp,
        symptom="There is no bracket, no mean and no case $i = j$, and the sum has no $y$ in it.",
        why="The product $y g$ is formed first and used twice. Multiply out the bracket of the "
        "rule and this is what you get, as `eq-layer-form` proves.",
        trial=gradient_at(),
    )("the-rule-multiplied-out", "The rule multiplied out"),
    exhibit(
        "suspects",
        as_rule,
        constant_off,
        formulas.softmax_vjp,
        symptom="The largest entry of each row is subtracted from $g$, and nobody adds it back.",
        why="A $g$ that is the same everywhere gives 0, so adding a constant to a row of $g$ "
        "changes nothing.",
        trial=gradient_at(),
    )("a-constant-subtracted-first", "A constant subtracted first"),
    exhibit(
        "suspects",
        as_forward,
        other_shift,
        formulas.softmax,
        symptom="The shift is not the largest logit, and the exponentials are not at most 1.",
        why="Any shift leaves the softmax as it is. The maximum is a safe one, and so is any "
        "number near it.",
        trial=output_at([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
    )("another-shift-than-the-maximum", "Another shift than the maximum"),
)

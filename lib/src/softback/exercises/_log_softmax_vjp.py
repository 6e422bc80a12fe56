"""The checker for the rule that carries a gradient back through log-softmax."""

import numpy as np

import softback
from softback.exercises import _draws
from softback.exercises._engine import judge
from softback.exercises._forward import DOWN_THE_COLUMNS, NO_KEEPDIMS, WHOLE_ARRAY
from softback.exercises._softmax_vjp import along, sums_to_zero
from softback.exercises._task import Slip, Task


def _log_pairs(rng):
    return [
        {"logy": np.log(_draws.shares(rng, shape)), "g": _draws.upstream(rng, shape)}
        for shape in _draws.SHAPES
    ]


LOG_SOFTMAX_VJP = Task(
    call="log_softmax_vjp(logy, g)",
    cases=_log_pairs,
    right=softback.log_softmax_vjp,
    returns=("dz",),
    slips=(
        Slip("You took the exponential of the gradient. It belongs to the output: "
             "`exp(logy)` is y.", lambda logy, g: g - np.exp(g) * along(g, -1)),
        Slip("You used `logy` where the rule has y. Take its exponential: `np.exp(logy)`.",
             lambda logy, g: g - logy * along(g, -1)),
        Slip("This is the rule of softmax. For log-softmax the upstream gradient belongs to "
             "log y, and the factor `y_i` is gone.",
             lambda logy, g: softback.softmax_vjp(np.exp(logy), g)),
        Slip("You took y off as if g summed to one. Multiply it by the sum of g.",
             lambda logy, g: g - np.exp(logy)),
        Slip("You took the weighted mean off. That is the rule in the other direction, the jvp: "
             "this Jacobian is not symmetric.",
             lambda logy, g: g - along(np.exp(logy) * g, -1)),
        Slip("You added where you must subtract: `g_j - y_j * sum(g_k)`.",
             lambda logy, g: g + np.exp(logy) * along(g, -1)),
        Slip("Right but for the sign of the whole: it is `g_j - y_j * sum(g_k)`.",
             lambda logy, g: -softback.log_softmax_vjp(logy, g)),
        Slip("You took the mean of g. It must be the sum: every output pulls in full.",
             lambda logy, g: g - np.exp(logy) * g.mean(axis=-1, keepdims=True)),
        Slip("You kept only the diagonal, `g_j * (1 - y_j)`: logit j also moves the logarithms of "
             "all other shares.", lambda logy, g: g * (1 - np.exp(logy))),
        Slip("The sum must hold g alone: `y_j` does not depend on the index of the sum and stands "
             "in front of it.",
             lambda logy, g: g - np.exp(logy) * along(g * np.exp(logy), -1)),
        Slip(WHOLE_ARRAY, lambda logy, g: g - np.exp(logy) * g.sum()),
        Slip(DOWN_THE_COLUMNS, lambda logy, g: g - np.exp(logy) * along(g, 0)),
        Slip(NO_KEEPDIMS, lambda logy, g: g - np.exp(logy) * g.sum(axis=-1)),
    ),
    properties=(sums_to_zero,),
    praise="Right: g less y times the sum of g.",
)  # fmt: skip


def check_log_softmax_vjp(answer, *, rng=None):
    """Return the verdict on a reader's ``log_softmax_vjp(logy, g)`` along the last axis.

    Parameters
    ----------
    answer : callable
        Takes the output of log-softmax and the upstream gradient by it, both of shape (..., C),
        returns dL/dz.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(LOG_SOFTMAX_VJP, answer, rng)

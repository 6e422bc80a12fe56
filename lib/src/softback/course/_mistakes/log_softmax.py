"""Mistakes in the backward rule of log-softmax."""

import numpy as np

from softback import formulas
from softback.course._mistakes._parts import along, softmax_vjp
from softback.course.catalogue import enter, exhibit, says
from softback.course.museum.operations import as_rule
from softback.course.museum.trials import gradient_at

RULE = formulas.log_softmax_vjp


def exp_of_g(logy, g):
    return g - np.exp(g) * g.sum(axis=-1, keepdims=True)


enter("the-exponential-of-the-gradient", "The exponential belongs to the gradient.",
    says("You took the exponential of the gradient. It belongs to the output: `exp(logy)` is y.",
         log_softmax_vjp=exp_of_g),
    says("The exponential belongs to the output, not to the gradient.",
         log_softmax_pullback="g_j - exp(g_j)*sum(g_k)"),
    exhibit=exhibit("log-softmax", as_rule, exp_of_g, RULE,
        symptom="The rows of the gradient do not sum to 0, and a large $g$ gives inf.",
        why="The factor before the sum is $y$, the exponential of the output. One of the texts "
        "behind this book writes it right in the code and wrong in the formula above the code.",
        trial=gradient_at(),
        caught_by="zero-sum random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-log-vjp",),
    ),
)  # fmt: skip


def no_exp(logy, g):
    return g - logy * g.sum(axis=-1, keepdims=True)


enter("the-exponential-forgotten", "The rule uses what log-softmax returned.",
    says("You used `logy` where the rule has y. Take its exponential: `np.exp(logy)`.",
         log_softmax_vjp=no_exp),
    exhibit=exhibit("log-softmax", as_rule, no_exp, RULE,
        symptom="Unlikely classes, whose logarithm is large, get huge gradients.",
        why="What a log-softmax keeps is $\\log y$. The rule needs $y$.",
        trial=gradient_at(),
        caught_by="zero-sum random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-log-vjp",),
    ),
)  # fmt: skip


def softmax_rule(logy, g):
    y = np.exp(logy)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


enter("the-rule-of-softmax", "Log-softmax and softmax have the same rule.",
    says("This is the rule of softmax. For log-softmax the upstream gradient belongs to log y, and "
         "the factor in front of the bracket is gone.",
         log_softmax_vjp=lambda logy, g: softmax_vjp(np.exp(logy), g),
         log_softmax_pullback="y_j*(g_j - s)"),
    says("This is the derivative of `y_i`. Divide it by `y_i`.", log_slope="y_i*(delta_ij - y_j)"),
    exhibit=exhibit("log-softmax", as_rule, softmax_rule, RULE,
        symptom="The rows sum to 0, as they should. Unlikely classes get next to no gradient, and "
        "the loss falls very slowly.",
        why="The rule of softmax scales by $y$. In log-softmax that factor has been cancelled by "
        "the derivative of the logarithm, $1/y$.",
        trial=gradient_at(),
        caught_by="random parity hard square complex saturated row ones",
        missed_by="zero-sum shape mutation",
        breaks=("eq-log-vjp",),
    ),
)  # fmt: skip


def sum_was_minus_one(logy, g):
    return g + np.exp(logy)


enter("a-sum-that-was-once-1", "Every upstream gradient sums to one.",
    says("You subtracted y as if g summed to one. Multiply it by the sum of g.",
         log_softmax_vjp=lambda logy, g: g - np.exp(logy), log_softmax_pullback="g_j - y_j"),
    exhibit=exhibit("log-softmax", as_rule, sum_was_minus_one, RULE,
        symptom="With a one-hot loss all is right. With any other $g$ the rows do not sum to 0.",
        why="For a single row and a one-hot target the $g$ of cross entropy sums to $-1$, and "
        "somebody who knows $y - t$ leaves the sum out of the rule.",
        trial=gradient_at(),
        caught_by="zero-sum random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-log-vjp",),
    ),
)  # fmt: skip
enter("the-other-direction", "Every Jacobian is symmetric.",
    says("You subtracted the weighted mean. That is the rule in the other direction, the jvp: this "
         "Jacobian is not symmetric.",
         log_softmax_vjp=lambda logy, g: g - along(np.exp(logy) * g),
         log_softmax_pullback="g_j - s"),
    says("The sum must hold g alone: `y_j` does not depend on the index of the sum and stands in "
         "front of it.",
         log_softmax_vjp=lambda logy, g: g - np.exp(logy) * along(g * np.exp(logy))),
)  # fmt: skip

"""Mistakes about which numbers belong together: axes, rows, batches."""

import numpy as np

from softback import formulas
from softback.course._mistakes._parts import (
    along,
    attention_vjp,
    log_softmax,
    logsumexp,
    plain_vjp,
    shifted,
    softmax,
    softmax_vjp,
)
from softback.course.catalogue import Lesson, enter, exhibit, says
from softback.course.museum.operations import as_output_and_vjp, as_rule
from softback.course.museum.trials import along as along_axis
from softback.course.museum.trials import gradient_at, output_at

RULE = formulas.softmax_vjp


def no_keepdims(y, g):
    return y * (g - (g * y).sum(axis=-1))


def wrong_axis(y, g):
    return y * (g - (g * y).sum(axis=0, keepdims=True))


def one_jacobian(y, g):
    y = np.atleast_2d(y).mean(axis=0)
    return g @ (np.diag(y) - np.outer(y, y))


def one_long_row(y, g):
    long_y, long_g = y.ravel(), g.ravel()
    J = np.diag(long_y) - np.outer(long_y, long_y)
    return (long_g @ J).reshape(y.shape)


def by_the_batch(y, g):
    dz = y * (g - (g * y).sum(axis=-1, keepdims=True))
    return dz / np.atleast_2d(y).shape[0]


def _mean_of_rows(y, g):
    rows = y.reshape(-1, y.shape[-1])
    return one_jacobian(rows, g.reshape(rows.shape)).reshape(y.shape)


enter("one-jacobian-for-the-batch", "All rows have the same Jacobian.",
    says("You use one Jacobian for all rows, that of the mean of the rows. Each row has its own.",
         softmax_vjp=_mean_of_rows),
    exhibit=exhibit("pullback", as_rule, one_jacobian, RULE,
        symptom="With a batch of one row all is right. The gradient of a row changes when another "
        "row of the batch does.",
        why="The Jacobian is made of the mean shares. A Jacobian of means is not a mean of "
        "Jacobians, and neither is what a single row needs.",
        trial=gradient_at(),
        caught_by="random parity hard square complex saturated",
        missed_by="row ones zero-sum shift shape mutation",
        breaks=("eq-matrix-vjp",),
    ),
)  # fmt: skip
enter("the-batch-as-one-long-row", "A batch is one long row.",
    says("You sum over the whole array. Each row is an example of its own: sum along the last "
         "axis, `axis=-1`.",
         softmax=[lambda z: np.exp(z) / np.exp(z).sum(),
                  lambda z: np.exp(shifted(z)) / np.exp(shifted(z)).sum(),
                  lambda z: softmax(z, axis=None)],
         log_softmax=[lambda z: log_softmax(z, axis=None), lambda z: z - np.log(np.exp(z).sum()),
                      lambda z: shifted(z) - np.log(np.exp(shifted(z)).sum())],
         logsumexp=[lambda z: logsumexp(z, axis=None), lambda z: np.log(np.exp(z).sum())],
         softmax_vjp=[one_long_row, lambda y, g: y * (g - (g * y).sum())],
         log_softmax_vjp=lambda logy, g: g - np.exp(logy) * g.sum()),
    says("You sum over the whole array. Sum along `axis` only: everywhere else stand softmaxes "
         "that do not know of each other.",
         softmax_vjp_any_axis=[one_long_row, lambda y, g: y * (g - (g * y).sum())]),
    exhibit=exhibit("pullback", as_rule, one_long_row, RULE,
        symptom="Rows of the gradient do not sum to 0; the whole array does not either.",
        why="The array was flattened first, and its entries were taken for the shares of a single "
        "softmax. They are not: they sum to $N$, not to 1, so not even the whole array sums to 0. "
        "The true matrix has a block for each row and zeros elsewhere.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex saturated ones",
        missed_by="row shape mutation",
        breaks=("eq-other-row",),
    ),
)  # fmt: skip
enter("the-dot-along-the-wrong-axis", "The axis of the sum is a detail.",
    says("You sum down the columns. Each row is an example of its own: sum along the last axis, "
         "`axis=-1`.",
         softmax=[lambda z: softmax(z, axis=0), lambda z: np.exp(z) / along(np.exp(z), 0),
                  lambda z: np.exp(shifted(z)) / np.exp(shifted(z)).sum(axis=0)],
         log_softmax=[lambda z: log_softmax(z, axis=0),
                      lambda z: z - np.log(np.exp(z).sum(axis=0))],
         logsumexp=[lambda z: logsumexp(z, axis=0), lambda z: np.log(np.exp(z).sum(axis=0))],
         softmax_vjp=wrong_axis,
         log_softmax_vjp=lambda logy, g: g - np.exp(logy) * along(g, 0)),
    says("You ignore `axis` and always work along the first one. Pass it on to the sum.",
         softmax_vjp_any_axis=wrong_axis),
    says("The weighted mean runs down the columns. Each query has a softmax of its own: the last "
         "axis.", attention_vjp=lambda q, k, v, do: attention_vjp(q, k, v, do, wrong_axis)),
    says("The softmax runs down the columns. Each *query* shares itself out over the keys: the "
         "last axis of the scores.",
         attention=lambda q, k, v, mask: softmax(
             q @ k.T / np.sqrt(q.shape[-1]), 0, where=mask) @ v),
    exhibit=exhibit("pullback", as_rule, wrong_axis, RULE,
        symptom="The gradient of a row changes when another row of the batch does. Alone it is "
        "right.",
        why="The mean is taken over the rows, class by class. Nothing mixes rows in a softmax, so "
        "nothing may mix them in its gradient.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex saturated ones",
        missed_by="row shape mutation",
        breaks=("eq-other-row",),
    ),
    lesson=Lesson("The backward pass", "ex-sheet-a-test-that-passes", "A test that passes",
                  "Change one row. Which gradients may change?"),
)  # fmt: skip

enter("missing-keepdims", "If the shapes fit, it is right.",
    says("The sums lost their axis, so NumPy lines them up with the columns. Keep it: "
         "`keepdims=True`.",
         softmax=[lambda z: np.exp(z) / np.exp(z).sum(axis=-1),
                  lambda z: np.exp(shifted(z)) / np.exp(shifted(z)).sum(axis=-1),
                  lambda z: np.exp(z - z.max(axis=-1)) / np.exp(z - z.max(axis=-1)).sum(axis=-1)],
         log_softmax=[lambda z: z - logsumexp(z), lambda z: z - np.log(np.exp(z).sum(axis=-1)),
                      lambda z: shifted(z) - np.log(np.exp(shifted(z)).sum(axis=-1))],
         softmax_vjp=[no_keepdims, lambda y, g: y * g - y * (g * y).sum(axis=-1)],
         log_softmax_vjp=lambda logy, g: g - np.exp(logy) * g.sum(axis=-1)),
    says("The sums lost their axis, so NumPy lines them up with the last axes. Keep it: "
         "`keepdims=True`.",
         softmax_vjp_any_axis=[lambda y, g, axis: y * (g - (g * y).sum(axis=axis)),
                               lambda y, g, axis: y * g - y * (g * y).sum(axis=axis)]),
    exhibit=exhibit("pullback", as_rule, no_keepdims, RULE,
        symptom="An error about shapes, unless there happen to be as many rows as classes. Then "
        "there is no error, and the result is wrong.",
        why="The sum has shape `(N,)`, and NumPy lines it up with the classes. In a square batch "
        "the mean of row $n$ is handed to class $n$.",
        trial=gradient_at(),
        caught_by="square zero-sum shift random parity hard mutation complex saturated ones shape",
        missed_by="row",
        breaks=("eq-matrix-vjp",),
    ),
    lesson=Lesson("The backward pass", "ex-which-shapes", "Shapes that complain",
                  "And with as many rows as classes?"),
)  # fmt: skip
enter("divided-by-the-batch", "Gradients of a layer are divided by the size of the batch.",
    says("You divide by the number of rows. Each row has its own gradient; a mean belongs to the "
         "loss.",
         softmax_vjp=[lambda y, g: softmax_vjp(y, g) / len(y),
                      lambda y, g: softmax_vjp(y, g) * y.shape[-1] / y.size]),
    exhibit=exhibit("pullback", as_rule, by_the_batch, RULE,
        symptom="The larger the batch, the slower it learns.",
        why="The division by $N$ belongs to a loss that is a mean, and arrives with $g$. Here it "
        "is done a second time.",
        trial=gradient_at(),
        caught_by="random parity hard square complex",
        missed_by="row ones zero-sum saturated shift shape mutation",
        breaks=("eq-matrix-vjp",),
    ),
    lesson=Lesson("The backward pass", "ex-batch-loss", "Loss and gradient of a batch",
                  "Who took a mean, the layer or the loss?"),
)  # fmt: skip
enter("divided-by-the-classes", "A gradient is a mean over the classes.",
    says("You divide by the number of classes. Nothing is averaged over classes here.",
         softmax_vjp=lambda y, g: softmax_vjp(y, g) / y.shape[-1],
         cross_entropy_grad=[lambda z, t: (softmax(z) * t.sum() - t) / len(z),
                             lambda z, t: (softmax(z) - t) / len(z)]),
    says("You took the mean over the classes. The loss is the sum: the targets are the weights "
         "already.", cross_entropy=lambda z, t: -(t @ log_softmax(z)) / len(z)),
    says("You took the mean of g. It must be the sum: every output pulls in full.",
         log_softmax_vjp=lambda logy, g: g - np.exp(logy) * g.mean(axis=-1, keepdims=True)),
)  # fmt: skip


def axis_ignored(y, g, axis=-1):
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


enter("an-axis-for-show", "The last axis is always the right one.",
    says("You ignore `axis` and always work along the last one. Pass it on to the sum.",
         softmax_vjp_any_axis=lambda y, g: plain_vjp(y, g)),
    exhibit=exhibit("pullback", as_rule, axis_ignored, RULE,
        symptom="Along the last axis all is right. Along any other the gradient mixes rows.",
        why="The function has a parameter `axis`, and the sum does not use it.",
        trial=along_axis(0),
        caught_by="hard",
        missed_by="ones random zero-sum row square saturated shift parity complex shape mutation",
        breaks=("eq-matrix-vjp",),
    ),
)  # fmt: skip
enter("not-moved-back", "An axis that was moved finds its way back.",
    says("You moved the axis to the end and did not move it back.",
         softmax_vjp_any_axis=[
             lambda y, g, axis, moved=moved: plain_vjp(moved(y, axis, -1), moved(g, axis, -1))
             for moved in (np.moveaxis, np.swapaxes)]),
)  # fmt: skip
enter("all-axes-transposed", "A transpose swaps two axes.",
    says("You swapped axes with `.T`, which reverses the order of *all* axes. `np.moveaxis` moves "
         "one.", softmax_vjp_any_axis=lambda y, g, axis: plain_vjp(y.T, g.T, axis).T),
)  # fmt: skip
enter("all-the-other-axes", "The axis names what stays.",
    says("You sum along every axis but `axis`. It names the axis that sums to one.",
         softmax_vjp_any_axis=lambda y, g, axis: plain_vjp(
             y, g, tuple({*range(y.ndim)} - {axis % y.ndim}))),
)  # fmt: skip


def columns_both_ways(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    y = e / e.sum(axis=0, keepdims=True)
    return y, lambda g: y * (g - (g * y).sum(axis=0, keepdims=True))


def rows_both_ways(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    y = e / e.sum(axis=-1, keepdims=True)
    return y, lambda g: y * (g - (g * y).sum(axis=-1, keepdims=True))


enter("the-wrong-axis-both-ways", "A gradient that passes its check is right.",
    exhibit=exhibit("softmax", as_output_and_vjp, columns_both_ways, rows_both_ways,
        symptom="Columns sum to 1 where rows should. Every derivative check passes.",
        why="Forward and backward make the same mistake, so one is the derivative of the other, "
        "and no comparison of the two can see it. In one of the texts behind this book the "
        "examples are columns in the formula and rows in the code.",
        trial=output_at([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
        caught_by="zero-sum parity hard",
        missed_by="random ones row square saturated shift complex shape mutation",
        breaks=("eq-other-row",),
    ),
    lesson=Lesson("Tests", "ex-sheet-step", "Too large, too small", "Right for which loss?"),
)  # fmt: skip

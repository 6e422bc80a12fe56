"""Backward passes of softmax that are not its derivative."""

import numpy as np

from softback.functions import softmax
from softback.museum._exhibit import Room
from softback.museum._tasks import SOFTMAX, as_backward, as_rule
from softback.museum._trials import along, g_afterwards, gradient_at

room = Room("pullback", SOFTMAX)


def centre_then_scale(y, g):
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


@room.hang(
    as_rule,
    title="Only the diagonal",
    fix=centre_then_scale,
    symptom="The rows of the gradient do not sum to 0.",
    why="This is the rule of the sigmoid. It knows that raising a logit raises its own "
    "probability, and forgets that it lowers all others. One of the texts behind this book writes "
    "the case $i = j$ as if it were the whole gradient.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex row ones",
    missed_by="saturated shape mutation",
    breaks=("eq-other-logit", "eq-vjp", "eq-vjp-sum"),
)
def only_the_diagonal(y, g):
    return y * (1 - y) * g


@room.hang(
    as_rule,
    title="Only off the diagonal",
    fix=centre_then_scale,
    symptom="All entries of a row have the same sign.",
    why="The case $i = j$ got lost, and with it the term in which the Kronecker delta picks $g_j$.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex saturated row ones",
    missed_by="shape mutation",
    breaks=("eq-own-logit", "eq-vjp"),
)
def only_off_the_diagonal(y, g):
    return -y * (g * y).sum(axis=-1, keepdims=True)


@room.hang(
    as_rule,
    title="Missing keepdims",
    fix=centre_then_scale,
    symptom="An error about shapes, unless there happen to be as many rows as classes. Then there "
    "is no error, and the result is wrong.",
    why="The sum has shape (N,), and NumPy lines it up with the classes. In a square batch row n "
    "is handed to class n.",
    trial=gradient_at(),
    caught_by="square zero-sum shift random parity hard mutation complex saturated ones shape",
    missed_by="row",
    breaks=("eq-vjp",),
)
def missing_keepdims(y, g):
    return y * (g - (g * y).sum(axis=-1))


@room.hang(
    as_rule,
    title="The dot along the wrong axis",
    fix=centre_then_scale,
    symptom="The gradient of a row changes when another row of the batch does. Alone it is right.",
    why="The mean is taken over the rows, class by class. Nothing mixes rows in a softmax, so "
    "nothing may mix them in its gradient.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex saturated ones",
    missed_by="row shape mutation",
    breaks=("eq-other-row",),
)
def the_dot_along_the_wrong_axis(y, g):
    return y * (g - (g * y).sum(axis=0, keepdims=True))


@room.hang(
    as_rule,
    title="The plain mean",
    fix=centre_then_scale,
    symptom="The rows of the gradient do not sum to 0, except for a g that is the same everywhere.",
    why="What comes off is a mean of g, but a mean with the weights y. The plain one is right only "
    "where all classes are equally probable.",
    trial=gradient_at(),
    caught_by="zero-sum random parity hard square complex saturated row",
    missed_by="ones shift shape mutation",
    breaks=("eq-vjp", "eq-vjp-sum"),
)
def the_plain_mean(y, g):
    return y * (g - g.mean(axis=-1, keepdims=True))


@room.hang(
    as_rule,
    title="An unweighted sum",
    fix=centre_then_scale,
    symptom="Adding a constant to g changes the result.",
    why="A factor y is missing under the sum. What is left grows with the number of classes.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex saturated row ones",
    missed_by="shape mutation",
    breaks=("eq-vjp", "eq-constant"),
)
def an_unweighted_sum(y, g):
    return y * (g - g.sum(axis=-1, keepdims=True))


@room.hang(
    as_rule,
    title="The rule of log-softmax",
    fix=centre_then_scale,
    symptom="The rows sum to 0, as they should. For a g whose rows sum to 0, such as that of the "
    "worked example in chapter 5, g itself comes out.",
    why="The two rules look alike: y stands before the sum in one, under the sum and before the "
    "bracket in the other. This one belongs to log-softmax.",
    trial=gradient_at(),
    caught_by="shift random parity hard square complex saturated row ones",
    missed_by="zero-sum shape mutation",
    breaks=("eq-vjp",),
)
def the_rule_of_log_softmax(y, g):
    return g - y * g.sum(axis=-1, keepdims=True)


@room.hang(
    as_rule,
    title="Centred and not scaled",
    fix=centre_then_scale,
    symptom="The gradient of a class that has next to no probability is as large as any other.",
    why="The factor y in front of the bracket is missing. A g that is the same everywhere gives 0 "
    "with or without it.",
    trial=gradient_at(),
    caught_by="zero-sum random parity hard square complex saturated row",
    missed_by="ones shift shape mutation",
    breaks=("eq-vjp",),
)
def centred_and_not_scaled(y, g):
    return g - (g * y).sum(axis=-1, keepdims=True)


@room.hang(
    as_rule,
    title="Plus for minus",
    fix=centre_then_scale,
    symptom="Adding a constant to g changes the result by twice y times that constant.",
    why="The derivative of the denominator enters the quotient rule with a minus sign. It was "
    "lost on the way.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex saturated row ones",
    missed_by="shape mutation",
    breaks=("eq-other-logit", "eq-vjp", "eq-constant"),
)
def plus_for_minus(y, g):
    return y * (g + (g * y).sum(axis=-1, keepdims=True))


@room.hang(
    as_rule,
    title="Uphill",
    fix=centre_then_scale,
    symptom="The loss rises at every step, however small the step is.",
    why="The difference is turned round. Sums, shifts and a g of ones say nothing about a sign: "
    "all that they compare with is 0.",
    trial=gradient_at(),
    caught_by="random parity hard square complex row",
    missed_by="zero-sum ones saturated shift shape mutation",
    breaks=("eq-vjp",),
)
def uphill(y, g):
    return y * ((g * y).sum(axis=-1, keepdims=True) - g)


def from_probabilities(z, g):
    y = softmax(z)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


@room.hang(
    as_backward,
    title="Logits for probabilities",
    fix=from_probabilities,
    symptom="The gradient grows with the logits, and is not bounded by g.",
    why="The rule wants what softmax returned, and was given what softmax received. A cache that "
    "holds the input is the usual reason.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex saturated row ones",
    missed_by="shape mutation",
    breaks=("eq-vjp",),
)
def logits_for_probabilities(z, g):
    return z * (g - (g * z).sum(axis=-1, keepdims=True))


def outer_product(y, g):
    rows = zip(y.reshape(-1, y.shape[-1]), g.reshape(-1, y.shape[-1]), strict=True)
    dz = [g_n @ (np.diag(y_n) - np.outer(y_n, y_n)) for y_n, g_n in rows]
    return np.reshape(dz, y.shape)


@room.hang(
    as_rule,
    title="A product that is no matrix",
    fix=outer_product,
    symptom="The Jacobian has the same number taken off every entry.",
    why="Transposing a vector of NumPy does nothing, so `y_n @ y_n.T` is a dot product: one "
    "number, which broadcasts. The outer product was meant.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex saturated row ones",
    missed_by="shape mutation",
    breaks=("eq-jacobian", "eq-other-logit"),
)
def a_product_that_is_no_matrix(y, g):
    rows = zip(y.reshape(-1, y.shape[-1]), g.reshape(-1, y.shape[-1]), strict=True)
    dz = [g_n @ (np.diag(y_n) - y_n @ y_n.T) for y_n, g_n in rows]
    return np.reshape(dz, y.shape)


def einsum_over_outputs(y, g):
    J = np.einsum("...i,ij->...ij", y, np.eye(y.shape[-1])) - y[..., :, None] * y[..., None, :]
    return np.einsum("...ij,...i->...j", J, g)


@room.hang(
    as_rule,
    title="A letter of einsum",
    fix=einsum_over_outputs,
    symptom="The gradient is 0 everywhere, and nothing learns.",
    why="g has the letter of the inputs, so einsum multiplies each column of J by one number and "
    "sums the column. Columns of J sum to 0.",
    trial=gradient_at(),
    caught_by="random parity hard square complex row",
    missed_by="zero-sum ones saturated shift shape mutation",
    breaks=("eq-balance",),
)
def a_letter_of_einsum(y, g):
    J = np.einsum("...i,ij->...ij", y, np.eye(y.shape[-1])) - y[..., :, None] * y[..., None, :]
    return np.einsum("...ij,...j->...j", J, g)


@room.hang(
    as_rule,
    title="One Jacobian for the batch",
    fix=centre_then_scale,
    symptom="With a batch of one row all is right. The gradient of a row changes when another row "
    "of the batch does.",
    why="The Jacobian is made of the mean probabilities. A Jacobian of means is not a mean of "
    "Jacobians, and neither is what a single row needs.",
    trial=gradient_at(),
    caught_by="random parity hard square complex saturated",
    missed_by="row ones zero-sum shift shape mutation",
    breaks=("eq-other-row",),
)
def one_jacobian_for_the_batch(y, g):
    y = np.atleast_2d(y).mean(axis=0)
    return g @ (np.diag(y) - np.outer(y, y))


@room.hang(
    as_rule,
    title="The batch as one long row",
    fix=centre_then_scale,
    symptom="Rows of the gradient do not sum to 0; the whole array does not either.",
    why="The array was flattened first, and what came out is the Jacobian of a single softmax of "
    "N times C classes. The true matrix has a block for each row and zeros elsewhere.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex saturated ones",
    missed_by="row shape mutation",
    breaks=("eq-other-row",),
)
def the_batch_as_one_long_row(y, g):
    long_y, long_g = y.ravel(), g.ravel()
    J = np.diag(long_y) - np.outer(long_y, long_y)
    return (long_g @ J).reshape(y.shape)


@room.hang(
    as_rule,
    title="Divided by the batch",
    fix=centre_then_scale,
    symptom="The larger the batch, the slower it learns.",
    why="The division by N belongs to a loss that is a mean, and arrives with g. Here it is done "
    "a second time.",
    trial=gradient_at(),
    caught_by="random parity hard square complex",
    missed_by="row ones zero-sum saturated shift shape mutation",
    breaks=("eq-vjp",),
)
def divided_by_the_batch(y, g):
    dz = y * (g - (g * y).sum(axis=-1, keepdims=True))
    return dz / np.atleast_2d(y).shape[0]


@room.hang(
    as_rule,
    title="Softmax again",
    fix=centre_then_scale,
    symptom="The gradient looks sensible, sums to 0, and is far too flat.",
    why="What was kept is y, and the code takes it for z and applies softmax once more.",
    trial=gradient_at(),
    caught_by="random parity hard square complex saturated row",
    missed_by="zero-sum ones shift shape mutation",
    breaks=("eq-vjp",),
)
def softmax_again(y, g):
    y = softmax(y)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


def updated_at_the_end(y, g):
    dz = np.empty_like(g)
    for j in range(g.shape[-1]):
        dz[..., j] = y[..., j] * (g[..., j] - (g * y).sum(axis=-1))
    return dz


@room.hang(
    as_rule,
    title="Updated too early",
    fix=updated_at_the_end,
    symptom="The first class is right and every later one is not.",
    why="The loop writes its results into the array that its next turns still read.",
    trial=gradient_at(),
    caught_by="zero-sum shift random parity hard square complex row ones",
    missed_by="saturated shape mutation",
    breaks=("eq-vjp",),
)
def updated_too_early(y, g):
    g = g.copy()
    for j in range(g.shape[-1]):
        g[..., j] = y[..., j] * (g[..., j] - (g * y).sum(axis=-1))
    return g


@room.hang(
    as_rule,
    title="The overwritten gradient",
    fix=centre_then_scale,
    symptom="The result is right. Whoever else needed g finds something else in it.",
    why="The array of the caller serves as scratch space. Where a value is used twice in a "
    "network, the other branch then receives a spoilt gradient.",
    trial=g_afterwards,
    caught_by="mutation",
    missed_by="ones random zero-sum row square saturated shift parity complex hard shape",
)
def the_overwritten_gradient(y, g):
    g *= y
    g -= y * g.sum(axis=-1, keepdims=True)
    return g


def axis_respected(y, g, axis=-1):
    return y * (g - (g * y).sum(axis=axis, keepdims=True))


@room.hang(
    as_rule,
    title="An axis for show",
    fix=axis_respected,
    symptom="Along the last axis all is right. Along any other the gradient mixes rows.",
    why="The function has a parameter `axis`, and the sum does not use it.",
    trial=along(0),
    caught_by="hard",
    missed_by="ones random zero-sum row square saturated shift parity complex shape mutation",
    breaks=("eq-matrix-vjp",),
)
def an_axis_for_show(y, g, axis=-1):
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


def divided_by_temperature(y, g, temperature=2.0):
    return y * (g - (g * y).sum(axis=-1, keepdims=True)) / temperature


@room.hang(
    as_rule,
    title="Temperature forgotten",
    fix=divided_by_temperature,
    options={"temperature": 2.0},
    symptom="The direction is right and the length is not: off by the temperature, always.",
    why="The logits were divided by T on the way in. By the chain rule the gradient is divided by "
    "T on the way out.",
    trial=gradient_at(),
    caught_by="random parity hard square complex row",
    missed_by="ones zero-sum saturated shift shape mutation",
)
def temperature_forgotten(y, g, temperature=2.0):
    return y * (g - (g * y).sum(axis=-1, keepdims=True))

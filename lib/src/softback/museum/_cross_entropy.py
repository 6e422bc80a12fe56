"""Losses and gradients of losses."""

import numpy as np

from softback.functions import log_softmax, softmax
from softback.gradients import softmax_vjp
from softback.museum._exhibit import Room
from softback.museum._tasks import CROSS_ENTROPY, as_gradient, as_loss, as_loss_and_gradient
from softback.museum._trials import loss_at, loss_gradient_at

room = Room("cross-entropy", CROSS_ENTROPY)


def with_the_sum_of_t(y, t):
    return (y * t.sum(axis=-1, keepdims=True) - t) / len(y)


@room.hang(
    as_gradient,
    title="A sum for a mean",
    fix=with_the_sum_of_t,
    symptom="A learning rate that suits small batches makes large ones diverge.",
    why="The loss is a mean over the rows, so every row's gradient is divided by their number. "
    "The texts behind this book do not mention the batch at all here.",
    trial=loss_gradient_at(),
    caught_by="random parity soft hard square complex",
    missed_by="row zero-sum saturated shape mutation",
    breaks=("eq-gradient",),
)
def a_sum_for_a_mean(y, t):
    return y * t.sum(axis=-1, keepdims=True) - t


@room.hang(
    as_gradient,
    title="The condition forgotten",
    fix=with_the_sum_of_t,
    symptom="With one-hot targets all is right. With weights, or several right classes at once, "
    "the rows do not sum to 0.",
    why="$y - t$ is the gradient only if the targets sum to 1. Otherwise y has to be multiplied by "
    "their sum. One of the texts behind this book never says so.",
    trial=loss_gradient_at(t=[[1.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
    caught_by="soft",
    missed_by="random zero-sum row square saturated parity complex hard shape mutation",
    breaks=("eq-gradient",),
)
def the_condition_forgotten(y, t):
    return (y - t) / len(y)


@room.hang(
    as_gradient,
    title="Target minus prediction",
    fix=with_the_sum_of_t,
    symptom="The loss rises at every step.",
    why="The sign is that of the step, not that of the gradient. Whoever subtracts this from the "
    "logits walks uphill.",
    trial=loss_gradient_at(),
    caught_by="random parity soft hard square complex row",
    missed_by="zero-sum saturated shape mutation",
    breaks=("eq-gradient", "eq-shortcut"),
)
def target_minus_prediction(y, t):
    return (t - y * t.sum(axis=-1, keepdims=True)) / len(y)


@room.hang(
    as_gradient,
    title="The shortcut and the long way",
    fix=with_the_sum_of_t,
    symptom="The loss falls at first and then hardly moves, least of all where the net is "
    "confidently wrong.",
    why="$y - t$ already contains the Jacobian of softmax. Here it is applied a second time, and "
    "it is nearly 0 where the softmax is saturated.",
    trial=loss_gradient_at(),
    caught_by="random parity soft hard square complex row",
    missed_by="zero-sum saturated shape mutation",
    breaks=("eq-shortcut",),
)
def the_shortcut_and_the_long_way(y, t):
    g = (y * t.sum(axis=-1, keepdims=True) - t) / len(y)
    return softmax_vjp(y, g)


@room.hang(
    as_gradient,
    title="The chain that stops at y",
    fix=with_the_sum_of_t,
    symptom="Only the right class gets a gradient, and where it is unlikely a huge one.",
    why="$-t / y$ is the gradient by the probabilities. The logits are one link further.",
    trial=loss_gradient_at(),
    caught_by="zero-sum random parity soft hard square complex saturated row",
    missed_by="shape mutation",
    breaks=("eq-gradient",),
)
def the_chain_that_stops_at_y(y, t):
    return -t / y / len(y)


def its_own_column(y, classes):
    dz = y.copy()
    dz[np.arange(len(y)), classes] -= 1
    return dz / len(y)


@room.hang(
    as_gradient,
    title="Every target column",
    fix=its_own_column,
    symptom="Right for a batch of one row. For more rows the sums are far from 0.",
    why="`dz[:, classes]` takes these columns from every row. `dz[rows, classes]` pairs each row "
    "with its own class.",
    trial=loss_gradient_at(),
    caught_by="zero-sum random parity hard square complex saturated",
    missed_by="row shape mutation",
    breaks=("eq-gradient",),
)
def every_target_column(y, classes):
    dz = y.copy()
    dz[:, classes] -= 1
    return dz / len(y)


def softmax_once(z, t):
    y, logy = softmax(z), log_softmax(z)
    dz = (y * t.sum(axis=-1, keepdims=True) - t) / len(z)
    return -np.where(t == 0, 0, t * logy).sum() / len(z), dz


@room.hang(
    as_loss_and_gradient,
    title="Softmax twice",
    fix=softmax_once,
    symptom="The loss falls, but not below a value well above 0, however sure the net becomes.",
    why="The net ends with a softmax, and the loss takes softmax of what it gets. Shares lie "
    "between 0 and 1, so the second softmax cannot become sharp. The gradient is the right one "
    "for this loss, and no derivative check complains.",
    trial=loss_at([[40.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]]),
    caught_by="parity hard",
    missed_by="random zero-sum row square saturated complex soft shape mutation",
)
def softmax_twice(z, t):
    y = softmax(z)
    g = (softmax(y) * t.sum(axis=-1, keepdims=True) - t) / len(z)
    return -(t * log_softmax(y)).sum() / len(z), softmax_vjp(y, g)


def log_softmax_of_the_logits(z, t):
    return -np.where(t == 0, 0, t * log_softmax(z)).sum() / len(z)


@room.hang(
    as_loss,
    title="A pinch in the logarithm",
    fix=log_softmax_of_the_logits,
    symptom="The loss of a hopeless row stops rising, and nobody knows how hopeless it is.",
    why="The small number prevents log 0 and puts a ceiling on the loss, while the gradient goes "
    "on as before. Taking log-softmax of the logits needs no such number.",
    trial=loss_at([[0.0, 100.0, 0.0]], [[1.0, 0.0, 0.0]]),
    caught_by="parity hard complex",
    missed_by="random zero-sum row square saturated soft shape mutation",
)
def a_pinch_in_the_logarithm(z, t):
    return -(t * np.log(softmax(z) + 1e-9)).sum() / len(z)


@room.hang(
    as_loss,
    title="Clipped probabilities",
    fix=log_softmax_of_the_logits,
    symptom="The loss has a ceiling and a floor. A perfect net still shows a loss.",
    why="Clipping hides the two ends where the difference between nets is made. At small logits "
    "nothing is clipped, and the tests are silent.",
    trial=loss_at([[0.0, 100.0, 0.0]], [[1.0, 0.0, 0.0]]),
    caught_by="hard",
    missed_by="parity random zero-sum row square saturated complex soft shape mutation",
)
def clipped_probabilities(z, t):
    y = np.clip(softmax(z), 1e-7, 1 - 1e-7)
    return -(t * np.log(y)).sum() / len(z)


@room.hang(
    as_loss,
    title="Nothing times infinity",
    fix=log_softmax_of_the_logits,
    symptom="The loss is nan as soon as a class is masked, though nobody asked for that class.",
    why="A class with target 0 contributes nothing. But 0 times the logarithm of 0 is nan in "
    "floating point, and a sum with nan in it is nan.",
    trial=loss_at([[1.0, 2.0, -np.inf]], [[1.0, 0.0, 0.0]]),
    caught_by="hard",
    missed_by="random zero-sum row square saturated parity complex soft shape mutation",
)
def nothing_times_infinity(z, t):
    return -(t * np.log(softmax(z))).sum() / len(z)


@room.hang(
    as_loss_and_gradient,
    title="A mean over classes too",
    fix=softmax_once,
    symptom="Nothing is learned yet, and the loss is not $\\log C$. Then it falls slowly.",
    why="`mean()` divides by rows times classes. Loss and gradient agree with each other and are "
    "both too small by the factor $C$.",
    trial=loss_at([[0.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]]),
    caught_by="parity hard",
    missed_by="random zero-sum row square saturated complex soft shape mutation",
)
def a_mean_over_classes_too(z, t):
    y, logy = softmax(z), log_softmax(z)
    dz = (y * t.sum(axis=-1, keepdims=True) - t) / z.size
    return -np.where(t == 0, 0, t * logy).mean(), dz


def smoothed_over_all(z, t):
    t = 0.9 * t + 0.1 / z.shape[-1]
    y, logy = softmax(z), log_softmax(z)
    dz = (y * t.sum(axis=-1, keepdims=True) - t) / len(z)
    return -(t * logy).sum() / len(z), dz


@room.hang(
    as_loss_and_gradient,
    title="Smoothed over the others",
    fix=smoothed_over_all,
    options={"label_smoothing": 0.1},
    symptom="The loss differs a little from that of every library, and no derivative check minds.",
    why="The smoothing is spread over the C - 1 wrong classes; the definition spreads it over all "
    "C. Both are in use. Which one is meant has to be said, and tested against a number.",
    trial=loss_at(),
    caught_by="parity hard",
    missed_by="random zero-sum row square saturated complex soft shape mutation",
)
def smoothed_over_the_others(z, t):
    t = 0.9 * t + 0.1 * (1 - t) / (z.shape[-1] - 1)
    y, logy = softmax(z), log_softmax(z)
    dz = (y * t.sum(axis=-1, keepdims=True) - t) / len(z)
    return -(t * logy).sum() / len(z), dz

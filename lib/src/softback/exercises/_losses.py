"""The checkers for cross entropy and its gradients."""

import numpy as np

import softback
from softback.exercises import _draws, _words
from softback.exercises._engine import judge
from softback.exercises._softmax_vjp import sums_to_zero
from softback.exercises._task import Slip, Task

# --- One row: a number, and its gradient ----------------------------------------------------------


def _one_hot(classes, right):
    return np.eye(classes)[right]


def _rows(rng):
    """Return one row each: soft targets, a one-hot one, targets with another sum, far logits."""
    return [
        {"z": _draws.logits(rng, (3,)), "t": np.array([0.2, 0.5, 0.3])},
        {"z": _draws.logits(rng, (4,)), "t": _one_hot(4, 2)},
        {"z": _draws.logits(rng, (3,)), "t": np.array([1.0, 0.0, 1.0])},
        {"z": _draws.logits(rng, (2,)), "t": np.array([0.5, 0.25])},
        {"z": np.array([1000.0, 1001.0, 999.0]), "t": np.array([0.1, 0.6, 0.3])},
        {"z": np.array([0.0, 1000.0]), "t": np.array([0.75, 0.25])},
    ]


def _loss(z, t):
    return softback.cross_entropy(z, t, reduction="sum")


def _not_negative(case, loss):
    if loss >= -1e-9:
        return None
    return f"your loss is {_words.number(loss)}; a loss of targets and shares is never negative."


NO_SHIFT = (
    "Right on paper, but the exponentials overflow for logits near 1000. Take the largest logit "
    "off first, or call `log_softmax`."
)
LOG_OF_SOFTMAX = (
    "Right on paper, but a share far below the largest underflows to 0, and its logarithm is minus "
    "infinity. Use `log_softmax`, or each logit less log-sum-exp."
)
SOFTMAX_TWICE = (
    "You applied softmax twice: the shares went through it again as if they were logits."
)


def _plain_softmax(z):
    return np.exp(z) / np.exp(z).sum()


def _one_log_sum_exp(z, t):
    return softback.logsumexp(z) - t @ z


# What people add to a share, or let it never fall below.
_TINY = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)


def _with_floor(tiny, how):
    return lambda z, t: -(t @ np.log(how(softback.softmax(z), tiny)))


CROSS_ENTROPY = Task(
    call="cross_entropy(z, t)",
    cases=_rows,
    right=_loss,
    returns=("loss",),
    slips=(
        Slip("The minus is missing: logarithms of shares are never above 0, and a loss is never "
             "below.", lambda z, t: -_loss(z, t)),
        Slip("You return one number for each class. The loss is their sum.",
             lambda z, t: -t * softback.log_softmax(z), lambda z, t: t * softback.log_softmax(z)),
        Slip("You took the mean over the classes. The loss is the sum: the targets are the weights "
             "already.", lambda z, t: _loss(z, t) / len(z)),
        Slip("You left the targets out: each logarithm must be multiplied by its `t_k`.",
             lambda z, t: -softback.log_softmax(z).sum()),
        Slip("You left the logarithm out: this is the product of targets and shares.",
             lambda z, t: -(t @ softback.softmax(z)), lambda z, t: t @ softback.softmax(z)),
        Slip("You took only the class with the largest target. Soft targets count every class.",
             lambda z, t: -softback.log_softmax(z)[np.argmax(t)]),
        Slip("You exchanged shares and targets: the logarithm belongs to the share, the weight is "
             "the target.", lambda z, t: -(softback.softmax(z) * np.log(t)).sum(),
             lambda z, t: -(softback.softmax(z) @ np.log(np.where(t > 0, t, 1)))),
        Slip("You took logarithms of the logits. They must become shares first: "
             "log y is the log-softmax of z.", lambda z, t: -(t @ np.log(z)),
             lambda z, t: -(t * np.log(z)).sum()),
        Slip("You used the logits where the logarithms of the shares belong. Take log-sum-exp off "
             "each.", lambda z, t: -(t @ z)),
        Slip("This is the squared error. Cross entropy is `-sum(t * log(y))`.",
             lambda z, t: ((softback.softmax(z) - t) ** 2).sum(),
             lambda z, t: ((softback.softmax(z) - t) ** 2).sum() / 2,
             lambda z, t: ((softback.softmax(z) - t) ** 2).mean()),
        Slip("You used the logarithm to base 2. Here it is the natural one: `np.log`.",
             lambda z, t: _loss(z, t) / np.log(2)),
        Slip(SOFTMAX_TWICE, lambda z, t: _loss(softback.softmax(z), t)),
        Slip("You take log-sum-exp off once. That is right only where the targets sum to one; in "
             "general it comes off `sum(t)` times.", _one_log_sum_exp),
        Slip("The small number inside the logarithm is no cure: it caps the loss, and the gradient "
             "does not know. Use `log_softmax`.",
             *(_with_floor(tiny, how) for tiny in _TINY for how in (np.add, np.maximum))),
        Slip(LOG_OF_SOFTMAX, lambda z, t: -(t @ np.log(softback.softmax(z)))),
        Slip(NO_SHIFT, lambda z, t: -(t @ np.log(_plain_softmax(z))),
             lambda z, t: -(t * (z - np.log(np.exp(z).sum()))).sum(),
             lambda z, t: t.sum() * np.log(np.exp(z).sum()) - t @ z),
    ),
    properties=(_not_negative,),
    praise="Right: for soft targets, for sums other than one, and for logits far apart.",
)  # fmt: skip


def check_cross_entropy(answer, *, rng=None):
    """Return the verdict on a reader's ``cross_entropy(z, t)`` of one row.

    Parameters
    ----------
    answer : callable
        Takes logits and targets of shape (C,), returns -sum(t log y). The targets are not negative
        and need not sum to one.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(CROSS_ENTROPY, answer, rng)


def _gradient(z, t):
    return softback.softmax(z) * t.sum() - t


CROSS_ENTROPY_GRAD = Task(
    call="cross_entropy_grad(z, t)",
    cases=_rows,
    right=_gradient,
    returns=("dz",),
    slips=(
        Slip("This is `y - t`, which is right only where the targets sum to one. Multiply y by "
             "their sum.", lambda z, t: softback.softmax(z) - t),
        Slip("The sign is turned round: a logit whose target is larger than its share must rise, "
             "so its gradient is negative.", lambda z, t: t - softback.softmax(z),
             lambda z, t: -_gradient(z, t)),
        Slip("This is the gradient by the shares, `-t_i / y_i`. Carry it on to the logits with the "
             "rule of softmax.", lambda z, t: -t / softback.softmax(z)),
        Slip("You pushed `y - t` through softmax once more. It is the gradient by the logits "
             "already.",
             lambda z, t: softback.softmax_vjp(softback.softmax(z), softback.softmax(z) - t),
             lambda z, t: softback.softmax_vjp(softback.softmax(z), _gradient(z, t))),
        Slip("You divide by the number of classes. Nothing is averaged over classes here.",
             lambda z, t: _gradient(z, t) / len(z),
             lambda z, t: (softback.softmax(z) - t) / len(z)),
        Slip("The targets must still come off: `y_j * sum(t_k) - t_j`.",
             lambda z, t: softback.softmax(z) * t.sum(), lambda z, t: softback.softmax(z)),
        Slip("You subtract the targets from the logits. They must become shares first.",
             lambda z, t: z - t),
        Slip(SOFTMAX_TWICE, lambda z, t: _gradient(softback.softmax(z), t),
             lambda z, t: softback.softmax(softback.softmax(z)) - t),
        Slip("You multiplied y and t class by class. The factor of `y_j` is the *sum* of all "
             "targets.", lambda z, t: softback.softmax(z) * t - t),
        Slip("The fractions `t_k / y_k` break where a share underflows to 0. Let them cancel on "
             "paper first.",
             lambda z, t: _by_fractions(softback.softmax(z), t)),
        Slip(NO_SHIFT, lambda z, t: _plain_softmax(z) * t.sum() - t,
             lambda z, t: _plain_softmax(z) - t, lambda z, t: _by_fractions(_plain_softmax(z), t)),
    ),
    properties=(sums_to_zero,),
    praise="Right, and not only where the targets sum to one.",
)  # fmt: skip


def _by_fractions(y, t):
    g = -t / y
    return y * (g - (g * y).sum())


def check_cross_entropy_grad(answer, *, rng=None):
    """Return the verdict on a reader's ``cross_entropy_grad(z, t)`` of one row.

    Parameters
    ----------
    answer : callable
        Takes logits and targets of shape (C,), returns the gradient of -sum(t log y) by the logits.
        The targets are not negative and need not sum to one.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(CROSS_ENTROPY_GRAD, answer, rng)


# --- A batch: the mean loss and its gradient ------------------------------------------------------


def _batches(rng):
    return [
        {"z": _draws.logits(rng, (2, 4)), "t": np.array([3, 0])},
        {"z": _draws.logits(rng, (3, 3)), "t": np.array([1, 1, 0])},
        {"z": _draws.logits(rng, (1, 3)), "t": np.array([2])},
        {"z": _draws.logits(rng, (5, 2)), "t": np.array([0, 1, 1, 0, 1])},
        {"z": np.array([[1000.0, 0.0, 999.0], [0.0, 3.0, -800.0]]), "t": np.array([0, 2])},
    ]


_right_pair = softback.cross_entropy_and_grad


def _with(loss=None, dz=None):
    """Return a formula from that of the loss and that of the gradient; None stands for right."""

    def pair(z, t):
        right_loss, right_dz = _right_pair(z, t)
        return (right_loss if loss is None else loss(z, t), right_dz if dz is None else dz(z, t))

    return pair


def _summed(z, t):
    return softback.cross_entropy(z, t, reduction="sum")


def _not_divided(z, t):
    return softback.cross_entropy_and_grad(z, t, reduction="sum")[1]


def _column_of_every_row(z, t):
    dz = softback.softmax(z)
    dz[:, t] -= 1
    return dz / len(z)


def _loss_of_plain_softmax(z, t):
    y = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.log(y[np.arange(len(t)), t]).mean()


def _gradient_of_plain_softmax(z, t):
    y = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return (y - np.eye(z.shape[1])[t]) / len(z)


CROSS_ENTROPY_AND_GRAD = Task(
    call="cross_entropy_and_grad(z, t)",
    cases=_batches,
    right=_right_pair,
    returns=("loss", "dz"),
    slips=(
        Slip("The loss is a mean over the rows, and the gradient is not: divide it by the number "
             "of rows too.", _with(dz=_not_divided)),
        Slip("You summed the losses of the rows. Return their mean, and divide the gradient by the "
             "number of rows.", _with(_summed, _not_divided), _with(_summed)),
        Slip("You return a loss for each row. Return their mean.",
             _with(lambda z, t: softback.cross_entropy(z, t, reduction="none")),
             _with(lambda z, t: softback.cross_entropy(z, t, reduction="none"), _not_divided)),
        Slip("`dz[:, t] -= 1` subtracts in the columns of *all* targets, in every row. "
             "Name the rows too: `dz[np.arange(N), t] -= 1`.", _with(dz=_column_of_every_row),
             _with(dz=lambda z, t: _column_of_every_row(z, t) * len(z))),
        Slip("The gradient has the wrong sign: it is `y - t`, and negative for the right class.",
             _with(dz=lambda z, t: -_right_pair(z, t)[1])),
        Slip("The loss has the wrong sign: the minus in front of the logarithm is missing.",
             _with(lambda z, t: -_right_pair(z, t)[0])),
        Slip("You divide by the number of all entries. The mean is taken over rows, not over "
             "classes.", _with(dz=lambda z, t: _right_pair(z, t)[1] / z.shape[1]),
             _with(lambda z, t: _right_pair(z, t)[0] / z.shape[1],
                   lambda z, t: _right_pair(z, t)[1] / z.shape[1])),
        Slip("You pushed `y - t` through softmax once more. It is the gradient by the logits "
             "already.",
             _with(dz=lambda z, t: softback.softmax_vjp(softback.softmax(z), _right_pair(z, t)[1])),
             _with(dz=lambda z, t: softback.softmax_vjp(softback.softmax(z), _not_divided(z, t)))),
        Slip(SOFTMAX_TWICE, lambda z, t: _right_pair(softback.softmax(z), t),
             _with(lambda z, t: _right_pair(softback.softmax(z), t)[0])),
        Slip("The gradient lacks the targets: take 1 off at the right class of each row.",
             _with(dz=lambda z, t: softback.softmax(z) / len(z)),
             _with(dz=lambda z, t: softback.softmax(z))),
        Slip("Loss and gradient are exchanged: return the loss first.",
             lambda z, t: _right_pair(z, t)[::-1]),
        Slip(LOG_OF_SOFTMAX,
             _with(lambda z, t: -np.log(softback.softmax(z)[np.arange(len(t)), t]).mean())),
        Slip(NO_SHIFT, _with(_loss_of_plain_softmax, _gradient_of_plain_softmax),
             _with(_loss_of_plain_softmax), _with(dz=_gradient_of_plain_softmax)),
    ),
    properties=(lambda case, loss, dz: sums_to_zero(case, dz),),
    praise="Right: the mean loss, and the gradient of that mean.",
)  # fmt: skip


def check_cross_entropy_and_grad(answer, *, rng=None):
    """Return the verdict on a reader's ``cross_entropy_and_grad(z, t)`` of a batch.

    Parameters
    ----------
    answer : callable
        Takes logits of shape (N, C) and the right classes, integers from 0 of shape (N,). Returns
        the mean loss and its gradient, of shape (N, C).
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(CROSS_ENTROPY_AND_GRAD, answer, rng)

"""Mistakes in cross entropy, its gradient and its curvature."""

import numpy as np

from softback import functions, gradients
from softback.course._mistakes._parts import TINY, log_softmax, logsumexp, plain_vjp, softmax
from softback.course._mistakes._parts import softmax_vjp as vjp
from softback.course.catalogue import Lesson, enter, exhibit, says
from softback.course.museum.operations import (
    DISTILLED,
    IGNORING,
    as_gradient,
    as_loss,
    as_loss_and_gradient,
)
from softback.course.museum.trials import ignored_row, loss_at, loss_gradient_at
from softback.functions import cross_entropy
from softback.gradients import cross_entropy_hessian, softmax_vjp


def with_the_sum_of_t(y, t):
    return (y * t.sum(axis=-1, keepdims=True) - t) / len(y)


def softmax_once(z, t):
    y, logy = softmax(z), log_softmax(z)
    dz = (y * t.sum(axis=-1, keepdims=True) - t) / len(z)
    return -np.where(t == 0, 0, t * logy).sum() / len(z), dz


def log_softmax_of_the_logits(z, t):
    return -np.where(t == 0, 0, t * log_softmax(z)).sum() / len(z)


# The right answers of the tasks, of which wrong ones are made below.
_right_pair = gradients.cross_entropy_and_grad


def _loss(z, t):
    return cross_entropy(z, t, reduction="sum")


def _grad(z, t):
    return softmax(z) * t.sum() - t


def _summed(z, t):
    return gradients.cross_entropy_and_grad(z, t, reduction="sum")[1]


def _each(z, t):
    return functions.cross_entropy(z, t, reduction="none")


def _pair(loss=None, dz=None):
    """Return a wrong answer from its loss and its gradient; None stands for the right one."""

    def pair(z, t):
        right = _right_pair(z, t)
        return (right[0] if loss is None else loss(z, t), right[1] if dz is None else dz(z, t))

    return pair


# --- The gradient ---------------------------------------------------------------------------------


def not_a_mean(y, t):
    return y * t.sum(axis=-1, keepdims=True) - t


enter("a-sum-for-a-mean", "The mean belongs to the loss alone.",
    says("The loss is a mean over the rows, and the gradient is not: divide it by the number of "
         "rows too.", cross_entropy_and_grad=_pair(dz=_summed)),
    says("You summed the losses of the rows. Return their mean, and divide the gradient by the "
         "number of rows.", cross_entropy_and_grad=[_pair(_loss, _summed), _pair(_loss)]),
    says("You return a loss for each row. Return their mean.",
         cross_entropy_and_grad=[_pair(_each), _pair(_each, _summed)]),
    exhibit=exhibit("cross-entropy", as_gradient, not_a_mean, with_the_sum_of_t,
        symptom="A learning rate that suits small batches makes large ones diverge.",
        why="The loss is a mean over the rows, so every row's gradient is divided by their number. "
        "The texts behind this book do not mention the batch here at all.",
        trial=loss_gradient_at(),
        caught_by="random parity soft hard square complex saturated",
        missed_by="row zero-sum shape mutation",
        breaks=("eq-mean-gradient",),
    ),
)  # fmt: skip


def one_hot_only(y, t):
    return (y - t) / len(y)


enter("the-condition-forgotten", "The gradient is $y - t$, always.",
    says("This is `y - t`, which is right only where the targets sum to one. Multiply y by their "
         "sum.", cross_entropy_grad=lambda z, t: softmax(z) - t, cross_entropy_slope="y_j - t_j"),
    says("You subtract log-sum-exp once. That is right only where the targets sum to one; in "
         "general it is subtracted `sum(t)` times.",
         cross_entropy=lambda z, t: logsumexp(z) - t @ z),
    says("Your answer is right for targets that sum to one. These do not: multiply it by their "
         "sum.",
         curvature=lambda z, v: plain_vjp(softmax(z), v),
         cross_entropy_hessian="y_i*(delta_ij - y_j)"),
    exhibit=exhibit("cross-entropy", as_gradient, one_hot_only, with_the_sum_of_t,
        symptom="With one-hot targets all is right. With weights, or several right classes at "
        "once, the rows do not sum to 0.",
        why="$y - t$ is the gradient only if the targets sum to 1. Otherwise $y$ has to be "
        "multiplied by their sum. One of the texts behind this book never says so.",
        trial=loss_gradient_at(t=[[1.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
        caught_by="soft",
        missed_by="random zero-sum row square saturated parity complex hard shape mutation",
        breaks=("eq-gradient",),
    ),
    lesson=Lesson("Cross entropy", "ex-any-targets", "For any targets",
                  "Let the targets sum to two."),
)  # fmt: skip


def target_first(y, t):
    return (t - y * t.sum(axis=-1, keepdims=True)) / len(y)


enter("target-minus-prediction", "A gradient points downhill.",
    says("The sign is reversed: a logit whose target is larger than its share must rise, so its "
         "gradient is negative.",
         cross_entropy_grad=[lambda z, t: t - softmax(z), lambda z, t: -_grad(z, t)],
         cross_entropy_slope=["t_j - y_j*sum(t_k)", "t_j - y_j"]),
    says("The gradient has the wrong sign: it is `y - t`, and negative for the right class.",
         cross_entropy_and_grad=_pair(dz=lambda z, t: -_right_pair(z, t)[1])),
    exhibit=exhibit("cross-entropy", as_gradient, target_first, with_the_sum_of_t,
        symptom="The loss rises at every step.",
        why="The sign is that of the step, not that of the gradient. Whoever subtracts this from "
        "the logits walks uphill.",
        trial=loss_gradient_at(),
        caught_by="random parity soft hard square complex saturated row",
        missed_by="zero-sum shape mutation",
        breaks=("eq-gradient", "eq-shortcut"),
    ),
)  # fmt: skip
enter("the-minus-missing", "Logarithms of shares are positive.",
    says("The minus is missing: logarithms of shares are never above 0, and a loss is never below "
         "0.", cross_entropy=lambda z, t: -_loss(z, t)),
    says("The loss has the wrong sign: the minus in front of the logarithm is missing.",
         cross_entropy_and_grad=_pair(lambda z, t: -_right_pair(z, t)[0]),
         sure_loss=lambda z, r: (log_softmax(z)[r], np.expm1(log_softmax(z)[r]))),
)  # fmt: skip


def through_softmax_again(y, t):
    g = (y * t.sum(axis=-1, keepdims=True) - t) / len(y)
    return softmax_vjp(y, g)


enter("the-shortcut-and-the-long-way", "After $y - t$ one still has to go through softmax.",
    says("You pushed `y - t` through softmax once more. It is the gradient with respect to the "
         "logits already.",
         cross_entropy_grad=[lambda z, t: vjp(softmax(z), softmax(z) - t),
                             lambda z, t: vjp(softmax(z), _grad(z, t)),
                             lambda z, t: (softmax(z) - t) * softmax(z) * (1 - softmax(z))],
         cross_entropy_slope=["y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))",
                              "(y_j - t_j)*y_j*(1 - y_j)"],
         cross_entropy_and_grad=[
             _pair(dz=lambda z, t: vjp(softmax(z), _right_pair(z, t)[1])),
             _pair(dz=lambda z, t: vjp(softmax(z), _summed(z, t)))]),
    exhibit=exhibit("cross-entropy", as_gradient, through_softmax_again, with_the_sum_of_t,
        symptom="The loss falls at first and then hardly moves, least of all where the net is "
        "confidently wrong.",
        why="$y - t$ already contains the Jacobian of softmax. Here it is applied a second time, "
        "and it is nearly 0 where the softmax is saturated.",
        trial=loss_gradient_at(),
        caught_by="saturated random parity soft hard square complex row",
        missed_by="zero-sum shape mutation",
        breaks=("eq-shortcut",),
    ),
    lesson=Lesson("Cross entropy", "ex-batch-loss", "Loss and gradient of a batch",
                  "With respect to what is $y - t$ a derivative?"),
)  # fmt: skip


def stops_at_y(y, t):
    return -t / y / len(y)


enter("the-chain-that-stops-at-y", "The gradient with respect to the shares is the gradient.",
    says("This is the gradient with respect to the shares, `-t_i / y_i`. Carry it through to the "
         "logits with the rule of softmax.",
         cross_entropy_grad=lambda z, t: -t / softmax(z), cross_entropy_slope="-t_j/y_j"),
    says("This is the derivative of a sigmoid's loss with respect to its share. The loss here is "
         "another one, and the gradient must be carried on to the logits.",
         cross_entropy_grad=lambda z, t: (softmax(z) - t) / (softmax(z) * (1 - softmax(z))),
         cross_entropy_slope="(y_j - t_j)/(y_j*(1 - y_j))"),
    says("This is the gradient with respect to the shares, and that of cross entropy with respect "
         "to the logits. Squared error still has to go through the rule of softmax.",
         squared_error_slope="y_j - t_j"),
    says("This is the derivative with respect to the share. Carry it through to the logits: each "
         "moves all shares, by the rule of softmax.",
         entropy_slope="-log(y_j) - 1", mixture_slope="v_j"),
    says("This is the slope with respect to the share, `-1 / y_r`. With respect to the logit it is "
         "`y_r - 1`.",
         sure_loss=lambda z, r: (-log_softmax(z)[r], -1 / softmax(z)[r])),
    exhibit=exhibit("cross-entropy", as_gradient, stops_at_y, with_the_sum_of_t,
        symptom="Only the right class gets a gradient, and where it is unlikely a huge one.",
        why="$-t / y$ is the gradient with respect to the shares. The logits are one link further.",
        trial=loss_gradient_at(),
        caught_by="zero-sum random parity soft hard square complex saturated row",
        missed_by="shape mutation",
        breaks=("eq-gradient",),
    ),
)  # fmt: skip
enter("the-targets-missing", "Without the targets it is nearly the same.",
    says("You left the targets out: each logarithm must be multiplied by its `t_k`.",
         cross_entropy=lambda z, t: -log_softmax(z).sum()),
    says("The targets must still be subtracted: `y_j * sum(t_k) - t_j`.",
         cross_entropy_grad=[lambda z, t: softmax(z) * t.sum(), lambda z: softmax(z)]),
    says("The gradient lacks the targets: subtract 1 at the right class of each row.",
         cross_entropy_and_grad=[_pair(dz=lambda z, t: softmax(z) / len(z)),
                                 _pair(dz=lambda z, t: softmax(z))]),
    says("The slope is the share itself: subtract the 1 of the target, without forming `y - 1`.",
         sure_loss=lambda z, r: (-log_softmax(z)[r], softmax(z)[r])),
)  # fmt: skip
enter("logits-for-shares", "Logits will do for shares.",
    says("You took logarithms of the logits. They must become shares first: log y is the "
         "log-softmax of z.",
         cross_entropy=[lambda z, t: -(t @ np.log(z)), lambda z, t: -(t * np.log(z)).sum()]),
    says("You used the logits where the logarithms of the shares belong. Subtract log-sum-exp from "
         "each.", cross_entropy=lambda z, t: -(t @ z)),
    says("You subtract the targets from the logits. They must become shares first.",
         cross_entropy_grad=lambda z, t: z - t),
)  # fmt: skip


def target_columns(y, classes):
    dz = y.copy()
    dz[:, classes] -= 1
    return dz / len(y)


def its_own_column(y, classes):
    dz = y.copy()
    dz[np.arange(len(y)), classes] -= 1
    return dz / len(y)


enter("every-target-column", "Indexing with a list pairs it with the rows.",
    says("`dz[:, t] -= 1` subtracts in the columns of *all* targets, in every row. Name the rows "
         "too: `dz[np.arange(N), t] -= 1`.",
         cross_entropy_and_grad=[
             _pair(dz=lambda z, t: target_columns(softmax(z), t)),
             _pair(dz=lambda z, t: target_columns(softmax(z), t) * len(z))]),
    exhibit=exhibit("cross-entropy", as_gradient, target_columns, its_own_column,
        symptom="Right for a batch of one row. For more rows the sums are far from 0.",
        why="`dz[:, classes]` takes these columns from every row. `dz[rows, classes]` pairs each "
        "row with its own class.",
        trial=loss_gradient_at(),
        caught_by="zero-sum random parity hard square complex saturated",
        missed_by="row shape mutation",
        breaks=("eq-mean-gradient",),
    ),
)  # fmt: skip
enter("one-target-for-all", "The targets multiply the shares class by class.",
    says("Each fraction `t_k / y_k` meets a factor `y_k` and cancels: no share is left in the sum.",
         cross_entropy_slope="y_j*sum(t_k*y_k) - t_j"),
    says("The targets are constants here. Their own entries do not occur in H, only their sum.",
         curvature=[lambda z, t, v: t * plain_vjp(softmax(z), v),
                    lambda z, t, v: plain_vjp(softmax(z), v * t)],
         cross_entropy_hessian=["y_i*(delta_ij - y_j)*t_i", "y_i*(delta_ij - y_j)*t_j"]),
    says("The targets do not move: their derivative is zero.",
         cross_entropy_hessian=["y_i*(delta_ij - y_j)*sum(t_k) - t_j",
                                "y_i*(delta_ij - y_j) - t_i"]),
)  # fmt: skip
enter("fractions-that-break", "A formula that is right on paper is right.",
    says("The fractions `t_k / y_k` break where a share underflows to 0. Let them cancel on paper "
         "first.", cross_entropy_grad=lambda z, t: plain_vjp(softmax(z), -t / softmax(z))),
)  # fmt: skip
enter("the-half-forgotten", "The 2 of a square stays.",
    says("The half in the loss cancels the 2: yours is twice as large.",
         squared_error_slope="2*y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))"),
)  # fmt: skip

# --- The loss -------------------------------------------------------------------------------------


def twice(z, t):
    y = softmax(z)
    g = (softmax(y) * t.sum(axis=-1, keepdims=True) - t) / len(z)
    return -(t * log_softmax(y)).sum() / len(z), softmax_vjp(y, g)


enter("softmax-twice", "A network should end in a softmax, whatever the loss.",
    says("You applied softmax twice: the shares went through it again as if they were logits.",
         cross_entropy=lambda z, t: _loss(softmax(z), t),
         cross_entropy_grad=[lambda z, t: _grad(softmax(z), t),
                             lambda z, t: softmax(softmax(z)) - t],
         cross_entropy_and_grad=[lambda z, t: _right_pair(softmax(z), t),
                                 _pair(lambda z, t: _right_pair(softmax(z), t)[0])]),
    exhibit=exhibit("cross-entropy", as_loss_and_gradient, twice, softmax_once,
        symptom="The loss falls, but not below a value well above 0, however sure the net becomes.",
        why="The net ends with a softmax, and the loss takes softmax of what it gets. Shares lie "
        "between 0 and 1, so the second softmax cannot become sharp. The gradient is the right one "
        "for this loss, and no derivative check complains.",
        trial=loss_at([[40.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]]),
        caught_by="parity hard",
        missed_by="random zero-sum row square saturated complex soft shape mutation",
    ),
    lesson=Lesson("Cross entropy", "ex-floor", "A loss that will not fall",
                  "What is the smallest loss that it can reach?"),
)  # fmt: skip
enter("not-summed", "A loss is a list.",
    says("You return one number for each class. The loss is their sum.",
         cross_entropy=[lambda z, t: -t * log_softmax(z), lambda z, t: t * log_softmax(z)]),
)  # fmt: skip


def shares_for_log_shares(z, t):
    y = softmax(z)
    return -(t * y).sum() / len(z), softmax_vjp(y, -t / len(z))


enter("no-logarithm-in-the-loss", "The product of targets and shares is the loss.",
    says("You left the logarithm out: this is the product of targets and shares.",
         cross_entropy=[lambda z, t: -(t @ softmax(z)), lambda z, t: t @ softmax(z)]),
    says("This is the squared error. Cross entropy is `-sum(t * log(y))`.",
         cross_entropy=[lambda z, t: ((softmax(z) - t) ** 2).sum(),
                        lambda z, t: ((softmax(z) - t) ** 2).sum() / 2,
                        lambda z, t: ((softmax(z) - t) ** 2).mean()]),
    exhibit=exhibit("cross-entropy", as_loss_and_gradient, shares_for_log_shares, softmax_once,
        symptom="The loss is negative, never below -1, and it falls all the same.",
        why="The loss expects logarithms of shares, as PyTorch's `nll_loss` does, and was given "
        "the shares. It still rewards the right class, but hardly hears a confident mistake. The "
        "gradient is the right one for this loss, so no derivative check complains.",
        trial=loss_at(),
        caught_by="parity hard",
        missed_by="random zero-sum row square saturated complex soft shape mutation",
    ),
)  # fmt: skip
enter("only-the-likeliest-target", "A target is a class.",
    says("You took only the class with the largest target. Soft targets count every class.",
         cross_entropy=lambda z, t: -log_softmax(z)[np.argmax(t)]),
    says("You return the loss of the largest logit, whatever r is.",
         sure_loss=[lambda z: (-log_softmax(z).max(), np.expm1(log_softmax(z).max())),
                    lambda z, r: (-log_softmax(z).max(), np.expm1(log_softmax(z)[r]))]),
)  # fmt: skip
enter("shares-and-targets-exchanged", "Cross entropy treats its two arguments alike.",
    says("You exchanged shares and targets: the logarithm belongs to the share, the weight is the "
         "target.",
         cross_entropy=[lambda z, t: -(softmax(z) * np.log(t)).sum(),
                        lambda z, t: -(softmax(z) @ np.log(np.where(t > 0, t, 1)))]),
)  # fmt: skip
enter("loss-and-gradient-exchanged", "The order of two results does not matter.",
    says("Your two results are exchanged: return the loss first.",
         cross_entropy_and_grad=lambda z, t: _right_pair(z, t)[::-1],
         sure_loss=lambda z, r: (np.expm1(log_softmax(z)[r]), -log_softmax(z)[r])),
)  # fmt: skip


def with_a_pinch(z, t):
    return -(t * np.log(softmax(z) + 1e-9)).sum() / len(z)


enter("a-pinch-in-the-logarithm", "A pinch inside the logarithm repairs it.",
    says("The small number inside the logarithm is no cure: it caps the loss, and the gradient "
         "does not know. Use `log_softmax`.",
         cross_entropy=[lambda z, t, tiny=tiny, cap=cap: -(t @ np.log(cap(softmax(z), tiny)))
                        for tiny in TINY for cap in (np.add, np.maximum)]),
    says("The small number inside the logarithm is no cure: it caps the loss, and the gradient "
         "does not know. Subtract log-sum-exp from the logit of the class; nothing is 0 there.",
         cross_entropy_and_grad=[
             lambda z, t, tiny=tiny, cap=cap: (
                 -np.log(cap(softmax(z)[np.arange(len(t)), t], tiny)).mean(), _right_pair(z, t)[1])
             for tiny in TINY for cap in (np.add, np.maximum)]),
    says("A small number inside the logarithm is no cure: no result falls below its logarithm. "
         "Nothing needs it where logits are subtracted.",
         accurate_log_softmax=[
             *(lambda z, tiny=tiny: np.log(softmax(z) + tiny) for tiny in TINY[1:]),
             *(lambda z, tiny=tiny: np.log(np.maximum(softmax(z), tiny)) for tiny in TINY[1:])]),
    exhibit=exhibit("cross-entropy", as_loss, with_a_pinch, log_softmax_of_the_logits,
        symptom="The loss of a hopeless row stops rising, and nobody knows how hopeless it is.",
        why="The small number prevents log 0 and puts a ceiling on the loss. A gradient that "
        "somebody wrote by hand, $y - t$, goes on as before, so loss and gradient disagree. "
        "Automatic differentiation of this code finds next to no slope up there, and the hopeless "
        "row learns nothing. Taking log-softmax of the logits needs no such number.",
        trial=loss_at([[0.0, 100.0, 0.0]], [[1.0, 0.0, 0.0]]),
        caught_by="saturated parity hard complex",
        missed_by="random zero-sum row square soft shape mutation",
    ),
    lesson=Lesson("Cross entropy", "ex-sheet-weighted-loss", "A loss with smoothing and weights",
                  "What is the largest loss that it can report?"),
)  # fmt: skip


def clipped(z, t):
    y = np.clip(softmax(z), 1e-7, 1 - 1e-7)
    return -(t * np.log(y)).sum() / len(z)


enter("clipped-probabilities", "Clipping the shares repairs the logarithm.",
    exhibit=exhibit("cross-entropy", as_loss, clipped, log_softmax_of_the_logits,
        symptom="The loss has a ceiling and a floor. A perfect net still shows a loss.",
        why="Clipping hides the two ends where the difference between nets is made. At small "
        "logits nothing is clipped, and the tests are silent.",
        trial=loss_at([[0.0, 100.0, 0.0]], [[1.0, 0.0, 0.0]]),
        caught_by="saturated hard",
        missed_by="parity random zero-sum row square complex soft shape mutation",
    ),
)  # fmt: skip


def zero_times_infinity(z, t):
    return -(t * np.log(softmax(z))).sum() / len(z)


enter("nothing-times-infinity", "Zero times anything is zero.",
    exhibit=exhibit("cross-entropy", as_loss, zero_times_infinity, log_softmax_of_the_logits,
        symptom="The loss is nan as soon as a class is masked, though nobody asked for that class.",
        why="A class with target 0 contributes nothing. But 0 times the logarithm of 0 is nan in "
        "floating point, and a sum with nan in it is nan.",
        trial=loss_at([[1.0, 2.0, -np.inf]], [[1.0, 0.0, 0.0]]),
        caught_by="hard",
        missed_by="random zero-sum row square saturated parity complex soft shape mutation",
    ),
)  # fmt: skip


def mean_of_all(z, t):
    y, logy = softmax(z), log_softmax(z)
    dz = (y * t.sum(axis=-1, keepdims=True) - t) / z.size
    return -np.where(t == 0, 0, t * logy).mean(), dz


enter("a-mean-over-classes-too", "The mean of a loss is the mean of all its terms.",
    says("You divide by the number of all entries. The mean is taken over rows, not over classes.",
         cross_entropy_and_grad=[
             _pair(dz=lambda z, t: _right_pair(z, t)[1] / z.shape[1]),
             _pair(lambda z, t: _right_pair(z, t)[0] / z.shape[1],
                   lambda z, t: _right_pair(z, t)[1] / z.shape[1])]),
    exhibit=exhibit("cross-entropy", as_loss_and_gradient, mean_of_all, softmax_once,
        symptom="Nothing is learned yet, and the loss is not $\\log C$. Then it falls slowly.",
        why="`mean()` divides by rows times classes. Loss and gradient agree with each other and "
        "are both too small by the factor $C$.",
        trial=loss_at([[0.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]]),
        caught_by="parity hard",
        missed_by="random zero-sum row square saturated complex soft shape mutation",
    ),
)  # fmt: skip


def mean_of_means(z, t):
    losses, slopes = [], []
    for n in range(0, len(z), 2):
        rows, part = z[n : n + 2], t[n : n + 2]
        y, logy = softmax(rows), log_softmax(rows)
        losses.append(-np.where(part == 0, 0, part * logy).sum() / len(y))
        slopes.append((y * part.sum(axis=-1, keepdims=True) - part) / len(y))
    return np.mean(losses), np.concatenate(slopes) / len(losses)


enter("a-mean-of-means", "The mean of the means is the mean.",
    exhibit=exhibit("cross-entropy", as_loss_and_gradient, mean_of_means, softmax_once,
        symptom="Training in several small batches gives different results from one large batch, "
        "although the gradients are added up.",
        why="Each small batch takes its own mean, and then these are averaged. A row of a short "
        "batch counts for more. Gradient accumulation did this with tokens in Hugging Face's "
        "transformers and in torchtune, until 2024. Add up sums, and divide once, by the number of "
        "all rows.",
        trial=loss_at([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0], [0.0, 0.0, 4.0]],
                      [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]),
        caught_by="parity hard",
        missed_by="random zero-sum row square saturated complex soft shape mutation",
    ),
    lesson=Lesson("Cross entropy", "ex-short-block", "The last block is short",
                  "Who counts for more?"),
)  # fmt: skip


def ignored_rows_counted(y, classes):
    dz = y.copy()
    dz[np.arange(len(y)), np.maximum(classes, 0)] -= 1
    return np.where(classes[:, None] >= 0, dz, 0) / len(y)


def counted_rows_only(y, classes):
    dz = y.copy()
    dz[np.arange(len(y)), np.maximum(classes, 0)] -= 1
    return np.where(classes[:, None] >= 0, dz, 0) / (classes >= 0).sum()


def minus_a_hundred(y, classes):
    dz = y.copy()
    dz[np.arange(len(y)), classes] -= 1
    return dz / len(y)


enter("ignored-rows-counted", "A mean over the batch divides by its rows.",
    exhibit=exhibit("cross-entropy", as_gradient, ignored_rows_counted, counted_rows_only,
        task=IGNORING,
        symptom="The more padding a batch holds, the smaller its steps.",
        why="Rows that are ignored count for nothing, and yet they stand in the denominator. "
        "Divide by the number of rows that count. If none does, that is 0 / 0: decide what such a "
        "batch gives.",
        trial=loss_gradient_at([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]],
                               [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]),
        caught_by="hard",
        missed_by="random zero-sum row square saturated parity complex shape mutation",
    ),
)  # fmt: skip
enter("minus-a-hundred", "An index that marks nothing changes nothing.",
    exhibit=exhibit("cross-entropy", as_gradient, minus_a_hundred, counted_rows_only,
        task=IGNORING,
        symptom="With few classes an error about an index. With 100 classes or more there is none, "
        "and padding trains one of the last hundred.",
        why="In NumPy, `-100` counts from the end. The rows of the gradient still sum to 0, so "
        "that law says nothing. Rows with the mark must be left out before anything is indexed.",
        trial=ignored_row,
        caught_by="hard",
        missed_by="random zero-sum row square saturated parity complex shape mutation",
    ),
)  # fmt: skip


def heated_only(z, t):
    y, logy = softmax(z / 4), log_softmax(z / 4)
    dz = (y * t.sum(axis=-1, keepdims=True) - t) / 4
    return -np.where(t == 0, 0, t * logy).sum() / len(z), dz / len(z)


def heated_and_repaid(z, t):
    y, logy = softmax(z / 4), log_softmax(z / 4)
    dz = 4 * (y * t.sum(axis=-1, keepdims=True) - t)
    return -16 * np.where(t == 0, 0, t * logy).sum() / len(z), dz / len(z)


enter("the-square-of-the-temperature", "A temperature leaves the size of a loss alone.",
    exhibit=exhibit("cross-entropy", as_loss_and_gradient, heated_only, heated_and_repaid,
        task=DISTILLED,
        symptom="A student that learns from a teacher's heated shares and from labels hears the "
        "labels only, the more so the higher the temperature.",
        why="Heat divides the gradient by $T$ twice: once by the chain rule, and once because both "
        "shares become flat. The loss is multiplied by $T^2$ to make up for it.",
        trial=loss_gradient_at(t=[[0.2, 0.3, 0.5], [0.5, 0.25, 0.25]]),
        caught_by="parity hard",
        missed_by="random zero-sum row square saturated complex shape mutation",
    ),
    lesson=Lesson("Cross entropy", "ex-twice-as-hot", "Twice as hot",
                  "How often does $T$ divide?"),
)  # fmt: skip


def smoothed_over_the_wrong(z, t):
    t = 0.9 * t + 0.1 * (1 - t) / (z.shape[-1] - 1)
    y, logy = softmax(z), log_softmax(z)
    dz = (y * t.sum(axis=-1, keepdims=True) - t) / len(z)
    return -(t * logy).sum() / len(z), dz


def smoothed_over_all(z, t):
    t = 0.9 * t + 0.1 / z.shape[-1]
    y, logy = softmax(z), log_softmax(z)
    dz = (y * t.sum(axis=-1, keepdims=True) - t) / len(z)
    return -(t * logy).sum() / len(z), dz


enter(
    "smoothed-over-the-others",
    "Smoothing takes from the right class and gives to the others only.",
    exhibit=exhibit(
        "cross-entropy", as_loss_and_gradient, smoothed_over_the_wrong, smoothed_over_all,
        options={"label_smoothing": 0.1},
        symptom="The loss differs a little from PyTorch's, and no derivative check minds.",
        why="The smoothing is spread over the $C - 1$ wrong classes; the definition spreads it "
        "over all $C$. Both are in use: PyTorch has the second form, a translation example of Flax "
        "and its many copies have the first. Say which one is meant, and test it against a number.",
        trial=loss_at(),
        caught_by="parity hard",
        missed_by="random zero-sum row square saturated complex soft shape mutation",
    ),
    lesson=Lesson("Cross entropy", "ex-sheet-weighted-loss", "A loss with smoothing and weights",
                  "Read the formula for the right class."),
)  # fmt: skip

# --- The curvature --------------------------------------------------------------------------------

enter("one-derivative-short", "The gradient along v is the curvature.",
    says("This is the gradient itself. Its change along v is asked for: differentiate once more.",
         curvature=[lambda z, t: t.sum() * softmax(z) - t, lambda z, t: softmax(z) - t]),
    says("This is the slope of the loss along v, one number. You took the inner product with v and "
         "did not differentiate it.",
         curvature=[lambda z, t, v: (t.sum() * softmax(z) - t) @ v,
                    lambda z, t, v: (softmax(z) - t) @ v]),
    says("This is v times H v, the curvature along v as one number. H v has one number for each "
         "logit.", curvature=lambda z, t, v: t.sum() * v @ plain_vjp(softmax(z), v)),
    says("You returned the whole matrix H. Multiply it by v.",
         curvature=[lambda z: cross_entropy_hessian(softmax(z)),
                    lambda z, t: t.sum() * cross_entropy_hessian(softmax(z))]),
)  # fmt: skip

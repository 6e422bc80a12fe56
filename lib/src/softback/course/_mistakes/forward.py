"""Mistakes in softmax, log-softmax and log-sum-exp themselves."""

import numpy as np

from softback import formulas
from softback.course._mistakes._parts import along, log_softmax, logsumexp, shifted, softmax
from softback.course.catalogue import Lesson, enter, exhibit, says
from softback.course.museum.operations import as_forward
from softback.course.museum.trials import output_at, row_sums

enter("not-divided", "Exponentials are shares.",
    says("You have the exponentials. Divide them by their sum to make shares of them.",
         softmax=lambda z: np.exp(z)),
    says("Your largest share is always 1: these are the exponentials of the shifted logits. Divide "
         "them by their sum.",
         softmax=[lambda z: np.exp(shifted(z)),
                  lambda z: np.exp(z) / np.exp(z).max(axis=-1, keepdims=True)]),
    says("You return the sum of the exponentials. Take its logarithm.",
         logsumexp=lambda z: np.exp(z).sum(axis=-1)),
)  # fmt: skip
enter("no-exponential", "Logits can be divided by their sum.",
    says("You divided the logits themselves by their sum. Take exponentials first: shares must be "
         "positive, and logits need not be.", softmax=lambda z: z / along(z)),
    says("The exponentials are missing.", odds=["z_i - z_j", "z_i/z_j"]),
    says("You took the logarithms before you summed, and so got the sum of the logits back. Sum "
         "first, then take the logarithm.",
         logsumexp=[lambda z: z.sum(axis=-1), lambda z: np.log(np.exp(z)).sum(axis=-1)]),
)  # fmt: skip
enter("order-reversed", "A larger logit gets a smaller share.",
    says("You reversed the order: `exp(-z)` falls as z grows. A larger logit must get a larger "
         "share.", softmax=lambda z: softmax(-z)),
    says("You turned the fraction upside down.", odds="exp(z_j - z_i)"),
    says("You reversed the difference.", logit_difference="log(y_j/y_i)"),
    says("The sign is reversed: it is `z_i` minus log-sum-exp, which is never above 0.",
         log_softmax=lambda z: -log_softmax(z)),
)  # fmt: skip
enter("a-sigmoid-each", "Each logit makes its own share.",
    says("You treat each logit alone, as a sigmoid does. The shares of a row compete: divide by "
         "the sum over all classes.", softmax=lambda z: 1 / (1 + np.exp(-z))),
)  # fmt: skip
enter("the-other-function", "Softmax and log-softmax are the same thing.",
    says("You return the logarithms of the shares, which is log-softmax.", softmax=log_softmax),
    says("You return the shares themselves. Log-softmax is their logarithm.",
         log_softmax=[softmax, lambda z: np.exp(z) / along(np.exp(z))]),
)  # fmt: skip
enter("another-base", "Any base will do.",
    says("You used powers of 2. Softmax is made of powers of e: `np.exp`.",
         softmax=lambda z: softmax(z * np.log(2))),
    says("You used the logarithm to base 2. Here it is the natural one: `np.log`.",
         log_softmax=[lambda z: log_softmax(z) / np.log(2),
                      lambda z: z - logsumexp(z, keepdims=True) / np.log(2)],
         logsumexp=[lambda z: np.log2(np.exp(z).sum(axis=-1)), lambda z: logsumexp(z) / np.log(2)],
         cross_entropy=lambda z, t: -(t @ log_softmax(z)) / np.log(2)),
)  # fmt: skip
enter("only-the-shift", "Subtracting the largest logit is all there is to it.",
    says("You subtracted the largest logit and stopped. What has to be subtracted is log-sum-exp, "
         "which is a little more than the largest.", log_softmax=shifted),
    says("You return the largest logit alone. Log-sum-exp is a smooth version of it, and larger.",
         logsumexp=lambda z: z.max(axis=-1)),
)  # fmt: skip
enter("no-logarithm", "The sum of the exponentials is subtracted from the logit.",
    says("You subtracted the sum of the exponentials. Subtract its logarithm.",
         log_softmax=[lambda z: z - along(np.exp(z)),
                      lambda z: shifted(z) - along(np.exp(shifted(z)))]),
)  # fmt: skip
enter("shift-never-undone", "The shift cancels by itself.",
    says("You shifted inside the sum and never undid it: `m + log(sum(exp(z - m)))`.",
         log_softmax=lambda z: z - np.log(along(np.exp(shifted(z)))),
         logsumexp=lambda z: np.log(np.exp(shifted(z)).sum(axis=-1))),
    says("You subtracted the largest logit where it must be added: `log(sum(exp(z - m)))` lacks m.",
         logsumexp=lambda z: np.log(np.exp(shifted(z)).sum(axis=-1)) - z.max(axis=-1)),
)  # fmt: skip
enter("the-mean-of-the-exponentials", "Log-sum-exp is the logarithm of a mean.",
    says("You took the mean of the exponentials, not their sum: your result is log C too small.",
         logsumexp=[lambda z: np.log(np.exp(z).mean(axis=-1)),
                    lambda z: logsumexp(z) - np.log(z.shape[-1])]),
)  # fmt: skip
enter("the-summed-axis-kept", "A sum keeps its axis.",
    says("You kept the axis that was summed. Return one number for each row, without it.",
         logsumexp=[lambda z: logsumexp(z, keepdims=True), lambda z: np.log(along(np.exp(z)))]),
)  # fmt: skip


def no_shift(z):
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def one_shift(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)


def integer_buffer(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    y = np.empty_like(z)
    y[...] = e / e.sum(axis=-1, keepdims=True)
    return y


def float_buffer(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    y = np.empty_like(e)
    y[...] = e / e.sum(axis=-1, keepdims=True)
    return y


def pinch_in_the_denominator(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / (e.sum(axis=-1, keepdims=True) + 1e-8)


def _unshifted_attention(q, k, v, mask):
    e = np.exp(q @ k.T / np.sqrt(q.shape[-1])) * mask
    return e / e.sum(axis=-1, keepdims=True) @ v


def log_of_softmax(z):
    return np.log(softmax(z))


def _shifted_by(shift):
    return lambda z: np.exp(z - shift(z)) / along(np.exp(z - shift(z)))


enter("another-shift", "Any typical logit will do as a shift.",
    says("You shift by the smallest logit or by the mean. Only the largest keeps every exponent at "
         "or below 0, so that nothing overflows.",
         softmax=[_shifted_by(lambda z: z.min(axis=-1, keepdims=True)),
                  _shifted_by(lambda z: z.mean(axis=-1, keepdims=True))]),
)  # fmt: skip
enter("no-shift", "The shift by the maximum is a matter of taste.",
    says("Right on paper, but exp(1000) is more than a float64 can hold. Subtract the largest "
         "logit of each row before `np.exp`.",
         softmax=no_shift,
         softmax_of_integers=[no_shift, lambda z: no_shift(z * 1.0)],
         log_softmax=lambda z: z - np.log(along(np.exp(z))),
         logsumexp=lambda z: np.log(np.exp(z).sum(axis=-1))),
    says("Right on paper, but exp(1000) is more than a float64 can hold. Subtract the largest "
         "logit of each row first.",
         cross_entropy=[lambda z, t: -(t @ np.log(no_shift(z))),
                        lambda z, t: -(t * (z - np.log(np.exp(z).sum()))).sum(),
                        lambda z, t: t.sum() * np.log(np.exp(z).sum()) - t @ z],
         cross_entropy_grad=[lambda z, t: no_shift(z) * t.sum() - t, lambda z, t: no_shift(z) - t,
                             lambda z, t: formulas.softmax_vjp(no_shift(z), -t / no_shift(z))],
         cross_entropy_and_grad=[
             lambda z, t: (_unshifted_loss(z, t), _unshifted_grad(z, t)),
             lambda z, t: (-log_softmax(z)[np.arange(len(t)), t].mean(), _unshifted_grad(z, t))],
         sure_loss=[lambda z, r: (np.log(np.exp(z).sum()) - z[r], np.expm1(log_softmax(z)[r])),
                    lambda z, r: (np.log(np.exp(z).sum()) - z[r], no_shift(z)[r] - 1)]),
    says("The gradient is right, but the loss is lost for large logits. Two mistakes lead here: it "
         "takes the exponential of a large logit, or it multiplies 0 by the logarithm of a share "
         "that has become 0. Pick the entry of the class, and subtract log-sum-exp from it.",
         cross_entropy_and_grad=lambda z, t: (
             _unshifted_loss(z, t), (softmax(z) - np.eye(z.shape[1])[t]) / len(z))),
    says("Right for small scores, but the exponentials overflow for large ones. Use `softmax` with "
         "`where=mask`, or subtract the largest score first.", attention=_unshifted_attention),
    exhibit=exhibit("softmax", as_forward, no_shift, formulas.softmax,
        symptom="All is well until logits become large. Then nan appears, and spreads.",
        why="The exponential of a large logit is infinite, and inf / inf is nan. One of the texts "
        "behind this book has this form. Every formula about it is right; only the arithmetic "
        "fails.",
        trial=output_at([[1000.0, 1001.0, 1002.0]]),
        caught_by="hard",
        missed_by="ones random zero-sum row square saturated shift parity complex shape mutation",
    ),
    lesson=Lesson("The forward pass", "ex-softmax-rows", "Row by row", "What is `np.exp(1000)`?"),
)  # fmt: skip
enter("one-shift-for-all-rows", "One maximum for the whole array will do.",
    says("You shift by the largest logit of the whole array. In a row far below it every "
         "exponential becomes 0: subtract each row's own largest logit.",
         softmax=one_shift,
         log_softmax=lambda z: z - z.max() - np.log(along(np.exp(z - z.max()))),
         logsumexp=lambda z: z.max() + np.log(np.exp(z - z.max()).sum(axis=-1))),
    exhibit=exhibit("softmax", as_forward, one_shift, formulas.softmax,
        symptom="One row is nan, and only in some batches. Alone, the same row is fine.",
        why="The largest logit of the whole array is subtracted from every row. In a row far below "
        "it all exponentials underflow to 0, and 0 / 0 is nan. Each row needs its own maximum.",
        trial=output_at([[1.0, 2.0, 3.0], [2001.0, 2002.0, 2003.0]]),
        caught_by="hard",
        missed_by="ones random zero-sum row square saturated shift parity complex shape mutation",
    ),
    lesson=Lesson("The forward pass", "ex-one-maximum", "One maximum for all",
                  "Give me two rows that are 2000 apart."),
)  # fmt: skip
enter("small-integers-wrap", "Integers can be subtracted like other numbers.",
    says("Right, but for small integers: `z - z.max()` of `uint8` wraps round, 1 minus 3 is 254, "
         "and an exponential of it has few digits. Convert to floats first.",
         softmax_of_integers=formulas.softmax),
)  # fmt: skip
enter("a-buffer-of-integers", "A buffer takes whatever is written to it.",
    says("Your result is kept in an array of the type of the input. For integer logits every share "
         "is cut off to 0 there: make the array with `dtype=float`.", softmax=integer_buffer),
    exhibit=exhibit("softmax", as_forward, integer_buffer, float_buffer,
        symptom="Every share is 0, and nothing complains.",
        why="`np.empty_like` copies the type of `z` as well. Integer logits make an integer "
        "buffer, and whatever is written to it is cut off to 0. Test data with decimal points "
        "never show it.",
        trial=output_at([[1, 2, 3]]),
        caught_by="hard",
        missed_by="ones random zero-sum row square saturated shift parity complex shape mutation",
    ),
)  # fmt: skip
enter("a-pinch-in-the-denominator", "A small number in the denominator makes it safe.",
    exhibit=exhibit("softmax", as_forward, pinch_in_the_denominator, formulas.softmax,
        symptom="Rows sum to a little less than 1, and no test with a loose tolerance minds.",
        why="The small number is there to prevent a division by 0. After the shift one exponential "
        "is 1, so the sum cannot be 0, and the remedy only adds an error to every row.",
        trial=row_sums,
        caught_by="zero-sum shift parity hard complex",
        missed_by="random ones row square saturated shape mutation",
    ),
    lesson=Lesson("The forward pass", "ex-small-number", "A small number for safety",
                  "When can this sum be 0, after the shift?"),
)  # fmt: skip


def axis_by_rank(z):
    axis = 0 if z.ndim in (0, 1, 3) else 1
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


enter("an-axis-nobody-named", "The library knows which axis I mean.",
    exhibit=exhibit("softmax", as_forward, axis_by_rank, formulas.softmax,
        symptom="Right for one row and for a batch. With a third axis, for heads or for time, "
        "shares sum to 1 in the wrong place.",
        why="Nobody said which axis sums to one, so it was guessed from their number: the first of "
        "one or three, else the second. PyTorch still guesses like this where `dim` is left out, "
        "with a warning. Name the axis.",
        trial=output_at([[[1.0, 2.0], [2.0, 0.0]], [[0.0, 0.0], [3.0, 1.0]]]),
        caught_by="hard",
        missed_by="ones random zero-sum row square saturated shift parity complex shape mutation",
    ),
)  # fmt: skip
enter("the-logarithm-of-a-softmax", "The logarithm of softmax is as good as log-softmax.",
    says("On paper it is the logarithm of the share, but a small share becomes 0, and its "
         "logarithm minus infinity. Subtract instead: each logit minus log-sum-exp.",
         log_softmax=[log_of_softmax, lambda z: np.log(no_shift(z))],
         cross_entropy=lambda z, t: -(t @ np.log(softmax(z))),
         cross_entropy_and_grad=[
             lambda z, t: (-np.log(softmax(z)[np.arange(len(t)), t]).mean(),
                           (softmax(z) - np.eye(z.shape[1])[t]) / len(z))],
         sure_loss=lambda z, r: (-np.log(softmax(z)[r]), np.expm1(log_softmax(z)[r]))),
    exhibit=exhibit("log-softmax", as_forward, log_of_softmax, formulas.log_softmax,
        symptom="-inf for a class that is merely very unlikely.",
        why="The share underflows to 0 before the logarithm is taken. The logarithm itself, a "
        "number like -800, would have been harmless.",
        trial=output_at([[800.0, 0.0]]),
        caught_by="hard",
        missed_by="ones random zero-sum row square saturated parity complex shape mutation",
    ),
    lesson=Lesson("The forward pass", "ex-sheet-log-softmax", "Log-shares along any axis",
                  "The share is 0 in the machine. Its logarithm?"),
)  # fmt: skip


def _unshifted_loss(z, t):
    return -np.log(no_shift(z)[np.arange(len(t)), t]).mean()


def _unshifted_grad(z, t):
    return (no_shift(z) - np.eye(z.shape[1])[t]) / len(z)

"""Mistakes in attention, forward and backward."""

import numpy as np

from softback.course._mistakes._parts import attention_vjp, softmax, softmax_vjp
from softback.course.catalogue import enter, says


def _scores(q, k):
    return q @ k.T / np.sqrt(q.shape[-1])


def _scaled(q, k, v, mask, scale):
    return softmax(q @ k.T * scale, where=mask) @ v


def _masked_with(low, q, k, v, mask):
    return softmax(np.where(mask, _scores(q, k), low)) @ v


enter("scores-not-scaled", "Any scale of the scores will do.",
    says("The scores are not scaled: divide them by the square root of the size of a key, "
         "`q.shape[-1]`.", attention=lambda q, k, v, mask: _scaled(q, k, v, mask, 1.0)),
    says("You divide by d, not by its square root.",
         attention=lambda q, k, v, mask: _scaled(q, k, v, mask, 1 / q.shape[-1])),
    says("You multiply by the square root of d where you must divide.",
         attention=lambda q, k, v, mask: _scaled(q, k, v, mask, np.sqrt(q.shape[-1]))),
    says("The root is taken of the wrong size: d is the length of one query or key, not the number "
         "of them, and not the length of a value.",
         attention=[lambda q, k, v, mask: _scaled(q, k, v, mask, 1 / np.sqrt(len(k))),
                    lambda q, k, v, mask: _scaled(q, k, v, mask, 1 / np.sqrt(len(q))),
                    lambda q, k, v, mask: _scaled(q, k, v, mask, 1 / np.sqrt(v.shape[-1]))]),
    says("The factor 1/sqrt(d) is missing on the way back: what scaled the scores scales their "
         "gradient too.",
         attention_vjp=lambda q, k, v, do: attention_vjp(q, k, v, do, scale=1.0)),
    says("The factor 1/sqrt(d) comes in twice on the way back, in dq or dk.",
         attention_vjp=lambda q, k, v, do: attention_vjp(q, k, v, do, scale=1 / q.shape[-1])),
)  # fmt: skip
enter("no-softmax-at-all", "Scores are weights already.",
    says("You use the scores as they are. A softmax along the keys makes shares of them.",
         attention=lambda q, k, v: _scores(q, k) @ v),
    says("You went past the softmax as if it were not there. The gradient with respect to the "
         "scores is `softmax_vjp` of the gradient with respect to the shares.",
         attention_vjp=[lambda q, k, v, do: attention_vjp(q, k, v, do, lambda y, g: g),
                        lambda q, k, v, do: attention_vjp(q, k, v, do, lambda y, g: y * g)]),
)  # fmt: skip
enter("shares-for-the-output", "The shares are the output.",
    says("You return the shares. Mix the values with them: `y @ v`.",
         attention=lambda q, k, mask: softmax(_scores(q, k), where=mask)),
)  # fmt: skip
enter("the-mask-misread", "A mask may be read either way.",
    says("You ignore the mask.", attention=lambda q, k, v: softmax(_scores(q, k)) @ v),
    says("The mask is read the wrong way round: True means that the query may look there.",
         attention=lambda q, k, v, mask: softmax(_scores(q, k), where=~mask) @ v),
)  # fmt: skip
enter("masked-after-the-softmax", "A mask can be applied to the shares.",
    says("You removed the masked shares after the softmax, so the rest no longer sum to one. Mask "
         "the scores, before the softmax.",
         attention=lambda q, k, v, mask: (softmax(_scores(q, k)) * mask) @ v),
    says("A masked score of 0 is a score like any other, and gets a share. It must be minus "
         "infinity.",
         attention=[lambda q, k, v, mask: _masked_with(0.0, q, k, v, mask),
                    lambda q, k, v, mask: softmax(_scores(q, k) * mask) @ v]),
)  # fmt: skip
enter("the-row-that-sees-nothing", "Every query may look somewhere.",
    says("A row in which everything is masked becomes 0/0, and its nan spreads to whatever is "
         "computed from it. Give such a row zeros.",
         attention=lambda q, k, v, mask: _masked_with(-np.inf, q, k, v, mask)),
    says("A large negative number in place of minus infinity lets a row in which everything is "
         "masked look everywhere. Give such a row zeros.",
         attention=[lambda q, k, v, mask, low=low: _masked_with(low, q, k, v, mask)
                    for low in (-1e4, -1e9, -1e10, -1e30)]),
)  # fmt: skip
enter("keys-and-queries-exchanged", "Queries and keys play the same part.",
    says("dq and dk are exchanged: the gradient of q is made of keys, that of k of queries.",
         attention_vjp=lambda q, k, v, do: (lambda dq, dk, dv: (dk, dq, dv))(
             *attention_vjp(q, k, v, do))),
)  # fmt: skip
enter("the-values-gradient", "The gradient of the values goes the way of the others.",
    says("dv must gather from all queries: it is the transposed shares times dO.",
         attention_vjp=lambda q, k, v, do: attention_vjp(q, k, v, do, mixed=lambda y: y.T)),
    says("For dv the shares are needed, not the gradient of the scores.",
         attention_vjp=lambda q, k, v, do: attention_vjp(
             q, k, v, do, mixed=lambda y: softmax_vjp(y, do @ v.T))),
)  # fmt: skip

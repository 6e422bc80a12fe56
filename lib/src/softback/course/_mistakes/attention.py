"""Mistakes in attention, forward and backward."""

import numpy as np

from softback.course._mistakes._parts import (
    along,
    attention_vjp,
    sink_vjp,
    softmax,
    softmax_vjp,
)
from softback.course.catalogue import Lesson, enter, exhibit, says
from softback.course.museum.operations import (
    CAPPED_AND_MASKED,
    SINK,
    SOFTMAX,
    as_forward,
    as_masked,
    as_rule,
)
from softback.course.museum.trials import gradient_at, masked_at, row_sums


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


def allowed_only(z, mask):
    z = np.where(mask, z, -np.inf)
    top = z.max(axis=-1, keepdims=True)
    e = np.exp(z - np.where(top == -np.inf, 0, top))
    S = e.sum(axis=-1, keepdims=True)
    return e / np.where(S == 0, 1, S)


def masked_afterwards(z, mask):
    return softmax(z) * mask


enter("masked-after-the-softmax", "A mask can be applied to the shares.",
    says("You removed the masked shares after the softmax, so the rest no longer sum to one. Mask "
         "the scores, before the softmax.",
         attention=lambda q, k, v, mask: (softmax(_scores(q, k)) * mask) @ v),
    says("A masked score of 0 is a score like any other, and gets a share. It must be minus "
         "infinity.",
         attention=[lambda q, k, v, mask: _masked_with(0.0, q, k, v, mask),
                    lambda q, k, v, mask: softmax(_scores(q, k) * mask) @ v]),
    exhibit=exhibit("attention", as_masked, masked_afterwards, allowed_only,
        symptom="The forbidden shares are 0, as they should be. The others do not sum to 1.",
        why="The forbidden scores are already in the total. What is left is too small, by an "
        "amount that depends on them: change a future key, and the past changes.",
        trial=masked_at([[1.0, 2.0, 3.0]], [[1, 1, 0]]),
        caught_by="zero-sum shift random parity hard square complex ones",
        missed_by="row saturated shape mutation",
        breaks=("eq-sum-to-one",),
    ),
    lesson=Lesson("Attention", "ex-sheet-who-hears-nothing", "Who hears nothing",
                  "Change a future key. What else changes?"),
)  # fmt: skip


def padding_as_keys(z, mask):
    return softmax(z)


enter("padding-takes-part", "What is filled with zeros counts for nothing.",
    exhibit=exhibit("attention", as_masked, padding_as_keys, allowed_only,
        symptom="The same sentence gives a different result when a longer one stands beside it in "
        "the batch.",
        why="Filler keys are zeros, so their scores are 0. But a score of 0 is a score like any "
        "other, and gets a share. Both passes agree, so no derivative check minds.",
        trial=masked_at([[1.0, 2.0, 0.0, 0.0]], [[1, 1, 0, 0]]),
        caught_by="parity hard",
        missed_by="random zero-sum shift ones row square saturated complex shape mutation",
    ),
    lesson=Lesson("Attention", "ex-attention", "Attention without a safety net",
                  "What share does a score of 0 get?"),
)  # fmt: skip


def minus_infinity(z, mask):
    z = np.where(mask, z, -np.inf)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


enter("the-row-that-sees-nothing", "Every query may look somewhere.",
    says("A row in which everything is masked becomes 0/0, and its nan spreads to whatever is "
         "computed from it. Give such a row zeros.",
         attention=lambda q, k, v, mask: _masked_with(-np.inf, q, k, v, mask)),
    says("A large negative number in place of minus infinity lets a row in which everything is "
         "masked look everywhere. Give such a row zeros.",
         attention=[lambda q, k, v, mask, low=low: _masked_with(low, q, k, v, mask)
                    for low in (-1e4, -1e9, -1e10, -1e30)]),
    exhibit=exhibit("attention", as_masked, minus_infinity, allowed_only,
        symptom="One query of the padding is nan. One step later all weights are.",
        why="With every score at minus infinity the maximum is minus infinity too, and "
        "$-\\infty - (-\\infty)$ is nan. Nobody uses that row, but a value's gradient "
        "is a sum over all queries, and 0 times nan is nan.",
        trial=masked_at([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [[1, 1, 0], [0, 0, 0]]),
        caught_by="hard",
        missed_by="random zero-sum shift ones row square saturated parity complex shape mutation",
    ),
    lesson=Lesson("Attention", "ex-sheet-attention", "Attention for a batch of heads",
                  "What is 0 times nan?"),
)  # fmt: skip


def minus_a_billion(z, mask):
    z = np.where(mask, z, -1e9)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


enter("minus-a-billion", "A very negative number is as good as minus infinity.",
    exhibit=exhibit("attention", as_masked, minus_a_billion, allowed_only,
        symptom="A query that may look nowhere looks everywhere equally, the future included.",
        why="If all scores are the same large negative number, softmax sees no difference between "
        "them. In float16 it is worse: there the number *is* minus infinity, and the row is nan.",
        trial=masked_at([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [[1, 1, 0], [0, 0, 0]]),
        caught_by="hard",
        missed_by="random zero-sum shift ones row square saturated parity complex shape mutation",
    ),
)  # fmt: skip


def capped_afterwards(z, mask, cap=2.0):
    z = np.where(mask, z, -np.inf)
    return softmax(cap * np.tanh(z / cap))


def capped_before(z, mask, cap=2.0):
    return softmax(cap * np.tanh(z / cap), where=mask)


enter("the-cap-after-the-mask", "Two steps before a softmax may stand in any order.",
    exhibit=exhibit("attention", as_masked, capped_afterwards, capped_before,
        task=CAPPED_AND_MASKED,
        symptom="A forbidden key gets a small share. With a wide cap it is far too small to be "
        "seen, but a query that may look nowhere looks everywhere equally.",
        why="A mask sets the score to minus infinity, and a cap of $a$ bends that up to $-a$, a "
        "score like any other. Bend first, then mask. The ONNX standard had the two steps the "
        "wrong way round until 2026, and so had the implementation that others were compared "
        "with.",
        trial=masked_at([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [[1, 1, 0], [0, 0, 0]]),
        caught_by="hard parity random square complex saturated",
        missed_by="row ones shift shape mutation",
    ),
)  # fmt: skip


def running_nan(z, mask):
    z, m, S = np.where(mask, z, -np.inf), -np.inf, 0.0
    for x in np.moveaxis(z, -1, 0):
        larger = np.maximum(m, x)
        S = S * np.exp(m - larger) + np.exp(x - larger)
        m = larger
    return np.exp(z - m[..., None]) / S[..., None]


def never_rescaled(z, mask):
    z, m, S = np.where(mask, z, -np.inf), -np.inf, 0.0
    for x in np.moveaxis(z, -1, 0):
        m = np.maximum(m, x)
        S = S + np.exp(x - np.where(m == -np.inf, 0, m))
    e = np.exp(z - np.where(m == -np.inf, 0, m)[..., None])
    return e / np.where(S == 0, 1, S)[..., None]


def running(z, mask):
    z, m, S = np.where(mask, z, -np.inf), -np.inf, 0.0
    for x in np.moveaxis(z, -1, 0):
        larger = np.maximum(m, x)
        shift = np.where(larger == -np.inf, 0, larger)
        S = S * np.exp(m - shift) + np.exp(x - shift)
        m = larger
    e = np.exp(z - np.where(m == -np.inf, 0, m)[..., None])
    return e / np.where(S == 0, 1, S)[..., None]


enter("a-maximum-before-the-first-key", "A running maximum may start at minus infinity.",
    exhibit=exhibit("attention", as_masked, running_nan, running,
        symptom="nan, but only where a text is padded on the left.",
        why="Until the first allowed key has been read, the maximum is minus infinity, and the "
        "shift is $-\\infty - (-\\infty)$. Skip such keys, or shift them by 0.",
        trial=masked_at([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [[1, 1, 0], [0, 1, 1]]),
        caught_by="hard",
        missed_by="random zero-sum shift ones row square saturated parity complex shape mutation",
    ),
)  # fmt: skip
enter("a-total-never-rescaled", "What has been summed stays as it is.",
    exhibit=exhibit("attention", as_masked, never_rescaled, running,
        symptom="Right as long as the first key has the largest score. Otherwise shares do not sum "
        "to 1.",
        why="Each time the running maximum rises, all that was summed before has the wrong shift. "
        "The factor $e^{m - m'}$ that puts it right is missing.",
        trial=masked_at([[1.0, 2.0, 3.0]], [[1, 1, 1]]),
        caught_by="zero-sum shift random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-sum-to-one",),
    ),
    lesson=Lesson("Attention", "ex-two-halves", "Two halves of the keys",
                  "Which shift did the first key get?"),
)  # fmt: skip


def root_of_d_twice(y, g, root=2.0):
    dz = y * (g - (g * y).sum(axis=-1, keepdims=True)) / root
    return dz / root


def root_of_d_once(y, g, root=2.0):
    return y * (g - (g * y).sum(axis=-1, keepdims=True)) / root


enter("the-root-twice", "Queries and keys each bring their own root.",
    exhibit=exhibit("attention", as_rule, root_of_d_twice, root_of_d_once, task=SOFTMAX,
        options={"temperature": 2.0},
        symptom="Queries and keys learn too slowly, by the same factor everywhere. Values learn "
        "as they should.",
        why="The scores were divided by $\\sqrt d$ once, so their gradient is divided once, not in "
        "the softmax and again in $dQ$ and $dK$.",
        trial=gradient_at(),
        caught_by="random parity hard square complex row",
        missed_by="ones zero-sum saturated shift shape mutation",
        breaks=("eq-tempered-vjp",),
    ),
    lesson=Lesson("Attention", "ex-attention-vjp", "Backwards, as the kernels do it",
                  "How often were the scores divided?"),
)  # fmt: skip


def sink_afterwards(z, a=1.0):
    y = softmax(z)
    return y / (1 + np.exp(a))


def sink_in_the_row(z, a=1.0):
    column = np.full((*z.shape[:-1], 1), a)
    return softmax(np.concatenate([z, column], axis=-1))[..., :-1]


def _plain_total(z, a, g):
    """Go back from shares that were made without the sink and scaled by what it leaves."""
    return softmax_vjp(softmax(z), g) * along(sink_in_the_row(z, a))


def _unshifted(z, a, g):
    e = np.exp(z)
    S = along(e) + np.exp(a)
    return _heard(e / S, np.exp(a) / S, g)


def _heard(y, rest, g):
    s = along(g * y)
    return y * (g - s), -(rest * s).sum()


enter("the-sink-after-the-softmax", "A sink takes its share from what softmax returns.",
    says("Your sink joins a total that is 1 already. Its exponential belongs in the total of the "
         "exponentials, beside those of the logits.",
         sink_vjp=lambda z, a, g: _heard(
             softmax(z) / (1 + np.exp(a)), np.exp(a) / (1 + np.exp(a)), g)),
    says("You scaled the gradient of a softmax without the sink by what the sink leaves. That "
         "factor contains every logit, so it has a slope of its own.",
         sink_vjp=lambda z, a, g: (_plain_total(z, a, g), sink_vjp(z, a, g)[1])),
    says("Your shares do not know the sink: they still sum to one.",
         sink_vjp=[lambda z, a, g: (softmax_vjp(softmax(z), g), 0.0),
                   lambda z, a, g: (softmax_vjp(softmax(z), g), sink_vjp(z, a, g)[1])]),
    exhibit=exhibit("attention", as_forward, sink_afterwards, sink_in_the_row, task=SINK,
        symptom="The shares of every row sum to the same number, whatever the scores are.",
        why="After the softmax the total is 1, so a sink that joins then takes the same part of "
        "each row: a query that has found its key gives up as much as one that has found nothing. "
        "The logit of the sink belongs in the softmax, beside the scores.",
        trial=row_sums,
        caught_by="random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-sink-vjp",),
    ),
    lesson=Lesson("Attention", "ex-sink", "A learned sink",
                  "What is the total, once softmax is done?"),
)  # fmt: skip
enter("a-sink-that-hears-nothing", "What has no value has no gradient.",
    says("Nobody asks for the share of the sink, but raising it lowers all others: its gradient is "
         "minus its share times the weighted sum of g.",
         sink_vjp=lambda z, a, g: (sink_vjp(z, a, g)[0], 0.0)),
    says("The gradient of the sink has the wrong sign: raising it lowers all other shares.",
         sink_vjp=lambda z, a, g: (sink_vjp(z, a, g)[0], -sink_vjp(z, a, g)[1])),
)  # fmt: skip
enter("a-sink-for-each-row", "Each row has a sink of its own.",
    says("One `a` serves all rows, so their gradients add up: return the sum, one number.",
         sink_vjp=[lambda z, a, g: (sink_vjp(z, a, g)[0], np.array(
             [sink_vjp(z[n : n + 1], a, g[n : n + 1])[1] for n in range(len(z))])),
             lambda z, a, g: (sink_vjp(z, a, g)[0], sink_vjp(z, a, g)[1] / len(z))]),
)  # fmt: skip
enter("the-sink-without-its-shift", "A sink is a small number.",
    says("Right on paper, but the exponentials overflow. Subtract the largest of all logits first, "
         "and mind that the sink is one of them.",
         sink_vjp=_unshifted),
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

"""Answers of which every digit is counted: wrong ones with their sentence, and right forms."""

import numpy as np
from scipy import special


def top(z):
    return z.max(axis=-1, keepdims=True)


def rows(x):
    return x.sum(axis=-1, keepdims=True)


def soft(z):
    return special.softmax(z, axis=-1)


# --- Log-softmax ----------------------------------------------------------------------------------


def shifted(z):
    x = z - top(z)
    return x - np.log(rows(np.exp(x)))


def one_taken_off_again(z):
    x = z - top(z)
    return x - np.log1p(rows(np.exp(x)) - 1)


def from_the_first_class(z):
    x = z - z[..., :1]
    return x - np.log1p(rows(np.exp(x[..., 1:])))


def ties_left_out(z):
    x = z - top(z)
    e = np.exp(x)
    e[e == 1] = 0
    return x - np.log1p(rows(e))


def mended_at_the_top_by_y_less_one(z):
    logy, y = shifted(z), soft(z)
    return np.where(y > 0.5, np.log1p(y - 1), logy)


def careful(z):
    x = z - top(z)
    e = np.exp(x)
    np.put_along_axis(e, x.argmax(axis=-1, keepdims=True), 0, axis=-1)
    return x - np.log1p(rows(e))


def single_precision(z):
    return careful(z.astype("float32")).astype("float64")


def in_loops(z):
    flat = z.reshape(-1, z.shape[-1])
    found = np.empty(flat.shape)
    for n, row in enumerate(flat):
        k = int(row.argmax())
        q = sum(np.exp(x - row[k]) for m, x in enumerate(row) if m != k)
        found[n] = row - row[k] - np.log1p(q)
    return found.reshape(z.shape)


def sorted_rows(z):
    x = z - top(z)
    return x - np.log1p(rows(np.exp(np.sort(x, axis=-1)[..., :-1])))


def counted_ties(z):
    x = z - top(z)
    k = rows(x == 0)
    return x - np.log1p(rows(np.where(x < 0, np.exp(x), 0)) + (k - 1))


def by_differences(z):
    return -special.logsumexp(z[..., None, :] - z[..., :, None], axis=-1)


def what_the_others_have(z):
    others = rows(soft(z)) - soft(z)
    return np.where(soft(z) > 0.5, np.log1p(-others), shifted(z))


def others_summed_apart(z):
    y = soft(z)
    others = np.einsum("...j,ij->...i", y, 1 - np.eye(z.shape[-1]))
    return np.where(y > 0.5, np.log1p(-others), shifted(z))


LOG_SOFTMAX = {
    "shifted": (shifted, "the 1 of the leading class was added before the logarithm"),
    "scipy": (lambda z: special.log_softmax(z, axis=-1), "Leave it out of the sum and use `log1p`"),
    "one-off-again": (one_taken_off_again, "the 1 of the leading class was added"),
    "y-less-one": (mended_at_the_top_by_y_less_one, "the 1 of the leading class was added"),
    "others-by-difference": (what_the_others_have, "the 1 of the leading class was added"),
    "less-logsumexp": (
        lambda z: z - special.logsumexp(z, axis=-1, keepdims=True),
        "subtract log-sum-exp from the raw logits",
    ),
    "less-logaddexp": (
        lambda z: z - np.logaddexp.reduce(z * 1.0, axis=-1, keepdims=True),
        "small difference of large numbers",
    ),
    "first-class": (from_the_first_class, "the-first-left-out"),
    "first-class-after-the-shift": (
        lambda z: z - top(z) - np.log1p(rows(np.exp(z - top(z))[..., 1:])),
        "the-first-left-out",
    ),
    "float32": (single_precision, "Is something kept as float32"),
    "ties": (ties_left_out, "both-of-a-tie-left-out"),
    "whole-sum": (
        lambda z: z - top(z) - np.log1p(rows(np.exp(z - top(z)))),
        "one-class-counted-twice",
    ),
    "epsilon": (lambda z: np.log(soft(z) + 1e-12), "a-pinch-in-the-logarithm"),
    "clipped": (lambda z: np.log(np.maximum(soft(z), 1e-9)), "a-pinch-in-the-logarithm"),
    "log1p-of-y-less-one": (lambda z: np.log1p(soft(z) - 1), "y-minus-one-in-log1p"),
    "log-of-softmax": (lambda z: np.log(soft(z)), "the-logarithm-of-a-softmax"),
    "no-shift": (lambda z: z - np.log(rows(np.exp(z))), "no-shift"),
}
LOG_SOFTMAX_RIGHT = {
    "left-out": careful,
    "loops": in_loops,
    "sorted": sorted_rows,
    "counted-ties": counted_ties,
    "by-differences": by_differences,
    "others-summed-apart": others_summed_apart,
    "by-logaddexp": lambda z: z - top(z) - np.logaddexp.reduce(z - top(z), axis=-1, keepdims=True),
}

# --- The loss of one class, and its slope ---------------------------------------------------------


def loss_of(z, r):
    return -careful(z)[r]


def slope_of(z, r):
    return np.expm1(careful(z)[r])


def pair(loss=loss_of, slope=slope_of):
    return lambda z, r: (loss(z, r), slope(z, r))


def odds(z, r):
    return sum(np.exp(z[k] - z[r]) for k in range(len(z)) if k != r)


def others_together(z, r):
    return -np.delete(soft(z), r).sum()


def two_ends(z, r):
    if z[r] == z.max():
        q = odds(z, r)
        return np.log1p(q), -q / (1 + q)
    return -shifted(z)[r], soft(z)[r] - 1


SURE_LOSS = {
    "shifted": (pair(lambda z, r: -shifted(z)[r]), "the 1 of the leading class was added"),
    "both-lost": (
        lambda z, r: (-shifted(z)[r], np.expm1(shifted(z)[r])),
        "the 1 of the leading class was added",
    ),
    "less-the-target": (
        pair(lambda z, r: special.logsumexp(z) - z[r]),
        "subtract log-sum-exp from the raw logits",
    ),
    "y-less-one": (pair(slope=lambda z, r: soft(z)[r] - 1), "the slope lost its own next to 1"),
    "expm1-of-shifted": (
        pair(slope=lambda z, r: np.expm1(shifted(z)[r])),
        "the slope lost its own next to 1",
    ),
    "float32": (
        lambda z, r: tuple(map(float, pair()(z.astype("float32"), r))),
        "Is something kept as float32",
    ),
    "overflowing-odds": (pair(lambda z, r: np.log1p(odds(z, r))), "odds-that-overflow"),
    "overflowing-quotient": (
        lambda z, r: (np.log1p(odds(z, r)), -odds(z, r) / (1 + odds(z, r))),
        "odds-that-overflow",
    ),
    "stopped-at-q": (pair(odds), "stopped-at-the-odds"),
    "slope-is-minus-q": (pair(slope=lambda z, r: -odds(z, r)), "stopped-at-the-odds"),
    "whole-sum": (pair(lambda z, r: np.log1p(np.exp(z - z[r]).sum())), "one-class-counted-twice"),
    "sign": (pair(lambda z, r: -loss_of(z, r)), "the-minus-missing"),
    "slope-sign": (pair(slope=lambda z, r: -slope_of(z, r)), "the-slope-reversed"),
    "share": (pair(slope=lambda z, r: soft(z)[r]), "the-targets-missing"),
    "by-the-share": (pair(slope=lambda z, r: -1 / soft(z)[r]), "the-chain-that-stops-at-y"),
    "whole-gradient": (pair(slope=lambda z, r: soft(z) - np.eye(len(z))[r]), "all-slopes-returned"),
    "largest": (pair(lambda z, r: loss_of(z, z.argmax())), "only-the-likeliest-target"),
    "exchanged": (lambda z, r: pair()(z, r)[::-1], "loss-and-gradient-exchanged"),
    "log-of-share": (pair(lambda z, r: -np.log(soft(z)[r])), "the-logarithm-of-a-softmax"),
    "no-shift": (pair(lambda z, r: np.log(np.exp(z).sum()) - z[r]), "no-shift"),
}
SURE_LOSS_RIGHT = {
    "expm1": pair(),
    "others": pair(slope=others_together),
    "by-differences": pair(lambda z, r: special.logsumexp(z - z[r]), others_together),
    "by-logaddexp": pair(lambda z, r: np.logaddexp.reduce(z - z[r])),
    "two-ends": two_ends,
}

"""The checkers for scaled dot-product attention, forward and backward."""

import numpy as np

import softback
from softback.exercises._engine import judge
from softback.exercises._softmax_vjp import plain_vjp
from softback.exercises._task import Slip, Task

# Queries, keys, size of a key, size of a value: all different, then all equal.
_SIZES = [(2, 3, 4, 5), (3, 3, 3, 3), (1, 4, 2, 1), (4, 2, 9, 3)]


def _triple(rng, queries, keys, size, values):
    return {
        "q": rng.normal(size=(queries, size)).round(2),
        "k": rng.normal(size=(keys, size)).round(2),
        "v": rng.normal(size=(keys, values)).round(2),
    }


def _cases(rng):
    plain = [_triple(rng, *sizes) | {"mask": np.ones(sizes[:2], bool)} for sizes in _SIZES]
    causal = _triple(rng, 4, 4, 3, 2) | {"mask": np.tri(4, dtype=bool)}
    padded = _triple(rng, 2, 4, 3, 2) | {"mask": np.array([[True, True, False, False]] * 2)}
    nothing = _triple(rng, 3, 2, 4, 2) | {"mask": np.array([[1, 0], [0, 0], [1, 1]], bool)}
    large = _triple(rng, 2, 3, 4, 2) | {"mask": np.array([[1, 1, 0], [1, 1, 1]], bool)}
    return [*plain, causal, padded, large | {"q": large["q"] * 2000}, nothing]


def _attend(q, k, v, mask, scale=None, axis=-1):
    scores = q @ k.T * (1 / np.sqrt(q.shape[-1]) if scale is None else scale)
    return softback.softmax(scores, axis, where=mask) @ v


def _shares(q, k):
    return softback.softmax(q @ k.T / np.sqrt(q.shape[-1]))


def _masked_late(q, k, v, mask):
    return (_shares(q, k) * mask) @ v


def _zeros_as_scores(q, k, v, mask):
    return softback.softmax(np.where(mask, q @ k.T / np.sqrt(q.shape[-1]), 0.0)) @ v


def _minus_infinity(q, k, v, mask):
    return softback.softmax(np.where(mask, q @ k.T / np.sqrt(q.shape[-1]), -np.inf)) @ v


def _large_negative(q, k, v, mask, low):
    return softback.softmax(np.where(mask, q @ k.T / np.sqrt(q.shape[-1]), low)) @ v


def _unshifted(q, k, v, mask):
    e = np.exp(q @ k.T / np.sqrt(q.shape[-1])) * mask
    return e / e.sum(axis=-1, keepdims=True) @ v


ATTENTION = Task(
    call="attention(q, k, v, mask)",
    cases=_cases,
    right=_attend,
    returns=("o",),
    slips=(
        Slip("The scores are not scaled: divide them by the square root of the size of a key, "
             "`q.shape[-1]`.", lambda q, k, v, mask: _attend(q, k, v, mask, 1.0)),
        Slip("You divide by d, not by its square root.",
             lambda q, k, v, mask: _attend(q, k, v, mask, 1 / q.shape[-1])),
        Slip("You multiply by the square root of d where you must divide.",
             lambda q, k, v, mask: _attend(q, k, v, mask, np.sqrt(q.shape[-1]))),
        Slip("The root is taken of the wrong size: d is the length of one query or key, not the "
             "number of them, and not the length of a value.",
             lambda q, k, v, mask: _attend(q, k, v, mask, 1 / np.sqrt(len(k))),
             lambda q, k, v, mask: _attend(q, k, v, mask, 1 / np.sqrt(len(q))),
             lambda q, k, v, mask: _attend(q, k, v, mask, 1 / np.sqrt(v.shape[-1]))),
        Slip("The softmax runs down the columns. Each *query* shares itself out over the keys: "
             "the last axis of the scores.",
             lambda q, k, v, mask: _attend(q, k, v, mask, axis=0)),
        Slip("You use the scores as they are. A softmax along the keys makes shares of them.",
             lambda q, k, v, mask: q @ k.T / np.sqrt(q.shape[-1]) @ v),
        Slip("You return the shares. Mix the values with them: `y @ v`.",
             lambda q, k, v, mask: softback.softmax(
                 q @ k.T / np.sqrt(q.shape[-1]), where=mask)),
        Slip("You ignore the mask.", lambda q, k, v, mask: _shares(q, k) @ v),
        Slip("The mask is read the wrong way round: True means that the query may look there.",
             lambda q, k, v, mask: _attend(q, k, v, ~mask)),
        Slip("You removed the masked shares after the softmax, so the rest no longer sums to one. "
             "Mask the scores, before the softmax.", _masked_late),
        Slip("A masked score of 0 is a score like any other, and gets a share. "
             "It must be minus infinity.", _zeros_as_scores,
             lambda q, k, v, mask: softback.softmax(_shares(q, k) * 0 + q @ k.T * mask
                                                    / np.sqrt(q.shape[-1])) @ v),
        Slip("A row in which everything is masked becomes 0/0, and its nan spreads to whatever is "
             "computed from it. Give such a row zeros.", _minus_infinity),
        Slip("A large negative number in place of minus infinity lets a row in which everything "
             "is masked look everywhere. Give such a row zeros.",
             *(lambda q, k, v, mask, low=low: _large_negative(q, k, v, mask, low)
               for low in (-1e4, -1e9, -1e10, -1e30))),
        Slip("Right for small scores, but the exponentials overflow for large ones. Use "
             "`softback.softmax` with `where=mask`, or take the largest score off first.",
             _unshifted),
    ),
    properties=(),
    praise="Right: scaled, masked before the softmax, and zeros where there is nothing to look at.",
)  # fmt: skip


def check_attention(answer, *, rng=None):
    """Return the verdict on a reader's ``attention(q, k, v, mask)`` of one head.

    Parameters
    ----------
    answer : callable
        Takes queries (N, d), keys (M, d), values (M, e), and a mask (N, M) that is True where a
        query may look. Returns one mixture of values for each query, of shape (N, e); zeros where a
        query may look nowhere.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(ATTENTION, answer, rng)


# --- Backward -------------------------------------------------------------------------------------


def _backward_cases(rng):
    return [
        _triple(rng, *sizes) | {"do": rng.normal(size=(sizes[0], sizes[3])).round(2)}
        for sizes in _SIZES
    ]


def _back(q, k, v, do, through=softback.softmax_vjp, scale=None, mixed=None):
    """Return all three gradients; the keywords put a slip into one step."""
    root = 1 / np.sqrt(q.shape[-1])
    y = softback.softmax(q @ k.T * root)
    ds = through(y, do @ v.T) * (root if scale is None else scale)
    return ds @ k, ds.T @ q, (y if mixed is None else mixed(y)).T @ do


def _entry_by_entry(y, g):
    return y * (1 - y) * g


ATTENTION_VJP = Task(
    call="attention_vjp(q, k, v, do)",
    cases=_backward_cases,
    right=_back,
    returns=("dq", "dk", "dv"),
    slips=(
        Slip("The factor 1/sqrt(d) is missing on the way back: what scaled the scores scales their "
             "gradient too.", lambda q, k, v, do: _back(q, k, v, do, scale=1.0)),
        Slip("The factor 1/sqrt(d) comes in twice on the way back, in dq or dk.",
             lambda q, k, v, do: _back(q, k, v, do, scale=1 / q.shape[-1])),
        Slip("Through the softmax you kept only the diagonal: raising one score also lowers every "
             "other share of its row.",
             lambda q, k, v, do: _back(q, k, v, do, _entry_by_entry)),
        Slip("You went past the softmax as if it were not there. The gradient by the scores is "
             "`softmax_vjp` of that by the shares.",
             lambda q, k, v, do: _back(q, k, v, do, lambda y, g: g),
             lambda q, k, v, do: _back(q, k, v, do, lambda y, g: y * g)),
        Slip("The weighted mean runs down the columns. Each query has a softmax of its own: the "
             "last axis.",
             lambda q, k, v, do: _back(q, k, v, do, lambda y, g: plain_vjp(y, g, 0))),
        Slip("dq and dk are exchanged: the gradient of q is made of keys, that of k of queries.",
             lambda q, k, v, do: (_back(q, k, v, do)[1], _back(q, k, v, do)[0],
                                  _back(q, k, v, do)[2])),
        Slip("dv must gather from all queries: it is the transposed shares times dO.",
             lambda q, k, v, do: _back(q, k, v, do, mixed=lambda y: y.T)),
        Slip("For dv the shares are needed, not the gradient of the scores.",
             lambda q, k, v, do: _back(q, k, v, do, mixed=lambda y: softback.softmax_vjp(
                 y, do @ v.T))),
    ),
    properties=(),
    praise="Right: dv from the shares, dq and dk from the scores, with the factor 1/sqrt(d).",
)  # fmt: skip


def check_attention_vjp(answer, *, rng=None):
    """Return the verdict on a reader's ``attention_vjp(q, k, v, do)`` of one head without a mask.

    Parameters
    ----------
    answer : callable
        Takes queries (N, d), keys (M, d), values (M, e) and dL/dO of shape (N, e). Returns dq, dk
        and dv.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(ATTENTION_VJP, answer, rng)

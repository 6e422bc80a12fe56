"""Scaled dot-product attention and its gradient: whole, and in blocks of keys.

Each query shares itself out over the keys by a softmax of its scores q·k / sqrt(d), and gets the
mixture of the values in these shares. The whole form builds the shares of all queries at once. The
other form goes through the keys block by block, so what it needs grows with N and not with N times
M.
"""

from __future__ import annotations

import numpy as np

from softback import _arguments
from softback._types import Array, ArrayLike, Mask
from softback.functions import softmax
from softback.gradients import softmax_vjp

__all__ = ["attention", "attention_in_blocks", "attention_vjp", "attention_vjp_in_blocks"]


def attention(q: ArrayLike, k: ArrayLike, v: ArrayLike, *, where: Mask = None) -> Array:
    """Return softmax(q k' / sqrt(d)) v, one mixture of values for each query.

    Derived in the chapter attention (def-attention).

    Parameters
    ----------
    q : array_like, shape (..., N, d)
        Queries. Real and finite, as are k and v.
    k : array_like, shape (..., M, d)
        Keys.
    v : array_like, shape (..., M, e)
        Values.
    where : array_like of bool, optional
        Shape broadcasts to (..., N, M). True where a query may look. Values and keys must be finite
        also where nobody looks: 0 times nan is nan.

    Returns
    -------
    ndarray, shape (..., N, e)
        0 for a query that may look nowhere.

    Raises
    ------
    TypeError
        If q, k or v do not hold real numbers, or ``where`` does not hold booleans.
    ValueError
        If the shapes do not fit.

    See Also
    --------
    attention_in_blocks : the same in less memory.
    attention_vjp : its gradient.

    Notes
    -----
    Vaswani et al. 2017, *Attention is all you need*, section 3.2.1.

    Examples
    --------
    >>> attention([[0.0], [0.0]], [[1.0], [2.0]], [[4.0], [8.0]], where=np.tri(2, dtype=bool))
    array([[4.],
           [6.]])
    """
    (q, k, v), dtype = _checked(q=q, k=k, v=v)
    with _arguments.quiet():
        y = softmax(q @ k.mT, temperature=_root(q), where=where)
        return (y @ v).astype(dtype, copy=False)


def attention_vjp(
    q: ArrayLike, k: ArrayLike, v: ArrayLike, do: ArrayLike, *, where: Mask = None
) -> tuple[Array, Array, Array]:
    """Pull dL/dO back through `attention` to the queries, keys and values.

    Derived in the chapter attention (eq-attention-values, eq-attention-shares,
    eq-attention-queries, eq-attention-keys).

    Parameters
    ----------
    q, k, v, where
        As in `attention`.
    do : array_like, shape (..., N, e)
        Upstream gradient dL/dO.

    Returns
    -------
    dq, dk, dv : ndarray
        Of the shapes of q, k and v. 0 for a query that may look nowhere, and for a key at which
        nobody may look.

    Raises
    ------
    TypeError
        If one of q, k, v and do does not hold real numbers, or ``where`` does not hold booleans.
    ValueError
        If the shapes do not fit.

    Notes
    -----
    With the shares y: dv = y' dO; dL/dy = dO v' goes through `softback.softmax_vjp`, and from there
    dq = dz k and dk = dz' q.
    """
    (q, k, v, do), dtype = _checked(q=q, k=k, v=v, do=do)
    with _arguments.quiet():
        y = softmax(q @ k.mT, temperature=_root(q), where=where)
        dz = softmax_vjp(y, do @ v.mT, temperature=_root(q))
        return tuple(x.astype(dtype, copy=False) for x in (dz @ k, dz.mT @ q, y.mT @ do))


def attention_in_blocks(
    q: ArrayLike, k: ArrayLike, v: ArrayLike, *, where: Mask = None, block: int = 128
) -> tuple[Array, Array]:
    """Return what `attention` does, computed in blocks of keys, and what the way back needs.

    Derived in the chapter attention (eq-rescale).

    Parameters
    ----------
    q, k, v, where
        As in `attention`.
    block : int
        How many keys are worked on at a time.

    Returns
    -------
    o : ndarray, shape (..., N, e)
        As `attention` returns it.
    lse : ndarray, shape (..., N)
        The log-sum-exp of each query's scores, -inf where it may look nowhere; in float32 for
        float16. `attention_vjp_in_blocks` wants it.

    Raises
    ------
    TypeError
        If q, k or v do not hold real numbers, ``where`` does not hold booleans, or ``block`` is not
        an integer.
    ValueError
        If the shapes do not fit, or ``block`` is below 1.

    Notes
    -----
    The running maximum and total are those of Milakov and Gimelshein 2018,
    https://arxiv.org/abs/1805.02867; Dao et al. 2022, https://arxiv.org/abs/2205.14135, carry the
    mixture along.
    """
    (q, k, v), dtype = _checked(q=q, k=k, v=v)
    highest = np.full((*q.shape[:-1], 1), -np.inf, q.dtype)
    total, o = np.zeros_like(highest), np.zeros((*q.shape[:-1], v.shape[-1]), q.dtype)
    with _arguments.quiet():
        for part, z in _scores(q, k, where, block):
            largest = np.maximum(highest, z.max(axis=-1, keepdims=True))
            shift = np.where(largest == -np.inf, 0, largest)  # a query that has seen nothing yet
            e, shrink, highest = np.exp(z - shift), np.exp(highest - shift), largest
            total = total * shrink + e.sum(axis=-1, keepdims=True)
            o = o * shrink + e @ v[..., part, :]
        o /= np.where(total == 0, 1, total)
        return o.astype(dtype, copy=False), (highest + np.log(total))[..., 0]


def attention_vjp_in_blocks(
    q: ArrayLike, k: ArrayLike, v: ArrayLike, o: ArrayLike, lse: ArrayLike, do: ArrayLike, *,
    where: Mask = None, block: int = 128,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return what `attention_vjp` does, computing the shares again in blocks of keys.

    Derived in the chapter attention (eq-attention-rowsum).

    Parameters
    ----------
    q, k, v, where, block
        As in `attention_in_blocks`.
    o, lse : array_like
        What `attention_in_blocks` returned.
    do : array_like, shape (..., N, e)
        Upstream gradient dL/dO.

    Returns
    -------
    dq, dk, dv : ndarray
        Of the shapes of q, k and v.

    Raises
    ------
    TypeError
        If an array does not hold real numbers, ``where`` does not hold booleans, or ``block`` is
        not an integer.
    ValueError
        If the shapes do not fit, or ``block`` is below 1.

    Notes
    -----
    The weighted mean of dL/dy is the sum of dO * O along a row, which no block has to wait for. It
    is subtracted once, so `attention_vjp` keeps more digits where dO is large and nearly constant.
    """
    (q, k, v, o, lse, do), dtype = _checked(q=q, k=k, v=v, o=o, lse=lse, do=do)
    mean, lse = (do * o).sum(axis=-1, keepdims=True), np.where(lse == -np.inf, 0, lse)[..., None]
    dq, dk, dv = np.zeros_like(q), np.empty_like(k), np.empty_like(v)
    with _arguments.quiet():
        for part, z in _scores(q, k, where, block):
            y = np.exp(z - lse)
            dz = y * (do @ v[..., part, :].mT - mean) / _root(q)
            dq += dz @ k[..., part, :]
            dk[..., part, :], dv[..., part, :] = dz.mT @ q, y.mT @ do
    return tuple(x.astype(dtype, copy=False) for x in (dq, dk, dv))


def _checked(**arrays):
    """Return the arrays in one precision to compute in, and the precision of the result."""
    given = {name: _arguments.as_real(x, name) for name, x in arrays.items()}
    _require_fit(**given)
    dtype = np.result_type(*(x for name, x in given.items() if name != "lse"))
    wide = np.result_type(dtype, np.float32)
    return [x.astype(wide, copy=False) for x in given.values()], dtype


def _require_fit(q, k, v, **others):
    """Raise a ValueError unless all shapes fit those of the queries, keys and values."""
    for name, x in {"q": q, "k": k, "v": v}.items():
        if x.ndim < 2:
            raise ValueError(f"{name} has shape {x.shape}; it must be tokens by features")
    if not q.shape[-1]:
        raise ValueError(f"q has shape {q.shape}; it must have one feature or more")
    per_query, keys = q.shape[:-1], (*q.shape[:-2], k.shape[-2])
    mixture = (*per_query, v.shape[-1])
    wanted = {"o": mixture, "do": mixture, "lse": per_query}
    wanted |= {"k": (*keys, q.shape[-1]), "v": (*keys, v.shape[-1])}
    for name, x in {"k": k, "v": v, **others}.items():
        if x.shape != wanted[name]:
            raise ValueError(f"{name} has shape {x.shape}; it must have {wanted[name]} here")


def _root(q):
    """Return sqrt(d), the temperature of attention."""
    return float(np.sqrt(q.shape[-1]))


def _scores(q, k, where, block):
    """Yield slices of ``block`` keys, and the scores of all queries there."""
    block = _arguments.integer(block, "block", 1)
    where = _arguments.mask(True if where is None else where, (*q.shape[:-1], k.shape[-2]))
    for part in (slice(n, n + block) for n in range(0, k.shape[-2], block)):
        yield part, np.where(where[..., part], q @ k[..., part, :].mT / _root(q), -np.inf)

"""Attention: its values, its gradient, and that blocks of keys change neither."""

import math
import tracemalloc
from operator import mul

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from softback import attention as module
from softback.attention import (
    attention,
    attention_in_blocks,
    attention_vjp,
    attention_vjp_in_blocks,
)
from softback.check import check_vjp, numerical_jacobian

MASKS = {
    "all": np.ones((4, 5), bool),
    "causal": np.tri(4, 5, dtype=bool),
    "padded": np.arange(5) < 3,
    "one-row-sees-nothing": np.array([[1, 0, 1, 0, 1], [0] * 5, [1] * 5, [0, 0, 0, 0, 1]], bool),
    "nobody-sees-anything": np.zeros((4, 5), bool),
}
every_mask = pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
every_block = pytest.mark.parametrize("block", [1, 2, 5, 100])


def tokens(seed=3, batch=(), dtype="f8"):
    """Return q, k, v and dO of 4 queries, 5 keys, 3 features and values of length 2."""
    rng = np.random.default_rng(seed)
    shapes = [(4, 3), (5, 3), (5, 2), (4, 2)]
    return [rng.normal(size=(*batch, *shape)).astype(dtype) for shape in shapes]


def dot(a, b):
    return math.fsum(map(mul, a, b))


def by_hand(q, k, v, mask):
    """Return attention query by query, in Python's own floats."""
    o = []
    for query, allowed in zip(q.tolist(), np.broadcast_to(mask, (len(q), len(k))), strict=True):
        seen = np.flatnonzero(allowed).tolist()
        scores = [dot(query, k[m].tolist()) / math.sqrt(len(query)) for m in seen]
        powers = [math.exp(s - max(scores)) for s in scores]
        columns = v[seen].T.tolist()
        o.append([dot(powers, c) / math.fsum(powers) if seen else 0.0 for c in columns])
    return np.array(o)


def gradients_by_differences(q, k, v, do, mask):
    """Return dL/dq, dL/dk and dL/dv of L = sum(dO * O) by central differences."""
    yield numerical_jacobian(lambda x: (do * by_hand(x, k, v, mask)).sum(), q)
    yield numerical_jacobian(lambda x: (do * by_hand(q, x, v, mask)).sum(), k)
    yield numerical_jacobian(lambda x: (do * by_hand(q, k, x, mask)).sum(), v)


def pulled_in_blocks(q, k, v, do, **options):
    return attention_vjp_in_blocks(q, k, v, *attention_in_blocks(q, k, v, **options), do, **options)


# --- values and gradients ---


@every_mask
def test_equals_the_sum_written_out(mask):
    q, k, v, _ = tokens()
    assert_allclose(attention(q, k, v, where=mask), by_hand(q, k, v, mask), rtol=1e-13)


@every_mask
@every_block
def test_blocks_change_nothing(mask, block):
    q, k, v, _ = tokens()
    o, lse = attention_in_blocks(q, k, v, where=mask, block=block)
    assert_allclose(o, by_hand(q, k, v, mask), rtol=1e-13, atol=1e-15)
    powers = np.where(mask, np.exp(q @ k.T / math.sqrt(3)), 0)
    assert_allclose(np.exp(lse), powers.sum(axis=1), rtol=1e-13)


@every_mask
@pytest.mark.parametrize("pull", [attention_vjp, pulled_in_blocks], ids=["whole", "blocks"])
def test_gradient_is_that_of_differences(mask, pull):
    found = pull(*(given := tokens()), where=mask)
    for one, wanted in zip(found, gradients_by_differences(*given, mask), strict=True):
        assert_allclose(one, wanted, atol=1e-8)


@every_mask
@every_block
def test_gradient_in_blocks_is_the_gradient(mask, block):
    found = pulled_in_blocks(*tokens(), where=mask, block=block)
    for one, wanted in zip(found, attention_vjp(*tokens(), where=mask), strict=True):
        assert_allclose(one, wanted, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("which", [0, 1, 2], ids=["q", "k", "v"])
def test_passes_the_check_of_the_book_end_to_end(which):
    given = tokens()[:3]

    def at(x):
        return [*given[:which], x, *given[which + 1 :]]

    check_vjp(
        lambda x: attention(*at(x), where=MASKS["causal"]),
        lambda do: attention_vjp(*given, do, where=MASKS["causal"])[which],
        given[which],
        rng=np.random.default_rng(0),
    )


def test_heads_and_examples_do_not_meet():
    q, k, v, do = tokens(batch=(2, 3))
    both = [attention(q, k, v), attention_in_blocks(q, k, v, block=2)[0]]
    found = [attention_vjp(q, k, v, do), pulled_in_blocks(q, k, v, do, block=2)]
    for at in np.ndindex(2, 3):
        alone = q[at], k[at], v[at]
        for o, gradients in zip(both, found, strict=True):
            assert_allclose(o[at], by_hand(*alone, True), rtol=1e-13)
            for one, wanted in zip(gradients, attention_vjp(*alone, do[at]), strict=True):
                assert_allclose(one[at], wanted, rtol=1e-11, atol=1e-15)


# --- hard inputs ---


def test_scores_far_beyond_any_exponential(strict_caller):
    q, k, v, do = tokens()
    q = q * 1e4
    wanted = by_hand(q, k, v, True)
    assert_allclose(attention(q, k, v), wanted, rtol=1e-12)
    assert_allclose(attention_in_blocks(q, k, v, block=2)[0], wanted, rtol=1e-12)
    assert np.isfinite(np.concatenate(pulled_in_blocks(q, k, v, do), axis=None)).all()


@pytest.mark.parametrize("order", [1, -1], ids=["rising", "falling"])
def test_a_running_maximum_that_jumps(order):
    scores = np.array([[-900.0, -1.0, 0.0, 700.0, 1500.0]])[:, ::order]
    v = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    o, lse = attention_in_blocks([[1.0]], scores.T, v, block=1)
    assert (o.item(), lse.item()) == (v[scores.argmax()].item(), 1500.0)


@pytest.mark.parametrize("pull", [attention_vjp, pulled_in_blocks], ids=["whole", "blocks"])
def test_who_sees_nothing_learns_nothing_and_spoils_nothing(pull, strict_caller):
    q, k, v, do = tokens()
    mask = MASKS["one-row-sees-nothing"]
    rest = [0, 2, 3]
    dq, dk, dv = pull(q, k, v, do, where=mask)
    assert_array_equal(dq[1], 0)
    without = pull(q[rest], k, v, do[rest], where=mask[rest])
    for one, wanted in zip((dq[rest], dk, dv), without, strict=True):
        assert_allclose(one, wanted, rtol=1e-12, atol=1e-15)


def test_a_key_at_which_nobody_looks_gets_no_gradient():
    _, dk, dv = attention_vjp(*tokens(), where=MASKS["padded"])
    assert_array_equal(dk[3:], 0)
    assert_array_equal(dv[3:], 0)


def test_no_keys_give_zeros():
    q, k, v, do = tokens()
    for o in (attention(q, k[:0], v[:0]), attention_in_blocks(q, k[:0], v[:0])[0]):
        assert_array_equal(o, np.zeros((4, 2)))
    assert [d.shape for d in pulled_in_blocks(q, k[:0], v[:0], do)] == [(4, 3), (0, 3), (0, 2)]


# --- contracts ---


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_precision_of_the_input_is_that_of_the_result(dtype):
    given = tokens(dtype=dtype)
    results = [attention(*given[:3]), *attention_vjp(*given), *pulled_in_blocks(*given)]
    assert {x.dtype for x in results} == {np.dtype(dtype)}
    wide = [x.astype("f8") for x in given]
    wanted = [attention(*wide[:3]), *attention_vjp(*wide) * 2]
    for one, other in zip(results, wanted, strict=True):
        assert_allclose(one, other, atol=4 * np.finfo(dtype).eps)


def test_arguments_are_left_alone_and_lists_will_do():
    given = tokens()
    before = [x.copy() for x in given]
    for x in given:
        x.flags.writeable = False
    found = pulled_in_blocks(*given)
    for one, other in zip(found, pulled_in_blocks(*(x.tolist() for x in given)), strict=True):
        assert_array_equal(one, other)
    for x, y in zip(given, before, strict=True):
        assert_array_equal(x, y)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"q": np.zeros(3)}, ValueError, r"q has shape \(3,\); it must be tokens by features"),
        ({"q": np.zeros((4, 0))}, ValueError, "one feature or more"),
        ({"k": np.zeros((5, 4))}, ValueError, r"k has shape \(5, 4\); it must have \(5, 3\)"),
        ({"v": np.zeros((4, 2))}, ValueError, r"v has shape \(4, 2\); it must have \(5, 2\)"),
        ({"do": np.zeros((4, 3))}, ValueError, r"do has shape \(4, 3\); it must have \(4, 2\)"),
        ({"q": np.zeros((4, 3), complex)}, TypeError, "q holds complex128"),
        ({"v": [["a"]]}, TypeError, "v holds"),
        ({"where": np.ones((4, 5))}, TypeError, "where holds float64"),
        ({"where": np.ones((5, 4), bool)}, ValueError, r"where has shape \(5, 4\)"),
        ({"block": 0}, ValueError, "block is 0; it must be 1 or more"),
        ({"block": 2.5}, TypeError, "block is 2.5; it must be an integer"),
    ],
)
def test_bad_arguments_are_named(change, error, words):
    given = dict(zip(("q", "k", "v", "do"), tokens(), strict=True)) | change
    with pytest.raises(error, match=words):
        pulled_in_blocks(**given)
    if "block" not in change:
        with pytest.raises(error, match=words):
            attention_vjp(**given)


def test_public_names_are_documented():
    for name in module.__all__:
        text = getattr(module, name).__doc__
        assert all(part in text for part in ("Parameters\n", "Returns\n", "Raises\n")), name


# --- memory ---


def peak(function, *args):
    tracemalloc.start()
    function(*args)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def growth(function):
    """Return by how much the peak grows from 512 tokens to 1024."""
    few, many = (np.random.default_rng(1).normal(size=(4, n, 8)) for n in (512, 1024))
    return peak(function, *many) / peak(function, *few)


def test_memory_grows_with_the_square_of_the_tokens_or_with_their_number():
    assert 3.5 < growth(attention_vjp) < 4.5
    assert 1.5 < growth(pulled_in_blocks) < 2.5

"""The same numbers as JAX where both are good, and never worse: where it is installed."""

import numpy as np
import pytest

import softback
from tests.lib import accuracy, reference
from tests.lib.parity import close, drawn, shapes
from tests.lib.reference import error_in_eps, pieces

jax = pytest.importorskip("jax", reason="JAX is not installed: no third gradient to see")
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy

THEIRS = {
    "softmax": jax.nn.softmax,
    "log_softmax": jax.nn.log_softmax,
    "logsumexp": jax.nn.logsumexp,
}
names = pytest.mark.parametrize("name", THEIRS)


@names
@shapes
def test_functions_agree_with_jax(name, shape, axis):
    z, _ = drawn(shape)
    close(getattr(softback, name)(z, axis), THEIRS[name](jnp.asarray(z), axis))


@names
@shapes
def test_products_agree_with_jax(name, shape, axis):
    z, g = drawn(shape)
    at = getattr(softback, "log_softmax" if name == "log_softmax" else "softmax")(z, axis)
    cotangent = g.sum(axis=axis) if name == "logsumexp" else g

    def function(x):
        return THEIRS[name](x, axis)

    _, pull = jax.vjp(function, jnp.asarray(z))
    _, pushed = jax.jvp(function, (jnp.asarray(z),), (jnp.asarray(g),))
    close(getattr(softback, f"{name}_vjp")(at, cotangent, axis), pull(jnp.asarray(cotangent))[0])
    close(getattr(softback, f"{name}_jvp")(at, g, axis), pushed)


def test_jacobian_and_hessian_agree_with_jax():
    z, _ = drawn((5,))
    y = softback.softmax(z)
    close(softback.softmax_jacobian(y), jax.jacobian(jax.nn.softmax)(z))
    close(softback.cross_entropy_hessian(y), jax.hessian(lambda x: -jax.nn.log_softmax(x)[2])(z))


# Never more than 4 eps worse.


@pytest.mark.parametrize("spread", [1, 10])
@pytest.mark.parametrize("dtype", ["f8", "f4"])
@names
def test_never_more_than_4_eps_worse_than_jax(name, dtype, spread):
    z, exact = accuracy.drawn(dtype, spread, 10)
    want = pieces([getattr(reference, name)(r) for r in exact])
    ours, theirs = getattr(softback, name)(z), np.asarray(THEIRS[name](jnp.asarray(z), -1))
    assert theirs.dtype == z.dtype
    assert (accuracy.by_row(ours, want) <= accuracy.by_row(theirs, want) + 4).all()


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_cross_entropy_is_never_more_than_4_eps_worse_than_jax(dtype):
    z, exact = accuracy.drawn(dtype, 1, 10)
    t = np.arange(len(z)) % 10
    right = [
        reference.cross_entropy(r, reference.one_hot(k, 10)) for r, k in zip(exact, t, strict=True)
    ]

    def losses(x):
        return -jax.nn.log_softmax(x, -1)[jnp.arange(len(t)), t]

    theirs, pull = jax.vjp(losses, jnp.asarray(z))
    gradient = np.asarray(pull(jnp.ones_like(theirs))[0])
    loss, dz = softback.cross_entropy_and_grad(z, t, reduction="none")
    want = pieces([[loss] for loss, _ in right])[:, 0]
    assert (accuracy.by_row(loss, want) <= accuracy.by_row(np.asarray(theirs), want) + 4).all()
    want = pieces([dz for _, dz in right])
    assert (accuracy.by_row(dz, want) <= accuracy.by_row(gradient, want) + 4).all()


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("name", ["softmax_vjp", "log_softmax_vjp"])
def test_vjp_is_never_more_than_4_eps_worse_than_jax(name, dtype):
    z, exact = accuracy.drawn(dtype, 1, 10)
    g = np.random.default_rng(1).normal(size=z.shape).astype(dtype)
    forward = name.removesuffix("_vjp")
    _, pull = jax.vjp(THEIRS[forward], jnp.asarray(z))
    theirs = np.asarray(pull(jnp.asarray(g))[0])
    ours = getattr(softback, name)(getattr(softback, forward)(z), g)
    right = getattr(reference, name)
    want = pieces(
        [right(reference.softmax(r), reference.row(v)) for r, v in zip(exact, g, strict=True)]
    )
    scale = np.hypot.reduce(want[..., 0], axis=1, keepdims=True)
    ours, theirs = (np.abs(error_in_eps(x, want, scale)) for x in (ours, theirs))
    assert (ours.max(axis=1) <= theirs.max(axis=1) + 4).all()

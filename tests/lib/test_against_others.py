"""The same numbers as PyTorch and JAX, where they are installed and good, and never worse ones.

Each is a class with arrays in and arrays out; the functions that it differentiates are its own.
"""

from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest

import softback
from tests.lib import accuracy, reference
from tests.lib.reference import error_in_eps, pieces


class PyTorch:
    def __init__(self):
        self.torch = import_module("torch")
        self.array = self.torch.from_numpy
        self.tools = self.torch.autograd.functional

    def function(self, name, axis):
        return lambda x: getattr(self.torch, name)(x, axis)

    def losses(self, t):
        loss = self.torch.nn.functional.cross_entropy
        return lambda x: loss(x, self.array(t), reduction="none")

    def value(self, f, z):
        return f(self.array(z)).numpy()

    def vjp(self, f, z, g):
        return self.tools.vjp(f, self.array(z), self.array(np.asarray(g)))[1].numpy()

    def jvp(self, f, z, v):
        return self.tools.jvp(f, self.array(z), self.array(v))[1].numpy()

    def jacobian(self, f, z):
        return self.tools.jacobian(f, self.array(z)).numpy()

    def hessian(self, f, z):
        return self.tools.hessian(f, self.array(z)).numpy()


class JAX:
    def __init__(self):
        self.jax = import_module("jax")
        self.jax.config.update("jax_enable_x64", True)

    def function(self, name, axis):
        return lambda x: getattr(self.jax.nn, name)(x, axis)

    def losses(self, t):
        hot = t if t.ndim > 1 else self.jax.nn.one_hot(t, 10)
        return lambda x: -(hot.astype(x.dtype) * self.jax.nn.log_softmax(x, -1)).sum(axis=-1)

    def value(self, f, z):
        return np.asarray(f(self.jax.numpy.asarray(z)))

    def vjp(self, f, z, g):
        pull = self.jax.vjp(f, self.jax.numpy.asarray(z))[1]
        return np.asarray(pull(self.jax.numpy.asarray(g))[0])

    def jvp(self, f, z, v):
        return np.asarray(self.jax.jvp(f, (z,), (v,))[1])

    def jacobian(self, f, z):
        return np.asarray(self.jax.jacobian(f)(z))

    def hessian(self, f, z):
        return np.asarray(self.jax.hessian(f)(z))


OTHERS = [kind() for name, kind in {"torch": PyTorch, "jax": JAX}.items() if find_spec(name)]
if not OTHERS:
    pytest.skip("neither PyTorch nor JAX is installed: no other gradient", allow_module_level=True)


@pytest.fixture(params=OTHERS, ids=lambda other: type(other).__name__)
def other(request):
    return request.param


CASES = [
    ((4,), -1),
    ((3, 4), 1),
    ((3, 4), 0),
    ((2, 3, 4), 1),
    ((1, 7), -1),
    ((5, 1), -1),
    ((90, 80), 1),
]
IDS = [f"{'x'.join(map(str, shape))} along {axis}" for shape, axis in CASES]
shapes = pytest.mark.parametrize(("shape", "axis"), CASES, ids=IDS)
few = pytest.mark.parametrize(("shape", "axis"), CASES[:6], ids=IDS[:6])
names = pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])


def drawn(shape):
    """Return logits and a vector of the same shape."""
    return np.random.default_rng(12).normal(size=(2, *shape)) * 2


def close(got, want):
    np.testing.assert_allclose(got, np.asarray(want), rtol=1e-13, atol=1e-14)


@names
@shapes
def test_functions_agree(other, name, shape, axis):
    z, _ = drawn(shape)
    close(getattr(softback, name)(z, axis), other.value(other.function(name, axis), z))


@names
@shapes
def test_products_agree(other, name, shape, axis):
    z, g = drawn(shape)
    at = getattr(softback, "log_softmax" if name == "log_softmax" else "softmax")(z, axis)
    cotangent = g.sum(axis=axis) if name == "logsumexp" else g
    function = other.function(name, axis)
    vjp, jvp = (getattr(softback, f"{name}_{way}") for way in ("vjp", "jvp"))
    close(vjp(at, cotangent, axis), other.vjp(function, z, cotangent))
    close(jvp(at, g, axis), other.jvp(function, z, g))


@few
def test_jacobians_agree(other, shape, axis):
    z, _ = drawn(shape)
    want = other.jacobian(other.function("softmax", axis), z)
    close(softback.softmax_full_jacobian(softback.softmax(z, axis), axis), want)
    if z.ndim == 1:
        close(softback.softmax_jacobian(softback.softmax(z)), want)
        want = other.jacobian(other.function("log_softmax", axis), z)
        close(softback.log_softmax_jacobian(softback.log_softmax(z)), want)


def test_hessian_agrees(other):
    z, _ = drawn((5,))
    want = other.hessian(lambda x: -other.function("log_softmax", 0)(x)[2], z)
    close(softback.cross_entropy_hessian(softback.softmax(z)), want)


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("targets", ["class", "ignoring", "soft", "soft, sum 2"])
def test_cross_entropy_agrees_with_pytorch(targets, reduction, smoothing, weighted):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    z, g = drawn((6, 4, 3))  # PyTorch has the classes on axis 1
    rng = np.random.default_rng(14)
    t = rng.integers(4, size=(6, 3))
    if targets == "ignoring":
        t[rng.random(t.shape) < 0.4] = -100
    if targets.startswith("soft"):
        t = softback.softmax(g, 1) * (2 if targets.endswith("2") else 1)
    options = {"reduction": reduction, "label_smoothing": smoothing}
    weight = rng.uniform(0.5, 2, size=4) if weighted else None
    leaf = torch.from_numpy(z).requires_grad_()
    want = torch.nn.functional.cross_entropy(
        leaf,
        torch.from_numpy(t),
        weight=torch.from_numpy(weight) if weighted else None,
        **options,
    )
    (gradient,) = torch.autograd.grad(want.sum(), leaf)
    loss, dz = softback.cross_entropy_and_grad(z, t, 1, weight=weight, **options)
    close(loss, want.detach().numpy())
    close(dz, gradient.numpy())


# Never more than 4 eps worse.

dtypes = pytest.mark.parametrize("dtype", ["f8", "f4"])
spreads = pytest.mark.parametrize("spread", [1, 10])


def assert_no_row_worse(ours, theirs, want):
    assert theirs.dtype == ours.dtype
    assert (accuracy.by_row(ours, want) <= accuracy.by_row(theirs, want) + 4).all()


@spreads
@dtypes
@names
def test_never_more_than_4_eps_worse(other, name, dtype, spread):
    z, exact = accuracy.drawn(dtype, spread, 10)
    want = pieces([getattr(reference, name)(r) for r in exact])
    theirs = other.value(other.function(name, -1), z)
    assert_no_row_worse(getattr(softback, name)(z), theirs, want)


@pytest.mark.parametrize("soft", [False, True], ids=["class", "one-hot"])
@spreads
@dtypes
def test_cross_entropy_is_never_more_than_4_eps_worse(other, dtype, spread, soft):
    z, exact = accuracy.drawn(dtype, spread, 10)
    t = np.arange(len(z))
    right = [
        reference.cross_entropy(r, reference.one_hot(k, 10)) for r, k in zip(exact, t, strict=True)
    ]
    t = np.eye(10, dtype=dtype)[t] if soft else t
    losses = other.losses(t)
    loss, dz = softback.cross_entropy_and_grad(z, t, reduction="none")
    assert_no_row_worse(loss, other.value(losses, z), pieces([[loss] for loss, _ in right])[:, 0])
    gradient = other.vjp(losses, z, np.ones_like(loss))
    assert_no_row_worse(dz, gradient, pieces([dz for _, dz in right]))


@dtypes
@pytest.mark.parametrize("name", ["softmax_vjp", "log_softmax_vjp"])
def test_vjp_is_never_more_than_4_eps_worse(other, name, dtype):
    z, exact = accuracy.drawn(dtype, 1, 10)
    g = np.random.default_rng(1).normal(size=z.shape).astype(dtype)
    forward = name.removesuffix("_vjp")
    theirs = other.vjp(other.function(forward, -1), z, g)
    ours = getattr(softback, name)(getattr(softback, forward)(z), g)
    right = getattr(reference, name)
    want = pieces(
        [right(reference.softmax(r), reference.row(v)) for r, v in zip(exact, g, strict=True)]
    )
    scale = np.hypot.reduce(want[..., 0], axis=1, keepdims=True)
    ours, theirs = (np.abs(error_in_eps(x, want, scale)) for x in (ours, theirs))
    assert (ours.max(axis=1) <= theirs.max(axis=1) + 4).all()

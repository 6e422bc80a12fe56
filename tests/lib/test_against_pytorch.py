"""The same numbers as PyTorch where both are good, and never worse: where it is installed."""

import numpy as np
import pytest

import softback
from tests.lib import accuracy, reference
from tests.lib.parity import close, drawn, few, shapes
from tests.lib.reference import error_in_eps, pieces

torch = pytest.importorskip("torch", reason="PyTorch is not installed: no second gradient to see")


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
@shapes
def test_functions_agree_with_pytorch(name, shape, axis):
    z, _ = drawn(shape)
    close(getattr(softback, name)(z, axis), getattr(torch, name)(torch.from_numpy(z), axis).numpy())


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
@shapes
def test_products_agree_with_pytorch(name, shape, axis):
    z, g = drawn(shape)
    at = getattr(softback, "log_softmax" if name == "log_softmax" else "softmax")(z, axis)
    cotangent = g.sum(axis=axis) if name == "logsumexp" else g

    def function(x):
        return getattr(torch, name)(x, axis)

    leaf, vector = torch.from_numpy(z), torch.from_numpy(g)
    _, vjp = torch.autograd.functional.vjp(function, leaf, torch.from_numpy(np.asarray(cotangent)))
    _, jvp = torch.autograd.functional.jvp(function, leaf, vector)
    close(getattr(softback, f"{name}_vjp")(at, cotangent, axis), vjp.numpy())
    close(getattr(softback, f"{name}_jvp")(at, g, axis), jvp.numpy())


@few
def test_jacobians_agree_with_pytorch(shape, axis):
    z, _ = drawn(shape)
    leaf, jacobian = torch.from_numpy(z), torch.autograd.functional.jacobian
    want = jacobian(lambda x: torch.softmax(x, axis), leaf).numpy()
    close(softback.softmax_full_jacobian(softback.softmax(z, axis), axis), want)
    if z.ndim == 1:
        close(softback.softmax_jacobian(softback.softmax(z)), want)
        want = jacobian(lambda x: torch.log_softmax(x, axis), leaf).numpy()
        close(softback.log_softmax_jacobian(softback.log_softmax(z)), want)


def test_hessian_agrees_with_pytorch():
    z, _ = drawn((5,))
    want = torch.autograd.functional.hessian(
        lambda x: torch.nn.functional.cross_entropy(x, torch.tensor(2)), torch.from_numpy(z)
    )
    close(softback.cross_entropy_hessian(softback.softmax(z)), want.numpy())


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("targets", ["class", "ignoring", "soft", "soft, sum 2"])
def test_cross_entropy_agrees_with_pytorch(targets, reduction, smoothing, weighted):
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


@pytest.mark.parametrize("spread", [1, 10])
@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_never_more_than_4_eps_worse_than_pytorch(name, dtype, spread):
    z, exact = accuracy.drawn(dtype, spread, 10)
    want = pieces([getattr(reference, name)(r) for r in exact])
    ours, theirs = getattr(softback, name)(z), getattr(torch, name)(torch.from_numpy(z), -1)
    assert (accuracy.by_row(ours, want) <= accuracy.by_row(theirs.numpy(), want) + 4).all()


@pytest.mark.parametrize("soft", [False, True], ids=["class", "one-hot"])
@pytest.mark.parametrize("spread", [1, 10])
@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_cross_entropy_is_never_more_than_4_eps_worse_than_pytorch(dtype, spread, soft):
    z, exact = accuracy.drawn(dtype, spread, 10)
    t = np.arange(len(z))
    right = [
        reference.cross_entropy(r, reference.one_hot(k, 10)) for r, k in zip(exact, t, strict=True)
    ]
    t = np.eye(10, dtype=dtype)[t] if soft else t
    leaf = torch.from_numpy(z).requires_grad_()
    theirs = torch.nn.functional.cross_entropy(leaf, torch.from_numpy(t), reduction="none")
    (gradient,) = torch.autograd.grad(theirs.sum(), leaf)
    loss, dz = softback.cross_entropy_and_grad(z, t, reduction="none")
    want = pieces([[loss] for loss, _ in right])[:, 0]
    assert (accuracy.by_row(loss, want) <= accuracy.by_row(theirs.detach().numpy(), want) + 4).all()
    want = pieces([dz for _, dz in right])
    assert (accuracy.by_row(dz, want) <= accuracy.by_row(gradient.numpy(), want) + 4).all()


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("name", ["softmax_vjp", "log_softmax_vjp"])
def test_vjp_is_never_more_than_4_eps_worse_than_pytorch(name, dtype):
    z, exact = accuracy.drawn(dtype, 1, 10)
    g = np.random.default_rng(1).normal(size=z.shape).astype(dtype)
    forward = name.removesuffix("_vjp")
    leaf = torch.from_numpy(z).requires_grad_()
    out = getattr(torch, forward)(leaf, -1)
    (theirs,) = torch.autograd.grad(out, leaf, torch.from_numpy(g))
    ours = getattr(softback, name)(getattr(softback, forward)(z), g)
    right = getattr(reference, name)
    want = pieces(
        [right(reference.softmax(r), reference.row(v)) for r, v in zip(exact, g, strict=True)]
    )
    scale = np.hypot.reduce(want[..., 0], axis=1, keepdims=True)
    ours, theirs = (np.abs(error_in_eps(x, want, scale)) for x in (ours, theirs.numpy()))
    assert (ours.max(axis=1) <= theirs.max(axis=1) + 4).all()

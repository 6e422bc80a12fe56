"""The same numbers as SciPy, or as the formulas give on top of it.

SciPy loses digits where a probability nears 1, so the logits are moderate here; what the library
does beyond that is in test_accuracy and the tests of hard inputs.
"""

import numpy as np
import pytest
from scipy import special

import softback
from tests.lib.parity import close, drawn, few, shapes


def scipy_products(z, g, axis):
    """Return what the formulas give on top of SciPy's softmax, by the name of our function."""
    y = special.softmax(z, axis=axis)
    mean = (g * y).sum(axis=axis, keepdims=True)
    total = g.sum(axis=axis, keepdims=True)
    return {
        "softmax_vjp": y * (g - mean),
        "softmax_jvp": y * (g - mean),
        "log_softmax_vjp": g - y * total,
        "log_softmax_jvp": g - mean,
        "logsumexp_jvp": mean.squeeze(axis),
    }


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
@pytest.mark.parametrize("axis", [0, 1, -1, (0, 1), (2, 0), None])
def test_functions_agree_with_scipy(name, axis):
    z, _ = drawn((3, 4, 5))
    close(getattr(softback, name)(z, axis), getattr(special, name)(z, axis=axis))


def test_keepdims_agrees_with_scipy():
    z, _ = drawn((3, 4, 5))
    for axis in (1, (0, 2), None):
        got = softback.logsumexp(z, axis, keepdims=True)
        want = special.logsumexp(z, axis=axis, keepdims=True)
        assert got.shape == want.shape
        close(got, want)


@shapes
def test_products_agree_with_the_formulas_on_scipy(shape, axis):
    z, g = drawn(shape)
    y, logy = softback.softmax(z, axis), softback.log_softmax(z, axis)
    for name, want in scipy_products(z, g, axis).items():
        at = logy if name.startswith("log_softmax") else y
        close(getattr(softback, name)(at, g, axis), want)
    pulled = np.expand_dims(g.sum(axis=axis), axis) * special.softmax(z, axis=axis)
    close(softback.logsumexp_vjp(y, g.sum(axis=axis), axis), pulled)


@few
def test_matrices_agree_with_the_formulas_on_scipy(shape, axis):
    z, _ = drawn(shape)
    y = np.moveaxis(special.softmax(z, axis=axis), axis, -1)
    eye = np.eye(y.shape[-1])
    want = y[..., :, None] * eye - y[..., :, None] * y[..., None, :]
    ours = softback.softmax(z, axis)
    close(softback.softmax_jacobian(ours, axis), want)
    close(softback.cross_entropy_hessian(ours, axis), want)
    close(softback.log_softmax_jacobian(softback.log_softmax(z, axis), axis), eye - y[..., None, :])


@shapes
def test_cross_entropy_agrees_with_the_formulas_on_scipy(shape, axis):
    z, _ = drawn(shape)
    logy = special.log_softmax(z, axis=axis)
    t = np.random.default_rng(13).integers(shape[axis], size=logy.sum(axis=axis).shape)
    hot = np.moveaxis(np.eye(shape[axis])[t], -1, axis)
    for targets in (t, hot):
        loss, dz = softback.cross_entropy_and_grad(z, targets, axis, reduction="sum")
        close(loss, -(hot * logy).sum())
        close(dz, np.exp(logy) - hot)

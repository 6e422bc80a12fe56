"""The checkers of chapter 8 accept every right form and name what is wrong with the others."""

import numpy as np
import pytest

from softback import exercises
from softback.autograd import graph

# --- The Hessian of cross entropy times a direction -----------------------------------------------


def shares(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def hessian(z):
    y = shares(z)
    return np.diag(y) - np.outer(y, y)


def by_graph(z, t, v):
    node = graph.placeholder("z")
    (dz,) = graph.gradients(graph.total(graph.log_softmax(node) * -t), [node])
    (Hv,) = graph.gradients(graph.total(dz * v), [node])
    return graph.run(Hv, {node: z})


def by_differences(z, t, v):
    def gradient(z):
        return t.sum() * shares(z) - t

    return (gradient(z + 1e-5 * v) - gradient(z - 1e-5 * v)) / 2e-5


def by_loops(z, t, v):
    y, Hv = shares(z), np.zeros_like(z)
    for i in range(z.size):
        for j in range(z.size):
            Hv[i] += t.sum() * y[i] * ((i == j) - y[j]) * v[j]
    return Hv


RIGHT = {
    "matrix": lambda z, t, v: t.sum() * hessian(z) @ v,
    "rule": lambda z, t, v: t.sum() * shares(z) * (v - shares(z) @ v),
    "einsum": lambda z, t, v: np.einsum("k,ij,j->i", t, hessian(z), v),
    "graph": by_graph,
    "differences": by_differences,
    "loops": by_loops,
    "other names": lambda logits, targets, direction: targets.sum() * hessian(logits) @ direction,
}
WRONG = [
    (lambda z, t, v: hessian(z) @ v, "targets that sum to one"),
    (lambda z, t, v: np.diag(hessian(z)) * v, "only the diagonal"),
    (lambda z, t, v: t.sum() * np.diag(hessian(z)) * v, "only the diagonal"),
    (lambda z, t, v: t.sum() * shares(z) - t, "the gradient itself"),
    (lambda z, t, v: shares(z) - t, "the gradient itself"),
    (lambda z, t, v: v @ (shares(z) - t), "slope of the loss along v"),
    (lambda z, t, v: t.sum() * v @ hessian(z) @ v, "v times H v"),
    (lambda z, t, v: t.sum() * shares(z) * (v - v.mean()), "mean with weights y"),
    (lambda z, t, v: t.sum() * (v - shares(z) @ v), "did not scale"),
    (lambda z, t, v: t * (hessian(z) @ v), "only their sum"),
    (lambda z, t, v: hessian(z) @ (t * v), "only their sum"),
    (lambda z, t, v: t.sum() * hessian(z), "whole matrix"),
    (lambda z, t, v: -t.sum() * hessian(z) @ v, "Right but for the sign"),
    (lambda z, t, v: v + 0, "must sum to 0"),
    (lambda z, t, v: None, "returned nothing"),
    (lambda z, t, v: 1j * v, "complex"),
    (lambda z: z, "cannot be called as `curvature(z, t, v)`"),
    (3.0, "cannot be called"),
]


@pytest.mark.parametrize("answer", RIGHT.values(), ids=RIGHT)
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_every_right_curvature_passes(answer, seed):
    rng = None if seed is None else np.random.default_rng(seed)
    verdict = exercises.check_curvature(answer, rng=rng)
    assert verdict, verdict.message


@pytest.mark.parametrize(("answer", "words"), WRONG, ids=[words for _, words in WRONG])
def test_a_wrong_curvature_gets_its_sentence(answer, words):
    verdict = exercises.check_curvature(answer)
    assert not verdict
    assert words in verdict.message


# --- Softmax as a layer ---------------------------------------------------------------------------


def rows(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class Layer:
    """A right one; those below change one thing."""

    def forward(self, z):
        y = rows(z)
        self.y = y.copy()
        return y

    def backward(self, g):
        return self.rule(self.y, g)

    def rule(self, y, g):
        return y * (g - (g * y).sum(axis=-1, keepdims=True))


class ReturnsTheCopy(Layer):
    def forward(self, z):
        self.y = rows(z)
        return self.y.copy()


class LocksItsResult(Layer):
    def forward(self, z):
        self.y = rows(z)
        self.y.flags.writeable = False
        return self.y


class KeepsACopyOfTheLogits(Layer):
    def forward(self, z):
        self.z = z.copy()
        return rows(z)

    def backward(self, g):
        return self.rule(rows(self.z), g)


class WritesItOut(Layer):
    def rule(self, y, g):
        jacobian = y[..., :, None] * np.eye(y.shape[-1]) - y[..., :, None] * y[..., None, :]
        return np.einsum("...i,...ij->...j", g, jacobian)


class GivesAway(Layer):
    def forward(self, z):
        self.y = rows(z)
        return self.y


class GivesAwayAView(Layer):
    def forward(self, z):
        self.y = rows(z)
        return self.y[...]


class Borrows(Layer):
    def forward(self, z):
        self.z = z
        return rows(z)

    def backward(self, g):
        return self.rule(rows(self.z), g)


class OnTheClass(Layer):
    def forward(self, z):
        y = rows(z)
        type(self).y = y.copy()
        return y


class OnlyTheDiagonal(Layer):
    def rule(self, y, g):
        return y * (1 - y) * g


class LogSoftmaxRule(Layer):
    def rule(self, y, g):
        return g - y * g.sum(axis=-1, keepdims=True)


class AgainSoftmax(Layer):
    def rule(self, y, g):
        return super().rule(rows(y), g)


class OneRowOnly(Layer):
    def rule(self, y, g):
        return y * (g - (g * y).sum())


class ForwardIsLate(Layer):
    def forward(self, z):
        super().forward(z)
        return z


class ForwardReturnsNothing(Layer):
    def forward(self, z):
        super().forward(z)


class NotWritten(Layer):
    def backward(self, g):
        raise NotImplementedError


class Breaks(Layer):
    def backward(self, g):
        return self.shares * g


class OneWay:
    def forward(self, z):
        return rows(z)


GOOD_LAYERS = [Layer, ReturnsTheCopy, LocksItsResult, KeepsACopyOfTheLogits, WritesItOut]
BAD_LAYERS = [
    (GivesAway, "keeps the very array that it returns"),
    (GivesAwayAView, "keeps the very array that it returns"),
    (Borrows, "keeps the array of logits"),
    (OnTheClass, "share their memory"),
    (OnlyTheDiagonal, "only the diagonal"),
    (LogSoftmaxRule, "rule of log-softmax"),
    (AgainSoftmax, "applied softmax to `y`"),
    (OneRowOnly, "Each row is a softmax of its own"),
    (ForwardIsLate, "returns its logits"),
    (ForwardReturnsNothing, "returned nothing"),
    (NotWritten, "Not written yet"),
    (Breaks, "AttributeError"),
    (OneWay, "no method `backward`"),
    (Layer(), "Hand over the class itself"),
    (None, "no answer yet"),
]


@pytest.mark.parametrize("layer", GOOD_LAYERS)
def test_every_right_layer_passes(layer):
    verdict = exercises.check_softmax_layer(layer)
    assert verdict, verdict.message


@pytest.mark.parametrize(("layer", "words"), BAD_LAYERS, ids=[words for _, words in BAD_LAYERS])
def test_a_wrong_layer_gets_its_sentence(layer, words):
    verdict = exercises.check_softmax_layer(layer)
    assert not verdict
    assert words in verdict.message


def test_the_layer_that_the_chapter_starts_with_is_told_to_keep_a_copy():
    verdict = exercises.check_softmax_layer(GivesAway)
    assert verdict.message.endswith("Keep a copy.")

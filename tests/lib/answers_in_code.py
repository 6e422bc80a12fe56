"""Answers to the exercises of the chapter on code: wrong ones with their sentences, right ones."""

import numpy as np

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
    (dz,) = graph.grad(graph.total(graph.log_softmax(node) * -t), [node])
    (Hv,) = graph.grad(graph.total(dz * v), [node])
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


CURVATURE_RIGHT = {
    "matrix": lambda z, t, v: t.sum() * hessian(z) @ v,
    "rule": lambda z, t, v: t.sum() * shares(z) * (v - shares(z) @ v),
    "einsum": lambda z, t, v: np.einsum("k,ij,j->i", t, hessian(z), v),
    "graph": by_graph,
    "differences": by_differences,
    "loops": by_loops,
    "other names": lambda logits, targets, direction: targets.sum() * hessian(logits) @ direction,
}
CURVATURE = {
    "targets-ignored": (lambda z, t, v: hessian(z) @ v, "the-condition-forgotten"),
    "diagonal": (lambda z, t, v: np.diag(hessian(z)) * v, "only-the-diagonal"),
    "diagonal-with-targets": (
        lambda z, t, v: t.sum() * np.diag(hessian(z)) * v,
        "only-the-diagonal",
    ),
    "gradient": (lambda z, t, v: t.sum() * shares(z) - t, "one-derivative-short"),
    "shortcut": (lambda z, t, v: shares(z) - t, "one-derivative-short"),
    "slope": (lambda z, t, v: v @ (shares(z) - t), "one-derivative-short"),
    "one-number": (lambda z, t, v: t.sum() * v @ hessian(z) @ v, "one-derivative-short"),
    "plain-mean": (lambda z, t, v: t.sum() * shares(z) * (v - v.mean()), "the-plain-mean"),
    "not-scaled": (lambda z, t, v: t.sum() * (v - shares(z) @ v), "centred-and-not-scaled"),
    "targets-outside": (lambda z, t, v: t * (hessian(z) @ v), "one-target-for-all"),
    "targets-inside": (lambda z, t, v: hessian(z) @ (t * v), "one-target-for-all"),
    "matrix": (lambda z, t, v: t.sum() * hessian(z), "one-derivative-short"),
    "sign": (lambda z, t, v: -t.sum() * hessian(z) @ v, "uphill"),
    "direction": (lambda z, t, v: v + 0, "must sum to 0"),
    "nothing": (lambda z, t, v: None, "returned nothing"),
    "complex": (lambda z, t, v: 1j * v, "complex"),
    "arguments": (lambda z: z, "cannot be called as `curvature(z, t, v)`"),
    "number": (3.0, "cannot be called"),
}


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


LAYER = {
    "gives-away": (GivesAway, "a-shared-result"),
    "gives-away-a-view": (GivesAwayAView, "a-shared-result"),
    "borrows": (Borrows, "a-borrowed-input"),
    "on-the-class": (OnTheClass, "memory-of-the-class"),
    "diagonal": (OnlyTheDiagonal, "only-the-diagonal"),
    "log-softmax": (LogSoftmaxRule, "the-rule-of-log-softmax"),
    "softmax-again": (AgainSoftmax, "softmax-again"),
    "one-long-row": (OneRowOnly, "the-batch-as-one-long-row"),
    "late": (ForwardIsLate, "logits-returned"),
    "nothing": (ForwardReturnsNothing, "returned nothing"),
    "not-written": (NotWritten, "Not written yet"),
    "error": (Breaks, "AttributeError"),
    "one-way": (OneWay, "no method `backward`"),
    "object": (Layer(), "Hand over the class itself"),
    "none": (None, "no answer yet"),
}
LAYER_RIGHT = {
    "copy-kept": Layer,
    "copy-returned": ReturnsTheCopy,
    "locked": LocksItsResult,
    "logits-copied": KeepsACopyOfTheLogits,
    "matrix": WritesItOut,
}

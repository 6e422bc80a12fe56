"""Layers, which keep something between forward and backward; more room for mistakes."""

from softback.functions import softmax
from softback.museum._pullback import room
from softback.museum._tasks import as_layer
from softback.museum._trials import after


class KeepsItsOwn:
    kept = None

    def forward(self, z):
        if self.kept is not None:
            raise RuntimeError("one backward for each forward")
        self.kept = softmax(z)
        return self.kept.copy()

    def backward(self, g):
        y, self.kept = self.kept, None
        return y * (g - (g * y).sum(axis=-1, keepdims=True))


@room.hang(
    as_layer,
    title="A shared result",
    fix=KeepsItsOwn,
    symptom="The layer passes every gradient check. In one program the gradient is wrong, where "
    "somebody works on the probabilities in place.",
    why="The array that is returned is the array that is kept. A caller who writes `y -= t`, to "
    "save memory, changes what the backward pass will use.",
    trial=after("result"),
    caught_by="mutation",
    missed_by="ones random zero-sum row square saturated shift parity complex hard shape",
)
class ASharedResult:
    def forward(self, z):
        self.y = softmax(z)
        return self.y

    def backward(self, g):
        return self.y * (g - (g * self.y).sum(axis=-1, keepdims=True))


@room.hang(
    as_layer,
    title="A borrowed input",
    fix=KeepsItsOwn,
    symptom="The gradient is that of other logits: those of the next step, if a buffer is filled "
    "anew before the backward pass.",
    why="The layer keeps the caller's array, not a copy, and computes the probabilities again from "
    "whatever stands in it by then.",
    trial=after("logits"),
    caught_by="mutation",
    missed_by="ones random zero-sum row square saturated shift parity complex hard shape",
)
class ABorrowedInput:
    def forward(self, z):
        self.z = z
        return softmax(z)

    def backward(self, g):
        y = softmax(self.z)
        return y * (g - (g * y).sum(axis=-1, keepdims=True))


@room.hang(
    as_layer,
    title="One layer in two places",
    fix=KeepsItsOwn,
    symptom="A network that uses the layer object twice learns slowly or not at all, and each half "
    "of it is right when tested alone.",
    why="There is one place to keep the output, and the second forward pass overwrites what the "
    "first one left there. A layer that cannot serve two passes should refuse, as the one below "
    "does.",
    trial=after("second use"),
    caught_by="mutation",
    missed_by="ones random zero-sum row square saturated shift parity complex hard shape",
)
class OneLayerInTwoPlaces:
    def forward(self, z):
        self.y = softmax(z)
        return self.y.copy()

    def backward(self, g):
        return self.y * (g - (g * self.y).sum(axis=-1, keepdims=True))

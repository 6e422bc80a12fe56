"""How an exhibit is shown: what was done, what came out, what should have come out.

The logits are those of the worked example of the book. Each function returns a trial, a callable of
an exhibit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from softback.course.museum.checks import spoilt
from softback.course.museum.operations import classes_of, takes

Z = np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]])
G = np.array([[1.0, -1.0, 0.5], [0.0, 1.0, 2.0]])
CLASSES = np.array([2, 0])
T = np.eye(3)[CLASSES]
Trial = Callable[[Any], "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """What a trial shows, as text.

    Attributes
    ----------
    done : str
        The input, or what was done, as code.
    got, want : str
        What the exhibit gives, and what is right.
    """

    done: str
    got: str
    want: str


def output_at(z: ArrayLike) -> Trial:
    """Show the output for logits ``z``."""
    z = np.asarray(z)

    def trial(exhibit):
        want = exhibit.task.forward(z, **exhibit.options)
        return Outcome(f"z = {_list(z)}", _run(exhibit.forward, z), _shown(want))

    return trial


def row_sums(exhibit: Any) -> "Outcome":
    """Show the sum of each row of the output."""
    got, want = exhibit.forward(Z), exhibit.task.forward(Z)
    return Outcome(f"z = {_list(Z)}\ny.sum(axis=-1)", _sums(got), _sums(want))


def _sums(y):
    return "[" + " ".join(f"{total:.10f}" for total in y.sum(axis=-1)) + "]"


def gradient_at(z: ArrayLike = Z, g: ArrayLike = G) -> Trial:
    """Show the gradient with respect to the logits for an upstream gradient ``g``."""
    z, g = np.asarray(z, float), np.asarray(g, float)

    def trial(exhibit):
        want = exhibit.task.backward(z, g, **exhibit.options)
        done = f"z = {_list(z)}\ng = {_list(g)}"
        return Outcome(done, _run(exhibit.backward, z, g.copy()), _shown(want))

    return trial


def loss_at(z: ArrayLike = Z, t: ArrayLike = T) -> Trial:
    """Show the loss of logits ``z`` and targets ``t``."""
    z, t = np.asarray(z, float), np.asarray(t, float)

    def trial(exhibit):
        want = exhibit.task.forward(z, t, **exhibit.options)
        done = f"z = {_list(z)}\nt = {_list(t)}"
        return Outcome(done, _run(exhibit.forward, z, t=t), _shown(want))

    return trial


def loss_gradient_at(z: ArrayLike = Z, t: ArrayLike = T) -> Trial:
    """Show the gradient of the loss of logits ``z`` and targets ``t``."""
    z, t = np.asarray(z, float), np.asarray(t, float)

    def trial(exhibit):
        want = exhibit.task.backward(z, 1.0, t, **exhibit.options)
        classes = takes(exhibit.code, "classes")
        targets = f"classes = {classes_of(t).tolist()}" if classes else f"t = {_list(t)}"
        got = _run(exhibit.backward, z, 1.0, t=t)
        return Outcome(f"z = {_list(z)}\n{targets}", got, _shown(want))

    return trial


def along(axis: int) -> Trial:
    """Show the gradient along an axis that is not the last."""

    def trial(exhibit):
        want = exhibit.task.backward(Z, G, axis=axis)
        done = f"z = {_list(Z)}\ng = {_list(G)}\naxis = {axis}"
        return Outcome(done, _run(exhibit.backward, Z, G.copy(), axis=axis), _shown(want))

    return trial


def masked_at(z: ArrayLike, mask: ArrayLike) -> Trial:
    """Show the shares of logits ``z`` where a mask allows them."""
    z, mask = np.asarray(z), np.asarray(mask, bool)

    def trial(exhibit):
        got, want = _run(exhibit.forward, z, mask=mask), exhibit.task.forward(z, mask=mask)
        done = f"z = {_list(z)}\nmask = {mask.astype(int).tolist()}"
        return Outcome(done, got, _shown(want))

    return trial


def ignored_row(exhibit: Any) -> "Outcome":
    """Show the gradient of a row of 102 equal logits that counts for nothing."""
    z, t = np.zeros((2, 102)), np.zeros((2, 102))
    t[1, 0] = 1
    got, want = exhibit.backward(z, 1.0, t=t)[0], exhibit.task.backward(z, 1.0, t)[0]
    done = "z = np.zeros((2, 102))\nclasses = [-100, 0]\nthen dz[0, :4]"
    return Outcome(done, _shown(got[:4]), _shown(want[:4]))


def g_afterwards(exhibit: Any) -> "Outcome":
    """Show what is left of g after the backward pass."""
    g = G.copy()
    exhibit.backward(Z, g)
    return Outcome(f"z = {_list(Z)}\ng = {_list(G)}\nthen g after the call", _shown(g), _shown(G))


DONE = {
    "result": "y = layer.forward(z)\ny[...] = 0\nlayer.backward(g)",
    "logits": "y = layer.forward(z)\nz[...] = 0\nlayer.backward(g)",
    "second use": "y = layer.forward(z)\nlayer.forward(z[::-1])\nlayer.backward(g)",
}


def after(spoil: str) -> Trial:
    """Show what a layer gives back after somebody spoilt what it kept."""

    def trial(exhibit):
        got, want = spoilt(exhibit, spoil, Z, G)
        done = f"z = {_list(Z)}\ng = {_list(G)}\n{DONE[spoil]}"
        return Outcome(done, _shown(got), _shown(want))

    return trial


def _run(function, *arguments, **where):
    """Return what a call shows: its result, or the exception that ends it."""
    with np.errstate(all="ignore"):
        try:
            return _shown(function(*arguments, **where))
        except Exception as error:  # part of the show
            return f"{type(error).__name__}: {error}".strip()


def _shown(x):
    if np.ndim(x) == 0:
        return f"{x:.6g}"
    x = np.asarray(x)
    x = x.round(4) + 0 if x.dtype.kind == "f" else x  # + 0: no -0.
    return np.array2string(x, precision=4, suppress_small=True, floatmode="maxprec")


def _list(x):
    """Return an array as somebody would type it."""
    return str(np.asarray(x).tolist()).replace(".0,", ",").replace(".0]", "]")

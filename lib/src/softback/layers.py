"""The layer API: ``forward`` keeps what ``backward(g)`` will need, in the object itself.

What is kept is a copy of its own, so neither the caller's logits nor the returned result can change
it. It serves one backward pass. Where two forward passes would compete for it, backward refuses.

`linear_cross_entropy_and_grad` keeps nothing: there layer and loss are one function.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from softback import _arguments, _cross_entropy
from softback._types import Array, ArrayLike, Axis, Numbers
from softback.functions import log_softmax, softmax
from softback.gradients import cross_entropy_and_grad, log_softmax_vjp, softmax_vjp


class _Layer:
    """What the layers share: how one forward pass is pulled back, by one backward pass."""

    _passes = 0
    _pull: Any = None

    def forget(self) -> None:
        """Drop what forward kept, as if it had never run."""
        self._passes, self._pull = 0, None

    def _keep(self, pull):
        self._passes, self._pull = self._passes + 1, pull

    def backward(self, g: ArrayLike) -> Array:
        """Pull a gradient ``g`` back to dL/dz through the last forward pass, and drop that pass.

        Parameters
        ----------
        g : array_like, shape of what forward returned
            Upstream gradient.

        Returns
        -------
        ndarray, shape of g

        Raises
        ------
        RuntimeError
            If forward did not run exactly once since the last backward.
        TypeError, ValueError
            As the vector-Jacobian product of the layer does; the pass is still there after it.
        """
        if self._passes != 1:
            raise RuntimeError(self._complaint())
        dz = self._pull(g)
        self.forget()
        return dz

    def _complaint(self):
        name = type(self).__name__
        if self._passes == 0:
            return f"{name}.backward needs a forward pass of its own; call forward first"
        return (
            f"{name}.forward ran {self._passes} times since the last backward, which cannot know "
            "whose gradient it gets; use one layer object for each use, or call forget() between"
        )


class _OverAxis(_Layer):
    """A function of logits along an axis, with a temperature, and its vector-Jacobian product."""

    _function: Any
    _vjp: Any

    def __init__(self, axis: Axis = -1, temperature: float = 1.0) -> None:
        self.axis = axis
        self.temperature = _arguments.positive(temperature, "temperature")

    def forward(self, z: ArrayLike) -> Array:
        """Apply the layer to logits ``z`` and keep a copy of what it returns.

        Parameters
        ----------
        z : array_like, shape (..., C, ...)
            Logits.

        Returns
        -------
        ndarray, same shape and precision as z

        Raises
        ------
        TypeError, ValueError, numpy.exceptions.AxisError
            As the function of the layer does.
        """
        out = self._function(z, self.axis, temperature=self.temperature)
        self._keep(partial(self._vjp, np.array(out), axis=self.axis, temperature=self.temperature))
        return out


class Softmax(_OverAxis):
    """Softmax as a layer: `softback.softmax` forward, `softback.softmax_vjp` backward.

    The chapter in-code compares it with the two other homes of the rule.

    Parameters
    ----------
    axis : int, tuple of ints or None
        The axis that sums to one.
    temperature : float
        T > 0.

    Raises
    ------
    TypeError
        If ``temperature`` is not a real number.
    ValueError
        If ``temperature`` is not above 0.
    """

    _function, _vjp = staticmethod(softmax), staticmethod(softmax_vjp)


class LogSoftmax(_OverAxis):
    """Log-softmax as a layer: `softback.log_softmax` and `softback.log_softmax_vjp`.

    The chapter in-code compares it with the two other homes of the rule.

    Parameters
    ----------
    axis : int, tuple of ints or None
        The axis whose probabilities sum to one.
    temperature : float
        T > 0.

    Raises
    ------
    TypeError
        If ``temperature`` is not a real number.
    ValueError
        If ``temperature`` is not above 0.
    """

    _function, _vjp = staticmethod(log_softmax), staticmethod(log_softmax_vjp)


class SoftmaxCrossEntropy(_Layer):
    """Softmax and cross entropy as one layer, the last of a classifier.

    Its backward pass multiplies by g the gradient that the forward pass found on the way. Derived
    in the chapter cross-entropy (eq-gradient).

    Parameters
    ----------
    axis : int
        The axis of the C classes.
    reduction : {"mean", "sum", "none"}
        How the rows become one loss.
    label_smoothing : float
        e in [0, 1]: the targets become (1 - e) t + e / C.
    ignore_index : int
        A class index whose rows count for nothing.
    weight : array_like, shape (C,), optional
        A factor for each class.
    """

    def __init__(
        self, axis: int = -1, *, reduction: str = "mean",
        label_smoothing: float = 0.0, ignore_index: int = -100, weight: ArrayLike | None = None,
    ) -> None:  # fmt: skip
        self.axis = axis
        self.options: dict[str, Any] = {"reduction": reduction, "label_smoothing": label_smoothing}
        self.options |= {"ignore_index": ignore_index, "weight": weight}

    def forward(self, z: ArrayLike, t: ArrayLike) -> Numbers:
        """Return the loss of logits ``z`` for targets ``t`` and keep its gradient.

        Parameters
        ----------
        z : array_like, shape (..., C, ...)
            Logits.
        t : array_like
            Class indices, or one target for each class.

        Returns
        -------
        ndarray or scalar
            As `softback.cross_entropy` returns it.

        Raises
        ------
        TypeError, IndexError, ValueError, numpy.exceptions.AxisError
            As `softback.cross_entropy` does, also for the options of the layer.
        """
        loss, dz = cross_entropy_and_grad(z, t, self.axis, **self.options)
        self._keep(partial(self._scaled, dz, loss.shape))
        return loss

    def backward(self, g: ArrayLike = 1.0) -> Array:
        """Return g dL/dz of the last forward pass, and drop that pass.

        Parameters
        ----------
        g : array_like
            Upstream gradient: one number, or for ``reduction="none"`` one for each loss.

        Returns
        -------
        ndarray, same shape as z
            In its precision, unless g is an array of a higher one.

        Raises
        ------
        RuntimeError
            If forward did not run exactly once since the last backward.
        TypeError
            If g does not hold numbers.
        ValueError
            If g is neither one number nor of the shape of the loss; the pass is still there.
        """
        return super().backward(g)

    def _scaled(self, dz, shape, g):
        g = _arguments.as_numbers(g, "g")
        if g.shape not in ((), shape):
            raise ValueError(f"g has shape {g.shape}; it must be one number or have shape {shape}")
        g = np.expand_dims(g, self.axis) if g.ndim else g.item()  # a plain number has no precision
        with _arguments.quiet():
            return dz * g


def linear_cross_entropy_and_grad(
    h: ArrayLike, w: ArrayLike, t: ArrayLike, *, rows: int = 128
) -> tuple[Numbers, Array, Array]:
    """Return the mean cross entropy of the logits h w, and its gradients, without all the logits.

    Derived in the chapter attention (eq-linear-gradients). A layer in one piece with its loss: the
    logits of a few rows are made, turned into their gradient and used up before the next rows come.

    Parameters
    ----------
    h : array_like, shape (N, D)
        What enters the last linear layer.
    w : array_like, shape (D, C)
        Its weights.
    t : array_like, shape (N,) or (N, C)
        Class indices, of which -100 marks rows that count for nothing; or targets for each class.
    rows : int
        How many rows of logits are held at a time, at least 1.

    Returns
    -------
    loss : scalar
        As `softback.cross_entropy` returns it.
    dh, dw : ndarray, same shapes and precisions as h and w
        The gradients of the loss.

    Raises
    ------
    TypeError, IndexError, ValueError
        If the shapes do not fit, h or w are not real, ``rows`` is no integer above 0, or as
        `softback.cross_entropy` does.

    Examples
    --------
    >>> loss, dh, dw = linear_cross_entropy_and_grad([[1.0]], [[0.0, np.log(3.0)]], [1])
    >>> dw
    array([[ 0.25, -0.25]])
    """
    h, w, t = _arguments.as_real(h, "h"), _arguments.as_real(w, "w"), np.asanyarray(t)
    if not (h.ndim == w.ndim == 2 and h.shape[1] == w.shape[0] and t.shape[:1] == h.shape[:1]):
        raise ValueError(f"h {h.shape}, w {w.shape}, t {t.shape} must be (N, D), (D, C), (N, ...)")
    # Checked as a whole, so that an error names the row as the caller counts it.
    _cross_entropy.problem(np.broadcast_to(0.0, (len(h), w.shape[1])), t, -1, "sum", 0, -100, None)
    rows = _arguments.integer(rows, "rows", 1)
    counted = np.count_nonzero(t != -100) if t.ndim == 1 else len(h)
    dh, dw, loss = np.empty_like(h), np.zeros_like(u := _arguments.working(w)), np.float64(0)
    with _arguments.quiet():
        for part in np.split(np.arange(len(h)), range(rows, len(h), rows)):
            losses, dz = cross_entropy_and_grad(h[part] @ u, t[part], reduction="sum")
            loss, dh[part] = loss + losses / (counted or np.nan), dz @ u.T / max(counted, 1)
            dw += h[part].T @ dz / max(counted, 1)
    return loss.astype(np.result_type(h, w)), dh, dw.astype(w.dtype)

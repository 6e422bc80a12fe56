"""Cross entropy: its arguments checked, its loss and gradient computed block by block."""

from dataclasses import dataclass, replace
from math import prod
from numbers import Real

import numpy as np

from softback import _arguments, _careful
from softback._fast import blocks
from softback._fast.sums import row_sum

REDUCTIONS = ("mean", "sum", "none")


@dataclass(frozen=True)
class Problem:
    """Checked arguments of a cross entropy.

    ``t`` holds class indices (then ``hard``), its axis of classes kept with length 1, or one target
    for each class; ``ignore_index`` is None where no row has it; ``weight`` is one factor for each
    class, or None.
    """

    z: np.ndarray  # (..., C, ...)
    t: np.ndarray  # (..., 1, ...) if hard, else (..., C, ...)
    axis: int
    hard: bool
    reduction: str
    smoothing: float
    ignore_index: int | None
    weight: np.ndarray | None  # (C,)

    def divisor(self):
        """Return what a sum over the rows is divided by to give the reduced loss."""
        if self.reduction != "mean":
            return 1
        t = self.t if self.ignore_index is None else self.t[self.t != self.ignore_index]
        if self.hard and self.weight is not None:
            counts = np.bincount(t.astype(np.intp, copy=False).ravel(), minlength=len(self.weight))
            return (counts * self.weight).sum(where=counts > 0)
        return t.size if self.hard else t.size // t.shape[self.axis]

    def targets(self, t):
        """Return the targets of the rows of ``t``: of all classes, or of the one that t names."""
        dtype = self.z.real.dtype
        if self.hard and not self.smoothing:
            return dtype.type(1) if self.weight is None else self.weight[t]
        classes = self.z.shape[self.axis]
        shape = [-1 if a == self.axis else 1 for a in range(self.z.ndim)]
        q = np.arange(classes).reshape(shape) == t if self.hard else t
        q = q.astype(np.result_type(q, dtype), copy=False)
        if self.smoothing:
            q = (1 - self.smoothing) * q + self.smoothing / classes
        return q if self.weight is None else q * self.weight.reshape(shape)


def problem(z, t, axis, reduction, label_smoothing, ignore_index, weight):
    """Check the arguments of `softback.cross_entropy` and return them as a `Problem`."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction is {reduction!r}; it must be one of {', '.join(REDUCTIONS)}")
    if not (isinstance(label_smoothing, Real) and 0 <= label_smoothing <= 1):
        raise ValueError(f"label_smoothing is {label_smoothing!r}; it must lie in [0, 1]")
    axis, z = _arguments.one_axis(z, axis, "z"), _arguments.working(z)
    classes, kept, t = z.shape[axis], z.shape[:axis] + z.shape[axis + 1 :], np.asanyarray(t)
    if not classes:
        raise ValueError(f"z has shape {z.shape}; axis {axis} must hold at least one class")
    if weight is not None:
        weight = _arguments.as_real(weight, "weight").astype(z.real.dtype)
        if weight.shape != (classes,):
            raise ValueError(f"weight has shape {weight.shape}; it must have shape {(classes,)}")
    if t.shape not in (kept, z.shape):
        wanted = f"{kept} for class indices or {z.shape} for one target for each class"
        raise ValueError(f"t has shape {t.shape}; it must have shape {wanted}")
    hard = t.shape == kept
    ignore_index = ignore_index if hard and _ignored(t, classes, ignore_index).any() else None
    t = np.expand_dims(t, axis) if hard else _arguments.as_real(t, "t")
    return Problem(z, t, axis, hard, reduction, float(label_smoothing), ignore_index, weight)


def _ignored(t, classes, ignore_index):
    """Tell which rows are ignored; raise an error unless the others of ``t`` hold class indices."""
    if isinstance(t, np.ma.MaskedArray):
        raise TypeError("t is a masked array; mark rows with `ignore_index` instead")
    if t.dtype.kind not in "iu" and t.size:
        raise TypeError(f"t holds {t.dtype}; class indices must be integers")
    ignored = t == _arguments.integer(ignore_index, "ignore_index")
    wrong = np.argwhere(((t < 0) | (t >= classes)) & ~ignored)
    if len(wrong):
        index = tuple(wrong[0].tolist())
        place = f"t[{', '.join(map(str, index))}]" if index else "t"
        reach = f"{classes} classes (0 to {classes - 1})"
        raise IndexError(f"class {t[index]} in {place} is out of range for {reach}")
    return ignored


def evaluate(task, grad=False):
    """Return the reduced loss, and its gradient or None.

    All else is done in blocks of whole rows, so that little memory is needed.
    """
    few = blocks.few_classes(task.z, (task.axis,))
    if few:
        first = {name: np.moveaxis(getattr(task, name), -1, 0) for name in ("z", "t")}
        task, numbers = replace(task, **first, axis=0), blocks.FEW_BLOCK_NUMBERS
    else:
        # Many numbers, where a block of the gradient is all that is written.
        most = blocks.CACHE_BYTES // task.z.itemsize if grad else 0
        numbers = most if prod(task.z.shape[task.axis :]) <= most else blocks.BLOCK_NUMBERS
    wide, divisor = np.result_type(task.z, np.float64), task.divisor()
    share = 1 / np.result_type(task.z.real, np.float64).type(divisor)  # of a row in the loss
    dz, losses = np.empty_like(task.z) if grad else None, []
    each = [1 if a == task.axis else n for a, n in enumerate(task.z.shape)]
    each = np.empty(each, task.z.dtype) if task.reduction == "none" else None
    for part in blocks.cut(task.z.shape, (task.axis,), numbers):
        found = _block(task, part, None if dz is None else dz[part], share)
        if each is None:
            losses.append(found.sum(dtype=wide))
        else:
            each[part] = found
    loss = np.sum(losses, dtype=wide) / divisor if each is None else each.squeeze(task.axis)
    return loss, np.moveaxis(dz, 0, -1) if few and grad else dz


def _block(task, part, dz, share):
    """Return the losses of some rows; fill ``dz`` with their gradient times ``share``."""
    z, t = task.z[part], task.t[part]
    scattered = not z.flags.c_contiguous
    if scattered:  # a copy, because arithmetic is slow in a turned or wide layout
        z = e = z.copy(order="C")
    else:
        e = np.empty_like(z) if dz is None else dz
    if task.ignore_index is not None:
        ignored = t == task.ignore_index
        t = np.where(ignored, 0, t)
    _careful.shift(z, (task.axis,), e)
    losses = _losses(task, t, e, None if dz is None else share)
    if task.ignore_index is not None:
        losses[ignored] = 0
        np.copyto(e, 0, where=ignored)
    if dz is not None and scattered:
        dz[...] = e
    return losses


def _losses(task, t, e, share):
    """Return the losses -sum(q log y) of the rows of ``t``, 0 log 0 being 0.

    ``e`` holds the shifted logits, and in the end, unless ``share`` is None, the gradient.
    """
    axes, at_class, q = (task.axis,), task.hard and not task.smoothing, task.targets(t)
    logp = np.take_along_axis(e, t, task.axis) if at_class else e.copy()
    np.exp(e, out=e)
    total = row_sum(e, axes)
    logp -= _careful.log_total(e, total, axes)
    losses = np.where(q == 0, 0, -q * logp)
    losses = losses if at_class else row_sum(losses, axes)
    if share is not None and at_class:
        scale = q * share
        e *= np.divide(scale, total, out=total, casting="same_kind")
        np.expm1(logp, out=logp)  # y - 1 without its rounding
        np.put_along_axis(e, t, np.multiply(scale, logp, out=logp, casting="same_kind"), task.axis)
    elif share is not None:
        d = e / total * row_sum(q, axes) - q
        d = _careful.keep_sure(d, logp, -q, axes)  # the loss has the gradient -q by log y
        np.multiply(d, share, out=e, casting="same_kind")
    return losses

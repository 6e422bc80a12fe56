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
    for each class; ``ignored`` marks the rows that count for nothing, or is None; ``weight`` is one
    factor for each class, or None.
    """

    z: np.ndarray  # (..., C, ...)
    t: np.ndarray  # (..., 1, ...) if hard, else (..., C, ...)
    axis: int
    hard: bool
    ignored: np.ndarray | None  # (..., 1, ...)
    weight: np.ndarray | None  # (C,)
    smoothing: float
    reduction: str

    def divisor(self):
        """Return what a sum over the rows is divided by to give the reduced loss."""
        if self.reduction != "mean":
            return 1
        t = self.t if self.ignored is None else self.t[~self.ignored]
        if self.weight is None or not self.hard:
            return np.float64(t.size if self.hard else t.size // t.shape[self.axis])
        counts = np.bincount(t.astype(np.intp, copy=False).ravel(), minlength=len(self.weight))
        return np.float64((counts * self.weight).sum(where=counts > 0))

    def classes_first(self):
        """Return the same problem with its last axis, that of the classes, moved to the front."""
        first = {name: np.moveaxis(getattr(self, name), -1, 0) for name in ("z", "t")}
        ignored = None if self.ignored is None else np.moveaxis(self.ignored, -1, 0)
        return replace(self, **first, ignored=ignored, axis=0)

    def along_classes(self, x):
        """Return one number for each class in a shape that broadcasts to z."""
        return x.reshape([-1 if a == self.axis else 1 for a in range(self.z.ndim)])


def problem(z, t, axis, reduction, label_smoothing, ignore_index, weight):
    """Check the arguments of `softback.cross_entropy` and return them as a `Problem`."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction is {reduction!r}; it must be one of {', '.join(REDUCTIONS)}")
    if not (isinstance(label_smoothing, Real) and 0 <= label_smoothing <= 1):
        raise ValueError(f"label_smoothing is {label_smoothing!r}; it must lie in [0, 1]")
    axis = _arguments.one_axis(z, axis, "z")
    if not z.shape[axis]:
        raise ValueError(f"z has shape {z.shape}; axis {axis} must hold at least one class")
    t, weight = np.asanyarray(t), _weight(weight, z, axis)
    kept, ignored, hard = z.shape[:axis] + z.shape[axis + 1 :], None, t.shape != z.shape
    if not hard:
        t = _real(_arguments.as_numbers(t, "t"), "t")
    elif t.shape == kept:
        t, ignored = _classes(t, z.shape[axis], ignore_index)
        t = np.expand_dims(t, axis)
        ignored = None if ignored is None else np.expand_dims(ignored, axis)
    else:
        raise ValueError(
            f"t has shape {t.shape}; it must have shape {kept} for class indices or "
            f"{z.shape} for one target for each class"
        )
    smoothing = float(label_smoothing)
    return Problem(_arguments.working(z), t, axis, hard, ignored, weight, smoothing, reduction)


def evaluate(task, dz=None):
    """Return the reduced loss; fill ``dz``, an array like ``task.z``, with its gradient.

    All else is done in blocks of whole rows, so that little memory is needed.
    """
    if blocks.few_classes(task.z, (task.axis,)):
        task, dz = task.classes_first(), None if dz is None else np.moveaxis(dz, -1, 0)
        numbers = blocks.FEW_BLOCK_NUMBERS
    else:
        numbers = _block_size(task, dz)
    wide, divisor = np.result_type(task.z, np.float64), task.divisor()
    share = 1 / np.result_type(task.z.real, np.float64).type(divisor)  # of a row in the loss
    each = [1 if a == task.axis else n for a, n in enumerate(task.z.shape)]
    each = np.empty(each, task.z.dtype) if task.reduction == "none" else None
    totals = []
    for part in blocks.cut(task.z.shape, (task.axis,), numbers):
        losses = _block(task, part, None if dz is None else dz[part], share)
        if each is None:
            totals.append(losses.sum(dtype=wide))
        else:
            each[part] = losses
    return np.sum(totals, dtype=wide) / divisor if each is None else each.squeeze(task.axis)


def _block_size(task, dz):
    """Return how many numbers a block may hold: many, where its gradient is all that it writes."""
    whole = 0 if dz is None else blocks.CACHE_BYTES // dz.itemsize
    return whole if prod(task.z.shape[task.axis :]) <= whole else blocks.BLOCK_NUMBERS


def _block(task, part, dz, share):
    """Return the losses of some rows; fill ``dz`` with their gradient times ``share``."""
    z = task.z[part]
    scattered = not z.flags.c_contiguous
    if scattered:  # a copy, because arithmetic is slow in a turned or wide layout
        z = out = z.copy(order="C")
    else:
        out = np.empty_like(z) if dz is None else dz
    _careful.shift(z, (task.axis,), out)
    kernel = _at_class if task.hard and not task.smoothing else _at_targets
    losses = kernel(task, part, out, None if dz is None else share)
    if dz is not None and scattered:
        dz[...] = out
    if task.ignored is not None:
        losses[task.ignored[part]] = 0
        if dz is not None:
            np.copyto(dz, 0, where=task.ignored[part])
    return losses


def _at_class(task, part, e, share):
    """One block with a class index for each row: the loss is -log y at that class.

    ``e`` holds the shifted logits, and in the end, unless ``share`` is None, the gradient.
    """
    t, axes = task.t[part], (task.axis,)
    logp = np.take_along_axis(e, t, task.axis)
    np.exp(e, out=e)
    total = row_sum(e, axes)
    logp -= _careful.log_total(e, total, axes)
    weight = e.real.dtype.type(1) if task.weight is None else task.weight[t]
    losses = np.where(weight == 0, 0, -weight * logp)
    if share is not None:
        scale = weight * share
        e *= np.divide(scale, total, out=total, casting="same_kind")
        np.expm1(logp, out=logp)  # y - 1 without its rounding
        np.put_along_axis(e, t, np.multiply(scale, logp, out=logp, casting="same_kind"), task.axis)
    return losses


def _at_targets(task, part, logy, share):
    """One block with a target q for each class: the loss is -sum(q log y), 0 log 0 being 0.

    ``logy`` holds the shifted logits, and in the end, unless ``share`` is None, the gradient.
    """
    q, axes = _smoothed(task, part), (task.axis,)
    e = np.exp(logy)
    total = row_sum(e, axes)
    logy -= _careful.log_total(e, total, axes)
    losses = -row_sum(np.where(q == 0, 0, q * logy), axes)
    if share is not None:
        dz = e / total * row_sum(q, axes) - q
        dz = _careful.keep_sure(dz, logy, -q, axes)  # the loss has the gradient -q by log y
        np.multiply(dz, share, out=logy, casting="same_kind")
    return losses


def _smoothed(task, part):
    """Return the targets of some rows as one number for each class, smoothed and weighted."""
    classes, dtype = task.z.shape[task.axis], task.z.real.dtype
    if task.hard:
        q = (task.along_classes(np.arange(classes)) == task.t[part]).astype(dtype)
    else:
        q = task.t[part].astype(np.result_type(task.t, dtype), copy=False)
    if task.smoothing:
        q = (1 - task.smoothing) * q + task.smoothing / classes
    return q if task.weight is None else q * task.along_classes(task.weight)


def _real(x, name):
    """Return ``x`` unless it is complex: only the logits may take a complex step."""
    if x.dtype.kind == "c":
        raise TypeError(f"{name} holds {x.dtype}; it must hold real numbers")
    return x


def _weight(weight, z, axis):
    """Check the weights of the classes and return them in the precision of ``z``."""
    if weight is None:
        return None
    weight = _real(_arguments.as_numbers(weight, "weight"), "weight")
    if weight.shape != (z.shape[axis],):
        raise ValueError(f"weight has shape {weight.shape}; it must have shape {(z.shape[axis],)}")
    return weight.astype(_arguments.working(z).real.dtype)


def _classes(t, classes, ignore_index):
    """Check class indices; return them with the ignored ones set to 0, and where those are."""
    if isinstance(t, np.ma.MaskedArray):
        raise TypeError("t is a masked array; mark rows with `ignore_index` instead")
    if t.dtype.kind not in "iu" and t.size:
        raise TypeError(f"t holds {t.dtype}; class indices must be integers")
    t = t.astype(np.intp, copy=False) if not t.size else t
    ignored = t == ignore_index
    wrong = np.argwhere(((t < 0) | (t >= classes)) & ~ignored)
    if len(wrong):
        place = f"t[{', '.join(map(str, wrong[0]))}]" if t.ndim else "t"
        raise IndexError(
            f"class {t[tuple(wrong[0])]} in {place} is out of range for {classes} classes "
            f"(0 to {classes - 1})"
        )
    return (np.where(ignored, 0, t), ignored) if ignored.any() else (t, None)

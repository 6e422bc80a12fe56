"""Cross entropy: its arguments checked, its loss and gradient computed block by block."""

from dataclasses import dataclass, replace
from numbers import Real

import numpy as np

from softback import _arrays, _kernels

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
        if not self.hard:
            return np.float64(self.t.size // self.t.shape[self.axis])
        counts = np.ones(self.t.shape) if self.weight is None else self.weight[self.t]
        return counts.sum(where=True if self.ignored is None else ~self.ignored, dtype=np.float64)

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
    axis = _arrays.one_axis(z, axis, "z")
    if not z.shape[axis]:
        raise ValueError(f"z has shape {z.shape}; axis {axis} must hold at least one class")
    t, weight = np.asanyarray(t), _weight(weight, z, axis)
    kept, ignored, hard = z.shape[:axis] + z.shape[axis + 1 :], None, t.shape != z.shape
    if not hard:
        t = _real(_arrays.as_numbers(t, "t"), "t")
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
    return Problem(_arrays.working(z), t, axis, hard, ignored, weight, smoothing, reduction)


def evaluate(task, dz=None):
    """Return the loss of each row times its weight; fill ``dz`` with the reduced loss' gradient.

    ``dz`` has the shape of ``task.z``. All else is done in blocks of whole rows.
    """
    if _arrays.few_classes(task.z, (task.axis,)):
        task, dz = task.classes_first(), None if dz is None else np.moveaxis(dz, -1, 0)
    shape = [1 if a == task.axis else n for a, n in enumerate(task.z.shape)]
    losses = np.empty(shape, task.z.dtype)
    kernel = _at_class if task.hard and not task.smoothing else _at_targets
    wide = np.result_type(losses.real, np.float64)
    share = 1 / wide.type(task.divisor())  # of each row in the reduced loss
    for part in _arrays.blocks(task.z.shape, (task.axis,)):
        losses[part] = kernel(task, part, None if dz is None else dz[part], share)
    if task.ignored is not None:
        losses[task.ignored] = 0
        if dz is not None:
            np.copyto(dz, 0, where=task.ignored)
    return losses.squeeze(task.axis)


def reduced(task, losses):
    """Return the mean of ``losses``, their sum, or themselves."""
    if task.reduction == "none":
        return losses
    total = losses.sum(dtype=np.result_type(losses, np.float64))
    return total / task.divisor()


def _at_class(task, part, dz, share):
    """One block with a class index for each row: the loss is -log y at that class."""
    t, axes = task.t[part], (task.axis,)
    e = _shifted(task.z[part], axes)
    logp = np.take_along_axis(e, t, task.axis)
    np.exp(e, out=e)
    total = _arrays.row_sum(e, axes)
    logp -= _kernels.log_total(e, total, axes)
    weight = e.real.dtype.type(1) if task.weight is None else task.weight[t]
    if dz is not None:
        scale = weight * share
        target = dz if dz.flags.c_contiguous else e  # a product is slow in a turned layout
        np.multiply(e, (scale / total).astype(e.dtype), out=target)
        if target is e:
            dz[...] = e
        uncancelled = scale * np.expm1(logp)  # y - 1 without its rounding
        np.put_along_axis(dz, t, uncancelled, task.axis)
    return np.where(weight == 0, 0, -weight * logp)


def _at_targets(task, part, dz, share):
    """One block with a target q for each class: the loss is -sum(q log y), 0 log 0 being 0."""
    q, axes = _smoothed(task, part), (task.axis,)
    logy = _shifted(task.z[part], axes)
    e = np.exp(logy)
    total = _arrays.row_sum(e, axes)
    logy -= _kernels.log_total(e, total, axes)
    if dz is not None:
        y, sum_q = e / total, _arrays.row_sum(q, axes)
        uncancelled = sum_q * np.expm1(logy) + (sum_q - q)  # y sum_q - q without its rounding
        gradient = np.where(y.real > 0.5, uncancelled, y * sum_q - q)
        np.multiply(gradient, share, out=dz, casting="same_kind")
    return -_arrays.row_sum(np.where(q == 0, 0, q * logy), axes)


def _shifted(view, axes):
    """Return some rows less their maxima as a new contiguous array, and make no second one."""
    z = np.ascontiguousarray(view)
    return np.subtract(z, _arrays.row_max(z, axes), out=None if z is view else z)


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
    weight = _real(_arrays.as_numbers(weight, "weight"), "weight")
    if weight.shape != (z.shape[axis],):
        raise ValueError(f"weight has shape {weight.shape}; it must have shape {(z.shape[axis],)}")
    return weight.astype(_arrays.working(z).real.dtype)


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

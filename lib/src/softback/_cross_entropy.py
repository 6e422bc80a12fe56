"""Cross entropy of checked arguments, block by block: the loss alone, or with its gradient."""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from softback import _arrays, _kernels

REDUCTIONS = ("mean", "sum", "none")


@dataclass(frozen=True)
class Problem:
    """Checked arguments of a cross entropy, the axis of the classes moved to the end.

    ``t`` holds class indices (then ``hard``) or one target for each class; ``ignored`` marks the
    rows that count for nothing, or is None; ``weight`` is one factor for each class, or None.
    """

    z: np.ndarray  # (..., C)
    t: np.ndarray  # (...) if hard, else (..., C)
    hard: bool
    ignored: np.ndarray | None  # (...)
    weight: np.ndarray | None  # (C,)
    smoothing: float
    reduction: str

    def divisor(self):
        """Return what a sum over the rows is divided by to give the reduced loss."""
        if self.reduction != "mean":
            return 1
        if not self.hard:
            return np.float64(self.t[..., 0].size)
        counts = np.ones(self.t.shape) if self.weight is None else self.weight[self.t]
        return counts.sum(where=True if self.ignored is None else ~self.ignored, dtype=np.float64)


def problem(z, t, axis, reduction, label_smoothing, ignore_index, weight):
    """Check the arguments of `softback.cross_entropy` and return them as a `Problem`."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction is {reduction!r}; it must be one of {', '.join(REDUCTIONS)}")
    if not (isinstance(label_smoothing, Real) and 0 <= label_smoothing <= 1):
        raise ValueError(f"label_smoothing is {label_smoothing!r}; it must lie in [0, 1]")
    axis = _arrays.one_axis(z, axis, "z")
    if not z.shape[axis]:
        raise ValueError(f"z has shape {z.shape}; axis {axis} must hold at least one class")
    t = np.asanyarray(t)
    kept = z.shape[:axis] + z.shape[axis + 1 :]
    z = np.moveaxis(_arrays.working(z), axis, -1)
    weight = _weight(weight, z)
    if t.shape == kept:
        t, ignored = _classes(t, z.shape[-1], ignore_index)
        return Problem(z, t, True, ignored, weight, float(label_smoothing), reduction)
    if t.ndim != z.ndim or t.shape != np.moveaxis(z, -1, axis).shape:
        raise ValueError(
            f"t has shape {t.shape}; it must have shape {kept} for class indices or "
            f"{np.moveaxis(z, -1, axis).shape} for one target for each class"
        )
    t = np.moveaxis(_real(_arrays.as_numbers(t, "t"), "t"), axis, -1)
    return Problem(z, t, False, None, weight, float(label_smoothing), reduction)


def evaluate(task, dz=None):
    """Return the loss of each row times its weight; fill ``dz`` with the reduced loss' gradient.

    ``dz`` has the shape of ``task.z``. It is the only array of that size that is needed.
    """
    losses = np.empty(task.z.shape[:-1], task.z.dtype)
    kernel = _at_class if task.hard and not task.smoothing else _at_targets
    wide = np.result_type(losses.real, np.float64)
    share = 1 / wide.type(task.divisor())  # of each row in the reduced loss
    for part in _arrays.blocks(task.z.shape, (task.z.ndim - 1,)):
        rows = part[:-1]
        losses[rows] = kernel(task, rows, None if dz is None else dz[rows], share)
    for result in (losses, dz):
        if task.ignored is not None and result is not None:
            result[task.ignored] = 0
    return losses


def reduced(task, losses):
    """Return the mean of ``losses``, their sum, or themselves."""
    if task.reduction == "none":
        return losses
    total = losses.sum(dtype=np.result_type(losses, np.float64))
    return total / task.divisor()


def _at_class(task, rows, dz, share):
    """One block with a class index for each row: the loss is -log y at that class."""
    t = task.t[rows][..., None]
    s, e, total, logs = _exponentials(task.z[rows])
    logp = np.take_along_axis(s, t, -1) - logs
    weight = s.real.dtype.type(1) if task.weight is None else task.weight[t]
    if dz is not None:
        scale = weight * share
        np.multiply(e, (scale / total).astype(e.dtype), out=dz)
        np.put_along_axis(dz, t, scale * np.expm1(logp), -1)  # (y - 1) uncancelled
    return np.where(weight == 0, 0, -weight * logp)[..., 0]


def _at_targets(task, rows, dz, share):
    """One block with a target q for each class: the loss is -sum(q log y), 0 log 0 being 0."""
    q, last = _smoothed(task, rows), (task.z.ndim - 1,)
    s, e, total, logs = _exponentials(task.z[rows])
    logy = s - logs
    if dz is not None:
        y, sum_q = e / total, _arrays.row_sum(q, last)
        near_one = sum_q * np.expm1(logy) + (sum_q - q)  # (y sum_q - q) uncancelled
        gradient = np.where(y.real > 0.5, near_one, y * sum_q - q)
        np.multiply(gradient, share, out=dz, casting="same_kind")
    return -_arrays.row_sum(np.where(q == 0, 0, q * logy), last)[..., 0]


def _exponentials(z):
    """Return the shifted logits of some rows, their exponentials, and these' sum and its log."""
    last = (z.ndim - 1,)
    s = np.subtract(z, _arrays.row_max(z, last), order="C")
    e = np.exp(s)
    total = _arrays.row_sum(e, last)
    return s, e, total, _kernels.log_total(e, total, last)


def _smoothed(task, rows):
    """Return the targets of some rows as one number for each class, smoothed and weighted."""
    classes = task.z.shape[-1]
    if task.hard:
        q = (np.arange(classes) == task.t[rows][..., None]).astype(task.z.real.dtype)
    else:
        q = task.t[rows].astype(np.result_type(task.t, task.z.real), copy=False)
    if task.smoothing:
        q = (1 - task.smoothing) * q + task.smoothing / classes
    return q if task.weight is None else q * task.weight


def _real(x, name):
    """Return ``x`` unless it is complex: only the logits may take a complex step."""
    if x.dtype.kind == "c":
        raise TypeError(f"{name} holds {x.dtype}; it must hold real numbers")
    return x


def _weight(weight, z):
    """Check the weights of the classes and return them in the precision of ``z``."""
    if weight is None:
        return None
    weight = _real(_arrays.as_numbers(weight, "weight"), "weight")
    if weight.shape != z.shape[-1:]:
        raise ValueError(f"weight has shape {weight.shape}; it must have shape {z.shape[-1:]}")
    return weight.astype(z.real.dtype)


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

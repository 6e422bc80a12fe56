"""The checker for the Hessian of cross entropy times a direction."""

from softback import cross_entropy_hessian, softmax, softmax_jvp
from softback.exercises import _draws
from softback.exercises._engine import judge
from softback.exercises._softmax_vjp import sums_to_zero
from softback.exercises._task import Slip, Task


def _cases(rng):
    """Return vectors alone: the exercise is about one row. The targets do not sum to one."""
    return [
        {
            "z": _draws.logits(rng, (size,)),
            "t": rng.uniform(0.2, 1.0, size).round(2),
            "v": _draws.upstream(rng, (size,)),
        }
        for size in (3, 2, 5, 1)
    ]


def _right(z, t, v):
    return t.sum() * softmax_jvp(softmax(z), v)


def _without_targets(z, t, v):
    return softmax_jvp(softmax(z), v)


def _diagonal(z, t, v):
    y = softmax(z)
    return y * (1 - y) * v


CURVATURE = Task(
    call="curvature(z, t, v)",
    cases=_cases,
    right=_right,
    returns=("Hv",),
    slips=(
        Slip("Your product is right for targets that sum to one. These do not: multiply it by "
             "their sum.", _without_targets),
        Slip("You kept only the diagonal of the Hessian: the slope in one logit also changes when "
             "another one moves.",
             _diagonal, lambda z, t, v: t.sum() * _diagonal(z, t, v)),
        Slip("This is the gradient itself. Its change along v is asked for: differentiate once "
             "more.", lambda z, t, v: t.sum() * softmax(z) - t, lambda z, t, v: softmax(z) - t),
        Slip("This is the slope of the loss along v, one number. You took the inner product with v "
             "and did not differentiate it.",
             lambda z, t, v: (t.sum() * softmax(z) - t) @ v, lambda z, t, v: (softmax(z) - t) @ v),
        Slip("This is v times H v, the curvature along v as one number. H v has one number for "
             "each logit.", lambda z, t, v: v @ _right(z, t, v)),
        Slip("You took the plain mean of v off. It must be the mean with weights y.",
             lambda z, t, v: t.sum() * softmax(z) * (v - v.mean()),
             lambda z, t, v: softmax(z) * (v - v.mean())),
        Slip("You took the weighted mean off, and did not scale by y.",
             lambda z, t, v: v - softmax(z) @ v, lambda z, t, v: t.sum() * (v - softmax(z) @ v)),
        Slip("The targets are constants here. Their own entries do not occur in H, only their sum.",
             lambda z, t, v: t * _without_targets(z, t, v),
             lambda z, t, v: softmax_jvp(softmax(z), v * t)),
        Slip("You returned the whole matrix H. Multiply it by v.",
             lambda z, t, v: cross_entropy_hessian(softmax(z)),
             lambda z, t, v: t.sum() * cross_entropy_hessian(softmax(z))),
        Slip("Right but for the sign: this loss is curved upwards.",
             lambda z, t, v: -_right(z, t, v), lambda z, t, v: -_without_targets(z, t, v)),
    ),
    properties=(sums_to_zero,),
    praise="Right: the rule of the book once more, times the sum of the targets.",
)  # fmt: skip


def check_curvature(answer, *, rng=None):
    """Return the verdict on a reader's ``curvature(z, t, v)``, the Hessian of the loss times v.

    Parameters
    ----------
    answer : callable
        Takes logits, targets and a direction, all of shape (C,), returns H v, shape (C,). The
        targets need not sum to one.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(CURVATURE, answer, rng)

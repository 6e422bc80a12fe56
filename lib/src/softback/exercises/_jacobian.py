"""The checker for the Jacobian of softmax."""

import numpy as np

import softback
from softback.exercises import _draws, _words
from softback.exercises._engine import judge
from softback.exercises._task import Slip, Task

SOFTMAX_AGAIN = (
    "You applied softmax to `y`, which is the output of softmax already. Use `y` as it comes."
)


def _vectors(rng):
    return [{"y": _draws.shares(rng, (classes,))} for classes in (3, 2, 5, 1)]


def _symmetric(case, jacobian):
    off = np.abs(jacobian - jacobian.T).max()
    if off < 1e-9:
        return None
    return f"your matrix is not symmetric: it differs from its transpose by {_words.number(off)}."


def _rows_sum_to_zero(case, jacobian):
    sums = jacobian.sum(axis=1)
    worst = sums[np.abs(sums).argmax()]
    if abs(worst) < 1e-9:
        return None
    return (
        f"a row of yours sums to {_words.number(worst)}. Each row sums to 0, because a shift of "
        "all logits changes nothing."
    )


def _eye(y):
    return np.eye(len(y))


JACOBIAN = Task(
    call="softmax_jacobian(y)",
    cases=_vectors,
    right=softback.softmax_jacobian,
    returns=("J",),
    slips=(
        Slip("`y @ y.T` of a vector is one number, the sum of the squares, and it came off every "
             "entry. A column times a row is `np.outer(y, y)`.",
             lambda y: np.diag(y) - y @ y.T),
        Slip("Off the diagonal you have one share alone or its square, where the product of two "
             "must stand: `-y_i * y_j`. A column times a row is `np.outer(y, y)`.",
             lambda y: np.diag(y) - y * y, lambda y: np.diag(y) - (y * y)[:, None],
             lambda y: np.diag(y) - y, lambda y: np.diag(y) - y[:, None]),
        Slip("You filled the diagonal only. Off it stands `-y_i * y_j`: raising one logit lowers "
             "every other probability.", lambda y: np.diag(y * (1 - y)), lambda y: y * (1 - y)),
        Slip("You have `diag(y)` alone. The product of a column and a row must "
             "still come off: `np.outer(y, y)`.", np.diag),
        Slip("The entries off the diagonal are right, and the case i = j is missing: there stands "
             "`y_i * (1 - y_i)`.", lambda y: -np.outer(y, y) * (1 - _eye(y)),
             lambda y: -np.outer(y, y)),
        Slip("The sign is turned round: raising a logit raises its own probability, so the "
             "diagonal must be positive.", lambda y: np.outer(y, y) - np.diag(y)),
        Slip("You added where you must subtract: off the diagonal stands `-y_i * y_j`.",
             lambda y: np.diag(y) + np.outer(y, y),
             lambda y: np.where(_eye(y) == 1, np.diag(y * (1 - y)), np.outer(y, y))),
        Slip("You used `y_i * (1 - y_j)` everywhere. The 1 is a delta: it is 1 on the diagonal and "
             "0 off it.", lambda y: np.outer(y, 1 - y), lambda y: np.outer(1 - y, y)),
        Slip("This is the Jacobian of log-softmax, `delta_ij - y_j`. Multiply row i by `y_i`.",
             lambda y: _eye(y) - y, lambda y: _eye(y) - y[:, None]),
        Slip(SOFTMAX_AGAIN, lambda y: softback.softmax_jacobian(softback.softmax(y))),
        Slip("You squared on the diagonal only: `y_i - y_i^2` is right there, and off it stands "
             "`-y_i * y_j`, not 0 and not `y_i`.",
             lambda y: y[:, None] - np.diag(y * y), lambda y: y - np.diag(y * y)),
    ),
    properties=(_rows_sum_to_zero, _symmetric),
    praise="Right: `diag(y)` less the product of a column and a row.",
)  # fmt: skip


def check_softmax_jacobian(answer, *, rng=None):
    """Return the verdict on a reader's ``softmax_jacobian(y)`` of one vector.

    Parameters
    ----------
    answer : callable
        Takes shares of shape (C,), returns the matrix of all dy_i/dz_j, of shape (C, C).
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    return judge(JACOBIAN, answer, rng)

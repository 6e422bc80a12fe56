"""The checks of a gradient that people use, and which exhibit each of them catches."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from softback.check import numerical_jacobian
from softback.course.museum.operations import (
    CAPPED,
    CAPPED_AND_MASKED,
    CROSS_ENTROPY,
    IGNORING,
    MASKED,
    SINK,
    SOFTMAX,
    takes,
)

# What central differences and a complex step leave, with room to spare.
DIFFERENCES = {"rtol": 1e-6, "atol": 1e-8}
COMPLEX_STEP = {"rtol": 1e-11, "atol": 1e-13}
SAME_PRECISION = {"rtol": 1e-11, "atol": 1e-13}
SINGLE = {"rtol": 1e-5, "atol": 1e-6}
ROWS, CLASSES = 3, 4  # not square, so that a missing keepdims cannot hide


@dataclass(frozen=True)
class Check:
    """One way to test a gradient; call it with an exhibit.

    Attributes
    ----------
    name : str
        Short, as cards and tables call it.
    title : str
        What it does.
    fails : callable
        Tells whether an exhibit fails it, or raises what the exhibit raises.
    applies : callable
        Tells whether it says anything about an exhibit.
    """

    name: str
    title: str
    fails: Callable
    applies: Callable

    def __call__(self, exhibit: Any) -> bool:
        """Return whether the check catches the exhibit; an exception is caught as well.

        Parameters
        ----------
        exhibit : Exhibit

        Returns
        -------
        bool

        Raises
        ------
        ValueError
            If the check does not apply.
        """
        if not self.applies(exhibit):
            raise ValueError(f"check {self.name!r} does not apply to exhibit {exhibit.slug!r}")
        with np.errstate(all="ignore"):
            try:
                return bool(self.fails(exhibit))
            except Exception:  # whatever it is, a reader sees it
                return True


# --- What the checks share ------------------------------------------------------------------------


def _rng():
    return np.random.default_rng(20240229)


def _logits(*shape):
    return _rng().standard_normal(shape)


def _one_hot(z):
    """Return targets that sum to one, with classes that differ from row to row."""
    return np.eye(z.shape[-1])[(2 * np.arange(len(z)) + 2) % z.shape[-1]]


def _where(exhibit, z, t=None):
    """Return the targets that a loss needs, as keyword arguments."""
    if not exhibit.task.is_loss:
        return {}
    return {"t": _one_hot(z) if t is None else t}


def _random_g(exhibit, z):
    """Return a random upstream gradient; a loss is one number, so that it has one."""
    return 1.7 if exhibit.task.is_loss else np.random.default_rng(7).standard_normal(z.shape)


def _off(found, expected, tolerance):
    return not np.allclose(found, expected, equal_nan=True, **tolerance)


def _differences_disagree(exhibit, z, g, t=None, method="central", tolerance=DIFFERENCES):
    """Compare the backward pass with differences of the exhibit's own forward pass."""
    where = _where(exhibit, z, t)
    dz = exhibit.backward(z.copy(), np.copy(g), **where)
    by_steps = numerical_jacobian(
        lambda z: (g * exhibit.forward(z, **where)).sum(), z, method=method
    )
    return np.shape(dz) != z.shape or _off(dz, by_steps, tolerance)


# --- The checks -----------------------------------------------------------------------------------


def _shape(exhibit):
    z = _logits(ROWS, CLASSES)
    dz = exhibit.backward(z, _random_g(exhibit, z), **_where(exhibit, z))
    return np.shape(dz) != z.shape or not np.isfinite(dz).all()


def _ones(exhibit):
    z = _logits(ROWS, CLASSES)
    return _differences_disagree(exhibit, z, np.ones_like(z))


def _random(exhibit):
    z = _logits(ROWS, CLASSES)
    return _differences_disagree(exhibit, z, _random_g(exhibit, z))


def _row(exhibit):
    z = _logits(1, CLASSES) if exhibit.task.is_loss else _logits(CLASSES)
    return _differences_disagree(exhibit, z, _random_g(exhibit, z))


def _square(exhibit):
    z = _logits(CLASSES, CLASSES)
    return _differences_disagree(exhibit, z, _random_g(exhibit, z))


def _saturated(exhibit):
    z = _logits(ROWS, CLASSES)
    ahead = _one_hot(z)
    ahead[1] = np.roll(ahead[1], 1)  # here the leader is not the target: confidently wrong
    return _differences_disagree(exhibit, z + 100 * ahead, _random_g(exhibit, z))


def _zero_sum(exhibit):
    z = _logits(ROWS, CLASSES)
    dz = exhibit.backward(z, _random_g(exhibit, z), **_where(exhibit, z))
    return _off(np.sum(dz, axis=-1), 0, SAME_PRECISION)


def _shift(exhibit):
    z = _logits(ROWS, CLASSES)
    g = _random_g(exhibit, z)
    return _off(exhibit.backward(z, g + 5), exhibit.backward(z, g), SAME_PRECISION)


def _complex(exhibit):
    z = _logits(ROWS, CLASSES)
    g = _random_g(exhibit, z)
    return _differences_disagree(exhibit, z, g, method="complex", tolerance=COMPLEX_STEP)


def _differs_from_reference(exhibit, z, tolerance=SAME_PRECISION, t=None, **where):
    """Compare both passes with those of softback."""
    where |= _where(exhibit, z, t)
    g, task, options = _random_g(exhibit, z), exhibit.task, exhibit.options
    return _off(
        exhibit.forward(z.copy(), **where), task.forward(z, **options, **where), tolerance
    ) or _off(
        exhibit.backward(z.copy(), np.copy(g), **where),
        task.backward(z, g, **options, **where),
        tolerance,
    )


def _parity(exhibit):
    return _differs_from_reference(exhibit, _logits(ROWS, CLASSES))


def _hard(exhibit):
    return any(_differs_from_reference(exhibit, **case) for case in _hard_cases(exhibit))


def _hard_cases(exhibit):
    """Yield logits that ask for care: huge, far apart, masked, of other types and axes."""
    z = _logits(ROWS, CLASSES)
    yield {"z": 1000 * np.sign(z) + z}
    yield {"z": z + 2000 * np.arange(ROWS)[:, None]}
    yield {"z": np.where(_one_hot(z)[:, ::-1] > 0, -np.inf, z)}
    yield {"z": np.arange(ROWS * CLASSES).reshape(ROWS, CLASSES) % 5}
    yield {"z": z.astype(np.float32), "tolerance": SINGLE}
    if takes(exhibit.task.forward, "mask"):  # a query sees nothing, or its first keys are padding
        yield {"z": z, "mask": np.array([[0, 0, 0, 0], [0, 0, 1, 1], [1, 1, 1, 0]], bool)}
    if exhibit.task is IGNORING:
        yield {"z": z, "t": _one_hot(z) * [[1], [0], [1]]}
    if exhibit.is_forward:
        yield {"z": _logits(2, 3, 4)}
    if exhibit.takes_axis:
        yield from ({"z": _logits(2, 3, 4), "axis": axis} for axis in (0, 1))


def _mutation(exhibit):
    return _layer_is_careless(exhibit) if exhibit.is_layer else _writes_or_shares(exhibit)


def _writes_or_shares(exhibit):
    """Tell whether a function writes to what it was given, or returns it."""
    z = _logits(ROWS, CLASSES)
    g, where = np.asarray(_random_g(exhibit, z)), _where(exhibit, z)
    before = [x.copy() for x in (z, g, *where.values())]
    results = exhibit.forward(z, **where), exhibit.backward(z, g, **where)
    given = (z, g, *where.values())
    written = any(not np.array_equal(a, b) for a, b in zip(before, given, strict=True))
    return written or any(np.shares_memory(a, b) for a in results for b in given)


# What happens to a layer between forward and backward: its user writes to the result or to the
# logits, or runs the layer on other logits.
SPOILS = {
    "result": lambda layer, z, y: y.fill(0),
    "logits": lambda layer, z, y: z.fill(0),
    "second use": lambda layer, z, y: layer.forward(z[::-1].copy()),
}


def spoilt(exhibit: Any, spoil: str, z: np.ndarray, g: np.ndarray) -> tuple[Any, Any]:
    """Return what a layer gives back after ``spoil``, and what it should."""
    layer, z = exhibit.code(), z.copy()
    want = exhibit.task.backward(z.copy(), g)
    y = layer.forward(z)
    SPOILS[spoil](layer, z, y)
    return layer.backward(g), want


def _layer_is_careless(exhibit):
    """Tell whether a layer gives a wrong gradient without a word; refusing is right."""
    z = _logits(ROWS, CLASSES)
    g = _random_g(exhibit, z)
    for spoil in SPOILS:
        try:
            if _off(*spoilt(exhibit, spoil, z, g), SAME_PRECISION):
                return True
        except RuntimeError:
            continue
    return False


def _soft(exhibit):
    z = _logits(ROWS, CLASSES)
    return _differences_disagree(exhibit, z, 1.7, t=np.abs(_logits(ROWS, CLASSES)) + 0.1)


def _proof(exhibit):
    from softback.symbolic import Refuted, prove

    try:
        prove(f"eq-{exhibit.slug}", *exhibit.claim())
    except Refuted:
        return True
    return False


def _always(exhibit):
    return True


def _not_a_loss(exhibit):
    return not exhibit.task.is_loss


def _is_softmax(exhibit):
    return exhibit.task in (SOFTMAX, MASKED, CAPPED, CAPPED_AND_MASKED)


def _is_blind_to_a_shift(exhibit):
    return exhibit.task not in (CAPPED, CAPPED_AND_MASKED, SINK)


def _takes_soft_targets(exhibit):
    return exhibit.task is CROSS_ENTROPY and not exhibit.takes_classes


def _can_be_proved(exhibit):
    return exhibit.claim is not None and find_spec("sympy") is not None


CHECKS = {
    check.name: check
    for check in (
        Check("shape", "right shape, finite numbers", _shape, _always),
        Check("ones", "differences, every $g$ is 1", _ones, _not_a_loss),
        Check("random", "differences, random $g$", _random, _always),
        Check("row", "differences, a single row", _row, _always),
        Check("square", "differences, as many rows as classes", _square, _always),
        Check(
            "saturated",
            "differences, one class far ahead: the target or another",
            _saturated,
            _always,
        ),
        Check("soft", "differences, targets that do not sum to 1", _soft, _takes_soft_targets),
        Check("complex", "complex step", _complex, _always),
        Check("zero-sum", "each row of $dz$ sums to 0", _zero_sum, _is_blind_to_a_shift),
        Check("shift", "a constant added to $g$ changes nothing", _shift, _is_softmax),
        Check("parity", "comparison with softback, small logits", _parity, _always),
        Check("hard", "comparison with softback, hard inputs", _hard, _always),
        Check("mutation", "who else holds or changes an array", _mutation, _always),
        Check("proof", "an attempt to prove the formula", _proof, _can_be_proved),
    )
}

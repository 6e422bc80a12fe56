"""The checker for softmax as a layer: its gradient, and who else can spoil what it keeps."""

import inspect
from dataclasses import replace

import numpy as np

from softback import softmax, softmax_vjp
from softback.exercises import _draws
from softback.exercises._engine import judge
from softback.exercises._softmax_vjp import SOFTMAX_VJP
from softback.exercises._task import Slip, Task
from softback.exercises.verdict import Verdict

SHARED = (
    "Two layer objects share their memory: the second forward pass overwrote what the first had "
    "kept. Set `self.y` in `forward`, not a name of the class or a global one."
)
GAVE_AWAY = (
    "Your layer keeps the very array that it returns. Somebody wrote into the result, and the "
    "gradient changed. Keep a copy."
)
BORROWED = (
    "Your layer keeps the array of logits that it was given. Somebody wrote into it, and the "
    "gradient changed. Keep what backward needs, the shares."
)


def _right(z, g):
    return softmax_vjp(softmax(z), g)


def _cases(rng):
    shapes = [shape for shape in _draws.SHAPES if len(shape) < 3]
    return [{"z": _draws.logits(rng, s), "g": _draws.upstream(rng, s)} for s in shapes]


def _from_logits(slip):
    """Return a slip of the rule as one of the layer, which gets the logits."""
    rules = [lambda z, g, rule=rule: rule(softmax(z), g) for rule in slip.formulas]
    return Slip(slip.sentence, *rules)


# Each use of the layer below shows another fault, and each has the same right answer.
PLAIN = Task(
    call="backward(z, g)",
    cases=_cases,
    right=_right,
    returns=("dz",),
    slips=tuple(map(_from_logits, SOFTMAX_VJP.slips)),
    properties=SOFTMAX_VJP.properties,
    praise="Right: the gradient is, and nobody can spoil what your layer keeps.",
)
FORWARD = replace(
    PLAIN,
    call="forward(z, g)",
    right=lambda z, g: softmax(z),
    returns=("y",),
    slips=(
        Slip("`forward` must return the shares, and yours returns its logits.", lambda z, g: z),
    ),
    properties=(),
)


def _forward(layer, z, g):
    return layer().forward(z)


def _plain(layer, z, g):
    used = layer()
    used.forward(z)
    return used.backward(g)


def _two_objects(layer, z, g):
    used, other = layer(), layer()
    used.forward(z)
    other.forward(z[..., ::-1] + np.arange(z.shape[-1]))
    return used.backward(g)


def _result_overwritten(layer, z, g):
    used = layer()
    y = used.forward(z)
    if y.flags.writeable:
        y[...] = 0.5
    return used.backward(g)


def _logits_overwritten(layer, z, g):
    used, z = layer(), z.copy()
    used.forward(z)
    z[...] = np.arange(z.shape[-1])
    return used.backward(g)


USES = (
    (FORWARD, _forward, None),
    (PLAIN, _plain, None),
    (PLAIN, _two_objects, SHARED),
    (PLAIN, _result_overwritten, GAVE_AWAY),
    (PLAIN, _logits_overwritten, BORROWED),
)


def check_softmax_layer(answer, *, rng=None):
    """Return the verdict on a reader's layer, softmax along the last axis.

    Parameters
    ----------
    answer : class
        Its objects have ``forward(z)``, which returns the shares, and ``backward(g)``, which
        returns dL/dz for the last forward pass.
    rng : numpy.random.Generator, optional
        Where the inputs come from; by default the same ones each time.

    Returns
    -------
    Verdict
    """
    if complaint := _not_a_layer(answer):
        return Verdict(False, complaint)
    for task, use, sentence in USES:
        verdict = judge(task, lambda z, g, use=use: use(answer, z, g), rng)
        if not verdict:
            return Verdict(False, sentence) if sentence else verdict
    return verdict


def _not_a_layer(answer):
    """Say what keeps ``answer`` from being a layer, or return None."""
    if answer is None:
        return "There is no answer yet. Hand over a class with methods `forward` and `backward`."
    if not inspect.isclass(answer):
        return (
            f"You handed over an object of type `{type(answer).__name__}`. Hand over the class "
            "itself, without parentheses after its name."
        )
    missing = [name for name in ("forward", "backward") if not hasattr(answer, name)]
    return f"Your class has no method `{missing[0]}`." if missing else None

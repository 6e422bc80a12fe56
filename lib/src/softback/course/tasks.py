"""The tasks: what readers are asked to write or to derive, and what is right."""

from dataclasses import dataclass, replace
from inspect import isclass, signature
from typing import Any

import numpy as np

import softback
from softback import formulas
from softback.course import _draws, _words
from softback.course._code import Code, Rung
from softback.course._derivation import Derivation
from softback.course._judge import Task
from softback.course._mistakes._parts import sink_vjp
from softback.course._prediction import Prediction
from softback.course.catalogue import mistake
from softback.course.formula.question import MATRIX
from softback.course.museum.operations import capped_vjp
from softback.course.verdict import Verdict

# --- Softmax, log-softmax and log-sum-exp along the last axis ------------------------------------


def _logits(rng):
    plain = [{"z": _draws.logits(rng, shape)} for shape in _draws.SHAPES]
    hard = [{"z": z} for z in _draws.far_apart()]
    return [*plain, {"z": np.array([1, 2, 4])}, *hard]


def _sum_to_one(case, y, what="your shares of a row"):
    sums = y.sum(axis=-1)
    worst = sums.flat[np.abs(sums - 1).argmax()]
    if abs(worst - 1) < 1e-9:
        return None
    return f"{what} sum to {_words.apart(worst, 1)[0]}; they must sum to 1."


def _positive(case, y):
    if y.min() >= 0:
        return None
    return f"one of your shares is {_words.number(y.min())}; a share is never negative."


def _never_above_zero(case, logy):
    if logy.max() <= 1e-9:
        return None
    return (
        f"one of your numbers is {_words.number(logy.max())}; the logarithm of a share is never "
        "above 0."
    )


def _shares_sum_to_one(case, logy):
    return _sum_to_one(case, np.exp(np.minimum(logy, 700)), "the exponentials of a row")


def _above_the_largest(case, lse):
    gap = lse - case["z"].max(axis=-1)
    if gap.min() >= -1e-9:
        return None
    return (
        f"your result lies {_words.number(-gap.min())} below the largest logit; log-sum-exp is "
        "never below it."
    )


SMALL_INTEGERS = (np.array([1, 2, 3], np.uint8), np.array([-128, 127], np.int8))

SOFTMAX = Code(
    name="softmax",
    asked="softmax(z)",
    returns=("y",),
    cases=_logits,
    right=softback.softmax,
    properties=(_positive, _sum_to_one),
    praise="Right: positive shares that sum to one along the last axis, for large logits too.",
)
# Differences of small integers wrap round: in uint8, 1 minus 3 is 254.
SOFTMAX_OF_INTEGERS = replace(
    SOFTMAX,
    name="softmax_of_integers",
    like="softmax",
    cases=lambda rng: [*_logits(rng), *({"z": z} for z in SMALL_INTEGERS)],
    praise="Right: positive shares that sum to one along the last axis, for large logits and for "
    "integers of every size.",
)
LOG_SOFTMAX = Code(
    name="log_softmax",
    asked="log_softmax(z)",
    returns=("logy",),
    cases=_logits,
    right=softback.log_softmax,
    properties=(_never_above_zero, _shares_sum_to_one),
    praise="Right: each logit minus log-sum-exp of its row, and no logit is too large for it.",
)
LOGSUMEXP = Code(
    name="logsumexp",
    asked="logsumexp(z)",
    returns=("lse",),
    cases=_logits,
    right=softback.logsumexp,
    properties=(_above_the_largest,),
    praise="Right: one number for each row, and no logit is too large for it.",
)

# --- Where one class is almost certain: digits count ----------------------------------------------

FEW_DIGITS = (
    "Digits are missing even for small logits. Is something kept as float32, or a small number "
    "added for safety?"
)
RAW_LOGITS = (
    "You subtract log-sum-exp from the raw logits. Where these are large the result is a small "
    "difference of large numbers, and has only their last digits: subtract the largest logit first."
)
ADDED_ONE = (
    "Right on paper, but the 1 of the leading class was added before the logarithm was taken, and "
    "it pushed out the digits of the others. Leave it out of the sum and use `log1p`."
)
# No two differ by more than a double holds exactly, so that nothing is lost before the answer runs.
PLAIN = (np.array([0.5, -1.25, 2.0]), np.array([1.0, 1.0]), np.array([-0.75, 0.0, 0.25, -2.0]))
RAISED = tuple(2.0**20 + z for z in PLAIN)
SURE = (np.array([0.0, -20.0]), np.array([1.0, 41.0, 0.0]), np.array([300.0, 0.0]))


def _with_ties(rng):
    ties = [{"z": np.array([2.0, 2.0, 1.0])}, {"z": np.array([[0.0, 0.0], [3.0, 1.0]])}]
    return [*_logits(rng), *ties]


def _of_logits(rows):
    return tuple({"z": z} for z in rows)


def _at_the_top(rows):
    return tuple({"z": z, "r": int(z.argmax())} for z in rows)


def _each_class(rng):
    rows = [_draws.logits(rng, (n,)) for n in (2, 3, 4)]
    # At 720 a share is still above 0, and the odds against it are infinite.
    far = [np.array(row) for row in ([1000.0, 1001.0, 999.0], [0.0, 1000.0], [0.0, 720.0])]
    ties = [np.array([2.0, 2.0])]
    return [{"z": z, "r": r} for z in (*rows, *far, *ties) for r in range(len(z))]


def _sure_loss(z, r):
    logy = softback.log_softmax(z)[r]
    return -logy, np.expm1(logy)


ACCURATE_LOG_SOFTMAX = replace(
    LOG_SOFTMAX,
    name="accurate_log_softmax",
    like="log_softmax",
    cases=_with_ties,
    rungs=(
        Rung(FEW_DIGITS, _of_logits(PLAIN)),
        Rung(RAW_LOGITS, _of_logits(RAISED)),
        Rung(ADDED_ONE, _of_logits(SURE)),
    ),
    praise="Right, to the last digit, even where one class is almost certain.",
)
SURE_LOSS = Code(
    name="sure_loss",
    asked="sure_loss(z, r)",
    returns=("loss", "slope"),
    cases=_each_class,
    right=_sure_loss,
    praise="Right, to the last digit: the loss and its slope, however sure the class is.",
    rungs=(
        Rung(FEW_DIGITS, _at_the_top(PLAIN)),
        Rung(FEW_DIGITS, _at_the_top(PLAIN), part=1),
        Rung(RAW_LOGITS, _at_the_top(RAISED)),
        Rung(ADDED_ONE, _at_the_top(SURE)),
        Rung(
            "The loss has all its digits, and the slope lost its own next to 1. Use `expm1` of an "
            "accurate log-share, or add up the shares of the other classes.",
            _at_the_top(SURE),
            part=1,
        ),
    ),
)

# --- The Jacobian ---------------------------------------------------------------------------------


def _share_rows(rng):
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
        f"a row of your matrix sums to {_words.number(worst)}. Each row sums to 0, because a shift "
        "of all logits changes nothing."
    )


SOFTMAX_JACOBIAN = Code(
    name="softmax_jacobian",
    asked="softmax_jacobian(y)",
    returns=("J",),
    cases=_share_rows,
    right=softback.softmax_jacobian,
    properties=(_rows_sum_to_zero, _symmetric),
    praise="Right: `diag(y)` minus the product of a column and a row.",
)

# --- Backward rules -------------------------------------------------------------------------------

AXES = [((4,), 0), ((2, 4), 1), ((2, 4), 0), ((3, 3), 1), ((2, 3, 4), 1), ((2, 3, 4), -2),
        ((2, 3, 4, 2), 1), ((2, 3, 4), -1), ((5, 2), -2)]  # fmt: skip


def _pairs(rng):
    return [
        {"y": _draws.shares(rng, shape), "g": _draws.upstream(rng, shape)}
        for shape in _draws.SHAPES
    ]


def _pairs_along_axes(rng):
    return [
        {"y": _draws.shares(rng, shape, axis), "g": _draws.upstream(rng, shape), "axis": axis}
        for shape, axis in AXES
    ]


def _log_pairs(rng):
    return [{"logy": np.log(case["y"]), "g": case["g"]} for case in _pairs(rng)]


def _sums_to_zero(case, dz):
    """Complain about a gradient with respect to logits that does not sum to zero."""
    sums = dz.sum(axis=case.get("axis", -1))
    worst = sums.flat[np.abs(sums).argmax()]
    if abs(worst) < 1e-9:
        return None
    return (
        f"your gradient sums to {_words.number(worst)} where it must sum to 0: a shift of all "
        "logits changes nothing."
    )


SOFTMAX_VJP = Code(
    name="softmax_vjp",
    asked="softmax_vjp(y, g)",
    returns=("dz",),
    cases=_pairs,
    right=softback.softmax_vjp,
    properties=(_sums_to_zero,),
    praise="Right: the upstream gradient, centred with the weights y, then scaled by y.",
)
SOFTMAX_VJP_ANY_AXIS = replace(
    SOFTMAX_VJP,
    name="softmax_vjp_any_axis",
    asked="softmax_vjp(y, g, axis)",
    like="softmax_vjp",
    cases=_pairs_along_axes,
    praise="Right, along every axis of every array.",
)


def _capped_along_axes(rng):
    """Return logits on both sides of a cap, and some far beyond it."""
    logits = [(3 * _draws.logits(rng, shape), axis) for shape, axis in AXES]
    far = np.array([[1000.0, 0.5, -2.0], [-1000.0, 1.0, 0.0]]), 1
    return [
        {"z": z, "g": _draws.upstream(rng, z.shape), "cap": 2.5, "axis": axis}
        for z, axis in [*logits, far]
    ]


def _with_a_cap(rule):
    """Put a cap before a wrong rule along any axis, and its slope behind it."""
    names = signature(rule).parameters

    def wrong(y, g, axis):
        given = {"y": y, "g": g, "axis": axis}
        return rule(**{name: value for name, value in given.items() if name in names})

    return lambda z, g, cap, axis: capped_vjp(z, g, cap, axis, wrong)


CAPPED_VJP = Code(
    name="capped_vjp",
    asked="capped_vjp(z, g, cap, axis)",
    like="softmax_vjp_any_axis",
    lift=_with_a_cap,
    returns=("dz",),
    cases=_capped_along_axes,
    right=capped_vjp,
    praise="Right: back through softmax along its axis, then through the cap, entry by entry.",
)
LOG_SOFTMAX_VJP = Code(
    name="log_softmax_vjp",
    asked="log_softmax_vjp(logy, g)",
    returns=("dz",),
    cases=_log_pairs,
    right=softback.log_softmax_vjp,
    properties=(_sums_to_zero,),
    praise="Right: g minus y times the sum of g.",
)

# --- Softmax as a layer: its gradient, and who else can spoil what it keeps -----------------------


def _layer_cases(rng):
    shapes = [shape for shape in _draws.SHAPES if len(shape) < 3]
    return [{"z": _draws.logits(rng, s), "g": _draws.upstream(rng, s)} for s in shapes]


LAYER_BACKWARD = Code(
    name="softmax_layer",
    asked="backward(z, g)",
    like="softmax_vjp",
    lift=lambda rule: lambda z, g: rule(softback.softmax(z), g),
    returns=("dz",),
    cases=_layer_cases,
    right=lambda z, g: softback.softmax_vjp(softback.softmax(z), g),
    properties=(_sums_to_zero,),
    praise="Right: the gradient is, and nobody can spoil what your layer keeps.",
)
LAYER_FORWARD = replace(
    LAYER_BACKWARD,
    name="softmax_layer_forward",
    asked="forward(z, g)",
    like="",
    returns=("y",),
    right=lambda z: softback.softmax(z),
    properties=(),
)


def _forward(layer, z, g):
    return layer().forward(z)


def _backward(layer, z, g):
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


# Each use of a layer shows another fault, and most have the same right answer.
USES = (
    (LAYER_FORWARD, _forward, ""),
    (LAYER_BACKWARD, _backward, ""),
    (LAYER_BACKWARD, _two_objects, "memory-of-the-class"),
    (LAYER_BACKWARD, _result_overwritten, "a-shared-result"),
    (LAYER_BACKWARD, _logits_overwritten, "a-borrowed-input"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer(Task):
    """A task whose answer is a class: its objects are used in several ways, one after the other."""

    def judge(self, answer: Any, rng: np.random.Generator | None = None) -> Verdict:
        """Return the verdict on the first use that goes wrong."""
        if complaint := _not_a_layer(answer):
            return Verdict(False, complaint)
        for task, use, name in USES:
            verdict = task.judge(lambda z, g, use=use: use(answer, z, g), rng)
            if not verdict:
                said = mistake(name).says[0].sentence if name else ""
                return Verdict(False, said, name) if name else verdict
        return verdict


def _not_a_layer(answer):
    """Say what keeps ``answer`` from being a layer, or return None."""
    if answer is None:
        return "There is no answer yet. Hand over a class with methods `forward` and `backward`."
    if not isclass(answer):
        return (
            f"You handed over an object of type `{type(answer).__name__}`. Hand over the class "
            "itself, without parentheses after its name."
        )
    missing = [name for name in ("forward", "backward") if not hasattr(answer, name)]
    return f"Your class has no method `{missing[0]}`." if missing else None


SOFTMAX_LAYER = Layer(
    name="softmax_layer",
    asked="a class with forward(z) and backward(g)",
    right=None,
    praise=LAYER_BACKWARD.praise,
)

# --- Cross entropy --------------------------------------------------------------------------------


def _rows(rng):
    """Return one row each: soft targets, a one-hot one, targets with another sum, far logits."""
    return [
        {"z": _draws.logits(rng, (3,)), "t": np.array([0.2, 0.5, 0.3])},
        {"z": _draws.logits(rng, (4,)), "t": np.array([0.0, 0.0, 1.0, 0.0])},
        {"z": _draws.logits(rng, (3,)), "t": np.array([1.0, 0.0, 1.0])},
        {"z": _draws.logits(rng, (2,)), "t": np.array([0.5, 0.25])},
        {"z": np.array([1000.0, 1001.0, 999.0]), "t": np.array([0.1, 0.6, 0.3])},
        {"z": np.array([0.0, 1000.0]), "t": np.array([0.75, 0.25])},
    ]


def _batches(rng):
    return [
        {"z": _draws.logits(rng, (2, 4)), "t": np.array([3, 0])},
        {"z": _draws.logits(rng, (3, 3)), "t": np.array([1, 1, 0])},
        {"z": _draws.logits(rng, (1, 3)), "t": np.array([2])},
        {"z": _draws.logits(rng, (5, 2)), "t": np.array([0, 1, 1, 0, 1])},
        {"z": np.array([[1000.0, 0.0, 999.0], [0.0, 3.0, -800.0]]), "t": np.array([0, 2])},
    ]


def _directions(rng):
    """Return vectors alone: the exercise is about one row. The targets do not sum to one."""
    return [
        {
            "z": _draws.logits(rng, (size,)),
            "t": rng.uniform(0.2, 1.0, size).round(2),
            "v": _draws.upstream(rng, (size,)),
        }
        for size in (3, 2, 5, 1)
    ]


def _not_negative(case, loss):
    if loss >= -1e-9:
        return None
    return f"your loss is {_words.number(loss)}; a loss of targets and shares is never negative."


CROSS_ENTROPY = Code(
    name="cross_entropy",
    asked="cross_entropy(z, t)",
    returns=("loss",),
    cases=_rows,
    right=lambda z, t: softback.cross_entropy(z, t, reduction="sum"),
    properties=(_not_negative,),
    praise="Right: for soft targets, for sums other than one, and for logits far apart.",
)
CROSS_ENTROPY_GRAD = Code(
    name="cross_entropy_grad",
    asked="cross_entropy_grad(z, t)",
    returns=("dz",),
    cases=_rows,
    right=formulas.cross_entropy_grad,
    properties=(_sums_to_zero,),
    praise="Right, and not only where the targets sum to one.",
)
CROSS_ENTROPY_AND_GRAD = Code(
    name="cross_entropy_and_grad",
    asked="cross_entropy_and_grad(z, t)",
    returns=("loss", "dz"),
    cases=_batches,
    right=softback.cross_entropy_and_grad,
    properties=(lambda case, loss, dz: _sums_to_zero(case, dz),),
    praise="Right: the mean loss, and the gradient of that mean.",
)
CURVATURE = Code(
    name="curvature",
    asked="curvature(z, t, v)",
    returns=("Hv",),
    cases=_directions,
    right=lambda z, t, v: t.sum() * softback.softmax_jvp(softback.softmax(z), v),
    properties=(_sums_to_zero,),
    praise="Right: the rule of the book once more, times the sum of the targets.",
    rough="Right, but not to the last digit: it looks like a difference of two gradients. The rule "
    "of the book keeps all digits, and needs one pass.",
)

# --- Attention ------------------------------------------------------------------------------------

# Queries, keys, size of a key, size of a value: all different, then all equal.
SIZES = [(2, 3, 4, 5), (3, 3, 3, 3), (1, 4, 2, 1), (4, 2, 9, 3)]


def _triple(rng, queries, keys, size, values):
    return {
        "q": rng.normal(size=(queries, size)).round(2),
        "k": rng.normal(size=(keys, size)).round(2),
        "v": rng.normal(size=(keys, values)).round(2),
    }


def _masked(rng):
    plain = [_triple(rng, *sizes) | {"mask": np.ones(sizes[:2], bool)} for sizes in SIZES]
    causal = _triple(rng, 4, 4, 3, 2) | {"mask": np.tri(4, dtype=bool)}
    padded = _triple(rng, 2, 4, 3, 2) | {"mask": np.array([[True, True, False, False]] * 2)}
    nothing = _triple(rng, 3, 2, 4, 2) | {"mask": np.array([[1, 0], [0, 0], [1, 1]], bool)}
    large = _triple(rng, 2, 3, 4, 2) | {"mask": np.array([[1, 1, 0], [1, 1, 1]], bool)}
    return [*plain, causal, padded, large | {"q": large["q"] * 2000}, nothing]


def _attend(q, k, v, mask):
    return softback.softmax(q @ k.T / np.sqrt(q.shape[-1]), where=mask) @ v


def _unmasked(rng):
    return [
        _triple(rng, *sizes) | {"do": rng.normal(size=(sizes[0], sizes[3])).round(2)}
        for sizes in SIZES
    ]


ATTENTION = Code(
    name="attention",
    asked="attention(q, k, v, mask)",
    returns=("o",),
    cases=_masked,
    right=_attend,
    praise="Right: scaled, masked before the softmax, and zeros where there is nothing to look at.",
)
ATTENTION_VJP = Code(
    name="attention_vjp",
    asked="attention_vjp(q, k, v, do)",
    returns=("dq", "dk", "dv"),
    cases=_unmasked,
    right=lambda q, k, v, do: formulas.attention_vjp(q, k, v, do),
    praise="Right: dv from the shares, dq and dk from the scores, with the factor 1/sqrt(d).",
)


def _rows_with_a_sink(rng):
    plain = [
        {"z": _draws.logits(rng, shape), "a": a, "g": _draws.upstream(rng, shape)}
        for shape, a in (((2, 3), 0.75), ((3, 3), -0.5), ((1, 4), 1.25), ((4, 2), 0.25))
    ]
    blind = np.array([[1.0, -np.inf, 2.0], [-np.inf, -np.inf, -np.inf]])
    far = np.array([[1000.0, 1001.0, 999.0], [0.0, 1.0, 1002.0]])
    g = _draws.upstream(rng, (2, 3))
    return [*plain, {"z": far, "a": 1000.5, "g": g}, {"z": blind, "a": 0.5, "g": g}]


SINK_VJP = Code(
    name="sink_vjp",
    asked="sink_vjp(z, a, g)",
    returns=("dz", "da"),
    cases=_rows_with_a_sink,
    right=sink_vjp,
    praise="Right: the sink is one more class that nobody hears, and all rows add to its gradient.",
)

# --- Formulas -------------------------------------------------------------------------------------

SOFTMAX_OF = ("S = sum_k(exp(z_k))", "y_i = exp(z_i)/S")
UPSTREAM = (*SOFTMAX_OF, "s = sum_k(g_k*y_k)")
ROWS = {"kinds": MATRIX, "signatures": {"z": "NC", "delta": "=="}}


def _derive(name, asked, right, free, names, **more):
    return Derivation(name=name, asked=asked, right=right, free=free, names=names, **more)


# What is right is the derivative itself, wherever one is asked for.
DERIVATIONS = (
    _derive("odds", "`y_i / y_j`", "y_i/y_j", "ij", "z S", apart=True),
    _derive("logit_difference", "`z_i - z_j`", "z_i - z_j", "ij", "y", apart=True),
    _derive("entropy_slope", "`dH/dz_j` of the entropy", "d(H, z_j)", "j", "y z S H",
            define=(*SOFTMAX_OF, "H = -sum_k(y_k*log(y_k))")),
    _derive("squares_of_jacobian", "the sum of the squares of all entries of J",
            "sum_kl(d(y_k, z_l)^2)", "", "y z S C"),
    _derive("softmax_slope", "`dy_i/dz_j`", "d(y_i, z_j)", "ij", "y z S delta"),
    _derive("own_slope", "`dy_i/dz_i`", "d(y_i, z_i)", "i", "y z S"),
    _derive("cross_slope", "`dy_i/dz_j` for i ≠ j", "d(y_i, z_j)", "ij", "y z S", apart=True),
    _derive("temperature_slope", "`dy_i/dz_j` at the temperature T", "d(y_i, z_j)", "ij",
            "y T delta", define=("S = sum_k(exp(z_k/T))", "y_i = exp(z_i/T)/S")),
    _derive("logsumexp_slope", "the derivative of log-sum-exp with respect to `z_j`",
            "d(log(S), z_j)", "j", "y z S"),
    _derive("log_slope", "the derivative of `log(y_i)` with respect to `z_j`",
            "d(log(y_i), z_j)", "ij", "y z S delta"),
    _derive("trace", "the trace of J", "sum_k(d(y_k, z_k))", "", "y z S C"),
    _derive("jacobian_product", "entry i of J times v", "sum_j(d(y_i, z_j)*v_j)", "i",
            "y z v S C"),
    _derive("softmax_pullback", "`dL/dz_j`", "sum_i(g_i*d(y_i, z_j))", "j", "y z g S s",
            define=UPSTREAM),
    _derive("log_softmax_pullback", "`dL/dz_j` for an upstream gradient with respect to log y",
            "sum_i(g_i*d(log(y_i), z_j))", "j", "y z g S s", define=UPSTREAM),
    _derive("matrix_slope", "`dy_ni/dz_mj`", "d(y_ni, z_mj)", "nmij", "y z delta",
            define=("y_ni = exp(z_ni)/sum_k(exp(z_nk))",), **ROWS),
    _derive("column_slope", "`dy_ni/dz_mj` for a softmax down the columns", "d(y_ni, z_mj)",
            "nmij", "y delta", define=("y_ni = exp(z_ni)/sum_m(exp(z_mi))",), **ROWS),
    _derive("cross_entropy_slope", "`dL/dz_j` of cross entropy", "d(-sum_k(t_k*log(y_k)), z_j)",
            "j", "y z t S"),
    _derive("squared_error_slope", "`dL/dz_j` of half the squared error",
            "d(sum_k((y_k - t_k)^2)/2, z_j)", "j", "y z t S"),
    _derive("cross_entropy_hessian",
            "the second derivative of cross entropy with respect to `z_i` and `z_j`",
            "d(d(-sum_k(t_k*log(y_k)), z_i), z_j)", "ij", "y z t S delta"),
    _derive("mixture_slope", "the slope of the mixture with respect to `z_j`", "d(O, z_j)", "j",
            "y z v S O", define=(*SOFTMAX_OF, "O = sum_k(y_k*v_k)")),
)  # fmt: skip

# --- Predictions ----------------------------------------------------------------------------------


def _predict(name, asked, right, praise):
    return Prediction(name=name, asked=asked, right=right, praise=f"As you predicted: {praise}")


PREDICTIONS = (
    _predict("odds_doubled", "the odds of fox against dog, one number", np.e**2,
             "twice the logits square the odds."),
    _predict("tangent_carries", 'whether the true change is "larger" or "smaller"', "larger",
             "the curve bends upwards there."),
    _predict("leader_or_crowd", 'which is larger, "leader" or "crowd"', "leader",
             "log 1000 is below 7."),
    _predict("ten_equal", "a list of all ten eigenvalues, the smallest first", [0] + [0.1] * 9,
             "one 0, and nine times a tenth."),
    _predict("one_class", "a list of the three signs, each -1, 0 or 1", [-1, 1, -1],
             "what one class wins, the others lose."),
    _predict("which_shapes", 'a list of four words, each "raises", "wrong" or "right"',
             ["raises", "wrong", "right", "wrong"], "NumPy catches one of the three mistakes."),
    _predict("twice_as_hot", "two factors, without and with the square, then one gradient",
             [0.25, 1, 0], "heat divides twice, and the square repays it."),
    _predict("checked_at_zero", "the name of one rule, in quotation marks", "mean without weights",
             "with equal weights the two means are one."),
    _predict("sum_that_stops", "one number, a power of two", 256,
             "there a tenth is less than half a step."),
    _predict("one_token", "three lists of rows, for dQ, dK and dV", [[3], [1, 2, 3], [1, 2, 3]],
             "nothing goes back to the future."),
)  # fmt: skip

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        SOFTMAX,
        SOFTMAX_OF_INTEGERS,
        LOG_SOFTMAX,
        ACCURATE_LOG_SOFTMAX,
        LOGSUMEXP,
        SOFTMAX_JACOBIAN,
        SOFTMAX_VJP,
        SOFTMAX_VJP_ANY_AXIS,
        CAPPED_VJP,
        SOFTMAX_LAYER,
        LOG_SOFTMAX_VJP,
        CROSS_ENTROPY,
        CROSS_ENTROPY_GRAD,
        CROSS_ENTROPY_AND_GRAD,
        CURVATURE,
        SURE_LOSS,
        ATTENTION,
        ATTENTION_VJP,
        SINK_VJP,
        *DERIVATIONS,
        *PREDICTIONS,
    )
}


def check(name: str, answer: Any, *, rng: np.random.Generator | None = None) -> Verdict:
    """Return the verdict on an answer to one of the book's exercises.

    It never raises for a wrong answer: it says what is wrong, and names the mistake if it knows it.

    Parameters
    ----------
    name : str
        Which task, one of `TASKS`: the name of a function, such as ``"softmax_vjp"``, or of a
        derivation, such as ``"softmax_slope"`` for dy_i/dz_j.
    answer : callable, class, str or sympy.Expr
        For a function, the function itself; `TASKS` holds how it is called. It runs under a limit
        of five seconds in all, where the platform allows one. For a derivation, a formula: numbers,
        the names that belong to the task (such as ``y_i``, ``delta_ij``, and ``s`` for the sum of
        all g_k y_k), ``+ - * / ^ **`` and brackets, ``exp``, ``log``, and ``sum_k(...)`` over any
        index that is not taken; ``sum`` alone runs over k. A string is read by a parser and never
        evaluated as Python.
    rng : numpy.random.Generator, optional
        Where the inputs of a function come from; by default the same ones each time.

    Returns
    -------
    Verdict

    Raises
    ------
    ValueError
        If there is no task of that name; the message lists them all.
    """
    if name not in TASKS:
        raise ValueError(f"name is {name!r}; it must be one of {', '.join(TASKS)}")
    return TASKS[name].judge(answer, rng)

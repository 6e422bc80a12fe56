"""Checkers for the exercises: each says that an answer is right, or what is wrong with it."""

from softback.exercises._accurate import check_accurate_log_softmax, check_sure_loss
from softback.exercises._attention import check_attention, check_attention_vjp
from softback.exercises._curvature import check_curvature
from softback.exercises._forward import check_log_softmax, check_logsumexp, check_softmax
from softback.exercises._jacobian import check_softmax_jacobian
from softback.exercises._layer import check_softmax_layer
from softback.exercises._log_softmax_vjp import check_log_softmax_vjp
from softback.exercises._losses import (
    check_cross_entropy,
    check_cross_entropy_and_grad,
    check_cross_entropy_grad,
)
from softback.exercises._softmax_vjp import check_softmax_vjp, check_softmax_vjp_any_axis
from softback.exercises.derivation import check_derivation
from softback.exercises.notebook import short_errors
from softback.exercises.verdict import CheckFailed, Verdict

__all__ = [
    "CheckFailed",
    "Verdict",
    "check_accurate_log_softmax",
    "check_attention",
    "check_attention_vjp",
    "check_cross_entropy",
    "check_cross_entropy_and_grad",
    "check_cross_entropy_grad",
    "check_curvature",
    "check_derivation",
    "check_log_softmax",
    "check_log_softmax_vjp",
    "check_logsumexp",
    "check_softmax",
    "check_softmax_jacobian",
    "check_softmax_layer",
    "check_softmax_vjp",
    "check_softmax_vjp_any_axis",
    "check_sure_loss",
    "short_errors",
]

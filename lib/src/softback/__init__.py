"""Softmax and its gradients in NumPy: the code of the book *Softmax, Backwards*."""

from softback.functions import cross_entropy, log_softmax, logsumexp, softmax
from softback.gradients import (
    cross_entropy_and_grad,
    cross_entropy_hessian,
    log_softmax_jacobian,
    log_softmax_jvp,
    log_softmax_vjp,
    logsumexp_jvp,
    logsumexp_vjp,
    softmax_full_jacobian,
    softmax_jacobian,
    softmax_jvp,
    softmax_vjp,
)

__all__ = [
    "cross_entropy", "cross_entropy_and_grad", "cross_entropy_hessian", "log_softmax",
    "log_softmax_jacobian", "log_softmax_jvp", "log_softmax_vjp", "logsumexp", "logsumexp_jvp",
    "logsumexp_vjp", "softmax", "softmax_full_jacobian", "softmax_jacobian", "softmax_jvp",
    "softmax_vjp",
]  # fmt: skip

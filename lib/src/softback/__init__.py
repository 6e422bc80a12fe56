"""Softmax and its gradients in NumPy: the code of the book *Softmax, Backwards*."""

from importlib import import_module
from types import ModuleType

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


def __getattr__(name: str) -> ModuleType:
    """Load ``softback.symbolic``, which needs SymPy, when it is first used."""
    if name == "symbolic":
        return import_module("softback.symbolic")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

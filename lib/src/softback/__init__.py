"""Softmax and its gradients in NumPy: the code of the book *Softmax, Backwards*."""
# ruff: noqa: F403, F405 (type checkers read the names from the modules; they are listed once)

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from softback.functions import *
    from softback.gradients import *

__all__ = [
    "cross_entropy", "cross_entropy_and_grad", "cross_entropy_hessian", "log_softmax",
    "log_softmax_jacobian", "log_softmax_jvp", "log_softmax_vjp", "logsumexp", "logsumexp_jvp",
    "logsumexp_vjp", "softmax", "softmax_full_jacobian", "softmax_jacobian", "softmax_jvp",
    "softmax_vjp",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load what is asked for: proofs need no NumPy."""
    for home in ("functions", "gradients") if name in __all__ else ():
        module = import_module(f"softback.{home}")
        if hasattr(module, name):
            return globals().setdefault(name, getattr(module, name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

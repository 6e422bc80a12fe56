"""The entries of the catalogue; importing this enters them, in the order of trying them."""

from softback.course._mistakes import (  # noqa: I001
    forward,
    paper,
    pullback,
    axes,
    log_softmax,
    losses,
    digits,
    attention,
)

__all__ = [
    "attention",
    "axes",
    "digits",
    "forward",
    "log_softmax",
    "losses",
    "paper",
    "pullback",
]

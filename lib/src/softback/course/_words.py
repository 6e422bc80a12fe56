"""Numbers, arrays and inputs as a sentence shows them."""

from typing import Any

import numpy as np

# Larger arrays are named by their shape.
SHOWN = 6
DIGITS = 4
LONGEST = 160


def number(x: float) -> str:
    """Return one number, short."""
    return f"{float(x):.{DIGITS}g}"


def apart(one: float, other: float) -> tuple[str, str]:
    """Return two numbers with as many digits as show that they differ."""
    for digits in range(DIGITS, 18):
        pair = f"{float(one):.{digits}g}", f"{float(other):.{digits}g}"
        if pair[0] != pair[1]:
            break
    return pair


def code(text: str) -> str:
    """Return any text as a piece of Markdown code on one line; a long text is cut."""
    line = " ".join(str(text).replace("`", "'").split())
    return f"`{line}`" if len(line) <= LONGEST else f"`{line[:LONGEST]}…`"


def raised(error: BaseException) -> str:
    """Return an exception as it is printed; one of a reader's own may have no text."""
    try:
        return code(f"{type(error).__name__}: {error}")
    except Exception:
        return code(type(error).__name__)


def array(x: Any) -> str:
    """Return a small vector with its numbers, a larger array by its shape, anything else as is."""
    if not isinstance(x, np.ndarray):
        return str(x)
    if x.size > SHOWN or x.ndim > 1:
        return f"an array of shape {x.shape}"
    if x.dtype.kind in "bi":
        return str(x)
    return np.array2string(x, precision=DIGITS, floatmode="maxprec", suppress_small=False)


def inputs(given: dict[str, Any]) -> str:
    """Return the arguments of a call: ``y = [0.1 0.9] and g = [1. 2.]``."""
    parts = [code(f"{name} = {array(value)}") for name, value in given.items()]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)


def place(name: str, index: tuple[int, ...]) -> str:
    """Return how code names an entry: ``dz[0, 2]``, or ``loss`` for a number without axes."""
    return code(f"{name}[{', '.join(map(str, index))}]") if index else code(name)

"""Explorers: interactive pictures that work with a kernel and, on a web page, without one.

Each stands in a module of its own, beside its front end; the modules are found in this folder, and
loaded when they are asked for.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

_MODULES = {
    "".join(part.title() for part in module.name.split("_")): f"{__name__}.{module.name}"
    for module in iter_modules(__path__)
    if not module.name.startswith("_")
}
__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    """Load the module of an explorer."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)

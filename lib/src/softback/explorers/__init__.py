"""Explorers: interactive pictures that work with a kernel and, on a web page, without one.

Each stands in a module of its own, beside its front end; the modules are found in this folder.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from softback.explorers._base import Explorer

for _module in iter_modules(__path__):
    if not _module.name.startswith("_"):
        import_module(f"{__name__}.{_module.name}")

_FOUND = {explorer.__name__: explorer for explorer in Explorer.__subclasses__()}
__all__ = sorted(_FOUND)
globals().update(_FOUND)

if TYPE_CHECKING:  # a type checker does not look into the folder

    def __getattr__(name: str) -> Any: ...

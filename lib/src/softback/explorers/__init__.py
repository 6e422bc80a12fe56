"""Explorers: interactive pictures that work with a kernel and, on a web page, without one."""

from softback.explorers.jacobian import Jacobian

__all__ = ["Jacobian"]

"""Explorers: interactive pictures that work with a kernel and, on a web page, without one."""

from softback.explorers.attention import Attention
from softback.explorers.axis import Axis
from softback.explorers.descent import Descent
from softback.explorers.jacobian import Jacobian
from softback.explorers.log_sum_exp import LogSumExp
from softback.explorers.nudge import Nudge
from softback.explorers.precision import Precision
from softback.explorers.pullback import Pullback
from softback.explorers.softmax import Softmax

__all__ = [
    "Attention",
    "Axis",
    "Descent",
    "Jacobian",
    "LogSumExp",
    "Nudge",
    "Precision",
    "Pullback",
    "Softmax",
]

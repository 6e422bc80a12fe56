"""The Matplotlib style of the book and the figures that take more than ten lines.

Every function draws into axes that it makes or is given, and returns them. Call `setup` once in a
notebook before the first figure.
"""

from softback.figures._style import setup
from softback.figures.bars import (
    answer_to_a_nudge,
    forward_pass,
    pullback_areas,
    pullback_pipeline,
    shares,
)
from softback.figures.curves import logsumexp_along, secants, smooth_maximum, temperature_sweep
from softback.figures.digits import correct_digits
from softback.figures.growth import growth, step_errors
from softback.figures.matrices import axis_patterns, heat_map, jacobians
from softback.figures.routes import (
    attention_routes,
    balanced_flows,
    chain_rule,
    tiles,
    who_keeps_y,
)
from softback.figures.triangle import loss_triangle, reach, temperature_paths

__all__ = [
    "answer_to_a_nudge",
    "attention_routes",
    "axis_patterns",
    "balanced_flows",
    "chain_rule",
    "correct_digits",
    "forward_pass",
    "growth",
    "heat_map",
    "jacobians",
    "logsumexp_along",
    "loss_triangle",
    "pullback_areas",
    "pullback_pipeline",
    "reach",
    "secants",
    "setup",
    "shares",
    "smooth_maximum",
    "step_errors",
    "temperature_paths",
    "temperature_sweep",
    "tiles",
    "who_keeps_y",
]

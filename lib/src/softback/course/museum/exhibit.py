"""An exhibit: one piece of wrong code or one wrong formula, with all that its card says."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from inspect import getsource
from textwrap import dedent
from typing import Any

import numpy as np

from softback.course.museum import card
from softback.course.museum.operations import Operation, as_forward, as_layer, takes

MIME_TYPE = "application/vnd.softback.exhibits+json"


@dataclass(frozen=True)
class Exhibit:
    """A wrong implementation or derivation; a notebook shows it as a card.

    Attributes
    ----------
    slug : str
        The id of its mistake; on the page its anchor is ``exhibit-`` and the slug.
    title : str
        What is wrong, in a few words.
    room : str
        The part of the page in which it hangs.
    task : Operation
        What it should compute.
    role : callable
        How the code is put to work.
    code, fix : callable
        The wrong piece of code and the right one. For a formula, what it says, as code.
    symptom : str
        What somebody can see who does not know the fault.
    why : str
        What is wrong and how it came about.
    trial : callable
        Shows the symptom: takes the exhibit, returns what was done, what came out and what should.
    caught_by, missed_by : tuple of str
        Names in `CHECKS`, the most telling first; together all that apply.
    options : dict
        What the task is given besides, such as a temperature.
    formula, right_formula : str
        LaTeX; empty where the exhibit is code.
    claim : callable or None
        Returns both sides of the formula in SymPy, for `softback.symbolic.prove`.
    breaks : tuple of str
        Labels of the equations of the book that it contradicts.
    """

    slug: str
    title: str
    room: str
    task: Operation
    role: Callable
    code: Callable
    fix: Callable
    symptom: str
    why: str
    trial: Callable
    caught_by: tuple[str, ...] = ()
    missed_by: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    formula: str = ""
    right_formula: str = ""
    claim: Callable | None = None
    breaks: tuple[str, ...] = ()

    @cached_property
    def _passes(self):
        return self.role(self.code, self.task, self.options)

    def forward(self, z: np.ndarray, **where: Any) -> Any:
        """Return its output for logits ``z``; ``where`` holds ``axis``, or ``t`` for a loss."""
        return self._passes[0](z, **where)

    def backward(self, z: np.ndarray, g: Any, **where: Any) -> Any:
        """Return its gradient with respect to logits ``z`` for the upstream gradient ``g``."""
        return self._passes[1](z, g, **where)

    @property
    def is_layer(self) -> bool:
        """Whether it is a class that keeps something between forward and backward."""
        return self.role is as_layer

    @property
    def is_forward(self) -> bool:
        """Whether it is a forward pass alone."""
        return self.role is as_forward

    @property
    def takes_axis(self) -> bool:
        """Whether it can be asked to work along another axis than the last."""
        return not self.is_layer and takes(self.code, "axis")

    @property
    def takes_classes(self) -> bool:
        """Whether its targets are class indices, so that soft ones mean nothing to it."""
        return takes(self.code, "classes")

    @property
    def anchor(self) -> str:
        """Its place on the page of the museum."""
        return f"exhibit-{self.slug}"

    @property
    def source(self) -> str:
        """The text on display: the formula in LaTeX, or the code."""
        return self.formula or _text(self.code, _DISPLAY[self.role.__name__, self.task.name])

    @property
    def right_source(self) -> str:
        """The text that repairs it."""
        name = _DISPLAY[self.role.__name__, self.task.name]
        return self.right_formula or _text(self.fix, name)

    def repaired(self) -> "Exhibit":
        """Return the exhibit with the fix in the place of the fault; no check must catch it."""
        return replace(self, code=self.fix, caught_by=(), claim=None)

    def _repr_mimebundle_(self, include=None, exclude=None):
        records = [{"anchor": self.anchor, "breaks": list(self.breaks)}]
        return {"text/plain": self.title, "text/markdown": card.markdown(self), MIME_TYPE: records}


# Under their own names the pieces of code would give away what is wrong with them.
_DISPLAY = {
    ("as_forward", "softmax"): "softmax",
    ("as_forward", "log-softmax"): "log_softmax",
    ("as_forward", "sink"): "softmax_with_sink",
    ("as_masked", "masked"): "masked_softmax",
    ("as_masked", "capped and masked"): "masked_softmax",
    ("as_rule", "softmax"): "softmax_vjp",
    ("as_rule", "log-softmax"): "log_softmax_vjp",
    ("as_backward", "softmax"): "softmax_backward",
    ("as_backward", "log-softmax"): "log_softmax_backward",
    ("as_backward", "capped"): "capped_softmax_backward",
    ("as_output_and_vjp", "softmax"): "softmax_and_vjp",
    ("as_layer", "softmax"): "Softmax",
    ("as_layer", "log-softmax"): "LogSoftmax",
    ("as_gradient", "cross-entropy"): "gradient",
    ("as_loss", "cross-entropy"): "loss",
    ("as_loss_and_gradient", "cross-entropy"): "loss_and_gradient",
    ("as_loss_and_gradient", "distilled"): "loss_and_gradient",
    ("as_gradient", "ignoring"): "gradient",
}


def _text(code, name):
    """Return the source of a function or class under the name ``name``.

    Decorators, types, the docstring and remarks on the first line are left out.
    """
    text = dedent(getsource(code))
    [node] = ast.parse(text).body
    lines = text.splitlines()
    if isinstance(node, ast.ClassDef):
        return "\n".join(lines[node.lineno - 1 :]).replace(code.__name__, name, 1)
    for argument in node.args.args:
        argument.annotation = None
    body = node.body[ast.get_docstring(node) is not None :]
    head = f"def {name}({ast.unparse(node.args)}):"
    return "\n".join([head, *lines[body[0].lineno - 1 :]])

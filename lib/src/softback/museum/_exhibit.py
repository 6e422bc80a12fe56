"""An exhibit: one piece of wrong code or one wrong formula, with all that its card says."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from inspect import getsource
from textwrap import dedent

from softback.museum import _card
from softback.museum._tasks import Task, as_layer, takes

MIME_TYPE = "application/vnd.softback.exhibit+json"


@dataclass(frozen=True)
class Exhibit:
    """A wrong implementation or derivation; a notebook shows it as a card.

    Attributes
    ----------
    slug : str
        Its stable name; on the page its anchor is ``exhibit-`` and the slug.
    title : str
        What is wrong, in a few words.
    room : {"softmax", "pullback", "log-softmax", "cross-entropy", "derivation"}
    task : Task
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
    task: Task
    role: Callable
    code: Callable
    fix: Callable
    symptom: str
    why: str
    trial: Callable
    caught_by: tuple = ()
    missed_by: tuple = ()
    options: dict = field(default_factory=dict)
    formula: str = ""
    right_formula: str = ""
    claim: Callable | None = None
    breaks: tuple = ()

    @cached_property
    def _passes(self):
        return self.role(self.code, self.task, self.options)

    def forward(self, z, **where):
        """Return its output for logits ``z``; ``where`` holds ``axis``, or ``t`` for a loss."""
        return self._passes[0](z, **where)

    def backward(self, z, g, **where):
        """Return its gradient by logits ``z`` for the upstream gradient ``g``."""
        return self._passes[1](z, g, **where)

    @property
    def is_layer(self):
        """Whether it is a class that keeps something between forward and backward."""
        return self.role is as_layer

    @property
    def takes_axis(self):
        """Whether it can be asked to work along another axis than the last."""
        return not self.is_layer and takes(self.code, "axis")

    @property
    def takes_classes(self):
        """Whether its targets are class indices, so that soft ones mean nothing to it."""
        return takes(self.code, "classes")

    @property
    def anchor(self):
        """Its place on the page of the museum."""
        return f"exhibit-{self.slug}"

    @property
    def source(self):
        """The text on display: the formula in LaTeX, or the code."""
        return self.formula or _text(self.code, _DISPLAY[self.role.__name__, self.task.name])

    @property
    def right_source(self):
        """The text that repairs it."""
        name = _DISPLAY[self.role.__name__, self.task.name]
        return self.right_formula or _text(self.fix, name)

    def repaired(self):
        """Return the exhibit with the fix in the place of the fault; no check must catch it."""
        return replace(self, code=self.fix, caught_by=(), claim=None)

    def _repr_mimebundle_(self, include=None, exclude=None):
        record = {"anchor": self.anchor, "breaks": list(self.breaks)}
        return {"text/plain": self.title, "text/markdown": _card.markdown(self), MIME_TYPE: record}


# Under their own names the pieces of code would give away what is wrong with them.
_DISPLAY = {
    ("as_forward", "softmax"): "softmax",
    ("as_forward", "log-softmax"): "log_softmax",
    ("as_rule", "softmax"): "softmax_vjp",
    ("as_rule", "log-softmax"): "log_softmax_vjp",
    ("as_backward", "softmax"): "softmax_backward",
    ("as_backward", "log-softmax"): "log_softmax_backward",
    ("as_output_and_vjp", "softmax"): "softmax_and_vjp",
    ("as_layer", "softmax"): "Softmax",
    ("as_layer", "log-softmax"): "LogSoftmax",
    ("as_gradient", "cross-entropy"): "gradient",
    ("as_loss", "cross-entropy"): "loss",
    ("as_loss_and_gradient", "cross-entropy"): "loss_and_gradient",
}


def _text(code, name):
    """Return the source of a function or class, without decorators, under the name ``name``."""
    lines = dedent(getsource(code)).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(("def ", "class ")))
    return "\n".join(lines[start:]).replace(code.__name__, name, 1)


class Room:
    """The exhibits of one room, in the order in which they are hung.

    Parameters
    ----------
    name : str
        As in `Exhibit.room`.
    task : Task
        What most of its exhibits should compute.
    """

    def __init__(self, name, task):
        self.name, self.task, self.exhibits = name, task, []

    def hang(self, role, *, title, caught_by="", missed_by="", **card):
        """Return a decorator that makes an `Exhibit` of a piece of code and leaves the code alone.

        Parameters
        ----------
        role : callable
            One of the roles in `softback.museum._tasks`.
        title : str
            The slug is made of it.
        caught_by, missed_by : str
            Names of checks with spaces between.
        **card
            The other attributes of `Exhibit`.
        """

        def decorate(code):
            self.exhibits.append(
                Exhibit(
                    slug=title.lower().replace(" ", "-"),
                    title=title,
                    room=self.name,
                    role=role,
                    code=code,
                    caught_by=tuple(caught_by.split()),
                    missed_by=tuple(missed_by.split()),
                    **{"task": self.task} | card,
                )
            )
            return code

        return decorate

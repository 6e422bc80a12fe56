"""The field of a question: an anywidget, so that pages and notebooks have the same one."""

from pathlib import Path

import anywidget
from traitlets import Dict, Unicode

from softback.course.formula.question import Question
from softback.explorers import _bundle

FOLDER = Path(__file__).parent


class Field(anywidget.AnyWidget):
    """A field to type a formula in; it answers without a kernel.

    Parameters
    ----------
    question : Question
        What is asked. The front end gets its draws and values, and no formula.
    """

    _esm = _bundle.module(FOLDER / "field.mjs")
    _css = (FOLDER / "field.css").read_text("utf-8")
    _anywidget_id = f"{__package__}.Field"

    data = Dict(help="What `Question.export` returns.").tag(sync=True)
    formula = Unicode(help="What the reader last asked about.").tag(sync=True)

    def __init__(self, question: Question) -> None:
        super().__init__(data=question.export())

    def __repr__(self) -> str:
        """Return what is asked: what is shown where no front end runs."""
        return f"Field of {self.data['asked']}"

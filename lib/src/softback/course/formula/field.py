"""The field of a question: an anywidget, so that pages and notebooks have the same one."""

from base64 import b64encode
from pathlib import Path

import anywidget
from traitlets import Dict, Unicode

from softback import _bundle
from softback.course.formula.question import Question

FOLDER = Path(__file__).parent

FONT = "font/softback-math.woff2"


def style(*names: str) -> str:
    """Return stylesheets as one, with the font inside: an anywidget brings no files."""
    css = "".join((FOLDER / name).read_text("utf-8") for name in names)
    font = b64encode((FOLDER / FONT).read_bytes()).decode()
    return css.replace(FONT, f"data:font/woff2;base64,{font}")


class Field(anywidget.AnyWidget):
    """A field to type a formula in; it answers without a kernel.

    Parameters
    ----------
    question : Question
        What is asked. The front end gets its draws and values, and no formula.
    """

    _esm = _bundle.module(FOLDER / "field.mjs")
    _css = style("field.css")
    _anywidget_id = f"{__package__}.Field"

    data = Dict(help="What `Question.export` returns.").tag(sync=True)
    formula = Unicode(help="What the reader last asked about.").tag(sync=True)

    def __init__(self, question: Question) -> None:
        super().__init__(data=question.export())

    def __repr__(self) -> str:
        """Return what is asked: what is shown where no front end runs."""
        return f"Field of {self.data['asked']}"

"""What all explorers have in common: their files, their picture without a kernel, their words."""

import io
import json
from pathlib import Path
from typing import Any

import anywidget
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from traitlets import TraitType

from softback.explorers import _bundle
from softback.explorers._traits import limits

FOLDER = Path(__file__).parent


class Explorer(anywidget.AnyWidget):
    """A widget whose front end does all the arithmetic that a reader can trigger.

    On a page without a kernel, Python has only chosen the initial state. In a notebook every trait
    is synced, so `observe`, `ipywidgets.link` and the results of a subclass follow the reader.

    A subclass stands in ``NAME.py``, its front end in ``NAME.mjs`` beside it. It has synced traits,
    whose limits the front end gets as the constant ``limits``, and says in `description` and
    `figure` what stands in for it where no JavaScript runs.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if Explorer in cls.__bases__:  # not in the classes that traitlets makes for its instances
            stem = cls.__module__.rpartition(".")[2]
            traits = {name: part for name, part in vars(cls).items() if isinstance(part, TraitType)}
            known = json.dumps({name: limits(trait) for name, trait in traits.items()})
            before = f"const limits = {known};\n"
            cls._esm = _bundle.module(FOLDER / f"{stem}.mjs", before=before)
            cls._css = stylesheet(stem)
            cls._anywidget_id = f"{__package__}.{cls.__name__}"
        super().__init_subclass__(**kwargs)

    def change(self, **traits: Any) -> None:
        """Set several traits at once, such as vectors whose lengths must agree.

        Parameters
        ----------
        **traits
            New values by name.

        Raises
        ------
        TraitError
            If a name is unknown or a value is refused; then nothing changes.
        """
        with self.hold_trait_notifications():
            for name, value in traits.items():
                self.set_trait(name, value)

    def description(self) -> str:
        """Return what the explorer shows, in words: the alternative text of its picture."""
        raise NotImplementedError

    def figure(self) -> Figure:
        """Return a Matplotlib figure of what the explorer shows."""
        raise NotImplementedError

    def svg(self) -> str:
        """Return the picture as SVG, the same bytes each time.

        Returns
        -------
        str
        """
        settings: dict[Any, Any] = {"svg.hashsalt": "softback", "svg.fonttype": "path"}
        with plt.style.context("softback.figures.book"), plt.rc_context(settings):
            figure = self.figure()
            buffer = io.StringIO()
            figure.savefig(buffer, format="svg", metadata={"Date": None}, bbox_inches="tight")
            plt.close(figure)
        return buffer.getvalue()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add a picture and words to the widget: for paper, for viewers and for saved notebooks."""
        bundle: Any = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle
        return {**data, "image/svg+xml": self.svg(), "text/plain": self.description()}, metadata


def stylesheet(stem: str) -> str:
    """Return the style that all explorers share, and ``NAME.css`` where an explorer has its own."""
    files = [FOLDER / f"{part}.css" for part in ("panel", stem)]
    return "\n".join(file.read_text("utf-8") for file in files if file.exists())

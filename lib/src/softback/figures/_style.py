"""Switch a notebook to the style of the book."""

import matplotlib.pyplot as plt


def number(value: float, form: str) -> str:
    """Write ``value`` with a true minus sign, and without one where it rounds to zero."""
    text = f"{value:{form}}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def setup() -> None:
    """Use the book's style, and vector graphics where a notebook shows the figures.

    Nothing but Matplotlib's settings of this process changes. The figures carry no date, so that
    the same cells give the same bytes.
    """
    plt.style.use("softback.figures.book")
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # no notebook: the figures are drawn or saved by whoever called
        return
    set_matplotlib_formats("svg", metadata={"Date": None})

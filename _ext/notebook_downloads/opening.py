"""The first words of every offered notebook: what it is, and what its cells need."""

ABOUT = """\
This notebook is a page of the book {book}. Its cells need Python 3.11 or newer and the book's \
library, which the next cell installs where it is missing.

{note}"""
DATA = "Its measured data are in `notebooks.zip` and in the repository, not in this file alone."


def opening(page, *, title, base, reads_files):
    """Return the Markdown of the cell.

    Parameters
    ----------
    page : str
        The name of the page.
    title : str
        The title of the book.
    base : str
        The address of the book with a final slash, or "" if it is not known.
    reads_files : bool
        Whether the cells read files that stand outside of the notebook.
    """
    book = f"[*{title}*]({base}{page}.html)" if base else f"*{title}*"
    return ABOUT.format(book=book, note=DATA if reads_files else "").strip()

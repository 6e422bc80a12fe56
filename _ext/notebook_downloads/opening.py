"""The first cell of every offered notebook: what it is, and how its cells get their library."""

ABOUT = """\
This notebook is a page of the book {book}. Its cells need Python 3.11 or newer and the book's \
library, `softback`. Where that is missing, run one of these lines in a cell of its own, or \
without the `%` in a terminal:

```
{ways}
```

{note}"""

FROM_SITE = '%pip install "softback[all] @ {base}notebooks/{wheel}"'
FROM_ARCHIVE = '%pip install "{up}{wheel}[all]"  # in the unpacked notebooks.zip'
FROM_COPY = '%pip install "{up}lib[all]"  # in a copy of the repository'
DATA = "Its measured data are in `notebooks.zip` and in the repository, not in this file alone."


def opening(page, *, title, base, wheel, reads_files):
    """Return the Markdown of the cell.

    Parameters
    ----------
    page : str
        The name of the page; its folders say where the archive's root is.
    title : str
        The title of the book.
    base : str
        The address of the book with a final slash, or "" if it is not known.
    wheel : str
        The file name of the library's wheel.
    reads_files : bool
        Whether the cells read files that stand outside of the notebook.
    """
    up = "../" * page.count("/") or "./"
    ways = [FROM_SITE.format(base=base, wheel=wheel)] if base else []
    ways += [FROM_ARCHIVE.format(up=up, wheel=wheel), FROM_COPY.format(up=up)]
    book = f"[*{title}*]({base}{page}.html)" if base else f"*{title}*"
    note = DATA if reads_files else ""
    return ABOUT.format(book=book, ways="\n".join(ways), note=note).strip()

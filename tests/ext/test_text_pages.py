"""A page of text may begin as notebooks do; it stays a page of text."""

import pytest

from classroom.sheets.page import HEADER

SHOWN = """````markdown
---
kernelspec:
---
```{code-cell} ipython3
1 + 1
```
````"""
CELL = '```{code-cell} ipython3\nprint("hello")\n```\n'


@pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets to the collector
def test_a_page_without_cells_is_read_as_one_without_a_header(book):
    text = f"(place)=\n# Page\n\n{SHOWN}\n"
    trial = book("myst_nb", "text_pages", nb_execution_mode="off")
    trial.write(bare=text, page=f"{HEADER}\n{text.replace('place', 'other')}", cells=HEADER + CELL)
    trial.build()
    left = trial.output.parent / "jupyter_execute"
    assert [path.name for path in left.rglob("*.ipynb")] == ["cells.ipynb"]
    bare, page = (_article(trial.html(name)) for name in ("bare", "page"))
    assert "1 + 1" in page
    assert page.replace("other", "place") == bare


def test_warnings_name_the_line_of_the_file(book):
    trial = book("myst_nb", "text_pages", nb_execution_mode="off")
    trial.write(page=f"{HEADER}\n# Page\n\n{{ref}}`nowhere`\n").build()
    line = HEADER.count("\n") + 4
    assert f"page.md:{line}: " in trial.warnings


def test_what_else_the_header_says_stays(book):
    trial = book("myst_nb", "text_pages", "link_previews", nb_execution_mode="off")
    said = HEADER.replace("---\n", "---\ndescription: Said here.\n", 1)
    trial.write(page=f"{said}\n# Page\n\n{{ref}}`nowhere`\n").build()
    assert '<meta name="description" content="Said here." />' in trial.html("page")
    line = said.count("\n") + 4
    assert f"page.md:{line}: " in trial.warnings


def _article(html):
    return html.partition('<div class="body"')[2].partition('<div class="sphinxsidebar"')[0]

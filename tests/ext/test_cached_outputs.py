"""A page from the cache leaves the same notebook as a page that was executed."""

import json

import pytest

PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Page

{prose}

```{{code-cell}} ipython3
print("hello")
```
"""


def outputs(trial):
    notebook = trial.output.parent / "jupyter_execute" / "page.ipynb"
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return ["".join(output["text"]) for cell in cells for output in cell.get("outputs", [])]


@pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets to the collector
def test_prose_that_changes_leaves_the_outputs_in_the_notebook(book):
    trial = book("myst_nb", "cached_outputs", nb_execution_mode="cache")
    trial.write(page=PAGE.format(prose="Text.")).build()
    assert outputs(trial) == ["hello\n"]
    trial.write(page=PAGE.format(prose="Other text.")).build()
    assert "Using cached notebook" in trial.messages
    assert outputs(trial) == ["hello\n"]
    assert "Other text." in trial.html("page")


@pytest.mark.filterwarnings("default")
def test_what_is_printed_in_pieces_stays_on_its_line(book):
    trial = book("myst_nb", "cached_outputs", nb_execution_mode="cache", nb_merge_streams=True)
    pieces = 'for piece in "abc":\n    print(piece, end=" ", flush=True)\nprint("d")'
    trial.write(page=PAGE.format(prose="Text.").replace('print("hello")', pieces)).build()
    assert outputs(trial) == ["a b c d\n"]
    assert "a b c d\n" in trial.html("page")

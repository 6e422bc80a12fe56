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

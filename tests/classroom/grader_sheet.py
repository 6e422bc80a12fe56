"""A small sheet for the tests of the grader, and notebooks that hand it in."""

import csv
import json

from classroom.sheets.page import HEADER

NAMES = ["ada", "blaise", "carl", "daniel"]
SECRET = "aspidistra"  # stands in a hidden test, and may come out nowhere
SHEET = f"""{HEADER}
# Three functions

**8 points, about 60 minutes.**

```{{code-cell}} ipython3
import numpy as np

from softback.course import check, same
```

```{{exercise-start}} Shares
:label: ex-shares
```

*2 points.* Write `softmax(z)`.

```{{exercise-end}}
```

```{{code-cell}} ipython3
:tags: [solution]

def softmax(z):
    ### BEGIN SOLUTION
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
    ### END SOLUTION
```

```{{code-cell}} ipython3
:tags: [test, points-1]

check("softmax", softmax).require()
```

```{{code-cell}} ipython3
:tags: [hidden-test, points-1]

import softback
{SECRET} = np.random.default_rng(8128).normal(size=(5, 4)) * 1000
got = softmax({SECRET})
assert same(got, softback.softmax({SECRET})), "The shares of random rows are wrong."
```

```{{exercise-start}} Pullback
:label: ex-pullback
```

*2 points.* Write `softmax_vjp(y, g)`.

```{{exercise-end}}
```

```{{code-cell}} ipython3
:tags: [solution]

def softmax_vjp(y, g):
    ### BEGIN SOLUTION
    return y * (g - (g * y).sum(axis=-1, keepdims=True))
    ### END SOLUTION
```

```{{code-cell}} ipython3
:tags: [test, points-1]

check("softmax_vjp", softmax_vjp).require()
```

```{{code-cell}} ipython3
:tags: [hidden-test, points-1]

rng = np.random.default_rng(8129)
y, g = rng.dirichlet(np.ones(4), size=3), rng.normal(size=(3, 4))
J = y[:, :, None] * (np.eye(4) - y[:, None, :])
assert same(softmax_vjp(y, g), np.einsum("nij,ni->nj", J, g))
```

```{{exercise-start}} Differences
:label: ex-differences
```

*2 points.* Write `slope(f, x)`.

```{{exercise-end}}
```

```{{code-cell}} ipython3
:tags: [solution]

def slope(f, x):
    ### BEGIN SOLUTION
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
    ### END SOLUTION
```

```{{code-cell}} ipython3
:tags: [test, points-1]

assert abs(slope(lambda x: x * x, 3.0) - 6) < 1e-6, "The slope of x² at 3 is 6."
```

```{{code-cell}} ipython3
:tags: [hidden-test, points-1]

x = np.random.default_rng(8130).normal(size=7)
assert same(slope(np.sin, x), np.cos(x)), "The slope of the sine is the cosine."
```

```{{exercise-start}} Words
:label: ex-words
```

*2 points.* Why?

```{{exercise-end}}
```

+++ {{"tags": ["answer", "points-2"]}}

Because.

**Marking.** 2 for a reason.
"""

SETUP = "import numpy as np\n\nfrom softback.course import check, same"
SOFTMAX = """\
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)"""
VJP = """\
def softmax_vjp(y, g):
    return y * (g - (g * y).sum(axis=-1, keepdims=True))"""
SLOPE = """\
def slope(f, x):
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5"""
RIGHT = {"softmax": SOFTMAX, "softmax_vjp": VJP, "slope": SLOPE}
WRONG = {
    "softmax": "def softmax(z):\n    return z",
    "softmax_vjp": "def softmax_vjp(y, g):\n    return g",
    "slope": "def slope(f, x):\n    return x",
}
STUB = {name: f"def {name}(*args):\n    raise NotImplementedError" for name in RIGHT}
CHECKS = {
    "softmax": 'check("softmax", softmax).require()',
    "softmax_vjp": 'check("softmax_vjp", softmax_vjp).require()',
    "slope": 'assert abs(slope(lambda x: x * x, 3.0) - 6) < 1e-6, "The slope of x² at 3 is 6."',
}


def code(source, **metadata):
    """Return a code cell."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def text(source, **metadata):
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def cells(functions=RIGHT, before=(), after=(), checks=CHECKS, **others):
    """Return the cells of a notebook; ``others`` replaces functions by name."""
    found = [text("# Three functions"), code(SETUP), *map(code, before)]
    for name, source in (functions | others).items():
        found.append(code(source))
        if checks:
            found.append(code(checks[name], exercise=f"ex-{name}-test", tags=["raises-exception"]))
    answer = text("Because the sum is one.", exercise="ex-words-answer")
    return [*found, answer, *map(code, after)]


def notebook(*args, **kwargs):
    """Return a notebook as text; the arguments are those of `cells`."""
    return written(cells(*args, **kwargs))


def written(found, **others):
    """Return cells as the text of a notebook."""
    return json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | others)


def words(course):
    """Return the command line that grades the submissions of a course."""
    return [str(course / "sheet.md"), str(course / "in"), "-o", str(course / "out"), "-j", "1"]


def table(course):
    """Return the rows of its grades.csv, by name."""
    with open(course / "out" / "grades.csv", newline="", encoding="utf-8") as file:
        return {row["name"]: row for row in csv.DictReader(file)}

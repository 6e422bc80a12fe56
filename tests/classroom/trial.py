"""A sheet that is small and whole, and ways to spoil it."""

from classroom.sheets.page import HEADER

SHEET = f"""{HEADER}
(trial)=
# A trial sheet

**6.5 points, about 60 minutes.** You will double numbers.

You practise to

- double a number;
- say why.

See [the Jacobian](#jacobian).

```{{code-cell}} ipython3
import numpy as np
```

```{{exercise-start}} Twice
:label: ex-double
```

*4 points.* Write `double(x)`.

```{{admonition}} Hint
:class: dropdown hint
Add.
```

```{{exercise-end}}
```

```{{code-cell}} ipython3
:tags: [solution]

def double(x):
    \"\"\"Return twice x.\"\"\"
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION
```

```{{code-cell}} ipython3
:tags: [test, points-1]

assert double(2) == 4, "Twice two is four."
```

```{{code-cell}} ipython3
:tags: [hidden-test, points-3]

for x in np.random.default_rng(77).normal(size=5):
    assert double(x) == 2 * x, f"Wrong for {{x}}, a secret number."
assert double(0) == 0, "Twice zero is secret."
```

```{{exercise-start}} A reason
:label: ex-reason
```

*2.5 points, read by a person.* Why, after {{ref}}`ex-double`?

```{{exercise-end}}
```

+++ {{"tags": ["answer", "points-2.5"]}}

Because of the model answer.

**Marking.** All or nothing, says the secret marking.

+++

The end.
"""


def line_of(text, piece):
    """Return the line, counted from 1, on which a piece of a text begins for the last time."""
    return text[: text.rindex(piece)].count("\n") + 1

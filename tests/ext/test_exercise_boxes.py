"""Exercises are plain boxes that fold, without ids that occur twice and without another's style."""

import re

import pytest

PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Page

```{exercise-start} One: warm-up, easy
:label: ex-one
```

First text.

````{admonition} Hint
:class: dropdown hint
Think.

```{admonition} Another hint
:class: dropdown hint
Think again.
```
````

```{exercise-end}
```

```{solution-start} ex-one
:label: sol-one
:class: dropdown
```

Solved.

```{code-cell} ipython3
6 * 7
```

```{solution-end}
```

```{exercise-start} Two: warm-up, easy
:label: ex-two
```

Second text.

```{admonition} The only hint
:class: dropdown hint
Think.
```

```{exercise-end}
```

See <project:#sol-one>.
"""


@pytest.fixture(scope="module")
def site(make_book):
    extensions = ["myst_nb", "sphinx_exercise", "native_dropdowns", "exercise_boxes"]
    book = make_book(
        html_theme="basic",
        extensions=extensions,
        exercise_style="solution_follow_exercise",
    )
    return book.write(page=PAGE).build()


def test_nothing_is_complained_about(site):
    assert site.warnings == ""


def test_no_id_occurs_twice(site):
    ids = re.findall(r'\bid="([^"]+)"', site.html("page"))
    assert sorted(ids) == sorted(set(ids))
    assert {"ex-one", "ex-two", "sol-one"} <= set(ids)


def test_an_exercise_is_a_numbered_box_that_holds_its_text(site):
    html = site.html("page")
    box = html[html.index('id="ex-one"') : html.index('id="sol-one"')]
    assert "Exercise 1" in box
    assert "<p>First text.</p>" in box
    assert "<section" not in box


def test_hints_fold_one_inside_of_the_other(site):
    html = site.html("page")
    outer = html.index('<details class="admonition dropdown hint">')
    inner = html.index('<details class="admonition dropdown hint">', outer + 1)
    assert "Think." in html[outer:inner]
    assert "</details>" not in html[outer:inner]


def test_hints_are_counted_and_a_hint_alone_is_not(site):
    titles = re.findall(r'<summary class="admonition-title">(Hint[^<]*)<', site.html("page"))
    assert titles == ["Hint 1 of 2", "Hint 2 of 2", "Hint"]


def test_a_solution_folds_and_holds_its_cells(site):
    solution = re.search(
        r'<details class="admonition solution dropdown[^"]*" id="sol-one">(.*?)</details>',
        site.html("page"),
        re.DOTALL,
    )[1]
    assert '<summary class="admonition-title">Solution</summary>' in solution
    assert "Solved." in solution
    assert re.search(r'class="mi">6</span>', solution)


def test_the_page_loads_our_stylesheet_and_not_theirs(site):
    html = site.html("page")
    assert "exercise-boxes.css" in html
    assert not re.search(r"[/\"]exercise\.css", html)

"""The book's Markdown in a form that every front end shows."""

import re

import jupytext
import pytest

from classroom.sheets import SheetError, plain


def link(role, target):
    """Know one page and one equation."""
    known = {("doc", "04-jacobian"): ("The Jacobian", "https://book.example/04.html"),
             ("ref", "part"): ("A part", "https://book.example/04.html#part"),
             ("ref", "nowhere"): ("Lost", None),
             ("eq", "eq-one"): ("(4.2)", "https://book.example/04.html#eq-one"),
             ("eq", "eq-nowhere"): ("(4.9)", None)}  # fmt: skip
    if (role, target) not in known:
        raise LookupError(f"the book has no {target}")
    return known[role, target]


def test_an_exercise_is_a_heading_above_its_statement():
    text = (
        "```{exercise-start} Add: easy\n:label: ex-add\n```\n\nAdd them.\n\n```{exercise-end}\n```"
    )
    assert plain(text) == "### Exercise: Add: easy\n\nAdd them."
    assert plain(text, exercise=lambda block: f"{block.argument}!").startswith("### Add: easy!\n")


def test_hints_inside_of_hints_fold_inside_of_each_other():
    text = """::::{admonition} Hint with `code` and $a_1 * b_1 * c$
:class: dropdown hint
First.

```{admonition} Another hint
:class: dropdown hint
Second.
```
::::"""
    assert (
        plain(text)
        == """<details>
<summary>Hint with <code>code</code> and $a_1 * b_1 * c$</summary>

First.

<details>
<summary>Another hint</summary>

Second.

</details>

</details>"""
    )


def test_an_admonition_is_a_quotation():
    assert plain("Before.\n:::{note}\nOne.\n\nTwo.\n:::\nAfter.") == (
        "Before.\n\n> **Note**\n>\n> One.\n>\n> Two.\n\nAfter."
    )


def test_an_equation_carries_the_number_of_the_book():
    text = "```{math}\n:label: eq-one\n\na = b\n```"
    assert plain(text, link) == "$$\na = b\n\\tag{4.2}\n$$"
    assert plain(text) == "$$\na = b\n$$"


def test_an_aligned_environment_needs_no_dollars():
    assert plain("```{math}\n\\begin{align}\na\n\\end{align}\n```").startswith("\\begin{align}")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("see {doc}`04-jacobian`.", "see [The Jacobian](https://book.example/04.html)."),
        ("{doc}`that matrix <04-jacobian>`", "[that matrix](https://book.example/04.html)"),
        ("the [*part*](#part) of it", "the [*part*](https://book.example/04.html#part) of it"),
        ("[the law](#nowhere)", "the law"),
        (
            "by {eq}`eq-one` and {eq}`eq-nowhere`",
            "by [(4.2)](https://book.example/04.html#eq-one) and (4.9)",
        ),
        ("the role ``{eq}`x` `` is text", "the role ``{eq}`x` `` is text"),
    ],
)
def test_a_reference_is_a_link_where_it_has_an_address(source, expected):
    assert plain(source, link) == expected


def test_targets_comments_and_gates_vanish():
    assert plain("(here)=\n# Title\n% why\n\n```{solution-end}\n```\n\nText.") == "# Title\n\nText."


def test_shown_code_stays_as_it_is():
    text = "Look:\n\n```python\na = 1\n\n\n\nb = '{eq}`eq-none`'\n```"
    assert plain(text, link) == text


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("One.\n\n```{tab-set}\nx\n```", 12, "{tab-set} has no plain form"),
        ("```{note}\nOne.\n:::{card}\n:::\n```", 12, "{card} has no plain form"),
        ("- one\n  ```{note}\n  two\n  ```", 11, "inside of a line"),
        ("One.\n```{note}\nTwo.", 11, "does not end"),
        ("```{admonition} No `code`\nTwo.\n```", 10, "inside of a line"),
        ("One.\n{sub}`2`", 11, "the role {sub}"),
        ("One [two](../three.md).", 10, "leads nowhere"),
        ("```{note}\n---\nclass: x\n---\n```", 11, "between dashes"),
    ],
)
def test_what_has_no_plain_form_is_refused_with_file_and_line(source, line, words):
    with pytest.raises(SheetError, match=rf"^sheet\.md, line {line}: .*{re.escape(words)}"):
        plain(source, path="sheet.md", line=10)


@pytest.mark.parametrize("reference", ["{eq}`none`", "[words](#none)"])
def test_a_reference_without_target_is_refused(reference):
    with pytest.raises(SheetError, match=r"line 2: the book has no none\. Refer to"):
        plain(f"One\n{reference}", link)


def test_an_equation_that_the_book_does_not_number_is_refused():
    with pytest.raises(SheetError, match="line 2: the book has no eq-none"):
        plain("One\n```{math}\n:label: eq-none\na\n```", link)


def test_every_chapter_has_a_plain_form(pages_with_cells):
    for path in pages_with_cells:
        for cell in jupytext.read(path).cells:
            if cell.cell_type == "markdown":
                text = plain(cell.source, path=path)
                assert not re.search(r"^[`:]{3,}\{|\{[\w:]+\}`", text, re.M), path

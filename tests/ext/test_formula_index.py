"""The formula index of tiny books, built once, again, and after a change of one page."""

import re
import shutil
import sys
from types import ModuleType

import pytest

from formula_index.directive import derived

pytestmark = pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets open

CHAPTER = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Chapter {n}

```{{math}}
:label: eq-{n}
x_{n} = {right}
```

```{{code-cell}} ipython3
kind, label = "application/vnd.softback.proof+json", "eq-{n}"
proof = {{"label": label, "scope": {scope!r}, "statement": "", "given": {given!r}}}
line = f'<div class="sb-proof"><a href="#equation-{{label}}"><code>{{label}}</code></a> holds</div>'
display({{kind: proof, "text/html": line}}, raw=True)
```
"""
MUSEUM = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Museum

(exhibit-slip)=
## Exhibit 1

```{code-cell} ipython3
kind = "application/vnd.softback.exhibits+json"
record = [{"anchor": "exhibit-slip", "breaks": ["eq-1"]}]
display({kind: record, "text/html": "<p>A card.</p>"}, raw=True)
```

It breaks `eq-1`, and not `eq-0`.
"""
REFERENCE = """# Functions

```{eval-rst}
.. py:function:: tiny_formulas.f(x)

   Return x.

   In detail.

.. py:function:: tiny_formulas.g(x)

   Return x, too.

.. py:function:: h(x)

   Compute no formula.
```
"""
INDEX = "# Formulas\n\n```{formula-index} tiny_formulas\n```\n"
CODE = '''
def f(x):
    """Return x. Derived in the chapter one (eq-1), which says more. Not in eq-2."""

def g(x):
    """Return x, too. Derived in the chapter one (eq-1)."""

def h(x):
    """Compute no formula, but see eq-1."""

def _private(x):
    """Derived in the chapter one (eq-1)."""
'''


def package(name, code):
    """Make a module that the directive can import."""
    sys.modules[name] = module = ModuleType(name)
    module.__file__ = __file__
    exec(code, vars(module))


package("tiny_formulas", CODE)


def chapter(n, right="y", scope="every C", given=()):
    return CHAPTER.format(n=n, right=right, scope=scope, given=list(given))


PAGES = {
    "one": chapter(1, given=["c = 1"]),
    "two": chapter(2, scope=[2, 3, 4, 5]),
    "museum": MUSEUM,
    "functions": REFERENCE,
    "formulas": INDEX,
}


def body(html):
    """Return a page without its head, in which MyST-NB names its stylesheet in two ways."""
    return html[html.index("<body") :]


def entry(html, label):
    """Return the words of an entry of the index, with one blank between two words."""
    found = re.search(rf'id="index-{label}">(.*?)</div>\s*</div>\s*<p>(.*?)</p>', html, re.S)
    return read(found[2])


def read(html):
    """Return what there is to see: formulas as they are typeset, no tags."""
    return " ".join(re.sub(r"<math.*?</math>|<[^>]*>", "", html, flags=re.S).split())


SETTINGS = {
    "extensions": ["myst_nb", "cached_outputs", "formula_index", "prerender_math"],
    "html_theme": "basic",
    "nb_execution_mode": "cache",
    "exclude_patterns": ["_build"],
    "suppress_warnings": ["mystnb.unknown_mime_type"],
    "numfig_secnum_depth": 1,
    "html_math_renderer": "prerender",
}


@pytest.fixture(scope="module")
def built(make_book):
    return make_book(**SETTINGS).write(**PAGES).build()


@pytest.fixture
def trial(make_book, built):
    """A book to change, whose cells are in the cache of the one that is built."""
    return make_book(**SETTINGS, nb_execution_cache_path=str(cache(built))).write(**PAGES)


def cache(book):
    return book.output.parent / ".jupyter_cache"


def test_an_entry_says_for_which_c_by_which_function_and_against_which_exhibit(built):
    html = built.html("formulas")
    said = entry(html, "eq-1")
    assert said.startswith("Proved for every C if c=1.")
    assert said.endswith(
        ". Computed by tiny_formulas.f, tiny_formulas.g. Contradicted by Exhibit 1."
    )
    assert entry(html, "eq-2") == "Proved for C = 2 … 5."
    assert built.warnings == ""


def test_an_entry_links_to_the_equation_and_to_the_exhibit(built):
    html = built.html("formulas")
    assert 'href="one.html#equation-eq-1"' in html
    assert 'href="museum.html#exhibit-slip"' in html
    assert html.index('id="index-eq-1"') < html.index('id="index-eq-2"')


def test_index_and_functions_link_to_each_other(built):
    assert 'href="functions.html#tiny_formulas.f"' in built.html("formulas")
    html = built.html("functions")
    entries = re.split(r'<dt class="sig', html)[1:]
    said = [
        " ".join(re.sub("<[^>]*>", "", entry.partition("</dt>")[2]).split()) for entry in entries
    ]
    assert said[0] == "Return x. Computes (1) eq-1 of Chapter 1. In detail."
    assert said[1].startswith("Return x, too. Computes (1) eq-1")
    assert "Computes" not in said[2]
    for address in ("one.html", "one.html#equation-eq-1", "formulas.html#index-eq-1"):
        assert f'href="{address}"' in entries[0]


def test_a_function_that_is_not_documented_is_a_warning(trial):
    package("tiny_more", CODE.replace("def g", "def nothing"))
    built = trial.write(**PAGES | {"formulas": INDEX.replace("formulas\n", "more\n")}).build()
    assert "target not found: tiny_more.nothing" in built.warnings


def test_labels_are_taken_from_where_a_docstring_says_that_they_are_derived():
    text = """Return x as eq-0. Derived in the chapters a-b (eq-1,
        def-2), c (eq-3) and d (eq-4), which leaves (eq-5) out."""
    assert derived(text) == ["eq-1", "def-2", "eq-3", "eq-4"]


def test_the_line_of_a_proof_links_to_the_index(built):
    assert 'href="formulas.html#index-eq-1"' in built.html("one")


def test_a_label_in_a_text_becomes_the_number_of_its_equation_with_its_link(built):
    html = built.html("museum")
    assert "It breaks (1), and not eq-0." in read(html)
    assert 'href="one.html#equation-eq-1"' in html


def test_a_badge_says_the_number_of_its_equation_and_typesets_sizes_and_conditions(built):
    [badge] = re.findall(r'<p class="sb-proof">.*?</p>', built.html("one"), re.S)
    assert read(badge) == "✓ (1) proved for every C if c=1 index"
    assert 'href="#equation-eq-1"' in badge


def test_the_equation_is_typeset_in_the_index(built):
    html = built.html("formulas")
    assert html.count('class="math displaymath"') == 2
    assert "eqno" not in html


def test_a_repeated_build_writes_nothing_and_a_new_one_the_same(trial):
    trial.build()
    first = {page: trial.html(page) for page in PAGES}
    trial.build()
    assert "no targets are out of date" in trial.messages
    assert first == {page: trial.html(page) for page in PAGES}


def test_the_index_read_anew_and_all_pages_written_anew_are_the_same(trial):
    trial.build()
    first = {page: body(trial.html(page)) for page in PAGES}
    shutil.rmtree(trial.output)
    trial.write(**PAGES | {"formulas": INDEX + "\n"}).build()
    assert first == {page: body(trial.html(page)) for page in PAGES}


def change(trial, page, text):
    """Write one page alone, so that the others are not read again."""
    (trial.source / f"{page}.md").write_text(text, encoding="utf-8")
    return trial.build()


def test_a_change_of_one_chapter_reaches_the_index_and_keeps_the_others(trial):
    before = trial.build().html("formulas")
    change(trial, "two", chapter(2, right="z^9", scope="every N"))
    after = trial.html("formulas")
    assert entry(after, "eq-2") == "Proved for every N."
    assert entry(after, "eq-1") == entry(before, "eq-1")
    assert "z^9" in after
    assert "z^9" not in before


def test_prose_that_changes_while_the_cells_are_cached_keeps_the_proofs(trial):
    before = trial.build().html("formulas")
    assert entry(before, "eq-2") == "Proved for C = 2 … 5."
    for page in ("two", "museum"):
        change(trial, page, PAGES[page] + "\nMore.\n")
        assert "Using cached notebook" in trial.messages
    change(trial, "formulas", INDEX + "\n")
    assert body(trial.html("formulas")) == body(before)


def test_an_equation_that_goes_takes_its_entry_with_it(trial):
    trial.build()
    assert "index-eq-2" not in change(trial, "two", "# Chapter 2\n\nWords.\n").html("formulas")


def test_a_chapter_that_goes_takes_its_entries_with_it(trial):
    trial.build()
    (trial.source / "two.md").unlink()
    left = {page: text for page, text in PAGES.items() if page != "two"}
    trial.write(**left | {"one": chapter(1, scope="every N")}).build()
    assert trial.warnings == ""
    assert 'id="index-eq-1"' in trial.html("formulas")
    assert "index-eq-2" not in trial.html("formulas")


def test_a_definition_is_said_to_be_given(book):
    made = book("myst_parser", "formula_index")
    one = "# One\n\n```{math}\n:label: def-x\nx = 1\n```\n"
    html = made.write(one=one, formulas="# P\n\n```{formula-index}\n```\n").build().html("formulas")
    assert re.findall(r"<p>(.*?)</p>", html)[-1] == "Taken as given."


def test_a_function_for_an_unknown_equation_is_named(book):
    package("tiny_strange", CODE.replace("(eq-1)", "(eq-x)"))
    made = book("myst_parser", "formula_index").write(
        page="# P\n\n```{formula-index} tiny_strange\n```\n"
    )
    assert "formula-index: no equation eq-x in the book" in made.build().warnings


def test_a_book_without_an_index_is_left_alone(book):
    made = book("myst_parser", "formula_index").write(page="# P\n\nSee `eq-x`.\n").build()
    assert "index-eq-x" not in made.html("page")
    assert made.warnings == ""

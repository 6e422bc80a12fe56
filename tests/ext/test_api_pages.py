"""The reference of a tiny package: what is listed, how docstrings read, and what links to it."""

import html
import re
import sys

import pytest

PACKAGE = {
    "__init__.py": '''
"""A trial."""
from tiny_trial.core import double, halve
__all__ = ["double", "halve"]
''',
    "core.py": '''
"""The core."""
DEFAULT = ["long"] * 9

def double(x, *, kind=DEFAULT):
    """Return 2 x, so that |2 x| is twice |x|, and ``|`` is a bar.

    It is the easy half. Derived in the chapters arithmetic (eq-double) and
    the-end (eq-last, def-end). See eq-double.

    Parameters
    ----------
    x : float, any | size
        What is doubled.
    kind : {"a", "b"}, optional
        A list.

    See Also
    --------
    tiny_trial.core.halve : the other way; `tiny_trial.more.twice` is another.
    """

def halve(x):
    """Return x / 2. The chapter text compares it, as the chapter says.

    It is symmetric. Derived in the chapter
    arithmetic (eq-halve).

    Returns
    -------
    float
    """

def local(x):
    """Stay where it is.

    Derived in the chapters text (def-b) and
    other (eq-a), which says more.
    """

def _private():
    """Is not listed."""
''',
    "more.py": '''
"""More: it has `twice` and `double`."""
from tiny_trial.core import double
ROOM = 3

class Box:
    """A box."""

    def __init__(self, *args, **kwargs):
        pass

    @property
    def size(self):
        """How large: in boxes."""

def twice(x):
    """Return `double` of x."""
''',
    "_hidden.py": '"""Is not listed."""\nraise SystemError("imported")\n',
    "inner/__init__.py": '"""Only a folder."""\n',
    "inner/deep.py": '"""Deep."""\ndef dig():\n    """Dig."""\n',
}
PAGES = {
    "index": "# Book\n\n```{toctree}\n:numbered:\ntext\n02-other\n```\n\n```{toctree}\napi\n```\n",
    "api": "# Reference\n\n```{api} tiny_trial\n```\n",
    "02-other": "(other)=\n# Other\n",
    "text": "(text)=\n# `double`\n\n`double`, `double`, `more.twice`, `tiny_trial.halve`, `dig`.\n",
}


@pytest.fixture(scope="module")
def built(make_book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    for name, text in PACKAGE.items():
        path = folder / "tiny_trial" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    try:
        book = make_book(
            extensions=["myst_parser", "api_pages"],
            html_theme="basic",
            default_role="py:obj",
            autodoc_preserve_defaults=True,
            nitpicky=True,
            nitpick_ignore_regex=[("py:.*", r"(?!tiny_trial\.).*")],
        )
        yield book.write(**PAGES).build()
    finally:
        sys.path.remove(str(folder))


def entry(book, name):
    """Return the words of an entry, without its signature."""
    found = re.search(
        rf'id="{re.escape(name)}">.*?</dt>\s*<dd>(.*?)</dd></dl>', book.html("api"), re.S
    )
    return " ".join(re.sub("<[^>]*>", "", found[1]).split())


def test_each_public_name_is_listed_once_and_nothing_else(built):
    listed = re.findall(r'<dt class="sig [^>]*id="([\w.]+)"', built.html("api"))
    assert sorted(listed) == [
        "tiny_trial.core.local",
        "tiny_trial.double",
        "tiny_trial.halve",
        "tiny_trial.inner.deep.dig",
        "tiny_trial.more.Box",
        "tiny_trial.more.Box.size",
        "tiny_trial.more.twice",
    ]
    assert built.warnings == ""


def test_bars_are_bars_and_a_colon_does_not_make_a_type(built):
    assert "so that |2 x| is twice |x|, and | is a bar." in entry(built, "tiny_trial.double")
    assert "How large: in boxes." in entry(built, "tiny_trial.more.Box.size")


def test_values_to_choose_from_are_code_with_its_straight_quotes(built):
    assert 'kind ({"a", "b"}, optional)' in html.unescape(entry(built, "tiny_trial.double"))


def test_where_it_is_derived_is_left_to_the_links(built):
    assert "It is the easy half. See eq-double." in entry(built, "tiny_trial.double")
    assert '<span class="pre">eq-double</span></code>' in built.html("api")


def test_other_chapters_that_are_named_get_links(built):
    assert "Return x / 2. Chapter 1 compares it, as the chapter says." in entry(
        built, "tiny_trial.halve"
    )
    last = "Derived in chapter 1 (def-b) and chapter 2 (eq-a), which says more."
    assert last in entry(built, "tiny_trial.core.local")
    assert 'href="02-other.html"' in built.html("api")


def test_a_thing_is_named_as_the_package_exports_it(built):
    assert 'href="#tiny_trial.halve"' in built.html("api")
    assert "tiny_trial.core.halve" not in built.html("api")


def test_a_signature_says_something_or_nothing(built):
    text = re.sub("<[^>]*>", "", built.html("api"))
    assert "tiny_trial.double(x, *, kind=DEFAULT)" in text
    assert "kwargs" not in text


def test_the_first_mention_in_a_text_leads_to_the_entry(built):
    body = built.html("text").partition('<div class="body"')[2]
    assert re.findall(r'href="api\.html#([\w.]+)"', body) == [
        "tiny_trial.double",
        "tiny_trial.more.twice",
        "tiny_trial.halve",
        "tiny_trial.inner.deep.dig",
    ]
    assert body.index("</h1>") < body.index('href="api.html#tiny_trial.double"')

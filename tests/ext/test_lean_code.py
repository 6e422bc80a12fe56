"""Marks of code that change no colour are left out, and no others."""

import doctest

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text

from lean_delivery import code

# The theme's choices, which the book keeps.
STYLES = ("a11y-high-contrast-light", "a11y-high-contrast-dark")


def test_the_examples_in_the_documentation():
    assert doctest.testmod(code).failed == 0


@pytest.mark.parametrize("name", STYLES)
def test_the_marks_that_go_have_the_colour_of_plain_code(name):
    style = get_style_by_name(name)
    tokens = [token for token, short in STANDARD_TYPES.items() if short in code.PLAIN]
    assert len(tokens) == len(code.PLAIN)
    plain = style.style_for_token(Text)
    assert [style.style_for_token(token) for token in tokens] == [plain] * len(tokens)


def test_code_keeps_its_text_and_its_other_marks():
    source = "from numpy import exp\ny = exp(z) / 2  # positive\n"
    marked = highlight(source, PythonLexer(), HtmlFormatter())
    small = code.unmark(marked)
    text = marked.replace('<span class="w">', "").replace('<span class="nn">', "")
    text = text.replace('<span class="n">', "").replace('<span class="p">', "")
    assert small.replace("</span>", "") == text.replace("</span>", "")
    assert small.count("<span") == small.count("</span>") == text.count("<span")
    assert '<span class="c1"># positive</span>' in small


@pytest.mark.parametrize(
    "html",
    [
        '<p><span class="n">a name</span></p>',
        '<pre><span class="n"><em>y</em></span></pre>',
        '<pre><span class="n hll">y</span></pre>',
    ],
)
def test_what_is_no_plain_mark_of_code_stays(html):
    assert code.unmark(html) == html

"""What nobody meets is left out of a page, and nothing else."""

import doctest

import pytest

from lean_delivery import trim

ROW = "<mrow><mi>y</mi><mo>=</mo><mi>z</mi></mrow>"
TEX = '<annotation encoding="application/x-tex">y = \\frac{1}{2} &lt; z</annotation>'


def test_the_examples_in_the_documentation():
    assert doctest.testmod(trim).failed == 0


def test_formulas_keep_their_mathml_and_lose_their_source():
    formula = f"<math><semantics>{ROW}{TEX}</semantics></math>"
    assert trim.trim(formula * 2) == f"<math>{ROW}</math>" * 2


def test_a_formula_with_another_source_does_not_take_the_next_one_along():
    other = '<math><semantics><mi>y</mi><annotation-xml encoding="x"/></semantics></math>'
    formula = f"<math><semantics>{ROW}{TEX}</semantics></math>"
    assert trim.trim(other + formula) == f"{other}<math>{ROW}</math>"


def test_comments_go_with_all_their_lines():
    assert trim.trim("<p>One.</p><!-- <p>\n</p> --><p>Two.</p><!---->") == "<p>One.</p><p>Two.</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<pre>&lt;!-- a comment --&gt;\n\n\ncode</pre>",
        f"<math>{ROW}</math>",
        '<script type="application/json">{"a": "&lt;!--"}</script>',
    ],
)
def test_everything_else_stays(html):
    assert trim.trim(html) == html


def test_an_empty_banner_goes_and_a_full_one_stays():
    frame = '<div class="pst-async-banner-revealer d-none">\n{}\n</div><header></header>'
    warning = '<aside id="bd-header-version-warning" class="d-none">{}</aside>'
    assert trim.trim(frame.format(warning.format(""))) == "<header></header>"
    assert trim.trim(frame.format("")) == "<header></header>"
    full = frame.format(warning.format("Old!"))
    assert trim.trim(full) == full

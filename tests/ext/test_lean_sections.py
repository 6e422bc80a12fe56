"""Each inner section says about how long it is."""

import pytest

from lean_delivery import sections

FORMULA = '<span class="katex"><math><mi>y</mi></math><svg><path d="M0 0"/></svg></span>'


def page(inside):
    return f"<section><h1>Title</h1><p>Words</p><section>{inside}</section></section>"


def parts(inside):
    """Return what is counted in the inner section."""
    return dict(sections._Parts(page(inside)).sections[1][1])


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<h2>One</h2>\n<p>two <em>and</em></p>", {"block": 2, "letter": 9}),
        ("<pre>a\n<span>b</span>\nc\n</pre>", {"pre": 1, "code": 3}),
        ('<p>y<br>z<img height="80"></p>', {"block": 1, "letter": 2, "picture": 80}),
        ('<img class="seen" src="a.png">', {"picture": 0}),
        ('<img height="50%"><img height="20px"/>', {"picture": 20}),
        ("<ul><li>a<li><svg><path>b</svg>c</ul></i>d", {"block": 2, "letter": 3}),
        (f'<div class="math math-scroll">{FORMULA}</div>', {"equation": 1}),
        (f"<p>if {FORMULA}so</p>", {"block": 1, "letter": 4}),
        ('<div class="explorer"><p>p</p><pre>a\n</pre></div>', {"explorer": 1}),
        ('<div class="explorer" id="explorer-field-2"><p>p</p></div>', {"field": 1}),
        ('<div class="explorer" id="explorer-sheet"><p>p</p></div>', {"sheet": 1}),
        ('<div class="admonition note"><p>Note</p></div>', {"box": 1, "block": 1, "letter": 4}),
        ("<details><summary>Why?</summary>So.</details>Yes", {"letter": 3}),
        ("<details open><summary>a</summary><p>b</p></details>", {"block": 2, "letter": 2}),
    ],
)
def test_what_a_section_holds(inside, expected):
    assert parts(inside) == expected


def test_a_section_holds_what_its_own_sections_hold():
    inner = "<section><p>abc</p></section>"
    assert parts(f"<p>de</p>{inner}<p>f</p>") == {"block": 3, "letter": 6}
    outer, middle, innermost = sections._Parts(page(f"<p>de</p>{inner}")).sections
    assert [depth for depth, _ in (outer, middle, innermost)] == [0, 1, 2]
    assert innermost[1] == {"block": 1, "letter": 3}


def test_inner_sections_get_their_lines_and_nothing_else_changes():
    text = "<p>" + "letters " * 100 + "</p><pre>" + "code\n" * 10 + "</pre>"
    html = sections.reserve(page(text))
    # 799 letters, one block, one piece of code, ten lines
    wide, narrow = 15.5 + 0.37 + 2.0 + 5.7, 25.7 + 0.44 + 2.1 + 5.7
    mark = f' style="--wide:{wide:.0f};--narrow:{narrow:.0f}"'
    assert html == page(text).replace("<section>", "<section#>", 1).replace(
        "<section>", f"<section{mark}>"
    ).replace("<section#>", "<section>")


def test_a_page_without_inner_sections_stays_as_it_is():
    html = "<section><h1>Title</h1><p>Words</p></section>"
    assert sections.reserve(html) == html

"""Facts about pages whose mathematics was typeset while building."""

import re

import pytest

from prerender_math import visitors

MYST = {"myst_enable_extensions": ["amsmath", "dollarmath"], "html_math_renderer": "prerender"}


@pytest.fixture
def maths(book):
    """Return a function that builds one page of Markdown and returns the `Book`."""

    def build(text, **settings):
        trial = book("myst_parser", "prerender_math", **MYST, **settings)
        return trial.write(page=f"# Page\n\n{text}\n").build()

    return build


def test_a_formula_is_html_and_mathml(maths):
    page = maths(r"Take $\frac{a}{b}$.").html("page")
    assert '<span class="math"><span class="katex">' in page
    assert "<mfrac><mi>a</mi><mi>b</mi></mfrac>" in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Is it ($x$)? Yes.", "Is it [(F)?] Yes."),
        ("\u201cby $x$\u201d & more", "\u201cby [F\u201d] &amp; more"),
        ("Along the $x$-axis, $y$.", "Along the [F-]axis, [F.]"),
        ("Now $x$ or <$x$>", "Now [F] or [&lt;F&gt;]"),
        ("$x$", "[F]"),
        ("**$x$**, too", "<strong>[F]</strong>, too"),
    ],
)
def test_marks_that_touch_a_formula_stand_in_its_element(maths, monkeypatch, text, expected):
    monkeypatch.setattr(visitors, "_typeset", lambda *_: "F")
    html = expected.replace("[", '<span class="math">').replace("]", "</span>")
    assert f"<p>{html}</p>" in maths(text).html("page")


@pytest.mark.parametrize(
    ("tex", "kind"),
    [("e^{z_j} / S", "math"), (r"y_j (g_j - \langle g, y \rangle) = 0", "math may-break")],
)
def test_only_a_long_formula_may_be_broken(maths, tex, kind):
    assert f'<p>Is <span class="{kind}"><span' in maths(f"Is ${tex}$?").html("page")


def test_a_page_loads_no_script_for_its_formulas(maths):
    page = maths("$$\nx = y\n$$").html("page")
    assert not re.search(r"<script[^>]*(katex|mathjax)", page, re.IGNORECASE)


def test_style_and_fonts_are_served_but_the_typesetter_is_not(maths):
    static = maths("$x$").output / "_static"
    assert (static / "katex" / "katex.min.css").is_file()
    assert len(list((static / "katex" / "fonts").glob("*.woff2"))) == 20
    assert not list(static.rglob("katex*.js"))


def test_each_font_of_the_stylesheet_is_there(maths):
    folder = maths("$x$").output / "_static" / "katex"
    fonts = re.findall(r"url\(([^)]*)\)", (folder / "katex.min.css").read_text())
    assert len(fonts) == 20
    assert all((folder / font).is_file() for font in fonts)


def test_a_labelled_equation_has_a_number_a_permalink_and_a_reference(maths):
    page = maths("$$\nx = y\n$$ (eq-first)\n\n$$\na = b\n$$ (eq-second)\n\nSee {eq}`eq-second`.")
    page = page.html("page")
    assert page.count('class="eqno"') == 2
    assert '<span class="eqno">(2)<a class="headerlink" href="#equation-eq-second"' in page
    assert re.search(
        r'See <a class="reference internal" href="#equation-eq-second">\(2\)</a>', page
    )


def test_equations_count_within_chapters_where_figures_do(maths):
    numbered = "# Book\n\n```{toctree}\n:numbered: 1\npage\n```\n"
    trial = maths("$$\nx\n$$ (eq-one)", numfig=True).write(index=numbered).build()
    assert '<span class="eqno">(1.1)' in trial.html("page")


def test_an_equation_scrolls_in_a_box_with_a_name_that_the_keyboard_reaches(maths):
    page = maths("$$\nx = y\n$$ (eq-first)\n\n$$\na = b\n$$").html("page")
    boxes = re.findall(r'<div class="math-scroll[^>]*>', page)
    assert all('tabindex="0"' in box and 'role="group"' in box for box in boxes)
    assert [re.search(r'aria-label="(.*?)"', box)[1] for box in boxes] == ["Equation 1", "Formula"]


def test_rows_of_align_get_one_number_for_the_block(maths):
    page = maths("\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}").html("page")
    assert page.count('class="eqno"') == 1
    assert page.count('class="tag"') == 0
    assert page.count('class="eqn-num"') == 0


@pytest.mark.parametrize("environment", ["align", "gather", "multline", "eqnarray", "equation"])
def test_amsmath_environments_are_typeset(maths, environment):
    trial = maths(f"\\begin{{{environment}}}\na = b\n\\end{{{environment}}}")
    assert trial.warnings == ""
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in trial.html("page")


def test_rows_between_dollars_are_aligned(maths):
    trial = maths("$$\na &= b \\\\\n  &= c\n$$")
    assert trial.warnings == ""
    assert trial.html("page").count("<mtr>") == 2


def test_a_blank_line_separates_equations_of_one_block():
    from prerender_math.tex import display_tex

    assert display_tex("a = b\n\nc = d") == r"\begin{gathered}a = b\\c = d\end{gathered}"


def test_macros_come_from_the_configuration(maths):
    trial = maths(r"$\softmax$", prerender_math_macros={r"\softmax": r"\operatorname{softmax}"})
    assert trial.warnings == ""
    assert re.search("<mi[^>]*>softmax</mi>", trial.html("page"))


def test_a_definition_inside_a_formula_ends_with_it(maths):
    trial = maths("$\\gdef\\mine{m}\\mine$ and $\\mine$")
    assert "page.md:3: WARNING: TeX error" in trial.warnings


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("Fine.\n\nA line with $\\nosuchmacro$ in it.", 5, id="inline"),
        pytest.param("Fine $x$.\n\n$$\n\\frac{a\n$$", 5, id="display"),
        pytest.param("Fine.\n\n$$\n\\begin{aligned} a\n$$ (eq-bad)", 5, id="labelled"),
        pytest.param("Fine.\n\n\\begin{align}\na & \\oops\n\\end{align}", 5, id="amsmath"),
    ],
)
def test_a_tex_error_is_a_warning_with_file_and_line(maths, text, line):
    trial = maths(text)
    assert re.search(rf"page\.md:{line}: WARNING: TeX error: ", trial.warnings), trial.warnings
    assert trial.warnings.count("TeX error") == 1
    assert '<code class="math-error">' in trial.html("page")


def test_an_error_is_reported_again_by_the_next_build(maths):
    trial = maths("$\\nosuchmacro$")
    assert "nosuchmacro" in trial.build().warnings


def test_a_mended_page_builds_cleanly(maths):
    trial = maths("$\\nosuchmacro$")
    assert trial.write(page="# Page\n\n$\\alpha$\n").build().warnings == ""


def test_a_formula_of_the_last_build_is_not_typeset_again(maths, monkeypatch):
    from prerender_math import engine

    trial = maths("$x + y$")
    monkeypatch.setattr(engine, "_start_javascript", lambda: pytest.fail("KaTeX was started"))
    trial.write(page="# Page\n\nAgain $x + y$.\n").build()
    assert "<mi>x</mi>" in trial.html("page")


def test_other_macros_make_other_formulas(maths):
    trial = maths(r"$\mine$", prerender_math_macros={r"\mine": "a"})
    trial.build(prerender_math_macros={r"\mine": "b"})
    assert "<mi>b</mi>" in trial.html("page")


def test_text_of_a_formula_has_no_markup():
    from prerender_math.engine import Formula

    formula = Formula("<math><mi>C</mi><mo>&lt;</mo><annotation>C</annotation></math><b>C</b>")
    assert formula.text == "C<"


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        pytest.param(r"a = \frac12 \\ b", "a = \\frac12 \\\\[0.75em] b", id="tall-row"),
        pytest.param(r"a \\ b = \frac12", r"a \\ b = \frac12", id="tall-last-row"),
        pytest.param(r"a = \frac12 \\[2em] b", r"a = \frac12 \\[2em] b", id="author-decides"),
    ],
)
def test_lines_with_fractions_get_room(tex, expected):
    from prerender_math.tex import display_tex

    assert display_tex(tex) == rf"\begin{{split}}{expected}\end{{split}}"


def test_rows_of_a_matrix_keep_their_distance():
    from prerender_math.tex import display_tex

    matrix = r"\begin{align*}x = \begin{matrix}\frac12 \\ b\end{matrix}\end{align*}"
    assert display_tex(matrix, complete=True) == matrix

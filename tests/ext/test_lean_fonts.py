"""Fonts keep the characters that pages need."""

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from lean_delivery import characters, fonts, formulas, subset
from lean_delivery.inventory import Inventory

EXTENSIONS = Path(__file__).parents[2] / "_ext"
KATEX = EXTENSIONS / "prerender_math/static/katex/fonts"
SERIF = EXTENSIONS / "typeface/static/source-serif-4/source-serif-4-latin-wght-normal.woff2"

FORMULA = (
    '<p>Text<span class="katex"><span class="katex-mathml"><math><mi>q</mi></math></span>'
    '<span class="katex-html"><span class="mord mathnormal">z</span><span class="mord">='
    '<span class="mord mathbf">1</span></span><span class="delimsizing size2">(</span>'
    '<span class="size2">+</span></span></span>end</p>'
)


def letters(font):
    return {chr(code) for code in TTFont(io.BytesIO(font)).getBestCmap()}


def test_a_font_keeps_the_characters_that_are_asked_for():
    small = subset.shrink((KATEX / "KaTeX_Main-Regular.woff2").read_bytes(), set("a1∂我"))
    assert letters(small) == set("a1∂")


def test_a_font_without_any_of_them_is_none():
    assert subset.shrink((KATEX / "KaTeX_Size1-Regular.woff2").read_bytes(), set("我")) is None


def test_the_same_font_comes_out_each_time():
    font = SERIF.read_bytes()
    assert subset.shrink(font, set("ab"), (400, 700)) == subset.shrink(font, set("ab"), (400, 700))


def test_a_variable_font_keeps_the_weights_that_are_declared():
    small = TTFont(io.BytesIO(subset.shrink(SERIF.read_bytes(), set("a"), (400, 700))))
    axis = small["fvar"].axes[0]
    assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", 400, 700)
    assert "fvar" not in TTFont(io.BytesIO(subset.shrink(SERIF.read_bytes(), set("a"), (400,))))


def test_words_keep_their_kerning():
    assert "GPOS" in TTFont(io.BytesIO(subset.shrink(SERIF.read_bytes(), set("AV"))))


def test_characters_of_formulas_are_counted_by_font():
    found = Inventory([FORMULA])
    assert found.text == set("Textqend")
    assert dict(found.formulas) == {
        "Math-Italic": {"z"},
        "Main-Regular": set("=+"),
        "Main-Bold": {"1"},
        "Size2-Regular": {"("},
    }


def test_names_are_those_of_elements_classes_ids_styles_and_data():
    page = '<p id="a" class="b c" style="top: var(--d)">e</p><script type="x">{"f": 1}</script>'
    assert {"p", "a", "b", "c", "--d", "f"} <= Inventory([page]).names
    assert "e" not in Inventory([page]).names


@pytest.mark.parametrize("name", sorted({*formulas.FACES.values(), formulas.BASE}))
def test_every_font_of_formulas_is_one_of_katex(name):
    assert (KATEX / f"KaTeX_{name}.woff2").is_file()


RULES = """
@font-face { font-family: KaTeX_Main; font-weight: 400; src: url(KaTeX_Main-Regular.woff2) }
@font-face { font-family: KaTeX_AMS; font-weight: 400; src: url(KaTeX_AMS-Regular.woff2) }
@font-face { font-family: "My Serif"; font-weight: 400 700; src: url(serif.woff2) }
.katex { font: 1em KaTeX_Main } .mathbb { font-family: KaTeX_AMS } p { font-family: "My Serif" }
"""


@pytest.fixture
def static(tmp_path):
    """A folder with three fonts."""
    for name in ("KaTeX_Main-Regular", "KaTeX_AMS-Regular"):
        (tmp_path / f"{name}.woff2").write_bytes((KATEX / f"{name}.woff2").read_bytes())
    (tmp_path / "serif.woff2").write_bytes(SERIF.read_bytes())
    return tmp_path


def test_small_fonts_stand_in_the_stylesheet_and_large_ones_beside_it(static):
    css = fonts.deliver(RULES, static, Inventory([FORMULA]))
    assert css.count("@font-face") == 2  # nothing on the page is double-struck
    assert "url(data:font/woff2;base64," in css
    assert "url(serif.woff2?v=0)" in css
    assert (static / "serif.woff2").stat().st_size < SERIF.stat().st_size / 2


def test_a_family_that_no_rule_uses_goes(static):
    css = fonts.deliver(RULES.replace('p { font-family: "My Serif" }', ""), static, Inventory([]))
    assert "My Serif" not in css


def test_running_text_keeps_what_explorers_may_write(static):
    fonts.deliver(RULES, static, Inventory([FORMULA]))
    kept = letters((static / "serif.woff2").read_bytes())
    assert set("0123456789 abcXYZ+=()−–—²³’") <= kept
    assert "ø" not in kept


def test_icons_are_those_that_the_stylesheet_draws():
    assert characters.icons(r'.a{--fa:"\f0c9"}.b{content:"\201C"}' + ".c{content:'\uf019'}") == {
        "\uf0c9",
        "\uf019",
    }

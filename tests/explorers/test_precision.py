"""The Precision explorer: rounding is true, and the digits are those of NumPy."""

import numpy as np
import pytest
from playwright.sync_api import expect

from softback.explorers import Precision, _base
from softback.explorers.precision import DIGITS
from tests.chapters.sources import chapter
from tests.explorers.front_end import settle
from tests.explorers.screen import drag, numbers_on
from tests.site.explorer_reader import Page, number, numbers


def _tables(seen, space):
    for result in space["explorer"].results:
        _, digits, careful, careful_digits = seen.row(result.format)
        shown = [number(digits), number(careful_digits)]
        # Two exponentials may differ in the last bit, which is up to 0.3 of a digit.
        wanted = [result.naive_digits, result.careful_digits]
        np.testing.assert_allclose(shown, wanted, atol=0.35)
        np.testing.assert_allclose(number(careful), result.careful, rtol=2e-3, atol=5.1e-7)


DIGITS_CELLS = ".sb-precision-table tbody td:last-child:not([colspan])"
PAGES = [
    Page(
        chapter("last-digits"),
        _tables,
        {DIGITS_CELLS: lambda seen: numbers([row[1::2] for row in seen.rows(0)])},
        {},
        "formula=trailer&gap=200&format=float32",
        "200.00",
    )
]


ROUNDING = (_base.FOLDER / "rounding.mjs").read_text("utf-8")
LOAD = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  window.rounding = await import(url);
}"""


# The module hands out what it otherwise keeps to itself.
INSIDE = """async ([source, formula, gaps]) => {
  const last = "export default explorer";
  const opened = source.replace(last, `window.inside = { rowsAt, FORMULAS }; ${last}`);
  await import(URL.createObjectURL(new Blob([opened], { type: "text/javascript" })));
  return gaps.map((gap) => inside.rowsAt(inside.FORMULAS[formula], gap));
}"""


@pytest.fixture(scope="module")
def to_float16(browser, trial_site):
    """Return a function: numbers in, the same rounded by rounding.mjs out."""
    page = browser.new_page()
    page.goto(trial_site("<!doctype html><title>Rounding</title>"))
    page.evaluate(LOAD, ROUNDING)
    code = "(numbers) => numbers.map(window.rounding.toFloat16)"
    yield lambda numbers: np.array(page.evaluate(code, np.asarray(numbers).tolist()), float)
    page.close()


def all_float16():
    """Every finite float16, in ascending order."""
    values = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(float)
    return np.unique(values[np.isfinite(values)])


def test_every_float16_is_its_own_rounding(to_float16):
    values = all_float16()
    assert values.size == 2 * 31 * 1024 - 1
    np.testing.assert_array_equal(to_float16(values), values)


def test_midpoints_go_to_the_even_neighbour_and_a_hair_beside_them_to_the_nearer(to_float16):
    values = all_float16()
    middle = (values[:-1] + values[1:]) / 2
    for places in (middle, np.nextafter(middle, np.inf), np.nextafter(middle, -np.inf)):
        np.testing.assert_array_equal(to_float16(places), places.astype(np.float16).astype(float))


def test_beyond_the_largest_float16_is_infinite(to_float16):
    places = [65519.99, 65520.0, -65520.0, 1e308, np.inf, -np.inf, np.nan, 2.0**-25, 2.0**-26]
    with np.errstate(over="ignore"):
        expected = np.array(places).astype(np.float16).astype(float)
    np.testing.assert_array_equal(to_float16(places), expected)


@pytest.fixture
def page(explore):
    return explore(Precision())


def rows(page):
    return {row[0]: row[1:] for row in numbers_on(page)[0]}


@pytest.mark.parametrize("formula", ["leader", "trailer", "share", "pullback"])
def test_values_are_those_of_numpy_to_the_last_bit_or_its_neighbour(explore, formula):
    page = explore(Precision(formula=formula))
    gaps = np.concatenate([np.linspace(0, 120, 190), np.linspace(130, 800, 14)])
    code = page.evaluate(INSIDE, [Precision._esm, formula, gaps.tolist()])
    explorer, compared = Precision(formula=formula), 0
    for gap, got in zip(gaps, code, strict=True):
        explorer.gap = float(gap)
        for mine, theirs in zip(explorer.results, got, strict=True):
            dtype = np.dtype(mine.format).type
            for key in ("naive", "careful"):
                value, other = dtype(getattr(mine, key)), dtype(theirs[key])
                assert alike(value, other, formula), (gap, mine.format, key, value, other)
                if np.array_equal(value, other, equal_nan=True):
                    # The references may differ in the last bit: that shows only near the top.
                    most = DIGITS[mine.format] - 1
                    counts = [getattr(mine, f"{key}_digits"), theirs[f"{key}Digits"]]
                    counts = np.minimum(counts, most)
                    assert abs(counts[0] - counts[1]) <= 0.3, (gap, mine, theirs)
                    compared += 1
    assert compared > 5 * gaps.size


def alike(value, other, formula):
    """Tell whether two numbers of one format are equal, both nan, or next to each other but one.

    The bits in question are those of the largest number on the way: 16 in the pullback.
    """
    if not (np.isfinite(value) and np.isfinite(other)):
        return bool(value == other or (np.isnan(value) and np.isnan(other)))
    largest = type(value)(16) if formula == "pullback" else abs(value)
    return abs(float(value) - float(other)) <= 2 * float(np.spacing(largest))


@pytest.mark.parametrize(
    ("preset", "lost"),
    [
        ("float16 gives up", {"float16"}),
        ("float32 gives up", {"float16", "float32"}),
        ("float64 gives up", {"float16", "float32", "float64"}),
    ],
)
def test_plain_form_loses_everything_where_each_format_gives_up(page, preset, lost):
    page.get_by_role("button", name=preset).click()
    settle(page)
    assert {name for name, row in rows(page).items() if row[1] == 0} == lost
    assert {name for name, row in rows(page).items() if row[0] == 0} == lost


def test_careful_form_keeps_its_digits_there(page):
    page.get_by_role("button", name="float32 gives up").click()
    settle(page)
    assert rows(page)["float32"][3] > 6


def test_without_the_shift_the_share_is_nan(page):
    page.get_by_label("share of the leader").check()
    settle(page)
    assert rows(page)["float16"][0] == "nan" or np.isnan(rows(page)["float16"][0])
    assert rows(page)["float16"][2] == 1


@pytest.mark.parametrize(
    ("formula", "gap", "plain"),
    [("leader", 800, 0), ("trailer", 800, np.inf), ("share", 800, np.nan)],
)
def test_far_out_the_plain_form_fails_even_in_float64(explore, formula, gap, plain):
    page = explore(Precision(formula=formula, gap=gap))
    np.testing.assert_equal(rows(page)["float64"][0], plain)
    assert rows(page)["float64"][1] == 0


def test_centring_twice_repairs_a_common_part_that_float16_cannot_carry(page):
    page.evaluate("model.set('formula', 'pullback') || model.set('gap', 5)")
    settle(page)
    _, plain, _, careful = rows(page)["float16"]
    assert plain < 1
    assert careful > 2


def test_slider_stops_at_gaps_that_every_format_holds(page):
    slider = page.get_by_label("gap d", exact=True)
    for _ in range(8):
        slider.press("ArrowRight")
        settle(page)
        gap = page.evaluate("model.get('gap')")
        assert gap == float(np.float16(gap))


def test_wrong_digits_are_marked_and_the_right_ones_are_not(page):
    plain = page.locator(".sb-precision-table tbody tr").nth(1).locator("td").first
    right = plain.evaluate("(cell) => cell.firstChild.textContent")
    wrong = plain.locator(".sb-precision-lost").inner_text()
    exact = f"{np.log1p(np.exp(-20.0)):.15e}"
    assert abs(len(right) - 1 - rows(page)["float64"][1]) <= 0.5
    assert exact.startswith(right)
    assert not exact.startswith(right + wrong[:2])


def test_the_number_of_the_chosen_format_is_large_and_its_wrong_digits_red(page):
    large, count = page.locator(".sb-precision-head p.sb-precision-plain"), "7 of 15 digits right"
    expect(page.locator(".sb-precision-over").first).to_contain_text(count)
    assert large.locator(".sb-precision-lost").inner_text() == "69429193"
    page.get_by_label("float16").check()
    expect(large).to_have_text("0")
    expect(page.locator(".sb-precision-over").first).to_contain_text("0 of 3 digits right")


def test_the_cursor_is_dragged_over_the_picture(page):
    cursor = page.get_by_role("slider", name="Gap d", exact=True)
    cursor.press("Home")
    assert page.evaluate("model.get('gap')") == 0
    settle(page)
    page.get_by_label("float64").check()
    plot = page.locator(".sb-plot > svg").bounding_box()
    drag(page, cursor, plot["width"] * 304 / 360 / 2, -12)
    assert page.evaluate("model.get('gap')") == pytest.approx(800 / 8, rel=0.01)


def test_slider_reaches_both_ends_of_the_gap(page):
    slider = page.get_by_label("gap d", exact=True)
    slider.press("End")
    settle(page)
    assert page.evaluate("model.get('gap')") == 800
    slider.press("Home")
    settle(page)
    assert page.evaluate("model.get('gap')") == 0
    expect(page.locator(".sb-sentence")).to_contain_text("every format still has a correct digit")


# Points of every line, two pixels apart, that lie inside of the box of a word.
CROSSED = """(plot) => {
  const words = [...plot.querySelectorAll("text")];
  const boxes = words.map((word) => [word.textContent, word.getBoundingClientRect()]);
  const crossed = new Set();
  for (const line of plot.querySelector("svg").querySelectorAll("line, path")) {
    const length = line.getTotalLength();
    for (let at = 0; at <= length; at += 2) {
      const { x, y } = line.getPointAtLength(at).matrixTransform(line.getScreenCTM());
      for (const [text, { left, right, top, bottom }] of boxes)
        if (x > left && x < right && y > top && y < bottom) crossed.add(text);
    }
  }
  return { words: words.length, crossed: [...crossed] };
}"""


def presets_and_ends(page):
    """Show each preset, then each formula at both ends of the slider; yield after each."""
    for preset in page.locator(".sb-presets button").all():
        preset.click()
        yield settle(page)
    for formula in page.locator("input[type=radio]").all():
        formula.check()
        for key in ("Home", "End"):
            page.get_by_label("gap d", exact=True).press(key)
            yield settle(page)


@pytest.mark.parametrize("width", [384, 1280])
def test_no_line_crosses_a_word_of_the_picture(explore, width):
    page = explore(Precision(), width=width)
    seen = [page.locator(".sb-plot").evaluate(CROSSED) for _ in presets_and_ends(page)]
    assert len(seen) == 4 + 2 * 7
    assert {state["words"] for state in seen} == {17}
    assert {found for state in seen for found in state["crossed"]} == set()

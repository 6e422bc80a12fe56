"""The Jacobian explorer, used as a reader uses it."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from traitlets import TraitError

from softback import softmax, softmax_jacobian
from softback.explorers import Jacobian
from softback.figures import palette
from tests.chapters.sources import chapter
from tests.explorers.front_end import settle
from tests.explorers.screen import number, numbers_on
from tests.site.explorer_reader import Page, assert_shows, numbers


def _tables(seen, space):
    assert_shows(seen.row("y"), space["y"])
    assert_shows(seen.rows(1, sums=True), space["J"])


CELLS = ".sb-picture .sb-jacobian td[role=gridcell]"
DRAWN = {
    CELLS: lambda seen: numbers(seen.rows(1, sums=True)),
    ".sb-edge-words > span:nth-child(2)": lambda seen: numbers(seen.row("y")),
}
PAGES = [
    Page("index.html", _tables, DRAWN, {}, "z=0,0&entry=0,1&pinned=", "0.2500"),
    Page(
        chapter("jacobian"),
        _tables,
        DRAWN,
        {"Type or paste logits": ("4, -1, 0, 2.5", "z=4,-1,0,2.5")},
        "z=0,0&entry=0,1&pinned=1,2",
        "Pinned: z = (1.00, 2.00)",
    ),
]


SPREADSHEET_COLUMN = "1.5\n-2\n0.5\n"
DECIMAL_COMMAS = "1,5\n-2,0\n0,5"


@pytest.fixture
def page(explore):
    return explore(Jacobian(z=[1.0, 2.0, 3.0]))


def cell(page, i, j):
    return page.locator(f".sb-picture table.sb-heat td[data-i='{i}'][data-j='{j}']").first


SIZES = "(all) => all.map((one) => one.getBoundingClientRect().width)"
COVERED = """(cell) => {
  const [word, box] = [document.createRange(), cell.getBoundingClientRect()];
  word.selectNodeContents(cell);
  const [text, style] = [word.getBoundingClientRect(), getComputedStyle(cell)];
  const [wide, high] = ["--w", "--h"].map((part) => Number(style.getPropertyValue(part)));
  return text.left < box.left + wide * box.width && text.bottom > box.bottom - high * box.height;
}"""


@pytest.mark.parametrize("z", [[1, 2, 3], [0, 0, 0], [2, 2, -2], [0, 12, 0]])
def test_the_number_of_the_open_cell_lies_beside_its_bars(page, z):
    page.evaluate("(z) => model.set('z', z)", z)
    for i, j in np.ndindex(3, 3):
        page.evaluate("(entry) => model.set('entry', entry)", [i, j])
        settle(page)
        assert not page.locator(".sb-picture td.sb-meet").evaluate(COVERED)


WIDER = """(cells) => cells.filter((cell) => {
  const word = document.createRange();
  word.selectNodeContents(cell);
  return word.getBoundingClientRect().width > cell.getBoundingClientRect().width;
}).map((cell) => cell.textContent)"""


@pytest.mark.parametrize("width", [720, 358])  # of a panel on a desk, and on a phone
def test_no_number_is_wider_than_its_cell(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    for count in range(2, 13):
        z = [1, 2, 3, *[0] * 9][:count]
        page.evaluate("(z) => ['z', 'pinned'].forEach((trait) => model.set(trait, z))", z)
        settle(page)
        assert page.locator(".sb-picture td[role=gridcell]").evaluate_all(WIDER) == [], count


def logits(page):
    return page.evaluate("model.get('z')")


def assert_table_of(page, z):
    """The table behind the picture is the Jacobian that softback computes."""
    z = np.array(z, float)
    shares, matrix = numbers_on(page)
    np.testing.assert_allclose(shares[1][1:], softmax(z), atol=5.1e-7)
    np.testing.assert_allclose(
        [row[1:-1] for row in matrix], softmax_jacobian(softmax(z)), atol=5.1e-7
    )


def test_first_picture_is_the_jacobian_of_the_traits(page):
    assert_table_of(page, [1, 2, 3])
    expect(cell(page, 2, 1)).to_have_text("−0.163")
    expect(page.locator(".sb-sentence")).to_have_text(
        "y₃ leads with 0.665. Raise z₂: y₂ gains 0.185 per unit, the others lose as much together."
    )


def test_number_of_classes_adds_and_removes_sliders(page):
    slider = page.get_by_label("classes")
    slider.focus()
    page.keyboard.press("End")
    settle(page)
    assert len(logits(page)) == 12
    assert page.locator(".sb-sliders .sb-slider").count() == 12
    page.keyboard.press("Home")
    settle(page)
    assert logits(page) == [1, 2]
    assert page.locator(".sb-sliders .sb-slider").count() == 2
    assert_table_of(page, [1, 2])


def test_preset_random_draws_other_logits(page):
    page.get_by_role("button", name="random").click()
    settle(page)
    assert logits(page) != [1, 2, 3]
    assert_table_of(page, logits(page))


COLUMNS = """() => {
  const middle = ({ left, width }) => left + width / 2;
  const middles = (parts) => [...document.querySelectorAll(`.sb-picture ${parts}`)]
    .map((part) => middle(part.getBoundingClientRect()));
  return [".sb-strip .sb-grip", ".sb-heat thead th", "tfoot .sb-edge-bar"].map(middles);
}"""
ROWS = """() => [...document.querySelectorAll(".sb-picture tbody th")].map((head) => {
  const [name, , arrow] = head.querySelectorAll(".sb-edge-words span");
  const bar = head.querySelector(".sb-upright").getBoundingClientRect();
  const { left, right, width } = arrow.getBoundingClientRect();
  const [x, end] = [name.getBoundingClientRect().right, bar.left];
  return { arrow: arrow.textContent, width, apart: left >= x && right <= end };
})"""


# How wide the gain beside each row is, and each piece of its losses, in parts of their room.
STACKS = """() => [...document.querySelectorAll(".sb-picture tbody tr")].map((row) =>
  [...row.querySelectorAll(".sb-level-bar, .sb-edge-pieces span")].map((piece) =>
    piece.getBoundingClientRect().width /
      row.querySelector(".sb-edge-pieces").getBoundingClientRect().width))"""


def test_the_stacks_beside_a_row_are_as_long_as_its_entries(page):
    jacobian = softmax_jacobian(softmax([1.0, 2.0, 3.0]))
    found = page.evaluate(STACKS)
    assert len(found) == 3
    for k, widths in enumerate(found):
        assert widths == pytest.approx(
            4 * np.abs([jacobian[k, k], *np.delete(jacobian[k], k)]), abs=0.01
        )


@pytest.mark.parametrize("count", [2, 6, 7, 12])
@pytest.mark.parametrize("width", [1280, 384])
def test_a_handle_stands_over_each_column_and_a_bar_below_it(explore, count, width):
    page = explore(Jacobian(z=np.linspace(-1, 2, count)), width=width)
    grips, heads, bars = page.evaluate(COLUMNS)
    assert len(grips) == len(heads) == len(bars) == count
    assert grips == pytest.approx(heads, abs=2.5)
    assert bars == pytest.approx(heads, abs=0.5)
    handles = page.locator(".sb-strip .sb-grip").evaluate_all(SIZES)
    assert max(handles) <= max(32, (heads[1] - heads[0]))
    page.get_by_role("slider", name="z₂, over its column").press("Shift+ArrowUp")
    assert page.evaluate("model.get('entry')[1]") == 1
    assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")


MET = """() => {
  const boxes = (parts) => [...document.querySelectorAll(`.sb-strip ${parts}`)]
    .map((part) => [part.textContent, part.getBoundingClientRect()])
    .filter(([, { width }]) => width);
  const meet = ([, one], [, other]) => one.left < other.right && other.left < one.right &&
    one.top < other.bottom && other.top < one.bottom;
  const [words, grips] = [boxes("text"), boxes(".sb-grip")];
  const others = (k) => [...words.slice(k + 1), ...grips];
  const [, { left, right, top }] = boxes("svg")[0];
  return {
    words: words.map(([text]) => text),
    met: words.filter((word, k) => others(k).some((other) => meet(word, other))).length,
    out: words.filter(([, box]) => box.left < left || box.right > right || box.top < top).length,
  };
}"""


@pytest.mark.parametrize("width", [720, 358])  # of a panel on a desk, and on a phone
def test_each_logit_stands_at_its_handle_where_it_meets_no_other(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    rising, steep = [-6, -3.15, -0.85, -0.05, 0, 0.25, 0.9, 1.75, 3, 4.45, 5.25, 6], [6, -6] * 6
    for z in (rising, rising[::-1], steep, [-1.2e308, 1e308] * 6):
        for count in range(2, 13):
            page.evaluate("(z) => model.set('z', z)", z[:count])
            for j in (0, count // 2, count - 1):
                page.evaluate("(j) => model.set('entry', [0, j])", j)
                settle(page)
                seen = page.evaluate(MET)
                assert (seen["met"], seen["out"]) == (0, 0), (z[:count], j)
                shown = [number(text) for text in seen["words"]]
                assert shown == (z[:count] if len(shown) > 1 else [z[j]])
                assert len(shown) == count or count > 6 or max(z) > 10


def test_whoever_comes_to_a_handle_reads_its_logit_and_sees_its_column(page):
    page.evaluate("model.set('z', [1, 2, 3, 4, 5, 6, 7])")
    settle(page)
    page.get_by_role("slider", name="z₆, over its column").focus()
    settle(page)
    assert page.evaluate(MET)["words"] == ["6.00"]
    assert page.evaluate("model.get('entry')") == [2, 5]
    expect(page.locator(".sb-picture td.sb-column").first).to_have_attribute("data-j", "5")


ARROWS = """() => [...document.querySelectorAll(".sb-strip .sb-grip path")].map((path) => {
  const { width, height } = path.getBoundingClientRect();
  return [width, (height / 16) * 6]; // an arrow takes 6 of 16 parts
})"""


@pytest.mark.parametrize("count", [3, 12])
def test_the_arrows_on_the_handles_can_be_seen(explore, count):
    page = explore(Jacobian(z=[0.0] * count), width=390)
    sizes = page.evaluate(ARROWS)
    assert len(sizes) == count
    assert np.all(np.min(sizes, axis=0) >= [9, 5.4])


def test_many_classes_have_arrows_as_large_as_the_change_of_their_share(explore):
    z = np.array([3.0, 2, 1, 0, 0, -1, 2.5, 0, 0, 0, 0, 0])
    for width in (1280, 384):
        page = explore(Jacobian(z=z, entry=[1, 1]), width=width)
        rows = page.evaluate(ROWS)
        change = softmax_jacobian(softmax(z))[:, 1]
        assert [row["arrow"] for row in rows] == ["▼▲"[int(part > 0)] for part in change]
        assert all(row["apart"] for row in rows)
        widths = [row["width"] for row in rows]
        order = np.argsort(np.abs(change), kind="stable")
        assert np.all(np.diff(np.array(widths)[order]) > -0.1)
        assert max(widths) > 1.5 * min(widths) > 9


@pytest.mark.parametrize("how", ["hover", "focus", "tap"])
def test_entry_shows_its_own_formula(page, how):
    entry = cell(page, 0, 0)
    {"hover": entry.hover, "focus": entry.focus, "tap": entry.click}[how]()
    terms, parts = page.locator(".sb-term .sb-num"), page.locator(".sb-term .sb-symbol")
    expect(terms).to_have_text(["0.0819", "0.090", "0.910"])
    expect(parts).to_have_text(["∂y₁/∂z₁", "y1", "1−y1"])
    cell(page, 0, 2).focus()
    expect(terms).to_have_text(["−0.0599", "−0.090", "0.665"])
    expect(parts).to_have_text(["∂y₁/∂z₃", "−y1", "y3"])


def test_a_factor_that_is_nearly_nothing_keeps_its_digits(page):
    page.get_by_role("button", name="one-hot").click()
    expect(page.locator(".sb-term .sb-num")).to_have_text(["1.23e−5", "1.000", "1.23e−5"])


@pytest.mark.parametrize(
    ("z", "sentence"),
    [
        ([0, 0, 0], "All shares are equal."),
        ([2, 2, -2], "y₁ and y₂ share the lead, 0.495 each."),
        ([1, 1, 1, 1, -9], "4 classes share the lead, 0.250 each."),
    ],
)
def test_no_class_leads_alone_in_a_tie(page, z, sentence):
    page.evaluate("(z) => model.set('z', z)", z)
    expect(page.locator(".sb-sentence")).to_contain_text(sentence)


def test_arrow_keys_walk_through_the_entries(page):
    cell(page, 2, 1).focus()
    for key, entry in [
        ("ArrowUp", [1, 1]),
        ("ArrowRight", [1, 2]),
        ("ArrowRight", [1, 2]),
        ("Home", [1, 0]),
        ("End", [1, 2]),
        ("ArrowDown", [2, 2]),
        ("ArrowLeft", [2, 1]),
    ]:
        page.keyboard.press(key)
        assert page.evaluate("model.get('entry')") == entry


def test_two_keys_in_one_frame_are_both_heard(page):
    cell(page, 1, 2).focus()
    expect(cell(page, 1, 2)).to_have_class(re.compile("sb-marked"))
    page.evaluate(
        """() => { for (const key of ["Home", "End"])
             document.activeElement.dispatchEvent(
               new KeyboardEvent("keydown", { key, bubbles: true })); }"""
    )
    assert page.evaluate("model.get('entry')") == [1, 2]


def test_row_sums_and_eigenvalues(page):
    facts = page.locator(".sb-facts dd")
    expect(facts.nth(0)).to_have_text("0 in every row")
    expected = np.linalg.eigvalsh(softmax_jacobian(softmax([1, 2, 3])))
    shown = [float(part) for part in facts.nth(1).inner_text().split(", ")]
    np.testing.assert_allclose(shown, expected, atol=5.1e-4)


def test_pinned_jacobian_stays_while_the_live_one_moves(page):
    page.get_by_role("button", name="Pin this one").click()
    page.get_by_role("button", name="uniform").click()
    pinned = page.locator(".sb-pinned")
    expect(pinned).to_contain_text("Pinned: z = (1.00, 2.00, 3.00)")
    expect(pinned.locator("td[data-i='2'][data-j='2']")).to_have_text("0.223")
    expect(cell(page, 2, 2)).to_have_text("0.222")
    page.get_by_role("button", name="Unpin").click()
    expect(pinned).to_be_hidden()


@pytest.mark.parametrize(
    ("text", "z"),
    [
        ("4, 5", [4, 5]),
        ("[1e308, -1e308, 0]", [1e308, -1e308, 0]),
        ("1 2\t3", [1, 2, 3]),
        ("−1; .5; +2", [-1, 0.5, 2]),
        (SPREADSHEET_COLUMN, [1.5, -2, 0.5]),
        (DECIMAL_COMMAS, [1.5, -2, 0.5]),
    ],
)
def test_typed_and_pasted_logits(page, text, z):
    page.get_by_label("Type or paste logits").fill(text)
    settle(page)
    assert logits(page) == z
    assert_table_of(page, z)
    expect(page.locator(".sb-error")).to_have_text("")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This field is empty. Type 2 to 12 numbers, for example 1, 2, 3."),
        ("5", "This is 1 number; type 2 to 12."),
        ("1, two", "“two” is not a number; type numbers such as 2 or -0.5."),
        ("1, nan", "“nan” is not a number; type numbers such as 2 or -0.5."),
        ("1, Infinity", "“Infinity” is not a number; type numbers such as 2 or -0.5."),
        ("1, 0x10", "“0x10” is not a number; type numbers such as 2 or -0.5."),
        ("1, 1e999", "1e999 is too large; the largest float64 is about 1.8e308."),
        (", ".join(["1"] * 40), "These are 40 numbers; type 2 to 12."),
    ],
)
def test_bad_logits_are_refused_beside_the_field(page, text, sentence):
    field = page.get_by_label("Type or paste logits")
    field.fill(text)
    field.press("Enter")
    expect(page.locator(".sb-error")).to_have_text(sentence)
    assert field.get_attribute("aria-invalid") == "true"
    assert logits(page) == [1, 2, 3]
    field.fill("3, 4")
    expect(page.locator(".sb-error")).to_have_text("")
    assert logits(page) == [3, 4]


def test_what_was_refused_is_forgotten_where_somebody_starts_again(page):
    field = page.get_by_label("Type or paste logits")
    for name in ("Start again", "peaked"):
        field.fill("cat")
        field.press("Enter")
        expect(page.locator(".sb-error")).to_contain_text("is not a number")
        page.get_by_role("button", name=name).click()
        expect(page.locator(".sb-error")).to_be_empty()
        expect(field).to_have_value("1, 2, 3")
        expect(field).to_have_attribute("aria-invalid", "false")


def test_64_classes_are_drawn_on_a_canvas(explore):
    z = np.linspace(-3, 3, 64)
    page = explore(Jacobian(z=z))
    pixels = page.evaluate(
        """() => {
          const canvas = document.querySelector("canvas");
          return [canvas.width, ...canvas.getContext("2d").getImageData(63, 63, 1, 1).data];
        }"""
    )
    strength = softmax_jacobian(softmax(z))[63, 63] / 0.25  # of which no entry is larger
    wanted = 255 * np.array(palette.DIVERGING((1 + strength) / 2))
    np.testing.assert_allclose(pixels, [64, *wanted], atol=2)
    page.get_by_label("z₁", exact=True).press("End")
    settle(page)
    assert logits(page)[0] == 6


def test_what_the_front_end_saves_is_what_changed(page):
    page.get_by_role("button", name="uniform").click()
    assert page.evaluate("model.saved") == [{"z": [0, 0, 0], "entry": [0, 0]}]


def test_results_are_those_of_softback():
    explorer = Jacobian(z=[1e308, -1e308, 0.0])
    np.testing.assert_array_equal(explorer.y, [1, 0, 0])
    np.testing.assert_array_equal(explorer.jacobian, np.zeros((3, 3)))
    np.testing.assert_array_equal(explorer.eigenvalues, np.zeros(3))


def test_changing_several_traits_is_all_or_nothing():
    explorer = Jacobian(z=[0.0, 1.0])
    explorer.change(z=[1.0, 2.0, 3.0], entry=[2, 2])
    assert (explorer.z, explorer.entry) == ([1.0, 2.0, 3.0], [2, 2])
    with pytest.raises(TraitError, match="entry is 'no'"):
        explorer.change(z=[5.0, 5.0], entry="no")
    assert explorer.z == [1.0, 2.0, 3.0]
    with pytest.raises(TraitError, match="does not have a trait named zz"):
        explorer.change(zz=1)


def test_words_say_how_many_classes_there_are():
    assert "2 classes with shares 0.500, 0.500" in Jacobian(z=[0.0, 0.0]).description()

"""The one stylesheet: put together, and without what nothing matches."""

import pytest

from lean_delivery import purge, stylesheet

NAMES = {"html", "p", "a", "here", "--read"}


def test_addresses_are_counted_from_the_static_folder(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one.css").write_text(
        "p { background: url('b/x.svg') } @import 'b/two.css'; i { cursor: url(../y.cur) }"
    )
    (tmp_path / "a" / "b" / "two.css").write_text('b { background: url("z.svg?v=1#f") }')
    css = stylesheet.bundle(tmp_path, ["a/one.css"])
    for address in ("a/b/x.svg", "y.cur", "a/b/z.svg?v=1#f"):
        assert f"url({address})" in css


@pytest.mark.parametrize("address", ["data:image/png;base64,aa==", "https://a.org/b", "#mask"])
def test_addresses_elsewhere_stay(tmp_path, address):
    (tmp_path / "one.css").write_text(f"p {{ background: url({address}) }}")
    assert f"url({address})" in stylesheet.bundle(tmp_path, ["one.css"])


def test_a_missing_stylesheet_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        stylesheet.bundle(tmp_path, ["gone.css"])


@pytest.mark.parametrize(
    "selector",
    [
        "p",
        ".here",
        "p.here:hover > a",
        "p::before",
        "*",
        ":root",
        'html[data-theme="gone"] .here',
        "p:not(.gone)",
        "p:is(.gone, a:has(.lost))",
        "p:nth-child(2n + 1)",
        "::details-content",
    ],
)
def test_a_selector_that_may_match_stays(selector):
    assert selector in purge.purge(f"{selector} {{ top: 0 }}", NAMES)


@pytest.mark.parametrize(
    "selector", [".gone", "#gone", "video", "p.gone", ".gone:not(.here)", "a > .gone::after", "p b"]
)
def test_a_selector_that_cannot_match_goes(selector):
    assert purge.purge(f"{selector} {{ top: 0 }}", NAMES) == ""


def test_of_a_list_the_selectors_that_may_match_stay():
    css = purge.purge(".here, .gone, p:is(a, .x) { top: 0 }", NAMES)
    assert css.partition("{")[0] == ".here,p:is(a, .x)"


def test_groups_are_searched_and_empty_ones_go():
    css = "@media print { .gone { top: 0 } @supports (top: 0) { .here { top: 0 } } }"
    kept = purge.purge(css, NAMES)
    assert ".here" in kept
    assert ".gone" not in kept
    assert purge.purge("@media print { .gone { top: 0 } }", NAMES) == ""


def test_properties_that_nothing_reads_go_and_those_that_fed_them():
    css = "html { --a: 1px; --b: var(--a); --c: 2px; --read: 3px } p { top: var(--c) }"
    kept = purge.purge(css, NAMES)
    assert "--a" not in kept
    assert "--b" not in kept
    assert "--c: 2px" in kept
    assert "--read: 3px" in kept


def test_only_animations_that_are_played_stay():
    css = (
        "@keyframes turn { from { top: 0 } to { top: 1px } } @keyframes turn-back { to { top: 0 } }"
        " p { animation: 2s turn }"
    )
    kept = purge.purge(css, NAMES)
    assert "@keyframes turn " in kept
    assert "turn-back" not in kept


def test_fonts_and_layers_stay():
    css = "@font-face{font-family:A}@layer base{p{top:0}}"
    assert purge.purge(css, NAMES) == css

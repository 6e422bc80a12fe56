"""Room for pictures, and smaller drawings."""

import doctest
import random
import re

import pytest

from lean_delivery import drawings, images

DRAWING = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="75pt" height="37.5pt" viewBox="0 0 75 37.5"
 xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><date xmlns="http://example.org/">2026-01-01</date></metadata>
 <defs><path id="glyph" d="M 1 2
L 3.123456 4.000001
z
"/><style type="text/css">*{stroke-linejoin: round}</style></defs>
 <g id="figure_1"><g id="line2d_1"/>
  <!-- a comment -->
  <use xlink:href="#glyph" x="1"/>
  <text>two <tspan>words</tspan> apart</text>
 </g>
</svg>
"""


@pytest.fixture
def folder(tmp_path):
    """A site with one drawing of 100 by 50 pixels and a page folder beside it."""
    (tmp_path / "_images").mkdir()
    (tmp_path / "_images" / "a.svg").write_text(DRAWING)
    (tmp_path / "chapters").mkdir()
    return tmp_path / "chapters"


def test_a_picture_gets_its_size_and_waits_for_the_reader(folder):
    html = images.reserve('<p><img alt="A" src="../_images/a.svg" /></p>', folder)
    expected = ["alt", "decoding", "height", "loading", "src", "width"]
    found = dict(re.findall(r'([a-z]+)="([^"]*)"', html))
    assert sorted(found) == expected
    assert (found["width"], found["height"], found["loading"]) == ("100", "50", "lazy")


@pytest.mark.parametrize(
    "html",
    [
        '<img src="../_images/gone.png" loading="eager">',
        '<img src="https://example.org/a.png">',
        f'<img src="data:image/svg+xml;base64,{"A" * 5000}">',
        '<img src="../_images/a.svg" width="20" loading="eager">',
        "<pre>&lt;img src=&quot;../_images/a.svg&quot;&gt;</pre>",
    ],
)
def test_other_pictures_stay_as_they_are(folder, html):
    assert images.reserve(html, folder) == html


def test_a_drawing_loses_what_nobody_sees():
    small = drawings.shrink(DRAWING)
    for text in ("metadata", "2026", "comment", "figure_1", "line2d", "DOCTYPE", "xlink"):
        assert text not in small
    assert '<use x="1" href="#glyph"/>' in small
    assert '<path id="glyph" d="m1 2l2.1 2z"' in small
    assert "*{stroke-linejoin: round}" in small
    assert "<text>two <tspan>words</tspan> apart</text>" in small


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('<use href="#a" x="1.06" y="-0.219"/>', '<use href="#a" x="1.1" y="-.2"/>'),
        ('<use href="#a" x="50%"/>', '<use href="#a" x="50%"/>'),
        (
            '<g transform="translate(1.234567 2.0) scale(0.105 -0.105)"/>',
            '<g transform="translate(1.2 2) scale(0.105 -0.105)"/>',
        ),
        ('<rect width="0.25"/>', '<rect width="0.25"/>'),
        (
            '<path d="M 0 4 L 2113 -16 z" transform="scale(0.015625)"/>',
            '<path d="m0 0l264-2z" transform="scale(.125)"/>',
        ),
    ],
)
def test_a_drawing_says_the_same_in_fewer_digits(given, expected):
    svg = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
    assert drawings.shrink(svg.format(given)).strip() == svg.format(expected)


def test_groups_that_say_nothing_go_and_what_is_in_them_stays_in_order():
    svg = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
    given = '<g id="a"><g><path d="m1 1"/></g><g style="fill: red"><g><rect/></g></g></g><circle/>'
    kept = '<path d="m1 1"/><g style="fill: red"><rect/></g><circle/>'
    assert drawings.shrink(svg.format(given)).strip() == svg.format(kept)


def test_a_drawing_is_shrunk_once():
    small = drawings.shrink(DRAWING)
    assert drawings.shrink(small) == small


def test_the_examples_in_the_documentation_of_drawings():
    assert doctest.testmod(drawings).failed == 0


def corners(data):
    """The points of a path of m, l and z in relative coordinates, read as SVG says."""
    points, here, start = [], (0.0, 0.0), (0.0, 0.0)
    for name, rest in re.findall(r"([mlz])([^mlz]*)", data):
        numbers = [float(n) for n in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", rest)]
        for k in range(0, len(numbers), 2):
            here = here[0] + numbers[k], here[1] + numbers[k + 1]
            start = here if name == "m" and k == 0 else start
            points.append(here)
        here = start if name == "z" else here
    return points


def test_no_corner_moves_by_more_than_half_a_tenth():
    rng = random.Random(7)
    expected = [(rng.uniform(-300, 300), rng.uniform(-300, 300)) for _ in range(500)]
    parts = [
        f"{'z M' if n % 50 == 0 else 'L'} {x:.6f} {y:.6f} " for n, (x, y) in enumerate(expected)
    ]
    data = "\n".join(parts).removeprefix("z ") + "z"
    found = corners(drawings.shorten(data))
    assert len(found) == 500
    for (x, y), (a, b) in zip(expected, found, strict=True):
        assert abs(x - a) <= 0.05001
        assert abs(y - b) <= 0.05001


@pytest.mark.parametrize(
    "data",
    ["M1 1A2 2 0 0110 10", "m1 1l2 2", "M0 0L1e-5 2", "M0 0H5", "M0 0 1 1", "M0 0L1 1 2 2"],
)
def test_paths_with_other_commands_stay(data):
    assert drawings.shorten(data) == data


def test_curves_count_from_the_point_before_them():
    curves = "M10 10Q 12 10 12 12C 12 14 10 14 10 12"
    assert drawings.shorten(curves) == "m10 10q2 0 2 2c0 2-2 2-2 0"

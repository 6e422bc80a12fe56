"""Room for pictures, and smaller drawings."""

import doctest
import random
import re

import pytest

from lean_delivery import drawings, images, paths

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


@pytest.mark.parametrize(("points", "step"), [(10, "0.25"), (100, "0.2")])
def test_a_curve_of_many_points_keeps_a_tenth_of_a_point(points, step):
    line = "M 1 2 " + " ".join(f"L {1 + n / 4} 2" for n in range(1, points + 1))
    small = drawings.shrink(f'<svg xmlns="http://www.w3.org/2000/svg"><path d="{line}"/></svg>')
    steps = re.search('d="m1 2l([^"]*)"', small)[1].split()
    assert float(steps[0]) == float(step)
    assert sum(map(float, steps[::2])) == pytest.approx(points / 4, abs=0.06)


def test_a_drawing_loses_what_nobody_sees():
    small = drawings.shrink(DRAWING)
    for text in ("metadata", "2026", "comment", "figure_1", "line2d", "DOCTYPE"):
        assert text not in small
    assert '<use href="#glyph" x="1"/>' in small
    assert '<path id="glyph" d="m1 2l2.12 2z"' in small
    assert "*{stroke-linejoin: round}" in small
    assert "<text>two <tspan>words</tspan> apart</text>" in small


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('<use xlink:href="#a" transform="translate(63.67 0)"/>', '<use href="#a" x="63.7"/>'),
        ('<use href="#a" x="1.06" y="-0.2"/>', '<use href="#a" x="1.1" y="-.2"/>'),
        ('<use href="#a" x="50%"/>', '<use href="#a" x="50%"/>'),
        ('<use href="#a" x="1" transform="translate(2 3)"/>', None),
        ('<use href="#a" transform="translate(2 3) scale(2 -2)"/>', None),
        ('<g><g style="fill: red; top: 0"><path d="m1 1"/></g></g>', '<g style="fill:red;top:0">'),
        (
            '<g transform="translate(1.234567 2) rotate(-90)"><path d="m1 1"/></g>',
            "(1.23 2) rotate",
        ),
        ('<path d="M 800 1600 L 1601 2400" transform="scale(0.015625)"/>', 'd="m100 200l100 100"'),
        ('<path d="M 800 1600 H 9" transform="scale(0.015625)"/>', 'transform="scale(0.015625)"'),
    ],
)
def test_a_drawing_says_the_same_in_fewer_words(given, expected):
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    small = drawings.shrink(f"<svg {names}>{given}</svg>")
    assert (expected or given) in small
    assert "<g>" not in small


def test_a_drawing_is_shrunk_once():
    small = drawings.shrink(DRAWING)
    assert drawings.shrink(small) == small


def test_the_examples_in_the_documentation_of_paths():
    assert doctest.testmod(paths).failed == 0


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


def test_no_corner_moves_by_more_than_half_a_hundredth():
    rng = random.Random(7)
    expected = [(rng.uniform(-300, 300), rng.uniform(-300, 300)) for _ in range(500)]
    parts = [f"{'M' if n % 50 == 0 else 'L'} {x:.6f} {y:.6f} " for n, (x, y) in enumerate(expected)]
    found = corners(paths.shorten("\n".join(parts) + "z M 0 0 L 1 1"))
    assert len(found) == 502
    for (x, y), (a, b) in zip(expected, found[:500], strict=True):
        assert abs(x - a) <= 0.00501
        assert abs(y - b) <= 0.00501


@pytest.mark.parametrize("data", ["M1 1A2 2 0 0110 10", "m1 1l2 2", "M0 0L1e-5 2", "M0 0H5"])
def test_paths_with_other_commands_stay(data):
    assert paths.shorten(data) == data


def test_curves_count_from_the_point_before_them():
    assert paths.shorten("M10 10Q 12 10 12 12C 12 14 10 14 10 12") == "m10 10q2 0 2 2c0 2-2 2-2 0"

"""One file for the drawings of a page: what it shares, and that each picture stays the same."""

import io
import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG

from lean_delivery import albums, drawings

SIZE = (300, 200)
RULES = "*{stroke-linejoin: round}"


def drawing(body, *, rules=RULES, box='viewBox="0 0 30 20"'):
    style = f"<style>{rules}</style>" if rules else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><defs>{style}</defs>{body}</svg>'


def glyph(name, data, at):
    return f'<defs><path id="{name}" d="{data}"/></defs><use href="#{name}" x="{at}"/>'


@pytest.fixture
def gather(tmp_path):
    """Return a function: drawings and a page that shows them in, the page and its files out."""
    folder = tmp_path / "chapters"
    (tmp_path / "_images").mkdir()
    folder.mkdir()

    def run(*svgs, html=None):
        names = [f"{n}.svg" for n in range(len(svgs))]
        for name, svg in zip(names, svgs, strict=True):
            (tmp_path / "_images" / name).write_text(svg)
        pictures = "".join(f'<img alt="{name}" src="../_images/{name}" />' for name in names)
        page, files = albums.gather(html or pictures, folder)
        return page, {path.name: text for path, text in files.items()}

    return run


def test_the_drawings_of_a_page_become_views_of_one_file(gather):
    page, files = gather(drawing(glyph("a", "m1 1", 1)), drawing(glyph("a", "m1 1", 2)))
    ((name, text),) = files.items()
    found = re.findall(r'alt="(.)\.svg" src="([^"]*)" style="([^"]*)"', page)
    assert found == [
        ("0", f"../_images/{name}#d0", "aspect-ratio:30/20"),
        ("1", f"../_images/{name}#d1", "aspect-ratio:30/20"),
    ]
    views = dict(re.findall(r'<view id="(\w+)" viewBox="([^"]*)"', text))
    assert views == {"d0": "0 0 30 20", "d1": f"0 {20 + albums.GAP} 30 20"}
    assert text.count(RULES) == 1
    assert text.count("<defs") == 1  # that of the second has nothing left in it


def test_what_is_equal_is_there_once(gather):
    body = glyph("a", "m1 1", 1) + glyph("b", "m2 2", 5)
    other = glyph("b", "m2 2", 1) + glyph("c", "m3 3", 5)
    _, files = gather(drawing(body), drawing(other))
    root = ElementTree.fromstring(*files.values())
    paths = [(part.get("id"), part.get("d")) for part in root.iter(f"{{{drawings.SVG}}}path")]
    assert paths == [("a", "m1 1"), ("b", "m2 2"), ("c", "m3 3")]
    uses = [part.get("href") for part in root.iter(f"{{{drawings.SVG}}}use")]
    assert uses == ["#a", "#b", "#b", "#c"]


def test_a_drawing_that_means_something_else_by_a_name_stays_apart(gather):
    first, second = drawing(glyph("a", "m1 1", 1)), drawing(glyph("b", "m1 1", 1))
    page, files = gather(first, drawing(glyph("a", "m2 2", 1)), second)
    (name,) = files
    sources = re.findall(r'src="../_images/([^"]*)"', page)
    assert sources == [f"{name}#d0", "1.svg", f"{name}#d1"]


@pytest.mark.parametrize(
    "other",
    [
        drawing("", rules="path { fill: red }"),
        drawing("", rules=""),
        drawing("", box='width="30" height="20"'),
    ],
    ids=["other rules", "no rules", "no box"],
)
def test_drawings_of_another_kind_stay_apart(gather, other):
    page, files = gather(drawing(""), other)
    assert files == {}
    assert page.count('src="../_images/0.svg"') == page.count('src="../_images/1.svg"') == 1


@pytest.mark.parametrize(
    "html",
    [
        '<img src="../_images/0.svg" /><img src="../_images/0.svg" />',
        '<img src="../_images/0.svg" /><img style="width: 50%" src="../_images/1.svg" />',
        '<img src="../_images/0.svg" /><a href="../_images/1.svg">One</a>',
        '<img src="../_images/0.svg" /><img src="../_images/a.png" />',
    ],
)
def test_a_page_with_one_such_drawing_stays_as_it_is(gather, html):
    assert gather(drawing(""), drawing("<g/>"), html=html) == (html, {})


@pytest.fixture(scope="module")
def figures():
    """Two drawings of Matplotlib with letters, marks, curves and clips, one with a picture."""
    with plt.rc_context({"svg.hashsalt": "same", "svg.fonttype": "path"}):
        made = [_figure(np.sin, "sine of $x$"), _figure(np.cos, "cosine of $x$", image=True)]
    return made


def _figure(function, label, *, image=False):
    figure, ax = plt.subplots(figsize=(4.17, 2.78))
    x = np.linspace(0, 7, 50)
    ax.plot(x, function(x), marker="o")
    ax.set(xlabel=label, ylim=(-0.8, 0.9))
    if image:
        ax.imshow([[0, 1], [1, 0]], extent=(1, 3, -0.5, 0.5), aspect="auto")
    FigureCanvasSVG(figure).print_svg(written := io.StringIO(), metadata={"Date": None})
    plt.close(figure)
    return written.getvalue()


def pixels(browser, folder, source):
    """What a browser shows of a picture, as an array."""
    html = f'<body style="margin:0"><img width="300" height="200" src="{source}">'
    (folder / "page.html").write_text(html)
    with browser.new_page(viewport=dict(zip(("width", "height"), SIZE, strict=True))) as page:
        page.goto((folder / "page.html").as_uri())
        page.evaluate("document.images[0].decode()")
        return plt.imread(io.BytesIO(page.screenshot()))


def test_each_view_shows_what_its_drawing_showed(browser, tmp_path, figures):
    small = [ElementTree.fromstring(drawings.shrink(figure)) for figure in figures]
    (tmp_path / "album.svg").write_text(albums.bind(small, RULES))
    before = []
    for number, figure in enumerate(figures):
        (tmp_path / f"{number}.svg").write_text(figure)
        before.append(pixels(browser, tmp_path, f"{number}.svg"))
        now = pixels(browser, tmp_path, f"album.svg#d{number}")
        assert off(before[-1], now) < 0.001
    assert off(*before) > 0.02


def off(one, other):
    """The share of pixels that differ by more than a quarter of the whole range."""
    return (np.abs(one - other).max(axis=-1) > 0.25).mean()


def test_letters_and_marks_of_matplotlib_are_there_once(figures):
    small = [ElementTree.fromstring(drawings.shrink(figure)) for figure in figures]
    names = [{part.get("id") for part in root.iter() if "id" in part.attrib} for root in small]
    album = ElementTree.fromstring(albums.bind(small, RULES))
    found = [part.get("id") for part in album.iter() if "id" in part.attrib]
    assert names[0] & names[1]
    assert sorted(found) == sorted(names[0] | names[1] | {"d0", "d1"})

"""What a page says about itself to search engines and to previews of links."""

import re
from html import unescape

import pytest
from matplotlib.image import imread

from link_previews.card import draw


@pytest.fixture
def site(book):
    """Return a function that builds one page; the front page is called like the book."""

    def build(text, **settings):
        extensions = ("myst_parser", "prerender_math", "link_previews")
        maths = {"myst_enable_extensions": ["dollarmath"], "html_math_renderer": "prerender"}
        return book(*extensions, **maths, **settings).write(page=text).build()

    return build


def meta(html, key):
    found = re.search(rf'<meta (?:name|property)="{key}" content="(.*?)" />', html)
    return unescape(found[1]) if found else None


def test_the_first_paragraph_describes_the_page(site):
    html = site("# Title\n\n```{note}\nNot this.\n```\n\nThis *one*.\n\nNot that.\n").html("page")
    assert meta(html, "description") == meta(html, "og:description") == "This one."


def test_the_front_matter_wins(site):
    html = site('---\ndescription: Said "so" here.\n---\n# Title\n\nFirst.\n').html("page")
    assert meta(html, "description") == 'Said "so" here.'


def test_formulas_become_characters(site):
    html = site("# Title\n\nWrite the $C \\times C$ matrix.\n").html("page")
    assert meta(html, "description") == "Write the C×C matrix."


def test_a_long_paragraph_is_cut_after_a_sentence(site):
    html = site("# Title\n\nOne sentence. " + "word " * 60 + "end.\n").html("page")
    assert meta(html, "description") == "One sentence."


def test_a_long_sentence_is_cut_after_a_word(site):
    text = meta(site("# Title\n\n" + "word " * 60 + "end.\n").html("page"), "description")
    assert text.endswith("word …")
    assert len(text) <= 200


def test_titles_name_the_page_and_the_book(site):
    html = site("# A *plain* title\n\nText.\n").html("page")
    assert meta(html, "og:title") == "A plain title"
    assert meta(html, "og:site_name") == "Trial"


def test_pages_without_a_source_are_described_too(site):
    html = site("# Title\n\nText.\n").html("search")
    assert meta(html, "og:title") == "Search"
    assert meta(html, "description")


def test_the_picture_is_part_of_the_site(site):
    built = site("# Title\n\nText.\n")
    address = meta(built.html("page"), "og:image")
    assert address.startswith("_static/previews/page-")
    picture = (built.output / address).read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    assert (width, height) == (1200, 630)
    assert meta(built.html("page"), "og:image:width") == "1200"


def test_the_picture_has_the_colours_of_the_book(site):
    built = site("# Title\n\nText.\n")
    pixels = imread(built.output / meta(built.html("page"), "og:image"))
    red, _, blue, _ = pixels[200, 825]  # an entry of the diagonal, which is positive
    assert blue > 2 * red
    red, _, blue, _ = pixels[200, 895]  # the entry beside it, which is negative
    assert red > 1.5 * blue


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Softmax, Backwards", ["Softmax, Backwards"]),
        ("Multiply without the matrix", ["Multiply without", "the matrix"]),
        ("Sheet 3: log-softmax and more", ["Sheet 3: log-softmax", "and more"]),
    ],
)
def test_a_title_is_broken_into_lines_of_about_one_length(title, lines):
    written = [text.get_text() for text in draw(title, "Book").texts]
    assert "\n".join(lines) in written


def test_a_new_title_gets_a_new_picture(site):
    built = site("# One\n\nText.\n")
    first = meta(built.html("page"), "og:image")
    built.write(page="# Two\n\nText.\n").build()
    assert meta(built.html("page"), "og:image") != first


@pytest.mark.parametrize("base", ["https://example.org/book", "https://example.org/book/"])
def test_addresses_are_absolute_where_the_place_is_known(site, base):
    html = site("# Title\n\nText.\n", html_baseurl=base).html("page")
    assert meta(html, "og:url") == "https://example.org/book/page.html"
    assert meta(html, "og:image").startswith("https://example.org/book/_static/previews/")


def test_the_place_may_come_from_the_environment(site, monkeypatch):
    monkeypatch.setenv("SOFTBACK_BASE_URL", "https://example.org")
    html = site("# Title\n\nText.\n").html("page")
    assert meta(html, "og:url") == "https://example.org/page.html"


def test_no_address_is_claimed_where_the_place_is_unknown(site):
    assert meta(site("# Title\n\nText.\n").html("page"), "og:url") is None

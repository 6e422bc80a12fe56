"""An image without a description is a fault of the page."""

import base64

import pytest

# The smallest GIF: one transparent pixel.
PIXEL = base64.b64decode("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==")


@pytest.fixture
def trial(book):
    """Return a function that builds a page with a picture beside it."""

    def build(text):
        made = book("myst_parser", "image_descriptions").write(page=f"# Page\n\n{text}\n")
        (made.source / "dot.gif").write_bytes(PIXEL)
        return made.build()

    return build


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Text.\n\n![](dot.gif)", id="markdown"),
        pytest.param("Text.\n\n```{image} dot.gif\n:alt: ' '\n```", id="blank"),
    ],
)
def test_an_image_without_alternative_text_is_a_warning_with_its_line(trial, text):
    assert "page.md:5: WARNING: image without alternative text" in trial(text).warnings


def test_an_image_directive_is_checked_too(trial):
    assert "page.md:" in trial("```{image} dot.gif\n```").warnings


def test_the_next_build_warns_again(trial):
    assert "image without alternative text" in trial("![](dot.gif)").build().warnings


def test_a_described_image_is_fine(trial):
    made = trial("![A dot](dot.gif)")
    assert made.warnings == ""
    assert 'alt="A dot"' in made.html("page")

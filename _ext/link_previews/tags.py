"""The tags in a page's head that a preview is made of."""

from html import escape
from typing import NamedTuple

from .card import HEIGHT, WIDTH


class Page(NamedTuple):
    """What a preview says about a page.

    `image` and `address` are URLs; `address` is empty where the address of the site is not known.
    """

    title: str
    description: str
    book: str
    image: str
    address: str
    front: bool


def html(page):
    """Return the ``<meta>`` elements of a page as one string."""
    properties = {
        "og:type": "website" if page.front else "article",
        "og:site_name": page.book,
        "og:title": page.title,
        "og:description": page.description,
        "og:image": page.image,
        "og:image:width": WIDTH,
        "og:image:height": HEIGHT,
        "og:image:alt": f"Title card: {page.title}",
    }
    if page.address:
        properties["og:url"] = page.address
    names = {"description": page.description, "twitter:card": "summary_large_image"}
    lines = [_meta("name", *item) for item in names.items()]
    lines += [_meta("property", *item) for item in properties.items()]
    return "\n" + "\n".join(lines) + "\n"


def _meta(kind, key, value):
    return f'<meta {kind}="{key}" content="{escape(str(value))}" />'

"""Describe each page for search engines and for previews of links.

Every page gets a description, Open Graph tags and a picture with its title, drawn while building
and served by the site. The description is the page's own ``description`` in its front matter, else
its first paragraph.

Services that show previews want absolute addresses. Where the book will be published is not known
here: set ``html: baseurl:`` in ``_config.yml`` or the environment variable ``SOFTBACK_BASE_URL``
(such as ``https://example.org/book/``). Without it the picture's address is relative to the page.
"""

import os
from pathlib import Path
from urllib.parse import urljoin

from . import card, description, tags


def _find_base_url(app, config):
    base = config.html_baseurl or os.environ.get("SOFTBACK_BASE_URL", "")
    config.html_baseurl = base.rstrip("/") + "/" if base else ""


def add_preview(app, pagename, templatename, context, doctree):
    """Add the tags to a page's head (an ``html-page-context`` handler)."""
    book = app.config.html_title
    title = _title(app, pagename, context)
    text = description.of_page(app, pagename, doctree) or f"{title}: a page of the book {book}."
    picture = card.publish(Path(app.outdir) / "_static" / "previews", pagename, title, book)
    image = context["pathto"](f"_static/previews/{picture}", resource=True)
    base = app.config.html_baseurl
    if base:
        image = urljoin(base, f"_static/previews/{picture}")
    page = tags.Page(
        title=title,
        description=text,
        book=book,
        image=image,
        address=urljoin(base, app.builder.get_target_uri(pagename)) if base else "",
        front=pagename == app.config.root_doc,
    )
    context["metatags"] = context.get("metatags", "") + tags.html(page)


def _title(app, pagename, context):
    if pagename in app.env.titles:
        return app.env.titles[pagename].astext()
    return context.get("title") or pagename.capitalize()


def setup(app):
    """Register the handlers with Sphinx."""
    app.connect("config-inited", _find_base_url)
    app.connect("html-page-context", add_preview)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

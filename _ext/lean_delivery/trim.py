"""Parts of a page that nobody meets: comments, empty banners, the TeX beside formulas' MathML."""

import re

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_SOURCE = re.compile(
    r"<semantics>((?:(?!<semantics>).)*?)<annotation [^>]*>[^<]*</annotation></semantics>", re.S
)
# Without it the theme does not measure the page to make room for announcements that nobody made.
_BANNER = re.compile(
    r'<div class="pst-async-banner-revealer d-none">\s*(<aside [^>]*></aside>\s*)*</div>'
)


def trim(html):
    """Return a page without them; what stands in code or in data for scripts is escaped there.

    >>> trim("<p>A <!-- not -->word.</p>")
    '<p>A word.</p>'
    """
    return _COMMENT.sub("", _BANNER.sub("", _SOURCE.sub(r"\1", html)))

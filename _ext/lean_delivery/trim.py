"""Parts of a page that nobody meets: comments, and the TeX beside each formula's MathML."""

import re

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_SOURCE = re.compile(
    r"<semantics>((?:(?!<semantics>).)*?)<annotation [^>]*>[^<]*</annotation></semantics>", re.S
)


def trim(html):
    """Return a page without them; what stands in code or in data for scripts is escaped there.

    >>> trim("<p>A <!-- not -->word.</p>")
    '<p>A word.</p>'
    """
    return _COMMENT.sub("", _SOURCE.sub(r"\1", html))

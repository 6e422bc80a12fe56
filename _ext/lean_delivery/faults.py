"""Find what is unknown on a rewritten page, or forbidden by its policy."""

import re

from sphinx.util import logging

from . import markup, parts

logger = logging.getLogger(__name__)


def find(html):
    """Yield one sentence for each fault of a rewritten page."""
    inline = [tag for tag in markup.tags(html) if _is_inline_script(tag)]
    yield from (
        f"the policy blocks the inline script {_start(markup.content(html, tag))!r}"
        for tag in inline[1:]
    )
    for tag in markup.tags(html):
        yield from _of_tag(tag)


def _of_tag(tag):
    source = tag.attributes.get("src", "")
    if tag.name == "script" and source and not _is_known(source, parts.SCRIPT, *parts.SEARCH):
        yield f"the script {source} is not known to lean_delivery/parts.py"
    if parts.is_stylesheet(tag) and not _is_known(tag.attributes["href"], parts.STYLESHEET):
        yield f"the stylesheet {tag.attributes['href']} is not part of the site"
    if tag.name == "style":
        yield "the policy blocks the styles in a <style> element"
    handlers = [name for name in tag.attributes if re.fullmatch("on[a-z]+", name)]
    if handlers:
        yield f"the policy blocks the handler {handlers[0]} of a <{tag.name}> element"


def _is_known(address, *names):
    name = parts.name(address)
    return name in names or name.startswith(parts.FINISHED)


def _is_inline_script(tag):
    return tag.name == "script" and parts.is_program(tag) and "src" not in tag.attributes


def _start(code):
    return re.sub(r"\s+", " ", code).strip()[:60]


def report(pages):
    """Warn about the faults of pages, a dictionary from names to texts."""
    for name, html in pages.items():
        for fault in find(html):
            logger.warning(fault, location=name, type="lean_delivery", subtype="page")

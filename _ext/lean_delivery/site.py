"""Carry out all steps on the folder of a finished site."""

import re

from . import (
    albums,
    drawings,
    fonts,
    head,
    images,
    parts,
    prune,
    purge,
    scripts,
    sections,
    stylesheet,
    versions,
)
from .inventory import Inventory


def is_fresh(folder):
    """Tell whether this build has written pages: then Sphinx has copied its own scripts, too."""
    return (folder / "_static" / parts.BUNDLED[0]).is_file()


def deliver(folder):
    """Rewrite a site that a build has written to.

    Parameters
    ----------
    folder : pathlib.Path
        The site; files in it are changed, added and removed.

    Returns
    -------
    dict of str to str
        The pages as they are now, by their paths below the folder.
    """
    static = folder / "_static"
    _shrink_drawings(folder)
    pages = {path: _lighten(html, path.parent) for path, html in _pages(folder)}
    script = scripts.bundle(static)
    _write(static / parts.SCRIPT, script)
    css = _stylesheet(static, pages.values(), script)
    fresh = {parts.STYLESHEET, parts.SCRIPT, *_fonts(css)}
    _write(static / parts.STYLESHEET, versions.stamp(css, static, fresh))
    pages = {path: versions.stamp(html, static, fresh) for path, html in pages.items()}
    for path, html in pages.items():
        _write(path, html)
    tidy(folder)
    return {path.relative_to(folder).as_posix(): html for path, html in pages.items()}


def tidy(folder):
    """Remove what no page of a rewritten site asks for; Sphinx copies it in every build."""
    static = folder / "_static"
    css = (static / parts.STYLESHEET).read_text(encoding="utf-8")
    pages = [html for _, html in _pages(folder)]
    prune.prune(static, [css, *map(head.without_mark, pages)])
    prune.prune_drawings(folder / "_images", pages)


def _pages(folder):
    """Yield the pages that Sphinx has written; other HTML files may lie among them."""
    for path in sorted(folder.rglob("*.html")):
        html = path.read_text(encoding="utf-8")
        if "data-content_root" in html:
            yield path, html


def _shrink_drawings(folder):
    for path in sorted((folder / "_images").glob("*.svg")):
        if not path.name.startswith(albums.PREFIX):
            _write(path, drawings.shrink(path.read_text(encoding="utf-8")))


def _lighten(html, folder):
    if head.is_lean(html):
        return html
    html = images.reserve(head.lighten(html), folder)
    html = sections.reserve(html)
    html, files = albums.gather(html, folder)
    for path, text in files.items():
        _write(path, text)
    return html


def _stylesheet(static, pages, script):
    names = dict.fromkeys(name for html in pages for name in head.stylesheets(html))
    whole = stylesheet.bundle(static, names)
    inventory = Inventory(pages)
    needed = inventory.names | scripts.words(script) | scripts.words_of_files(static)
    css = fonts.deliver(purge.purge(whole, needed), static, inventory)
    return stylesheet.notices(whole) + css


def _fonts(css):
    return set(re.findall(r"url\(([^)]+\.woff2)\?v=0\)", css))


def _write(path, text):
    """Write a file only if that changes it."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")

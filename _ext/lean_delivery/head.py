"""Rewrite what a page loads: one stylesheet, one script, one inline script."""

import re

import rjsmin

from . import markup, parts, policy

CHARSET = re.compile(r'<meta charset="[^"]*"\s*/?>')
MARK = "data-parts"


def is_lean(html):
    """Tell whether a page has been rewritten already."""
    return f" {MARK}=" in html


def lighten(html):
    """Return the page with one stylesheet and one script instead of the many.

    The names of the stylesheets that it had are kept in an attribute of the link: later builds,
    which do not write this page again, make the bundle from them.
    """
    page = _Page(html)
    rest = markup.change(html, [(*span, "") for span in page.removed])
    top = "\n    ".join(['<meta charset="utf-8">', *page.loads()])
    return CHARSET.sub(lambda _: top, rest, count=1)


class _Page:
    """The parts of one page: what is removed, and what replaces it."""

    def __init__(self, html):
        self.html = html
        self.removed = []
        self.stylesheets = []
        self.finished_styles = []
        self.finished_scripts = []
        self.search = []
        self.first_paint = ""
        self.root = ""
        for tag in markup.tags(html):
            self._sort(tag)

    def _sort(self, tag):
        if tag.name == "html":
            self.root = tag.attributes.get("data-content_root", "./")
        elif tag.name == "script" and parts.is_program(tag):
            self._sort_script(tag)
        elif tag.name == "link":
            self._sort_link(tag)
        elif tag.name == "noscript" and "<style" in markup.content(self.html, tag):
            self.removed.append(markup.element(self.html, tag))
        elif tag.name == "meta" and tag.attributes.get("name") == "viewport":
            self.removed.append((tag.start, tag.end))

    def _sort_script(self, tag):
        code = markup.content(self.html, tag)
        name = parts.name(tag.attributes.get("src", ""))
        is_finished = name.startswith(parts.FINISHED)
        known = is_finished or name in (*parts.BUNDLED, *parts.UNNEEDED, *parts.SEARCH)
        if "src" not in tag.attributes:
            known = parts.FIRST_PAINT.search(code) or parts.REPLACED.search(code)
            self.first_paint += code if parts.FIRST_PAINT.search(code) else ""
        if name in parts.SEARCH and name not in self.search:
            self.search.append(name)
        start, end = markup.element(self.html, tag)
        if is_finished:
            self.finished_scripts.append(self.html[start:end])
        if known:
            self.removed.append((start, end))

    def _sort_link(self, tag):
        name = parts.name(tag.attributes.get("href", ""))
        if tag.attributes.get("rel") == "next":
            # Firefox would fetch the next page ahead, which the policy refuses.
            self.removed.append((tag.start, tag.end))
        if not name:
            return
        if parts.is_stylesheet(tag):
            if name.startswith(parts.FINISHED):
                self.finished_styles.append(self.html[tag.start : tag.end])
            else:
                self.stylesheets.append(name)
            self.removed.append((tag.start, tag.end))
        elif _is_early_script(tag):
            self.removed.append((tag.start, tag.end))

    def loads(self):
        """Return the elements that load what the page needs, without the charset before them."""
        static = f"{self.root}_static/"
        inline = rjsmin.jsmin(self.first_paint).strip()
        names = " ".join(self.stylesheets)
        return [
            policy.element(inline),
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<script>{inline}</script>",
            f'<link rel="stylesheet" href="{static}{parts.STYLESHEET}?v=0" {MARK}="{names}">',
            *self.finished_styles,  # nothing is painted without them
            *(self._preload(static + font) for font in self._early_fonts()),
            *self.finished_scripts,  # explorers on the first screen are alive before it is drawn
            f'<script defer src="{static}{parts.SCRIPT}?v=0"></script>',
            *(f'<script defer src="{static}{name}"></script>' for name in self._search_scripts()),
        ]

    def _early_fonts(self):
        wanted = [font for sheet in self.stylesheets for font in parts.EARLY_FONTS.get(sheet, ())]
        return [font for font, sign in wanted if sign in self.html]

    @staticmethod
    def _preload(address):
        return f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{address}?v=0">'

    def _search_scripts(self):
        is_search = 'id="search-results"' in self.html
        return [name for name in parts.SEARCH if is_search and name in self.search]


def _is_early_script(tag):
    return tag.attributes.get("rel") == "preload" and tag.attributes.get("as") == "script"


def stylesheets(html):
    """Return the names of the stylesheets that a rewritten page was written for."""
    return re.search(rf' {MARK}="([^"]*)"', html)[1].split()


def without_mark(html):
    """Return a rewritten page without the names of the stylesheets that it no longer loads."""
    return re.sub(rf' {MARK}="[^"]*"', "", html)

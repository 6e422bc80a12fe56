"""What the theme, Sphinx and our extensions load, and what becomes of each part.

Names are paths below ``_static``. Whoever updates the theme gets a warning for each part that is
not listed here, and decides.
"""

import re

# The bundle, in the order in which the scripts run.
BUNDLED = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "copybutton.js",
    "scripts/sphinx-book-theme.js",
    "scripts/pydata-sphinx-theme.js",
    "math-tab-stops.js",
    "reading-aids.js",
    "answers.js",
)

# Those of them that run after the others, each on its own: what they do can wait, and all at once
# would keep a slow machine busy. Nothing else uses what they declare.
LATER = (
    "copybutton.js",
    "scripts/sphinx-book-theme.js",
    "scripts/pydata-sphinx-theme.js",
    "reading-aids.js",
    "answers.js",
)

# Draws icons as SVG (the stylesheet draws them too); menus and tooltips (the browser has its own);
# tabs that remember each other (the book has none); and a library for what a few lines of `page.js`
# do for the copy buttons.
UNNEEDED = (
    "scripts/fontawesome.js",
    "scripts/bootstrap.js",
    "design-tabs.js",
    "clipboard.min.js",
)

# The theme loads these on every page; the search page needs them.
SEARCH = ("searchtools.js", "language_data.js", "../searchindex.js", "search-excerpts.js")

# Folders with files that their extension has made small already; each page loads its own.
FINISHED = ("explorers/", "python/", "workbook/")

# Fonts that a page asks for before its stylesheet has arrived, by the stylesheet that declares
# them, each with a piece of text of the pages that need it.
EARLY_FONTS = {
    "source-serif-4.css": (
        ("source-serif-4/source-serif-4-latin-wght-normal.woff2", "<p"),
        ("source-serif-4/source-serif-4-latin-wght-italic.woff2", "<em"),
    ),
    "katex/katex.min.css": (
        ("katex/fonts/KaTeX_Main-Regular.woff2", 'class="katex-html"'),
        ("katex/fonts/KaTeX_Math-Italic.woff2", "mathnormal"),
        ("katex/fonts/KaTeX_Size1-Regular.woff2", "small-op"),
        ("katex/fonts/KaTeX_Size2-Regular.woff2", "large-op"),
    ),
}

STYLESHEET = "site.css"
SCRIPT = "site.js"

# Inline scripts that choose the colours before anything is painted, and what they need.
FIRST_PAINT = re.compile(
    r"document\.documentElement\.dataset\.mode =|dataset\.theme = |try \{ localStorage"
)

# Inline scripts that set what nothing reads, or that `SCRIPT` replaces.
REPLACED = re.compile(r"DOCUMENTATION_OPTIONS\.(pagename|search_as_you_type) =|let searchInput = ")

# Pieces of the theme's scripts that ours replace.
REPLACED_CODE = {
    "scripts/pydata-sphinx-theme.js": re.compile(
        r'document\.querySelectorAll\(\["pre",[^]]*\]\.join\(", "\)\)'
        r"\.forEach\((\w+)=>\{\1\.tabIndex=[^{}]*\}\)"
    )
}

_LOCAL = re.compile(r"(?:\.\./|\./)*(?:_static/([^?#]+)|(searchindex\.js))(?:[?#].*)?")


def name(address):
    """Return the name of a local part, such as ``doctools.js`` for ``../_static/doctools.js?v=1``.

    The address of anything else gives an empty name.
    """
    found = _LOCAL.fullmatch(address)
    if not found:
        return ""
    return found[1] or f"../{found[2]}"


def is_program(tag):
    """Tell whether a script element holds code, and not data for code."""
    kind = tag.attributes.get("type", "")
    return kind in {"", "module", "text/javascript", "application/javascript"}


def is_stylesheet(tag):
    """Tell whether a tag links a stylesheet."""
    return tag.name == "link" and "stylesheet" in tag.attributes.get("rel", "").split()

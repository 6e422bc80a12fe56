"""Give a page the equations of others that it links to: from a folder it could fetch nothing."""

import re

from formula_index.entries import extent
from formula_index.records import pages
from prerender_math.engine import typesetter
from prerender_math.tex import display_tex

from .symbols import html_of

_LINK = re.compile(r'href="[^"#]+#equation-([\w-]+)"')


def add(app, pagename, templatename, context, doctree):
    """Add a template for each equation (an ``html-page-context`` handler).

    The index shows its equations beside their links already, and the page of functions would
    carry most of the book.
    """
    known = pages(app.env)
    here = known.get(pagename)
    body = context.get("body") or ""
    if app.builder.format != "html" or (here and (here.is_index or here.is_reference)):
        return
    for label in dict.fromkeys(_LINK.findall(body)):
        for page in known.values():
            if label in page.equations:
                body += _template(app, label, page)
    context["body"] = body


def _template(app, label, page):
    formula = typesetter(app).render(display_tex(page.equations[label]), display=True).html
    proof = page.proofs.get(label)
    said = "Taken as given."
    if proof:
        said = f"Proved{''.join(html_of(app, node) for node in extent(proof))}."
    return f'<template data-equation="{label}">{formula}<p>{said}</p></template>\n'

"""Number the links to chapters: ``[the chapter on softmax](#softmax)`` shows "chapter 1".

The label above a title names a chapter; its number follows from the table of contents, so nobody
types it. Jupyter, which knows one page at a time, shows the words as they stand. On the site the
number takes the place of words that begin with "the chapter" ("Chapter 1" for "The chapter"). Where
the pointer rests on a link to a label, its title is shown. Behind a label, ``/`` leads to a place
of its page: ``(#softmax/explorer-softmax?z=1,2)``. reST, in which docstrings are read, has a role:
``:chapter:`the chapter <softmax>```.
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.roles import XRefRole
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

logger = logging.getLogger(__name__)
KINDS = ("myst", "chapter")


class LinkChapters(SphinxPostTransform):
    """Resolve the Markdown links that lead to labels."""

    default_priority = 8  # MyST would resolve them at 9, and warn of a page called like its label

    def run(self, **kwargs):
        """Transform the page that is about to be written."""
        for link in list(self.document.findall(addnodes.pending_xref)):
            label, _, place = link["reftarget"].partition("/")
            known = self.env.domains["std"].labels
            if link["reftype"] in KINDS and not link["refdomain"] and label in known:
                self._resolve(link, place, *known[label])

    def _resolve(self, link, place, page, anchor, title):
        words, shown = link.astext(), link[0].deepcopy()
        is_top = title == self.env.titles[page].astext()
        if words.lower().startswith("the chapter"):
            number = is_top and self.env.toc_secnumbers.get(page, {}).get("")
            if number:
                chapter = "Chapter" if words[0].isupper() else "chapter"
                shown = nodes.inline("", f"{chapter}\N{NO-BREAK SPACE}{number[0]}")
            else:
                message = "%r leads to no numbered chapter: %s"
                logger.warning(message, words, title, location=link, type="chapter_links")
        place = place or ("" if is_top else anchor)
        told = title if title != shown.astext() else None
        here = self.env.docname
        link.replace_self(make_refnode(self.app.builder, here, page, place, shown, told))


def setup(app):
    """Register the transform and the role with Sphinx."""
    app.add_post_transform(LinkChapters)
    app.add_role("chapter", XRefRole(innernodeclass=nodes.inline, warn_dangling=True))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

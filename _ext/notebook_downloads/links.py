"""Where the references of a page lead, for a notebook that stands somewhere else."""

import posixpath
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from sphinx import addnodes
from sphinx.util.nodes import clean_astext

from cached_outputs import executed

# What MyST calls a reference, and which of Sphinx's domains resolves it under which name.
ROLES = {
    "doc": ("std", "doc"),
    "ref": ("std", "ref"),
    "numref": ("std", "numref"),
    "eq": ("math", "eq"),
    "cite": ("cite", "p"),
    "cite:p": ("cite", "p"),
    "cite:t": ("cite", "t"),
}


class Links:
    """The references of one page.

    Where the address of the book is known, they lead to its pages. Else they lead to the notebooks
    of those pages, which stand side by side in the archive, or nowhere.

    Parameters
    ----------
    app : sphinx.application.Sphinx
        A build that has read all pages.
    page : str
        The name of the page that refers to others.
    """

    def __init__(self, app, page):
        self.app = app
        self.page = page

    def __call__(self, role, target):
        """Return the words and the address of a reference; the address may be None.

        Raises
        ------
        LookupError
            If the role is not known, or if the book does not have the target.
        """
        if role not in ROLES:
            raise LookupError(f"notebooks have no reference {role!r}: see {__name__}.ROLES")
        # Behind a label may stand a place that only the book has: an explorer in a state.
        label, _, place = target.partition("/") if role == "ref" else (target, "", "")
        found = self._resolve(*ROLES[role], label)
        if found is None:
            raise LookupError(f"{self.page} refers to {target!r}, which the book does not have")
        reference = next(found.findall(nodes.reference))
        address = self._address(reference)
        on_site = place and self.app.config.html_baseurl
        return clean_astext(found), f"{address.partition('#')[0]}#{place}" if on_site else address

    def _resolve(self, domain, kind, target):
        given = {"refdoc": self.page, "refdomain": domain, "reftype": kind, "reftarget": target}
        wanted = addnodes.pending_xref("", **given, refexplicit=False, refwarn=True)
        env, words = self.app.env, nodes.inline("", target)
        return env.get_domain(domain).resolve_xref(
            env, self.page, self.app.builder, kind, target, wanted, words
        )

    def _address(self, reference):
        near = reference.get("refuri", "") or f"#{reference['refid']}"
        here = self.app.builder.get_target_uri(self.page)
        base = self.app.config.html_baseurl
        return urljoin(base, urljoin(here, near)) if base else self._notebook(urljoin(here, near))

    def _notebook(self, address):
        name = posixpath.splitext(urlsplit(address).path)[0]
        if name == self.page or not executed(self.app, name).exists():
            return None
        return posixpath.relpath(f"{name}.ipynb", posixpath.dirname(self.page) or ".")

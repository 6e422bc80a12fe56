"""Fill the place of the index, before references are resolved."""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from .directive import index_place
from .records import in_book_order, pages

logger = logging.getLogger(__name__)


def anchor(label):
    """Return the id of an equation's entry."""
    return f"index-{label}"


class FillIndex(SphinxPostTransform):
    """Put an entry for each labelled equation of the book into the place of the index."""

    default_priority = 5  # references are resolved at 10

    def run(self, **kwargs):
        """Transform the page that is about to be written."""
        for place in list(self.document.findall(index_place)):
            index = Index(self.env, place["functions"])
            index.warn_about_strangers(place)
            place.replace_self(index.sections())


class Index:
    """The index of a book.

    Parameters
    ----------
    env : sphinx.environment.BuildEnvironment
    functions : dict
        Names of functions by label.
    """

    def __init__(self, env, functions):
        self._env = env
        self._functions = functions
        known = pages(env)
        self._pages = {name: known[name] for name in in_book_order(env) if name in known}

    def warn_about_strangers(self, place):
        """Warn of functions that are listed under an equation that is not in the book."""
        labels = {label for page in self._pages.values() for label in page.equations}
        for label in sorted(set(self._functions) - labels):
            logger.warning(
                "formula-index: no equation %s in the book", label, location=place, type="formulas"
            )

    def sections(self):
        """Return a list of the pages with equations, and a section for each of them."""
        named = {name: page for name, page in self._pages.items() if page.equations}
        overview = nodes.bullet_list("", *(self._overview(name) for name in named))
        return [overview, *(self._section(name, page) for name, page in named.items())]

    def _overview(self, name):
        link = nodes.reference("", self._title(name), internal=True, refid=_section_id(name))
        return nodes.list_item("", nodes.paragraph("", "", link))

    def _section(self, name, page):
        title = nodes.title("", self._title(name))
        section = nodes.section("", title, ids=[_section_id(name)], names=[])
        for label, tex in page.equations.items():
            section += self._entry(label, tex, page.proofs.get(label))
        return section

    def _title(self, name):
        number = self._env.toc_secnumbers.get(name, {}).get("")
        title = self._env.titles[name].astext()
        return f"{number[0]}. {title}" if number else title

    def _entry(self, label, tex, proof):
        head = nodes.paragraph("", "", equation(label), nodes.Text(" "), nodes.literal("", label))
        formula = nodes.math_block("", tex, nowrap=False, number=None, label=None)
        facts = filter(None, (self._proof(proof), self._code(label), self._faults(label)))
        said = nodes.paragraph("", "", *_spaced(facts))
        entry = nodes.container("", head, formula, said, ids=[anchor(label)])
        entry["classes"].append("sb-index-entry")
        return entry

    def _proof(self, proof):
        if proof is None:
            return [nodes.Text("Taken as given.")]
        return [nodes.Text("Proved"), *extent(proof), nodes.Text(".")]

    def _code(self, label):
        names = [_function(name) for name in self._functions.get(label, [])]
        return [*listed("Computed by ", names), nodes.Text(".")] if names else None

    def _faults(self, label):
        anchors = [
            exhibit["anchor"]
            for page in self._pages.values()
            for exhibit in page.exhibits
            if label in exhibit["breaks"]
        ]
        links = [_section_link(name) for name in anchors]
        return [*listed("Contradicted by ", links), nodes.Text(".")] if links else None


def scope(scope):
    """Return in words for which sizes a proof holds."""
    if isinstance(scope, str):
        return f" for {scope}"
    return f" for C = {scope[0]} … {scope[-1]}" if scope else ""


def extent(proof):
    """Return for which sizes and under which conditions something is proved, letters typeset."""
    words = re.split(r"\b([CN])\b", scope(proof["scope"]))
    sizes = [nodes.math("", w) if w in ("C", "N") else nodes.Text(w) for w in words if w]
    return [*sizes, *listed(" if ", [nodes.math("", fact) for fact in proof["given"]])]


def _section_id(name):
    return "formulas-" + name.replace("/", "-")


def listed(opening, parts):
    """Return ``opening`` and the parts with commas between, or nothing if there are none."""
    found = [nodes.Text(opening)] if parts else []
    for number, part in enumerate(parts):
        found += [nodes.Text(", "), part] if number else [part]
    return found


def _spaced(facts):
    """Return the nodes of several sentences in one line."""
    return [node for fact in facts for node in (*fact, nodes.Text(" "))][:-1]


def equation(label):
    """Return a reference to an equation, which shows its number."""
    return reference("math", "eq", label)


def _section_link(name):
    return reference("std", "ref", name)


def _function(name):
    return reference("py", "obj", name, nodes.literal("", name))


def reference(domain, kind, target, words=None):
    """Return a reference that Sphinx resolves; it warns where the target is not there."""
    return addnodes.pending_xref(
        "",
        words or nodes.inline("", target),
        refdomain=domain,
        reftype=kind,
        reftarget=target,
        refexplicit=False,
        refwarn=True,
    )

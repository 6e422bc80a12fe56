"""KaTeX inside an embedded JavaScript engine, with a cache that outlives the build.

Nothing here knows about documents: TeX goes in, a `Formula` comes out.
"""

import hashlib
import html
import json
import re
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

KATEX = Path(__file__).parent / "katex" / "katex.min.js"

# The engine returns long results only after JSON.stringify: it cannot hand out rope strings.
DRIVER = r"""
function render(request) {
  const { tex, display, macros } = JSON.parse(request);
  const strict = (code) => (code === "newLineInDisplayMode" ? "ignore" : "error");
  const options = { displayMode: display, output: "htmlAndMathml", throwOnError: true, strict };
  try {
    return JSON.stringify({ html: katex.renderToString(tex, { ...options, macros }) });
  } catch (error) {
    return JSON.stringify({ html: "", error: String(error.message || error) });
  }
}
"""


class Formula(NamedTuple):
    """One typeset formula: its HTML, or the reason why there is none."""

    html: str
    error: str = ""

    @property
    def text(self):
        """The formula's characters in order, for places that hold no markup."""
        mathml = self.html.partition("</math>")[0]
        return html.unescape(re.sub(r"<annotation.*?</annotation>|<[^>]*>", "", mathml))


class Typesetter:
    r"""Turn TeX into HTML with a MathML copy, each formula once.

    Parameters
    ----------
    macros : dict of str to str
        TeX macros, such as ``{r"\R": r"\mathbb{R}"}``.
    cache : pathlib.Path
        A JSON file. Results are taken from it if it was written by the same KaTeX, driver and
        macros; `save` writes it.
    """

    def __init__(self, macros, cache):
        self._macros = dict(macros)
        self._cache = cache
        self._options = _fingerprint(KATEX.read_bytes(), DRIVER, self._macros)
        self._formulas = self._load()
        self._javascript = None

    def render(self, tex, *, display):
        """Typeset TeX, as a block if `display` is true, else as part of a line.

        Returns
        -------
        Formula
        """
        key = ("display " if display else "inline ") + tex
        if key not in self._formulas:
            self._formulas[key] = self._run_katex(tex, display)
        return Formula(**self._formulas[key])

    def save(self):
        """Write all results to the cache file."""
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        content = {"options": self._options, "formulas": self._formulas}
        self._cache.write_text(json.dumps(content), encoding="utf-8")

    def _load(self):
        try:
            content = json.loads(self._cache.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content["formulas"] if content.get("options") == self._options else {}

    def _run_katex(self, tex, display):
        if self._javascript is None:
            self._javascript = _start_javascript()
        # KaTeX stores \gdef definitions in the macros it is given: each formula gets a fresh copy.
        request = {"tex": tex, "display": display, "macros": self._macros}
        return json.loads(self._javascript(json.dumps(request)))


_typesetters = WeakKeyDictionary()


def typesetter(app):
    """Return the one `Typesetter` of a Sphinx application."""
    if app not in _typesetters:
        cache = Path(app.doctreedir) / "prerendered-math.json"
        _typesetters[app] = Typesetter(app.config.prerender_math_macros, cache)
    return _typesetters[app]


def save_cache(app, exception):
    """Keep the formulas for the next build (a ``build-finished`` handler)."""
    if app in _typesetters:
        _typesetters[app].save()


def _start_javascript():
    import quickjs  # the distribution is called quickjs-ng

    context = quickjs.Context()
    context.eval("var self = globalThis;")
    context.eval(KATEX.read_text(encoding="utf-8"))
    context.eval(DRIVER)
    return context.get("render")


def _fingerprint(script, driver, macros):
    options = json.dumps([driver, macros], sort_keys=True).encode()
    return hashlib.sha256(script + options).hexdigest()

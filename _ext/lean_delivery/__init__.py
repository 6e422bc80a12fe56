"""Deliver the finished site with few requests and few bytes, under a strict policy.

Sphinx, the theme and the extensions write pages that load some thirty files, most of which no page
needs. When the build has finished this extension goes over the pages once more:

- `head`: one stylesheet and one deferred script in the place of all others, first paint in the
  right colours, fonts asked for early, and the policy that `policy` words;
- `parts`: what the theme loads and what becomes of it; `faults`: a warning for anything unknown;
- `scripts` and `stylesheet`: the two bundles; `purge`: rules that nothing on any page matches go;
- `fonts`: each font keeps the `characters` that pages show in it (`inventory`, `formulas`,
  `subset`);
- `trim`: no comments, no TeX beside the MathML; `code`: no marks that colour nothing;
- `sections`: browsers skip those that are far away, and know about how long they are;
- `images`: room for each picture before it arrives; `drawings` and `paths`: smaller SVG files;
  `albums`: one such file for all drawings of a page;
- `versions`: addresses that change with what they lead to;
- `prune`: files that no page asks for any more go.

`site` runs these steps in order. The functions in them take text and return text; they know Sphinx
only where they warn. Without this extension in ``_config.yml`` the site is the same, only heavier.

A page is rewritten once, when it has been written anew. The bundles are made from all pages, new
and old, in every build.
"""

from pathlib import Path

from . import faults, site

HERE = Path(__file__).parent


def _replace_buttons(app, config):
    config.templates_path = [str(HERE / "templates"), *config.templates_path]


def deliver(app, exception):
    """Rewrite the site if a build has written it (a ``build-finished`` handler)."""
    if exception is None and app.builder.name in {"html", "dirhtml"}:
        folder = Path(app.outdir)
        if site.is_fresh(folder):
            faults.report(site.deliver(folder))


def setup(app):
    """Register the handlers with Sphinx; the last one waits for all others."""
    app.connect("config-inited", _replace_buttons)
    app.connect("build-finished", deliver, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

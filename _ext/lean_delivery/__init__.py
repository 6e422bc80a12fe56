"""Deliver the finished site with few requests and few bytes, under a strict policy.

Sphinx, the theme and the extensions write pages that load some thirty files, most of which no page
needs. When the build has finished, this extension rewrites the pages:

- `head`: one stylesheet and one deferred script replace all others; the script that chooses light
  or dark runs before anything is painted, and fonts that are needed at once are preloaded;
- `policy`: the Content Security Policy of every page;
- `parts`: the list of what the theme loads and what becomes of it; `faults`: a warning for anything
  that is not on the list, or that the policy would block;
- `scripts` and `stylesheet`: the two bundles; `purge`: removes the rules that match nothing;
- `fonts`: removes the characters that no page shows (`characters`, `inventory`, `formulas`,
  `subset`);
- `sections`: states the approximate height of each section, so that browsers can skip those that
  are out of sight;
- `images`: sizes and lazy loading; `drawings`: smaller SVG files; `albums`: the drawings of a page
  in one file;
- `versions`: puts a hash of each file into its address;
- `prune`: removes files that no page loads.

`site` runs these steps in order. The functions in them take text and return text; they know Sphinx
only where they warn. Without this extension in ``_config.yml`` the site is the same, only heavier.

A page is rewritten once, when Sphinx has written it. The bundles are made from all pages, new and
old, in every build that writes any.
"""

from pathlib import Path

from . import faults, site

HERE = Path(__file__).parent


def _replace_buttons(app, config):
    config.templates_path = [str(HERE / "templates"), *config.templates_path]


def deliver(app, exception):
    """Rewrite the site if this build has written pages (a ``build-finished`` handler)."""
    if exception is None and app.builder.name in {"html", "dirhtml"}:
        folder = Path(app.outdir)
        if site.is_fresh(folder):
            faults.report(site.deliver(folder))
        else:
            site.tidy(folder)


def setup(app):
    """Register the handlers with Sphinx; the last one waits for all others."""
    app.connect("config-inited", _replace_buttons)
    app.connect("build-finished", deliver, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

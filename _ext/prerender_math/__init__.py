r"""Typeset all mathematics while the book is built: pages need no script to show their formulas.

A page of the finished site holds each formula twice: as HTML that looks like TeX, and as MathML
that screen readers read. KaTeX makes both, in a small JavaScript engine inside the build
(`engine`), from TeX that is adapted to it first (`tex`). A formula that KaTeX refuses is a Sphinx
warning with file and line, given while the page is read (`check`), so ``-W`` stops the build.

Browsers lay out a display equation only when it comes near the window: each states its height
(`heights`). Inline formulas keep the punctuation that touches them on their line (`neighbours`).
One small script takes equations that fit their box out of the tab order.

Configuration: ``html_math_renderer = "prerender"``, and ``prerender_math_macros``, a dictionary
such as ``{"\\softmax": "\\operatorname{softmax}"}``.
"""

from pathlib import Path

from . import check, engine, neighbours, visitors

STATIC = Path(__file__).parent / "static"


def _serve_style_and_fonts(app):
    # Jupyter Book scans html_static_path before this event and would link each file twice.
    app.config.html_static_path.append(str(STATIC))
    app.add_css_file("katex/katex.min.css", priority=400)
    app.add_css_file("prerender-math.css", priority=401)
    app.add_js_file("math-tab-stops.js", loading_method="defer")


def setup(app):
    """Register the renderer with Sphinx."""
    app.add_config_value("prerender_math_macros", {}, "env", [dict])
    app.add_html_math_renderer(
        "prerender", (visitors.visit_inline, None), (visitors.visit_display, None)
    )
    app.add_post_transform(neighbours.TakeMarks)
    app.connect("builder-inited", _serve_style_and_fonts)
    app.connect("doctree-read", check.report_errors)
    app.connect("build-finished", engine.save_cache)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

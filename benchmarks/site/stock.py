"""The same sources built by a stock Jupyter Book: its own theme wiring, MathJax, widget runtime.

Everything that a stock book fetches from other hosts is served from its own origin here, so that
only the delivery differs. The scripts come from npm; without Node there is no comparison.
"""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

PACKAGES = ("mathjax@3.2.2", "requirejs@2.3.7", "@jupyter-widgets/html-manager@1.0.15")
COPIED = (
    "benchmarks",
    "chapters",
    "exercises",
    "index.md",
    "media",
    "references.bib",
    "teaching",
    "_toc.yml",
)
# Our extensions that make text of the pages, and where each is found; the last one asks the second,
# which wants no notebook of a page without cells.
CONTENT = {
    "formula_index": "_ext",
    "notebook_downloads": "_ext",
    "text_pages": "_ext",
    "classroom_sheets": ".",
}
# What our configuration says about the sources; all that it says about delivery stays out.
KEPT = ("title", "author", "only_build_toc_files", "exclude_patterns", "execute", "parse")


def build(root, folder):
    """Build the stock book below ``folder``.

    Parameters
    ----------
    root : pathlib.Path
        The repository.
    folder : pathlib.Path
        Where to work; npm's packages are kept there.

    Returns
    -------
    pathlib.Path or None
        The built site; None where npm is missing.
    """
    if not shutil.which("npm"):
        return None
    if not (folder / "node_modules" / "mathjax").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        line = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", folder]
        subprocess.run([*map(str, line), *PACKAGES], check=True)
    book = folder / "book"
    shutil.rmtree(book, ignore_errors=True)
    _copy_sources(root, book)
    _copy_scripts(folder / "node_modules", book / "extra")
    (book / "_config.yml").write_text(_config_yml(root), encoding="utf-8")
    program = Path(sys.executable).with_name("jupyter-book")
    subprocess.run([program, "build", book, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return book / "_build" / "html"


def _copy_sources(root, book):
    book.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, book / name)


def _copy_scripts(modules, extra):
    """Lay out what the pages will ask for; the runtime looks for its files beside each page."""
    shutil.copytree(modules / "mathjax" / "es5", extra / "vendor" / "mathjax")
    shutil.copy(modules / "requirejs" / "require.js", extra / "vendor")
    manager = modules / "@jupyter-widgets" / "html-manager" / "dist"
    shutil.copy(manager / "embed-amd.js", extra / "vendor")
    package = Path(importlib.util.find_spec("anywidget").origin).parent
    for place in (extra, *(extra / name for name in ("chapters", "exercises", "teaching"))):
        place.mkdir(exist_ok=True)
        shutil.copy(package / "nbextension" / "index.js", place / "anywidget.js")
        fonts = place / "@jupyter-widgets" / "html-manager" / "dist"
        fonts.mkdir(parents=True)
        for font in manager.glob("*.woff2"):
            shutil.copy(font, fonts)


def _config_yml(root):
    """Return the configuration as text; scripts are loaded in the order of its parts."""
    return yaml.safe_dump(_configuration(root), sort_keys=False)


def _configuration(root):
    ours = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    macros = ours["sphinx"]["config"]["prerender_math_macros"]
    names = {name.lstrip("\\"): text for name, text in macros.items() if text.startswith("\\")}
    return {name: ours[name] for name in KEPT} | {
        "bibtex_bibfiles": ["references.bib"],
        "sphinx": {
            "extra_extensions": ["sphinx_exercise"],
            "local_extensions": {name: str(root / place) for name, place in CONTENT.items()},
            "config": {
                "bibtex_reference_style": "author_year",
                "html_extra_path": ["extra"],
                "mathjax_path": "../vendor/mathjax/tex-mml-chtml.js",
                "mathjax3_config": {"tex": {"macros": names}},
                "nb_ipywidgets_js": {"../vendor/require.js": {}, "../vendor/embed-amd.js": {}},
                "nb_render_markdown_format": "gfm",
            },
        },
    }

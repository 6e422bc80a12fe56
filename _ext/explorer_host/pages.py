"""Put the explorers of one page into place (an ``html-page-context`` handler)."""

import html
import json
import re

from sphinx.util import logging

from cached_outputs import executed

from .files import FOLDER, Files
from .models import Models
from .modules import HostError
from .notebooks import STATE, VIEW, Notebook
from .pictures import Painter

logger = logging.getLogger(__name__)

VIEW_SCRIPT = re.compile(rf'<script type="{re.escape(VIEW)}">(.*?)</script>', re.S)
NOTHING = "<p>This explorer needs JavaScript.</p>"
# A place with this many characters above it is not on the first screen: its module is fetched when
# needed. The others run right after the host, before anything is drawn.
FIRST_SCREEN = 2000


def put_explorers(app, pagename, templatename, context, doctree):
    """Replace what MyST-NB has written about widgets by what the host mounts."""
    scripts = context.get("script_files", [])
    context["script_files"] = [file for file in scripts if not _is_state(file)]
    body = context.get("body") or ""
    notebook = executed(app, pagename)
    if app.builder.format == "html" and VIEW_SCRIPT.search(body) and notebook.exists():
        page = Page(pagename, Notebook.read(notebook), Files(app.outdir), context["pathto"])
        context["body"] = page.fill(body)
        context["metatags"] = context.get("metatags", "") + page.head()


def _is_state(file):
    return getattr(file, "attributes", {}).get("type") == STATE


class Page:
    """One page: the places of its explorers, and what it loads for them.

    Parameters
    ----------
    name : str
        The document, for warnings.
    notebook : Notebook
    files : Files
    pathto : callable
        From a path below the site's root to an address relative to the page.
    """

    def __init__(self, name, notebook, files, pathto):
        self._name = name
        self._notebook = notebook
        self._files = files
        self._pathto = pathto
        self._painter = Painter()
        self._models = Models(notebook, self._painter, self._warn)
        self._places = []  # the stem of each
        self._early = set()  # models on the first screen

    def fill(self, body):
        """Return the body with a place, and in it a picture, for each view."""
        views = VIEW_SCRIPT.finditer(body)
        self._models.keep([_model_of(view) for view in views])
        return VIEW_SCRIPT.sub(self._replace, body)

    def head(self):
        """Return the tags that the page needs in its head."""
        if not self._models.scripts:
            return ""
        addresses, styles, early = {}, {}, {}
        for model, script in self._models.scripts.items():
            stem = self._models.stem(model)
            addresses[model] = self._address(self._files.put(stem, ".js", script))
            style = self._address(self._files.style(stem, self._models.css(model)))
            styles[f'<link rel="stylesheet" href="{style}">'] = None
            if model in self._early:
                early[f'<script defer src="{addresses[model]}"></script>'] = None
        host = f'<script defer src="{self._address(self._files.host())}"></script>'
        block = f'<script type="{STATE}">{self._models.block(addresses)}</script>'
        return "\n" + "\n".join([*styles, host, *early, block]) + "\n"

    def _replace(self, view):
        model = _model_of(view)
        above = re.sub(r"<[^>]*>|\s+", " ", view.string[: view.start()])
        if len(above) < FIRST_SCREEN:
            self._early.add(model)
        return self._place(model)

    def _place(self, model):
        """Return the place of one widget."""
        if model not in self._models.scripts:
            return self._notebook.picture(model)
        stem = self._models.stem(model)
        self._places.append(stem)
        count = self._places.count(stem)
        name = f"explorer-{stem}" + (f"-{count}" if count > 1 else "")
        early = " data-early" if model in self._early else ""
        number = self._models.number(model)
        opening = f'<div class="explorer" id="{name}" data-model="{number}"{early}>'
        return f"{opening}{self._picture(model)}</div>"

    def _picture(self, model):
        """Return the first picture as the module draws it, else as its class does."""
        script, traits = self._models.scripts[model], self._models.traits(model)
        try:
            return self._painter.draw(script, traits, len(self._places))
        except HostError as error:
            stem = self._models.stem(model)
            logger.info("%s: the class of %s draws its picture: %s", self._name, stem, error)
        return self._notebook.picture(model) or NOTHING

    def _address(self, name):
        return html.escape(self._pathto(f"{FOLDER}/{name}", resource=True))

    def _warn(self, sentence):
        logger.warning(sentence, location=self._name, type="explorer", subtype="host")


def _model_of(view):
    return json.loads(view[1])["model_id"]

"""Put the explorers of one page into place (an ``html-page-context`` handler)."""

import html
import json
import re
from pathlib import Path

from sphinx.util import logging

from .modules import FOLDER, Files, ModuleError, script
from .notebooks import REFERENCE, STATE, VIEW, Notebook
from .pictures import Painter

logger = logging.getLogger(__name__)

VIEW_SCRIPT = re.compile(rf'<script type="{re.escape(VIEW)}">(.*?)</script>', re.S)
BOXES = {"HBoxModel", "VBoxModel"}
LINKS = {"LinkModel", "DirectionalLinkModel"}
# What the host has no use for: it serves the module and the style as files.
UNUSED = re.compile(
    r"_(view|model)_(module|name|module_version)|_view_count|_dom_classes|layout|style|tabbable"
    r"|tooltip|_esm|_css|_anywidget_id"
)


def put_explorers(app, pagename, templatename, context, doctree):
    """Replace what MyST-NB has written about widgets by what the host mounts."""
    scripts = context.get("script_files", [])
    context["script_files"] = [file for file in scripts if not _is_state(file)]
    body = context.get("body") or ""
    views = [json.loads(view)["model_id"] for view in VIEW_SCRIPT.findall(body)]
    executed = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"
    if app.builder.format != "html" or not views or not executed.exists():
        return
    page = Page(app, pagename, Notebook(executed), context["pathto"])
    context["body"] = page.body(body, views)
    context["metatags"] = context.get("metatags", "") + page.head()


def _is_state(file):
    return getattr(file, "attributes", {}).get("type") == STATE


class Page:
    """One page: which models it keeps, which files it links, which picture each view gets.

    Parameters
    ----------
    app : sphinx.application.Sphinx
    name : str
        The document, for warnings.
    notebook : Notebook
    pathto : callable
        From a path below the site's root to an address relative to the page.
    """

    def __init__(self, app, name, notebook, pathto):
        self._name = name
        self._notebook = notebook
        self._pathto = pathto
        self._files = Files(app.outdir)
        self._painter = Painter()
        self._scripts = {}  # model id to script
        self._states = {}  # model id to what the page keeps of it
        self._links = {}  # file name to tag, in order
        self._ids = {}  # model id to the number that stands for it
        self._stems = {}  # stem to how many views have it

    def body(self, body, views):
        """Return the body with a place, and in it a picture, for each view."""
        for number, model in enumerate(self._notebook.needed(views), start=1):
            self._ids[model] = f"{number}"
            self._keep(model)
        self._view = 0
        return VIEW_SCRIPT.sub(self._place, body)

    def head(self):
        """Return the tags that the page needs in its head."""
        if not self._states:
            return ""
        host = self._tag("script", self._files.host())
        state = json.dumps({"state": self._states}, separators=(",", ":"), sort_keys=True)
        for model, number in self._ids.items():
            state = state.replace(model, number)
        block = f'<script type="{STATE}">{state.replace("<", chr(92) + "u003c")}</script>'
        return "\n" + "\n".join([*self._links.values(), host, block]) + "\n"

    def _keep(self, model):
        """Keep a model's state, and write its files, if the host can run it."""
        entry = self._notebook.models[model]
        state, kind = entry["state"], entry["model_name"]
        kept = {name: value for name, value in state.items() if not UNUSED.fullmatch(name)}
        kept["_model_name"] = kind
        if kind == "AnyModel":
            if not self._keep_module(model, state, kept):
                return
        elif kind not in BOXES | LINKS:
            self._warn(f"{kind} needs a kernel; a page can show anywidgets and boxes of them")
            return
        buffers = {"buffers": entry["buffers"]} if entry.get("buffers") else {}
        self._states[self._ids[model]] = {"state": kept, **buffers}

    def _keep_module(self, model, state, kept):
        stem = stem_of(state)
        try:
            text = script(state["_esm"])
            self._painter.check(text)
        except ModuleError as error:
            self._warn(f"the module of {stem} cannot run on a page: {error}")
            return False
        self._scripts[model] = (text, {name: v for name, v in kept.items() if name != "_esm"})
        name = self._files.put(stem, ".js", text)
        kept["_esm"] = self._address(name)
        style = self._files.style(stem, state.get("_css", ""))
        self._links[style] = self._tag("style", style)
        return True

    def _place(self, match):
        """Return the place of one view with its picture."""
        model = json.loads(match[1])["model_id"]
        if model not in self._ids or self._ids[model] not in self._states:
            return self._notebook.picture(model)
        self._view += 1
        stem = stem_of(self._notebook.models[model]["state"])
        count = self._stems[stem] = self._stems.get(stem, 0) + 1
        name = f"explorer-{stem}" + (f"-{count}" if count > 1 else "")
        picture = self._picture(model).replace(
            'class="sb-fold numbers"', f'class="sb-fold numbers" id="{name}-numbers"', 1
        )
        number = html.escape(self._ids[model])
        return f'<div class="explorer" id="{name}" data-model="{number}" inert>{picture}</div>'

    def _picture(self, model):
        """Return the first picture as the module draws it, else as its class does."""
        entry = self._notebook.models[model]
        if entry["model_name"] in BOXES:
            children = [REFERENCE.fullmatch(child)[1] for child in entry["state"]["children"]]
            return "".join(self._picture(child) for child in children)
        if model in self._scripts:
            try:
                return self._painter.draw(*self._scripts[model], self._view)
            except ModuleError as error:
                stem = stem_of(entry["state"])
                logger.info("%s: the class of %s draws its picture: %s", self._name, stem, error)
        return self._notebook.picture(model) or "<p>This explorer needs JavaScript.</p>"

    def _tag(self, kind, name):
        address = html.escape(self._address(name))
        return {
            "script": f'<script defer src="{address}"></script>',
            "style": f'<link rel="stylesheet" href="{address}">',
        }[kind]

    def _address(self, name):
        return self._pathto(f"{FOLDER}/{name}", resource=True)

    def _warn(self, sentence):
        logger.warning(sentence, location=self._name, type="explorer", subtype="host")


def stem_of(state):
    """Return a short name for a widget's files and places: its class in lower case."""
    name = (state.get("_anywidget_id") or "widget").rsplit(".", 1)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()

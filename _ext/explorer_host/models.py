"""What a page keeps of the models of its widgets: what the host uses, under stable names."""

import json
import re

from .modules import HostError, script

# What the host has no use for: modules and styles are files, and there is no manager of widgets.
UNUSED = re.compile(
    r"_(view|model)_(module|name|module_version)|_view_count|_dom_classes|layout|style|tabbable"
    r"|tooltip|_esm|_css|_anywidget_id"
)


class Models:
    """The models that the views of one page need.

    Parameters
    ----------
    notebook : Notebook
    painter : Painter
        Knows whether a module can run.
    warn : callable
        Takes a sentence about a model that a page cannot have.
    """

    def __init__(self, notebook, painter, warn):
        self.scripts = {}  # of each anywidget, by id
        self._notebook = notebook
        self._painter = painter
        self._warn = warn
        self._states = {}  # of each model, by id, in the order of the page

    def keep(self, views):
        """Keep the models of some views."""
        for model in dict.fromkeys(views):
            try:
                text = self._checked(model)
            except HostError as error:
                self._warn(str(error))
            else:
                self.scripts[model] = text
                self._states[model] = self.traits(model)

    def stem(self, model):
        """Return a short name for files and places: the class of the widget in lower case."""
        name = self._notebook.models[model]["state"].get("_anywidget_id") or "widget"
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name.rsplit(".", 1)[-1]).lower()

    def css(self, model):
        """Return the style of a widget."""
        return self._notebook.models[model]["state"].get("_css", "")

    def traits(self, model):
        """Return the values that a model has for the host and for its module."""
        state = self._notebook.models[model]["state"]
        return {name: value for name, value in state.items() if not UNUSED.fullmatch(name)}

    def number(self, model):
        """Return the name of a kept model on the page: 1, 2, 3 and so on."""
        return str(list(self._states).index(model) + 1)

    def block(self, addresses):
        """Return what the page keeps as JSON.

        Parameters
        ----------
        addresses : dict of str
            From ids of anywidgets to the addresses of their modules.
        """
        states = {
            self.number(model): {"state": state | {"_esm": addresses[model]}}
            for model, state in self._states.items()
        }
        text = json.dumps({"state": states}, separators=(",", ":"), sort_keys=True)
        return text.replace("<", r"\u003c")

    def _checked(self, model):
        """Return the classic script of a widget that can run; else raise why not."""
        kind = self._notebook.models[model]["model_name"]
        if kind != "AnyModel":
            raise HostError(f"{kind} needs a kernel; a page can show anywidgets")
        if self._notebook.needed([model]) != [model] or self._notebook.models[model].get("buffers"):
            raise HostError(
                f"{self.stem(model)} is tied to another widget or holds bytes, which needs a kernel"
            )
        try:
            text = script(self._notebook.models[model]["state"]["_esm"])
            self._painter.check(text)
        except HostError as error:
            stem = self.stem(model)
            raise HostError(f"the module of {stem} cannot run on a page: {error}") from None
        return text

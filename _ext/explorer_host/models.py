"""What a page keeps of the models of its widgets: what the host uses, under stable names."""

import json
import re

from .modules import HostError, script

BOXES = {"HBoxModel": "explorer-row", "VBoxModel": "explorer-column"}
LINKS = {"LinkModel", "DirectionalLinkModel"}
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
        """Keep what some views need."""
        needed = self._notebook.needed(views)
        links = [model for model in needed if self.kind(model) in LINKS]
        for model in needed:
            if model not in links and self.kind(model) not in BOXES:
                self._keep_widget(model)
        for model in links:
            if set(self._notebook.references(model)) <= set(self._states):
                self._states[model] = {"_model_name": self.kind(model), **self.traits(model)}

    def kind(self, model):
        """Return what Jupyter calls the kind of a model."""
        return self._notebook.models[model]["model_name"]

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
        states = {self.number(model): self._entry(model, addresses) for model in self._states}
        text = json.dumps({"state": states}, separators=(",", ":"), sort_keys=True)
        for model in self._states:
            text = text.replace(model, self.number(model))
        return text.replace("<", r"\u003c")

    def _entry(self, model, addresses):
        esm = {"_esm": addresses[model]} if model in addresses else {}
        buffers = self._notebook.models[model].get("buffers")
        return {"state": self._states[model] | esm, **({"buffers": buffers} if buffers else {})}

    def _keep_widget(self, model):
        try:
            text = self._checked(model)
        except HostError as error:
            self._warn(str(error))
        else:
            self.scripts[model] = text
            self._states[model] = self.traits(model)

    def _checked(self, model):
        """Return the classic script of a widget that can run; else raise why not."""
        if self.kind(model) != "AnyModel":
            raise HostError(
                f"{self.kind(model)} needs a kernel; a page can show anywidgets and boxes of them"
            )
        try:
            text = script(self._notebook.models[model]["state"]["_esm"])
            self._painter.check(text)
        except HostError as error:
            stem = self.stem(model)
            raise HostError(f"the module of {stem} cannot run on a page: {error}") from None
        return text

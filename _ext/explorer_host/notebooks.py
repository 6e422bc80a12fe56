"""What the executed notebook of a page says about its widgets: models, pictures and words."""

import base64
import html
import json
import re
from pathlib import Path

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
REFERENCE = re.compile(r"(?:IPY_MODEL_|anywidget:)([0-9a-f]{32})")


class Notebook:
    """The widgets of one executed notebook.

    Parameters
    ----------
    path : pathlib.Path
        The notebook that MyST-NB left beside the site.
    """

    def __init__(self, path):
        notebook = json.loads(Path(path).read_text("utf-8"))
        self.models = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
        outputs = (out for cell in notebook["cells"] for out in cell.get("outputs", []))
        bundles = [out["data"] for out in outputs if VIEW in out.get("data", {})]
        self._bundles = {bundle[VIEW]["model_id"]: bundle for bundle in bundles}

    def needed(self, views):
        """Return the ids of the models that some views need, in the order of the page.

        Parameters
        ----------
        views : list of str
            Model ids of the views.
        """
        found, waiting = [], list(views)
        while waiting:
            model = waiting.pop(0)
            if model in found or model not in self.models:
                continue
            found.append(model)
            waiting += REFERENCE.findall(json.dumps(self._live(model)))
            waiting += [other for other in self.models if self._links(other, model)]
        return found

    def _live(self, model):
        """Return the state of a model without what only a kernel's front end lays out."""
        state = self.models[model]["state"]
        return {name: value for name, value in state.items() if name not in {"layout", "style"}}

    def _links(self, other, model):
        state = self.models[other]
        return state["model_name"].endswith("LinkModel") and model in json.dumps(state["state"])

    def picture(self, model):
        """Return markup of the picture that stands in for a view, or "" if there is none."""
        bundle = self._bundles.get(model, {})
        words = html.escape(_joined(bundle.get("text/plain", "")))
        if "image/svg+xml" in bundle:
            data = base64.b64encode(_joined(bundle["image/svg+xml"]).encode()).decode()
            return f'<img alt="{words}" src="data:image/svg+xml;base64,{data}">'
        return ""


def _joined(text):
    """Return a text that a notebook may keep as lines."""
    return text if isinstance(text, str) else "".join(text)

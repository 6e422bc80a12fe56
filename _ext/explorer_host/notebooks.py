"""What the executed notebook of a page says about its widgets: models, pictures and words."""

import html
import json
import re
from base64 import b64decode, b64encode

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
REFERENCE = re.compile(r"(?:IPY_MODEL_|anywidget:)([0-9a-f]{32})")


class Notebook:
    """The widgets of one executed notebook.

    Parameters
    ----------
    notebook : dict
        As it is written in a file of format 4.
    """

    def __init__(self, notebook):
        self.models = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
        shown = [(out["data"], cell) for cell in notebook["cells"] for out in _widgets(cell)]
        self._bundles = {data[VIEW]["model_id"]: data for data, _ in shown}
        self._cells = {data[VIEW]["model_id"]: cell for data, cell in shown}

    @classmethod
    def read(cls, path):
        """Return the widgets of a notebook's file."""
        return cls(json.loads(path.read_text("utf-8")))

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
            waiting += self.references(model)
            waiting += [other for other in self.models if self._links(other, model)]
        return found

    def references(self, model):
        """Return the ids of the models that a model refers to, but not its layout and style."""
        state = self.models[model]["state"]
        live = {name: value for name, value in state.items() if name not in {"layout", "style"}}
        return REFERENCE.findall(json.dumps(live))

    def _links(self, other, model):
        is_link = self.models[other]["model_name"].endswith("LinkModel")
        return is_link and model in self.references(other)

    def picture(self, model):
        """Return markup of the picture that the class of a widget gives, or "" if there is none."""
        bundle = self._bundles.get(model, {})
        if "image/svg+xml" not in bundle:
            return ""
        return image(bundle, _joined(bundle.get("text/plain", "")))

    def words(self, model):
        """Return the alternative text that the cell of a view gives its picture, or ""."""
        options = self._cells.get(model, {}).get("metadata", {}).get("mystnb", {})
        return options.get("image", {}).get("alt", "")

    def last_output(self, model):
        """Return the forms of the last picture that an output widget in a view has caught."""
        outputs = [
            output.get("data", {})
            for inner in self.needed([model])
            for output in self.models[inner]["state"].get("outputs", [])
        ]
        return next((data for data in reversed(outputs) if image(data, "")), {})


def _widgets(cell):
    return [out for out in cell.get("outputs", []) if VIEW in out.get("data", {})]


def image(forms, words):
    """Return an image element of a bundle's SVG or PNG form, or "" if it has neither.

    Parameters
    ----------
    forms : dict of str
        From MIME types to contents.
    words : str
        The alternative text.
    """
    ending, content = picture_file(forms)
    if not ending:
        return ""
    kind = {"svg": "svg+xml"}.get(ending, ending)
    address = f"data:image/{kind};base64,{b64encode(content).decode()}"
    return f'<img alt="{html.escape(words)}" src="{address}">'


def picture_file(forms):
    """Return the ending and the bytes of a file with a bundle's picture; both empty if none."""
    if "image/svg+xml" in forms:
        return "svg", _joined(forms["image/svg+xml"]).encode()
    if "image/png" in forms:
        return "png", b64decode(_joined(forms["image/png"]))
    return "", b""


def _joined(text):
    """Return a text that a notebook may keep as lines."""
    return text if isinstance(text, str) else "".join(text)

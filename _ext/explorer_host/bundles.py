"""Where an output is a widget, keep only the widget.

Its other forms, a picture and words, are for front ends without widgets. On a page the host takes
them from the notebook where it needs them; as nodes they would be copied and checked to no purpose.
"""

from docutils import nodes

from .notebooks import VIEW


def keep_widgets(app, doctree):
    """Drop the other forms of such outputs (a ``doctree-read`` handler)."""
    for bundle in doctree.findall(_is_bundle):
        forms = {form["mime_type"]: form for form in bundle.children}
        if VIEW in forms:
            bundle.children = [forms[VIEW]]


def _is_bundle(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"

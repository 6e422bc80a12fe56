"""Number the exercises of each sheet from 1.

Sphinx would count them through all pages without a chapter number; students who hold the notebook
know them by their number in the sheet.
"""

from sphinx.transforms import SphinxTransform
from sphinx_exercise.nodes import exercise_node, exercise_title


class NumberExercises(SphinxTransform):
    """Write "Exercise 1", "Exercise 2", … in the place of a bare "Exercise"."""

    default_priority = 20  # after sphinx-exercise has joined what stands between its gates

    def apply(self):
        """Transform the page that was just read."""
        found = self.document.findall(exercise_node)
        for number, exercise in enumerate(found, start=1):
            title = next(exercise.findall(exercise_title))
            name = title.children[0]
            title.replace(name, type(name)(f"{name} {number}"))
            exercise["title"] = f"{name} {number}"

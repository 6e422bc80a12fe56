"""The first picture of each view, drawn by the widget's own code while the book is built.

A page then shows its explorers before any script has run, does not move when they come alive, and
is whole on paper and without JavaScript.
"""

import json
import re

from .files import PICTURE, joined
from .modules import HostError

SECONDS = 10
# A picture with more characters is replaced by that of the class.
MOST_CHARACTERS = 120_000
IDS_PER_VIEW = 1000


class Painter:
    """Runs modules in a small JavaScript engine, one engine for each module."""

    def __init__(self):
        self._engines = {}

    def check(self, script):
        """Parse a script, and run it as the host will.

        Raises
        ------
        HostError
            If it has a syntax error, or exports nothing that can be mounted.
        """
        import quickjs  # the distribution is called quickjs-ng

        try:
            problem = self._engine(script).get("checked")()
        except quickjs.JSException as error:
            raise HostError(_sentence(error)) from None
        if problem:
            raise HostError(problem)

    def draw(self, script, traits, view):
        """Return the markup of the first picture.

        Parameters
        ----------
        script : str
            What `check` has accepted.
        traits : dict
            The state of the model.
        view : int
            Which view of the page it is, from 1: ids of different views stay apart.

        Returns
        -------
        str

        Raises
        ------
        HostError
            If the picture cannot be drawn here; the message says why.
        """
        import quickjs

        try:
            draw = self._engine(script).get("draw")
            markup = json.loads(draw(json.dumps(traits), IDS_PER_VIEW * view))
        except quickjs.JSException as error:
            raise HostError(_sentence(error)) from None
        if re.search(r"<canvas\b[^>]* data-blank", markup):
            raise HostError("it draws on a canvas")
        if len(markup) > MOST_CHARACTERS:
            raise HostError(f"it has {len(markup)} characters, more than {MOST_CHARACTERS}")
        return markup

    def _engine(self, script):
        import quickjs

        if script not in self._engines:
            engine = quickjs.Context()
            engine.set_time_limit(SECONDS)
            engine.eval(joined("picture", PICTURE))
            engine.eval(script)
            self._engines[script] = engine
        return self._engines[script]


def _sentence(error):
    return str(error).strip().splitlines()[0]

"""The Python side of the page: run what a cell needs, hand on what it shows, say what went wrong.

`run(cells, index, emit)` calls ``emit(kind, content)`` for each output and returns JSON: ``error``,
a sentence or None, and ``needs``, archives without which it has to be run again.
"""

import ast
import builtins
import io
import json
import linecache
import sys
import time
import traceback
import types
from base64 import b64encode

import cutting

LONGEST = 20_000  # characters that one run may print
MOST_LINES = 1_000
PAUSE = 0.1  # seconds between two pieces of printed text
PROOF = "application/vnd.softback.proof+json"
METHODS = {  # in the order in which a thing is shown
    "text/html": "_repr_html_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "text/latex": "_repr_latex_",
    "text/markdown": "_repr_markdown_",
}
HAS = "NumPy, Matplotlib, SymPy and softback"
# `emit` is a function while the cell itself runs, and only then; `short` shows some errors shortly.
state = types.SimpleNamespace(emit=None, short=((), None))
before = {}  # the settings of libraries as they were before the first cell

# The archives that hold a module, by its first name, in the order in which they are tried; those
# that have come, which the page adds to; those that were asked for and have not come.
homes, loaded, wanted = {}, set(), set()


class Needs(BaseException):
    """A package has to be loaded; no ``ImportError``, or libraries would do without in silence."""


class Refused(Exception):
    """Something that a page cannot do; the message says what to do instead."""


class Loader:
    """Asked last, for the modules that nobody has found."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Ask for the next archive that may hold a module."""
        for archive in homes.get(name.partition(".")[0], ()):
            if archive not in loaded:
                wanted.add(archive)
                raise Needs(name)


class Printed(io.TextIOBase):
    """Hands printed text on in pieces, and leaves out what is too much."""

    def reset(self):
        """Begin a run."""
        self.parts, self.sent, self.lines, self.last = [], 0, 0, time.monotonic()

    def writable(self):
        """Tell Python that it may print here."""
        return True

    def write(self, text):
        """Keep a text, or a part of it, until some time has passed."""
        if not state.emit or not isinstance(text, str):
            return len(text)
        fits = self.sent <= LONGEST and self.lines <= MOST_LINES
        self.sent += len(text)
        self.lines += text.count("\n")
        if fits and (self.sent > LONGEST or self.lines > MOST_LINES):
            room = len(text) - max(0, self.sent - LONGEST)
            text = "\n".join(text[:room].split("\n")[:MOST_LINES])
            self.parts.append(f"{text}\n… and more, which the page does not show.\n")
        elif fits:
            self.parts.append(text)
        if time.monotonic() - self.last > PAUSE:
            self.flush()
        return len(text)

    def flush(self):
        """Hand on what was kept."""
        if state.emit and self.parts:
            state.emit("stream", "".join(self.parts))
            self.parts, self.last = [], time.monotonic()


printed = Printed()


def bundle(thing):
    """Return the forms of a thing by their MIME types, as a notebook would ask for them."""
    found = {}
    if hasattr(type(thing), "_repr_mimebundle_"):
        given = thing._repr_mimebundle_()
        found.update((given[0] if isinstance(given, tuple) else given) or {})
    for kind, method in METHODS.items():
        if kind not in found and callable(getattr(type(thing), method, None)):
            form = getattr(thing, method)()
            found.update({} if form is None else {kind: form})
    if hasattr(type(thing), "savefig"):
        drawing = io.StringIO()
        thing.savefig(drawing, format="svg", bbox_inches="tight", metadata={"Date": None})
        found["image/svg+xml"] = drawing.getvalue()
    found.setdefault("text/plain", repr(thing))
    return found


def display(*things, **_):
    """Show things, as in a notebook."""
    for thing in things if state.emit else ():
        printed.flush()
        forms = bundle(thing)
        kind = next(kind for kind in (*METHODS, "text/plain") if kind in forms)
        content = forms[kind]
        state.emit(kind, b64encode(content).decode() if isinstance(content, bytes) else content)
        if PROOF in forms:
            state.emit("record", json.dumps(forms[PROOF]))


def show_figures():
    """Show and forget all open figures of Matplotlib."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        for number in pyplot.get_fignums():
            display(pyplot.figure(number))
        pyplot.close("all")


class Explorer:
    """What stands for every explorer here."""

    def __init__(self, *_, **__):
        pass

    def __repr__(self):
        """Say where the explorer is."""
        return "The explorer stands in the page itself, and works without Python."


def stand_in(name, **contents):
    """Put a module with some contents where imports look first."""
    module = types.ModuleType(name)
    vars(module).update(contents)
    sys.modules[name] = module
    return module


# What the book asks of IPython's shell.
shell = types.SimpleNamespace(
    set_custom_exc=lambda *kinds_and_handler: setattr(state, "short", kinds_and_handler),
    showtraceback=lambda *_, **__: None,
)


def get_ipython():
    """Return the shell to the book alone: Matplotlib would look for more of IPython behind it."""
    return shell if sys._getframe(1).f_globals["__name__"].startswith("softback.") else None


def shown_as(name, method, form):
    """Return a class of IPython that shows a text in one form."""

    def __init__(self, data=None, **_):
        self.data = data

    shape = {"__init__": __init__, method: lambda self: form.format(self.data)}
    return type(name, (), {**shape, "__repr__": lambda self: f"<{name} object>"})


def provide():
    """Provide what the book uses of IPython, explorers, and a backend that draws after a cell."""
    wrappers = {
        "HTML": shown_as("HTML", "_repr_html_", "{}"),
        "SVG": shown_as("SVG", "_repr_svg_", "{}"),
        "Markdown": shown_as("Markdown", "_repr_markdown_", "{}"),
        "Math": shown_as("Math", "_repr_latex_", "${}$"),
        "Latex": shown_as("Latex", "_repr_latex_", "{}"),
    }
    inside = stand_in("IPython.display", display=display, **wrappers)
    # Matplotlib asks for the other two.
    stand_in("IPython", display=inside, get_ipython=get_ipython, version_info=(9, 0))

    def explorer(name):
        if name.startswith("_"):
            raise AttributeError(name)
        return Explorer

    stand_in("softback.explorers", __path__=[], __getattr__=explorer)

    def of_matplotlib(name):
        from matplotlib.backend_bases import FigureManagerBase
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        class FigureManager(FigureManagerBase):
            @classmethod
            def pyplot_show(cls, *, block=None):
                show_figures()

        class FigureCanvas(FigureCanvasAgg):
            manager_class = FigureManager

        backend.FigureManager, backend.FigureCanvas = FigureManager, FigureCanvas
        if name not in vars(backend):
            raise AttributeError(name)
        return vars(backend)[name]

    backend = stand_in("page_backend", __getattr__=of_matplotlib)
    builtins.input = refuse("Nobody can type into `input()` here. Write the value into the cell.")
    builtins.exit = builtins.quit = refuse("`exit` has nothing to leave here.")
    sys.meta_path.append(Loader)


def refuse(sentence):
    """Return a function that raises `Refused`."""

    def refused(*_):
        raise Refused(sentence)

    return refused


def restore_settings():
    """Start with the settings of libraries as they were before the first cell."""
    if "numpy" in loaded:
        import numpy

        errors, prints = before.setdefault("numpy", (numpy.geterr(), numpy.get_printoptions()))
        numpy.seterr(**errors)
        numpy.set_printoptions(**prints)
    if "matplotlib" in loaded:
        import matplotlib

        matplotlib.rcParams.update(before.setdefault("matplotlib", dict(matplotlib.rcParams)))
        show_figures()


def run(cells, index, emit):
    """Run a cell after what it needs of the cells before it."""
    try:
        program = cutting.cut(cells, index)
    except cutting.SyntaxIn as found:
        return json.dumps({"error": no_python(index, *found.args), "needs": []})
    for n, code in enumerate(cells):
        lines = [line + "\n" for line in code.split("\n")]
        linecache.cache[f"cell {n + 1}"] = (len(code), None, lines, f"cell {n + 1}")
    space = {"__name__": "__main__", "__builtins__": builtins, "display": display}
    wanted.clear()
    state.short = ((), None)
    printed.reset()
    streams = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = printed
    error = None
    try:
        restore_settings()
        for n, tree in program.before:
            execute(tree.body, n, space)
        show_figures()
        state.emit = emit
        *body, last = program.cell.body or [ast.Pass()]
        if isinstance(last, ast.Expr) and not cells[index].rstrip().endswith(";"):
            execute(body, index, space)
            value = eval(compile(ast.Expression(last.value), f"cell {index + 1}", "eval"), space)
            display(*[value] if value is not None else [])
        else:
            execute([*body, last], index, space)
        show_figures()
    except BaseException as raised:
        error = sentence(raised, index)
    finally:
        printed.flush()
        state.emit = None
        sys.stdout, sys.stderr = streams
    return json.dumps({"error": error, "needs": sorted(wanted)})


def execute(body, n, space):
    """Run statements of a cell."""
    exec(compile(ast.Module(body, []), f"cell {n + 1}", "exec"), space)


def no_python(index, n, error):
    """Return words for the place where a cell cannot be read."""
    where = "" if n == index else f" of cell {n + 1} of this page"
    line = (getattr(error, "text", "") or "").rstrip("\n")
    mark = " " * max(0, (getattr(error, "offset", 1) or 1) - 1) + "^"
    place = f"line {error.lineno}{where}:\n{line[:500]}\n{mark[:500]}\n" if line else ""
    return f"{place}{type(error).__name__}: {getattr(error, 'msg', error)}"


def sentence(error, index):
    """Return a short traceback: the reader's own lines, then the error."""
    if isinstance(error, SystemExit):
        return "The program ended itself. The page goes on."
    if isinstance(error, Refused):
        return str(error)
    kinds, show = state.short
    if isinstance(error, kinds):
        show(shell, type(error), error, error.__traceback__)
    if hasattr(error, "_render_traceback_"):
        return "\n".join(error._render_traceback_())
    steps = []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith("cell "):
            other = frame.filename != f"cell {index + 1}"
            where = f" of {frame.filename} of this page" if other else ""
            inside = "" if frame.name == "<module>" else f", in {frame.name}"
            steps.append(f"line {frame.lineno}{where}{inside}:\n    {(frame.line or '').strip()}")
    if isinstance(error, RecursionError) and len(steps) > 3:
        steps = [*steps[:2], "…"]
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, ModuleNotFoundError):
        said = f"There is no `{error.name}` on this page. It has {HAS}."
    elif isinstance(error, FileNotFoundError):
        said += ". The page has the book's `../benchmarks/*.json` and no other files."
    elif isinstance(error, MemoryError) or "array is too big" in said:
        said = "MemoryError: a page has less than 2 GB. Take smaller arrays."
    return "\n".join([*steps, said if len(said) < 2000 else said[:2000] + " …"])


def forget_folders():
    """Let imports look again, for an archive has come; `invalidate_caches` would load a lot."""
    for finder in sys.path_importer_cache.values():
        if hasattr(finder, "invalidate_caches"):
            finder.invalidate_caches()


provide()

"""List the public names of a package as directives of autodoc."""

import inspect
import re
from importlib import import_module
from pkgutil import iter_modules

DIRECTIVE = re.compile(r"^```\{api\} *([\w.]+)\n```$", re.M)
# What classes inherit from here on is documented elsewhere.
FOREIGN = "object, AnyWidget"


def show_package(app, docname, source):
    """Put the listing in the place of the directive (a ``source-read`` handler)."""
    source[0] = DIRECTIVE.sub(lambda found: listing(found[1]), source[0])


def listing(package):
    """Return the text of a package's reference: a section for each module with names of its own."""
    sections = {}
    for module, name, held in named(import_module(package)):
        sections.setdefault(module, {})[name] = held
    return "\n\n".join(_section(module, held) for module, held in sections.items())


def named(package):
    """Yield a module, a name and what it names, each thing once, for all that is public."""
    seen = []
    for module in modules(package):
        for name in public(module):
            held = getattr(module, name)
            if not _is_in(seen, held):
                seen.append(held)
                yield module, name, held


def modules(package):
    """Yield a package and its public modules; one that says what is public speaks for its own."""
    yield package
    for found in iter_modules(getattr(package, "__path__", ())):
        if not found.name.startswith("_"):
            module = import_module(f"{package.__name__}.{found.name}")
            speaks = hasattr(module, "__all__")
            yield from (m for m in modules(module) if hasattr(m, "__all__") or not speaks)


def public(module):
    """Return the public names of a module."""
    own = (n for n, held in vars(module).items() if _is_of(module, held) and not n.startswith("_"))
    return list(getattr(module, "__all__", own))


def _is_of(module, held):
    return getattr(held, "__module__", None) == module.__name__


def _is_in(seen, held):
    return any(held is other for other in seen)


def _section(module, held):
    entries = [_entry(f"{module.__name__}.{name}", thing) for name, thing in held.items()]
    values = [f"`{name}`" for name, thing in held.items() if _kind(thing) is None]
    also = f"\n\nValues: {', '.join(values)}." if values else ""
    shown = "\n".join([f".. automodule:: {module.__name__}\n", *filter(None, entries)])
    return f"## `{module.__name__}`\n\n```{{eval-rst}}\n{shown}```{also}"


def _entry(name, held):
    options = {"class": f"   :members:\n   :inherited-members: {FOREIGN}\n"}
    kind = _kind(held)
    return kind and f".. auto{kind}:: {name}\n{options.get(kind, '')}"


def _kind(held):
    """Return what autodoc calls a thing, or None for one that has no docstring of its own."""
    if inspect.isclass(held):
        return "exception" if issubclass(held, BaseException) else "class"
    return "function" if inspect.isroutine(held) else None

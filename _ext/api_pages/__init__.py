"""Show the reference of a package, made of its docstrings, and link the book's text to it.

The directive ``{api}`` names a package. In its place come the public names of the package and of
its public modules, each once, where it is shortest: what the package itself exports is not listed
again by the module that defines it. A module says in ``__all__`` what is public; without it, that
is all that it defines and that has no leading underscore. autodoc and napoleon write the entries.

On the other pages the first mention of a function as inline code, ``softmax_vjp``, becomes a link.
"""

from .docstrings import read_docstring, read_signature
from .listing import show_package
from .mentions import LinkMentions


def setup(app):
    """Register the handler, and the transform, with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.setup_extension("chapter_links")
    app.connect("source-read", show_package)
    app.connect("autodoc-process-docstring", read_docstring, priority=600)  # napoleon comes at 500
    app.connect("autodoc-process-signature", read_signature)
    app.add_post_transform(LinkMentions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

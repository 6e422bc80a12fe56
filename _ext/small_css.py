"""Stylesheets without the spaces that say nothing.

`rcssmin` and its kind work on the text and know at-rules by name: inside ``@container`` they take
the space out of ``.a :is(.b)``, which then matches something else. This works on the tokens of CSS
(https://www.w3.org/TR/css-syntax-3/): a space goes only where a neighbour makes it mean nothing.
"""

import tinycss2

# A space before a colon stays: it is what tells "a :hover" from "a:hover".
_NONE_AFTER = {",", ";", ":", ">", "~", "{} block", "whitespace"}
_NONE_BEFORE = {",", ";", "!", ">", "~", "{} block"}


def minify(css):
    """Return a stylesheet that means the same, without comments and needless spaces.

    Parameters
    ----------
    css : str

    Returns
    -------
    str

    Examples
    --------
    >>> minify("@container (width > 9rem) { .a :is(.b, .c) { top: 0; } }")
    '@container (width>9rem){.a :is(.b,.c){top:0}}'
    """
    return tinycss2.serialize(
        _without_spaces(tinycss2.parse_component_value_list(css, skip_comments=True))
    )


def _without_spaces(tokens):
    kept = []
    for token in map(_shrunk, tokens):
        if kept and kept[-1].type == "whitespace" and _sign(token) in _NONE_BEFORE:
            kept.pop()
        if token.type != "whitespace" or (kept and _sign(kept[-1]) not in _NONE_AFTER):
            kept.append(token)
    return _without_end(kept, "whitespace")


def _shrunk(token):
    """Shrink what a token holds, if it holds others."""
    if token.type == "whitespace":
        token.value = " "
    elif token.type == "function":
        token.arguments = _without_spaces(token.arguments)
    elif token.type in {"() block", "[] block"}:
        token.content = _without_spaces(token.content)
    elif token.type == "{} block":
        token.content = _without_end(_without_spaces(token.content), ";")
    return token


def _without_end(tokens, sign):
    while tokens and _sign(tokens[-1]) == sign:
        tokens = tokens[:-1]
    return tokens


def _sign(token):
    return token.value if token.type == "literal" else token.type

"""Remove the rules of a stylesheet that match nothing on any page."""

import re

import tinycss2

GROUPS = {"media", "supports", "layer", "container"}

# Names of classes, ids and elements in a selector. What stands in :not() and its kind says nothing
# about whether the rest can match.
_NAME = re.compile(r"[.#](-?[_a-zA-Z][\w-]*)|(?<![\w.#:\[\-=\"'])([a-z][a-z0-9]*)(?![\w(])")
_FUNCTION = re.compile(r":(?:not|is|where|has|host|lang|dir|nth-[\w-]+)\([^()]*\)")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_KEYFRAMES = re.compile(r"@(?:-webkit-)?keyframes\s+([\w-]+)\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")


def purge(css, names):
    """Return the rules of a stylesheet whose selectors name only what is in `names`.

    Afterwards custom properties that nothing reads go, and animations that nothing plays.

    Parameters
    ----------
    css : str
    names : set of str
        Classes, ids and elements that occur, and every other word that may be one of them or the
        name of a custom property, such as those in scripts.
    """
    css = _rules(css, lambda rule: _keep_selectors(rule, names))
    css = _drop_animations(css)
    return _drop_variables(css, names)


def _rules(css, keep):
    """Return a stylesheet with each style rule replaced by ``keep(rule)``; empty groups go."""
    parsed = tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True)
    return "".join(_rule(rule, keep) for rule in parsed)


def _rule(rule, keep):
    if rule.type == "qualified-rule":
        return keep(rule)
    if rule.type != "at-rule" or rule.content is None or rule.at_keyword not in GROUPS:
        return "" if getattr(rule, "at_keyword", "") == "charset" else rule.serialize()
    inner = _rules(tinycss2.serialize(rule.content), keep)
    return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}" if inner else ""


def _keep_selectors(rule, names):
    selectors = split(tinycss2.serialize(rule.prelude))
    kept = ",".join(selector for selector in selectors if can_match(selector, names))
    return f"{kept}{{{tinycss2.serialize(rule.content)}}}" if kept else ""


def can_match(selector, names):
    """Tell whether every class, id and element that a selector requires is among the names."""
    plain = _BRACKETS.sub("", selector)
    while (reduced := _FUNCTION.sub("", plain)) != plain:
        plain = reduced
    return all((found[1] or found[2]) in names for found in _NAME.finditer(plain))


def split(selectors):
    """Return the selectors of a list that is separated by commas.

    >>> split("a:is(b, c), d")
    ['a:is(b, c)', 'd']
    """
    parts = [""]
    depth = 0
    for character in selectors:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _drop_animations(css):
    played = " ".join(re.findall(r"animation(?:-name)?\s*:([^;}]*)", css))

    def keep(match):
        return match[0] if re.search(rf"(?<![\w-]){re.escape(match[1])}(?![\w-])", played) else ""

    return _KEYFRAMES.sub(keep, css)


def _drop_variables(css, names):
    """Leave out custom properties that nothing reads, again and again: one may feed another."""
    used = set(_VARIABLE.findall(css)) | names
    smaller = _rules(css, lambda rule: _keep_declarations(rule, used))
    return css if smaller == css else _drop_variables(smaller, names)


def _keep_declarations(rule, used):
    parsed = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    kept = [
        declaration.serialize()
        for declaration in parsed
        if not getattr(declaration, "name", "").startswith("--") or declaration.name in used
    ]
    return f"{tinycss2.serialize(rule.prelude)}{{{';'.join(kept)}}}" if kept else ""

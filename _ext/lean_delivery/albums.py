"""One file for all drawings of a page: one request, and each letter in it once.

The drawings stand one below the other in the file, and each is a view of it: the page names the
view after the file's name, as in ``drawings-1b2c.svg#d2``, and stays as light as before.
"""

import re
from collections import defaultdict
from hashlib import sha256
from xml.etree import ElementTree

from . import markup
from .drawings import DEFS, SVG, write

PREFIX = "drawings-"
STYLE, VIEW, ROOT = (f"{{{SVG}}}{name}" for name in ("style", "view", "svg"))

# Between two drawings, in points: a picture that is given another shape shows none beside its own.
GAP = 400

_REFERENCE = re.compile(r"(^|url\()#([\w.-]+)")


def gather(html, folder):
    """Let the drawings of a page be views of one file, where it has several.

    Drawings whose stylesheets differ stay apart, and so does a picture that has a style.

    Parameters
    ----------
    html : str
    folder : pathlib.Path
        Where the page stands: addresses of pictures count from there.

    Returns
    -------
    str
        The page.
    dict of pathlib.Path to str
        The files that it needs now.
    """
    edits, files = [], {}
    for rules, group in _alike(html, folder).items():
        if len(group) > 1:
            address, text = _file(rules, group)
            files[folder / address] = text
            edits += _edits(html, address, group)
    return markup.change(html, edits), files


def _alike(html, folder):
    """Return by their stylesheet the drawings of a page: their addresses, roots and tags."""
    found = defaultdict(dict)
    for tag in filter(_may_be_drawing, markup.tags(html)):
        source = tag.attributes["src"]
        root = ElementTree.fromstring((folder / source).read_text(encoding="utf-8"))
        if len(_box(root)) == 4:
            found[_rules(root)].setdefault(source, (root, []))[1].append(tag)
    return found


def _may_be_drawing(tag):
    source = tag.attributes.get("src", "") if tag.name == "img" else ""
    return re.search(r"_images/[^?#]+\.svg$", source) and "style" not in tag.attributes


def _box(root):
    return [float(number) for number in root.get("viewBox", "").replace(",", " ").split()]


def _rules(root):
    return "\n".join(rules.text or "" for rules in root.iter(STYLE))


def _file(rules, group):
    """Return the address and the text of the file for a dictionary of drawings."""
    text = bind([root for root, _ in group.values()], rules)
    folder = next(iter(group)).rpartition("/")[0]
    return f"{folder}/{PREFIX}{sha256(text.encode()).hexdigest()[:16]}.svg", text


def _edits(html, address, group):
    """Yield the changes that let the pictures of a group be views of the file."""
    for number, (source, (root, tags)) in enumerate(group.items()):
        width, height = _box(root)[2:]
        # A browser may take the shape of the whole file for that of the view.
        new = f'src="{address}#d{number}" style="aspect-ratio:{width:g}/{height:g}"'
        for tag in tags:
            text = html[tag.start : tag.end].replace(f'src="{source}"', new)
            yield tag.start, tag.end, text


def bind(roots, rules):
    """Return drawings as the text of one, in which number n is the view ``#dn``.

    Parameters
    ----------
    roots : list of xml.etree.ElementTree.Element
        The drawings; they are changed.
    rules : str
        The stylesheet of all of them.
    """
    album = ElementTree.Element(ROOT)
    ElementTree.SubElement(album, STYLE).text = rules
    shared, names, top = ElementTree.SubElement(album, DEFS), {}, 0
    for number, root in enumerate(roots):
        _rename(root, number, names)
        _move_definitions(root, shared)
        top = _place(root, f"d{number}", top, album)
    album.set("viewBox", f"0 0 {max(_box(root)[2] for root in roots):g} {top}")
    return write(album) + "\n"


def _place(root, name, top, album):
    """Add a drawing and its view to an album, and return where the next one may start."""
    width, height = _box(root)[2:]
    frame = {"width": f"{width:g}", "height": f"{height:g}"}
    box = f"0 {top} {frame['width']} {frame['height']}"
    ElementTree.SubElement(album, VIEW, {"id": name, "viewBox": box})
    root.attrib.update(frame, y=str(top))
    album.append(root)
    return top + round(height) + GAP


def _rename(root, number, names):
    """Give all that has a name a new one; equal definitions of several drawings get the same."""
    definitions = {part for group in root.iter(DEFS) for part in group}
    new = {}
    for part in root.iter():
        if "id" in part.attrib:
            what = (part in definitions and _meaning(part)) or (number, part.get("id"))
            new[part.get("id")] = names.setdefault(what, f"a{len(names)}")
    for part in root.iter():
        for key, value in part.items():
            part.set(key, _REFERENCE.sub(lambda m: f"{m[1]}#{new.get(m[2], m[2])}", value))
        if "id" in part.attrib:
            part.set("id", new[part.get("id")])


def _meaning(part):
    """Return a definition as text without its name; nothing if it leans on other names."""
    copy = ElementTree.Element(part.tag, {key: value for key, value in part.items() if key != "id"})
    copy[:] = part
    text = write(copy)
    return "" if re.search(r'\bid="|url\(#|href="#', text) else text


def _move_definitions(root, shared):
    for group in root.iter(DEFS):
        known = {part.get("id") for part in shared}
        shared.extend(part for part in group if part.get("id", "") not in {"", *known})
    for parent in list(root.iter()):
        parent[:] = [part for part in parent if part.tag not in (DEFS, STYLE)]

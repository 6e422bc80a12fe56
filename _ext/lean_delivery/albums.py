"""One file for all drawings of a page: one request, and each letter in it once.

The drawings stand one below the other in the file, and each is a view of it: the page names the
view after the file's name, as in ``drawings-1b2c.svg#d2``, and stays as light as before. With a
fixed ``svg.hashsalt`` Matplotlib gives equal letters and marks of all drawings equal names.
"""

import re
from collections import defaultdict
from hashlib import sha256
from xml.etree import ElementTree

from . import markup
from .drawings import SVG, write

PREFIX = "drawings-"
STYLE, VIEW, ROOT, SHARED = (f"{{{SVG}}}{name}" for name in ("style", "view", "svg", "defs"))

# Between two drawings, in points: a picture that is given another shape shows none beside its own.
GAP = 400


def gather(html, folder):
    """Let the drawings of a page be views of one file, where it has several.

    Drawings with another stylesheet stay apart, and so do those that mean something else by a
    name, and pictures that have a style.

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
    tags, groups = defaultdict(list), defaultdict(dict)
    for tag in filter(_may_be_drawing, markup.tags(html)):
        source = tag.attributes["src"]
        if source not in tags:
            root = ElementTree.fromstring((folder / source).read_text(encoding="utf-8"))
            group = groups[_rules(root)]
            if len(_box(root)) == 4 and _agree(root, group.values()):
                group[source] = root
        tags[source].append(tag)
    edits, files = [], {}
    for rules, group in groups.items():
        if len(group) > 1:
            text = bind(group.values(), rules)
            place = next(iter(group)).rpartition("/")[0]
            address = f"{place}/{PREFIX}{sha256(text.encode()).hexdigest()[:16]}.svg"
            files[folder / address] = text
            edits += _edits(html, address, group, tags)
    return markup.change(html, edits), files


def _may_be_drawing(tag):
    source = tag.attributes.get("src", "") if tag.name == "img" else ""
    return re.search(r"_images/[^?#]+\.svg$", source) and "style" not in tag.attributes


def _box(root):
    return [float(number) for number in root.get("viewBox", "").replace(",", " ").split()]


def _rules(root):
    return "\n".join(rules.text or "" for rules in root.iter(STYLE))


def _agree(root, others):
    """Tell whether no name of a drawing means something else in another one."""
    known = {name: text for other in others for name, text in _named(other)}
    return all(known.get(name, text) == text for name, text in _named(root))


def _is_new(part, known):
    is_empty = part.tag == SHARED and not len(part)
    return part.tag != STYLE and not is_empty and part.get("id") not in known


def _named(root):
    return [(part.get("id"), write(part)) for part in root.iter() if "id" in part.attrib]


def _edits(html, address, group, tags):
    """Yield the changes that let the pictures of a group be views of the file."""
    for number, (source, root) in enumerate(group.items()):
        width, height = _box(root)[2:]
        # A browser may take the shape of the whole file for that of the view.
        new = f'src="{address}#d{number}" style="aspect-ratio:{width:g}/{height:g}"'
        for tag in tags[source]:
            text = html[tag.start : tag.end].replace(f'src="{source}"', new)
            yield tag.start, tag.end, text


def bind(roots, rules):
    """Return drawings as the text of one, in which number n is the view ``#dn``.

    Parameters
    ----------
    roots : iterable of xml.etree.ElementTree.Element
        The drawings; they are changed.
    rules : str
        The stylesheet of all of them.
    """
    album = ElementTree.Element(ROOT)
    ElementTree.SubElement(album, STYLE).text = rules
    known, top, widest = set(), 0, 0
    for number, root in enumerate(roots):
        for parent in reversed(list(root.iter())):  # what is left empty by this goes as well
            parent[:] = [part for part in parent if _is_new(part, known)]
        known |= {name for name, _ in _named(root)}
        width, height = _box(root)[2:]
        view = {"id": f"d{number}", "viewBox": f"0 {top} {width:g} {height:g}"}
        ElementTree.SubElement(album, VIEW, view)
        root.attrib.update(y=str(top), width=f"{width:g}", height=f"{height:g}")
        album.append(root)
        top += round(height) + GAP
        widest = max(widest, width)
    album.set("viewBox", f"0 0 {widest:g} {top}")
    return write(album) + "\n"

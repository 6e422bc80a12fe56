"""Reserve room for each picture, and load it only when the reader comes near."""

import imagesize

from . import markup


def reserve(html, folder):
    """Return a page whose pictures have a size, and load when the reader comes near.

    Parameters
    ----------
    html : str
    folder : pathlib.Path
        Where the page stands: addresses of pictures count from there.
    """
    images = [tag for tag in markup.tags(html) if tag.name == "img" and not _is_inline(tag)]
    return markup.change(html, [_addition(tag, folder) for tag in images])


def _is_inline(tag):
    return tag.attributes.get("src", "").startswith("data:")


def _addition(tag, folder):
    place = tag.start + len("<img")
    return place, place, "".join(f' {key}="{value}"' for key, value in _missing(tag, folder))


def _missing(tag, folder):
    """Yield the attributes that a tag needs and lacks."""
    source = tag.attributes.get("src", "")
    width, height = _size(folder / source)
    if width > 0 and not tag.attributes.keys() & {"width", "height"}:
        yield from (("width", width), ("height", height))
    if "_images/" in source and "loading" not in tag.attributes:
        yield from (("loading", "lazy"), ("decoding", "async"))


def _size(path):
    sizes = imagesize.get(path) if path.is_file() else (-1, -1)
    return tuple(round(size) for size in sizes)

"""Which of KaTeX's fonts a character of a formula is drawn with."""

# Classes that KaTeX's stylesheet gives another font; "a.b" means both classes on one element.
FACES = {
    "textrm": "Main-Regular",
    "mainrm": "Main-Regular",
    "mathnormal": "Math-Italic",
    "boldsymbol": "Math-BoldItalic",
    "mathbf": "Main-Bold",
    "textbf": "Main-Bold",
    "mathit": "Main-Italic",
    "textit": "Main-Italic",
    "mathsf": "SansSerif-Regular",
    "textsf": "SansSerif-Regular",
    "mathboldsf": "SansSerif-Bold",
    "textboldsf": "SansSerif-Bold",
    "mathsfit": "SansSerif-Italic",
    "mathitsf": "SansSerif-Italic",
    "textitsf": "SansSerif-Italic",
    "mathtt": "Typewriter-Regular",
    "texttt": "Typewriter-Regular",
    "amsrm": "AMS-Regular",
    "mathbb": "AMS-Regular",
    "textbb": "AMS-Regular",
    "mathcal": "Caligraphic-Regular",
    "mathfrak": "Fraktur-Regular",
    "textfrak": "Fraktur-Regular",
    "mathboldfrak": "Fraktur-Bold",
    "textboldfrak": "Fraktur-Bold",
    "mathscr": "Script-Regular",
    "textscr": "Script-Regular",
    "delimsizing.size1": "Size1-Regular",
    "delimsizing.size2": "Size2-Regular",
    "delimsizing.size3": "Size3-Regular",
    "delimsizing.size4": "Size4-Regular",
    "delim-size1": "Size1-Regular",
    "delim-size4": "Size4-Regular",
    "op-symbol.small-op": "Size1-Regular",
    "op-symbol.large-op": "Size2-Regular",
}

BASE = "Main-Regular"


def face(classes, around):
    """Return the font of an element with these classes, inside one whose font is `around`."""
    found = (name for key, name in FACES.items() if set(key.split(".")) <= set(classes))
    return next(found, around)

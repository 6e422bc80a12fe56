"""The height of a typeset formula, read from KaTeX's output."""

import re

# Each part of a formula begins with a strut, an empty box that is as high and as deep as the part.
_STRUT = re.compile(
    r'class="katex-strut" style="height:([\d.]+)em;(?:vertical-align:(-?[\d.]+)em;)?"'
)


def height(html):
    """Return the height of a display equation, in units of its font size.

    The line that it stands in may be higher.

    Parameters
    ----------
    html : str
        What KaTeX has written.

    Returns
    -------
    float
    """
    struts = [(float(whole), -float(shift or 0)) for whole, shift in _STRUT.findall(html)]
    above = max((whole - depth for whole, depth in struts), default=0)
    below = max((depth for _, depth in struts), default=0)
    return above + below

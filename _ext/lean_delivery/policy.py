"""The policy that each page declares for itself: what it may load and run.

A page loads from its own origin only, and runs its two or three script files and the one inline
script whose hash is named here. It is a ``<meta>`` element, so no server has to know of it.
"""

from base64 import b64encode
from hashlib import sha256

# KaTeX states heights, and cells widths, in attributes; stylesheets come from files only.
RULES = (
    "default-src 'none'",
    "script-src 'self' {hash}",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "form-action 'self' file:",  # read from a folder, Firefox takes no file for 'self'
    "base-uri 'none'",
)


def element(inline_script):
    """Return the ``<meta>`` element with the policy; it allows this one inline script."""
    digest = b64encode(sha256(inline_script.encode()).digest()).decode()
    rules = "; ".join(RULES).format(hash=f"'sha256-{digest}'")
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'

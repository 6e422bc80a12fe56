"""Install what only some tests need, where apt-get is there and allowed to."""

import shutil

from tools import apt, browser
from tools.console import say

# From a program to Debian's package and to whose tests are skipped without it.
SANDBOX = {"bwrap": ("bubblewrap", "the grader's sandbox")}
BROWSERS = {
    "firefox-esr": ("firefox-esr", "Firefox"),
    "WebKitWebDriver": ("webkit2gtk-driver", "WebKit"),
    "Xvfb": ("xvfb", "WebKit"),
}


def offer() -> list[str]:
    """Install what is missing and may be installed; return the programs that are still missing.

    Ubuntu's Firefox is a snap, which cannot be driven, so browsers come on Debian alone.
    """
    wanted = SANDBOX | (BROWSERS if browser.has_debians_chromium() else {})
    packages = [package for program, (package, _) in wanted.items() if not shutil.which(program)]
    if packages and apt.may_install():
        apt.install(*packages)
    extras = SANDBOX | BROWSERS
    missing = [program for program in extras if not shutil.which(program)]
    for program in missing:
        say(f"there is no {program}: the tests of {extras[program][1]} will be skipped")
    return missing

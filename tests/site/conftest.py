"""Open every page of the built book in every variant, once."""

import functools
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

VARIANTS = {
    f"{scheme}-{width}": {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    for scheme in ("light", "dark")
    for width in (1280, 390)
}


@pytest.fixture(scope="session")
def contexts(browser):
    """One browser context for each combination of colour scheme and window width."""
    opened = {name: browser.new_context(**settings) for name, settings in VARIANTS.items()}
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture(scope="session")
def inspection(site, contexts):
    """Return a function: page and variant in, `Inspection` out; each pair is opened once."""
    from page_checks import inspect_page

    return functools.cache(lambda page, variant: inspect_page(contexts[variant], f"{site}/{page}"))

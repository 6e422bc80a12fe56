"""The page of functions holds what the package exports, and links both ways lead somewhere."""

import re
from importlib import import_module
from pkgutil import walk_packages
from posixpath import dirname, join, normpath

import pytest

import softback
from tests.conftest import HTML

PAGE = "chapters/api.html"
INDEX = "chapters/formula-index.html"
ANCHOR = re.compile(r'\bid="([^"]+)"')
LINK = re.compile(r'<a class="reference internal" href="([^"]*)"')
ENTRY = re.compile(r'id="index-([\w-]+)"(.*?)(?=id="index-|</main>)', re.S)
FUNCTION = re.compile(r'href="api\.html#([\w.]+)"')


def text(page):
    return (HTML / page).read_text("utf-8")


def documented():
    return set(ANCHOR.findall(text(PAGE)))


def test_every_name_that_the_package_exports_is_there():
    assert [name for name in softback.__all__ if f"softback.{name}" not in documented()] == []


def exporting():
    """Return the public modules that say in __all__ what is public."""
    names = [found.name for found in walk_packages(softback.__path__, "softback.")]
    public = [name for name in names if not re.search(r"\._|\.(functions|gradients)$", name)]
    return [name for name in public if hasattr(import_module(name), "__all__")]


@pytest.mark.parametrize("module", exporting())
def test_every_function_and_class_that_a_module_exports_is_there(module):
    held = import_module(module)
    wanted = [name for name in held.__all__ if hasattr(getattr(held, name), "__module__")]
    own = [name for name in wanted if getattr(held, name).__module__.startswith(f"{module}")]
    missing = {f"{module}.{name}" for name in own if callable(getattr(held, name))} - documented()
    assert missing == set()


@pytest.mark.parametrize("page", [PAGE, INDEX])
def test_every_link_leads_somewhere(page):
    links = LINK.findall(text(page))
    assert len(links) > 50
    lost = []
    for link in set(links):
        path, _, place = link.partition("#")
        other = normpath(join(dirname(page), path)) if path else page
        if not (HTML / other).is_file() or (place and f'id="{place}"' not in text(other)):
            lost.append(link)
    assert lost == []


def test_index_and_functions_link_to_each_other():
    body, pairs = text(PAGE), []
    for label, entry in ENTRY.findall(text(INDEX)):
        pairs += [(label, name) for name in FUNCTION.findall(entry)]
    assert len(pairs) > 30
    for label, name in pairs:
        described = body.partition(f'id="{name}"')[2].partition("<dt class=")[0]
        assert f'href="formula-index.html#index-{label}"' in described, (label, name)
        assert f'#equation-{label}"' in described, (label, name)

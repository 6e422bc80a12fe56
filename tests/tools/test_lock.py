"""requirements.lock: it holds all that can be installed, in the versions that are tested here."""

from collections import defaultdict
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import product

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.console import ROOT
from tools.environment import BOOK, LOCK, TEST

OURS = {"softback", "softback-lab"}
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SYSTEMS = [
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
]
MACHINES = ["x86_64", "aarch64"]


@cache
def requirements(name):
    """What the lines of a file ask for, without options such as -e and -r."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    texts = (line.partition("#")[0].strip() for line in lines)
    return [Requirement(text) for text in texts if text and not text.startswith("-")]


@cache
def needs(package):
    """What a package of this environment requires; nothing if it is one of another system."""
    try:
        return [Requirement(text) for text in distribution(package).requires or []]
    except PackageNotFoundError:
        return []


def places():
    """The markers' values on each Python and system that the book promises."""
    for python, system, machine in product(PYTHONS, SYSTEMS, MACHINES):
        versions = {"python_version": python, "python_full_version": f"{python}.9", "extra": ""}
        place = default_environment() | versions | system | {"platform_machine": machine}
        yield pytest.param(place, id=f"{python}-{system['sys_platform']}-{machine}")


def applies(requirement, place):
    return requirement.marker is None or requirement.marker.evaluate(place)


def pins(place):
    """The versions that the lock names in one place, by package."""
    found = defaultdict(list)
    for requirement in requirements(LOCK):
        if applies(requirement, place):
            (pin,) = requirement.specifier
            assert pin.operator == "=="
            found[canonicalize_name(requirement.name)].append(pin.version)
    return found


def asked_for(place):
    """What is required by our files, by our packages and by what is locked and installed here."""
    yield from requirements(BOOK) + requirements(TEST)
    for name in [*OURS, *pins(place)]:
        extras = ["", "symbolic", "figures", "explorers"] if name in OURS else [""]
        for need in needs(name):
            if any(applies(need, place | {"extra": extra}) for extra in extras):
                yield need


@pytest.mark.parametrize("place", [*places()])
def test_each_requirement_has_one_version_and_it_is_allowed(place):
    locked = pins(place)
    asked = [one for one in asked_for(place) if canonicalize_name(one.name) not in OURS]
    wrong = [
        (str(one), versions)
        for one in asked
        for versions in [locked[canonicalize_name(one.name)]]
        if len(versions) != 1 or not one.specifier.contains(versions[0], prereleases=True)
    ]
    assert len(asked) > 300
    assert wrong == []


def test_what_is_installed_is_what_is_locked():
    locked = pins(default_environment() | {"extra": ""})
    different = {}
    for name, versions in locked.items():
        installed = distribution(name).version
        if [installed] != versions:
            different[name] = (versions, installed)
    assert different == {}


def test_our_own_packages_are_outside():
    names = {canonicalize_name(one.name) for one in requirements(LOCK)}
    assert len(names) > 100
    assert not names & OURS

"""Every page of the built book in Firefox."""

import pytest

from tests.engines.drivers import Firefox
from tests.engines.visits import *  # noqa: F403


@pytest.fixture(scope="module")
def kind():
    """Return the browser of this file."""
    return Firefox

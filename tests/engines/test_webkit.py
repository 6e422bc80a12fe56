"""Every page of the built book in WebKit."""

import pytest

from tests.engines.drivers import WebKit
from tests.engines.visits import *  # noqa: F403


@pytest.fixture(scope="module")
def kind():
    """Return the browser of this file."""
    return WebKit

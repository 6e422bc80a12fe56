"""Run every test: browsers and a sandbox, then the book from empty, then pytest with coverage."""

import os

from tools import book, browser, extras
from tools.console import end, run, say
from tools.environment import TEST, Environment
from tools.turn import turn


def main() -> None:
    """Test everything, and let no other command change the book meanwhile."""
    with turn():
        test()


def test() -> None:
    """Prepare the environment, build the book from empty and run pytest on everything."""
    environment = Environment()
    environment.prepare(TEST)
    os.environ[browser.VARIABLE] = browser.ensure(environment)
    extras.offer()
    book.build(environment, from_empty=True)
    say("running the tests")
    # Two files at a time; the tests of a file share what is slow to make. The longest come first,
    # as tests/conftest.py puts them: by itself xdist begins with the files of most tests.
    side_by_side = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
    command = (environment.python, "-m", "pytest", "--cov", *side_by_side)
    run(*command, otherwise="the tests have not passed, see above")


if __name__ == "__main__":
    end(main)

"""Every proof on a built page leads to the equation that it proves."""

import re

import pytest

from tests.chapters.sources import NUMBERED, labels
from tests.conftest import HTML

BADGE = re.compile(r'<p class="sb-proof">.*?href="#(equation-[\w-]+)".*?</p>', re.S)


@pytest.mark.parametrize("page", NUMBERED, ids=lambda page: page.stem)
def test_every_claim_of_a_chapter_has_a_tick_that_links_to_it(page):
    built = (HTML / "chapters" / f"{page.stem}.html").read_text("utf-8")
    claims = [name for name, _ in labels(page.read_text("utf-8")) if name.startswith("eq-")]
    ticks = BADGE.findall(built)
    assert sorted(ticks) == sorted(f"equation-{name}" for name in claims)
    assert [tick for tick in ticks if f'id="{tick}"' not in built] == []

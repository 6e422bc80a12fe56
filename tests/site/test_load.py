"""What the load test asks for, and how it says what came back."""

import re

import pytest

from benchmarks.load import __main__ as load


@pytest.fixture
def html(tmp_path):
    page = '<link href="../_static/site.css?v=1"><a href="b.html">b</a><img src="../_images/p.svg">'
    files = {
        "index.html": '<link rel="next" href="chapters/a.html"><script src="_static/gone.js">',
        "chapters/a.html": page + page + '<img src="data:image/png;base64,AA">',
        "_static/site.css": "css",
        "_static/webpack-macros.html": "no page",
        "_images/p.svg": "<svg/>",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_page_is_asked_for_and_what_it_loads_once(html):
    assert load.pages(html) == ["/chapters/a.html", "/index.html"]
    assert load.visits(html) == [
        "/chapters/a.html", "/_static/site.css?v=1", "/_images/p.svg", "/index.html"
    ]  # fmt: skip


def test_every_place_in_the_settings_is_filled():
    text = (load.HERE / "nginx.conf").read_text(encoding="utf-8")
    known = {"ROOT", "RUN", "PORT", *load.WAYS["compressed once"]}
    assert set(re.findall(r"@(\w+)@", text)) == known
    assert "listen 127.0.0.1:" in text


def test_a_line_of_the_table_counts_by_seconds():
    found = {"requests": 20_000, "seconds": 10.0, "bytes": 4e7, "failed": 0, "p50": 1, "p99": 2.5}
    assert load.row("pages", "compressed once", found) == (
        "| pages | compressed once | 2,000 | 2.0 kB | 1.00 ms | 2.50 ms | 0 |"
    )

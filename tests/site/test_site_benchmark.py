"""The meter of pages, on pages of which it is known what they cost."""

import gzip
import urllib.error
import urllib.request

import pytest
import yaml

from benchmarks.site import __main__ as table
from benchmarks.site import stock
from benchmarks.site.server import serve
from benchmarks.site.sliders import milliseconds_per_move
from benchmarks.site.visit import DESK, Line, Visit, typical, visit

# With an icon, because the browser asks for one.
TOP = '<!doctype html><link rel="icon" href="data:,">'
QUIET = f"{TOP}<title>Quiet</title><p>Nothing happens here.</p>" + "<p>word</p>" * 500
BUSY = (
    TOP
    + """<title>Busy</title><link rel="stylesheet" href="page.css">
<p id="late" hidden style="height: 400px">Late.</p><p>First.</p>
<div class="explorer" data-state="loading"><div class="sb-slider">
<input type="range" min="0" max="9" step="1" value="2"><output>2</output></div></div>
<script>
const wait = (until) => { while (performance.now() < until); };
document.querySelector("input").addEventListener("input", ({ target }) => {
  wait(performance.now() + 4);
  target.nextElementSibling.textContent = target.value;
});
document.querySelector(".explorer").dataset.state = "ready";
requestAnimationFrame(() => setTimeout(() => {
  wait(performance.now() + 250);
  late.hidden = false;
}, 100));
</script>"""
)


@pytest.fixture
def origin(tmp_path):
    """A server of two pages and what one of them loads."""
    (tmp_path / "quiet.html").write_text(QUIET)
    (tmp_path / "busy.html").write_text(BUSY)
    (tmp_path / "page.css").write_text("p { color: black }")
    (tmp_path / "dot.png").write_bytes(b"no picture")
    with serve(tmp_path) as address:
        yield address


def test_the_server_packs_text_and_nothing_else(origin):
    with urllib.request.urlopen(f"{origin}quiet.html") as page:
        assert page.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(page.read()).decode() == QUIET
    with urllib.request.urlopen(f"{origin}dot.png") as picture:
        assert picture.headers["Content-Encoding"] is None
        assert picture.read() == b"no picture"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{origin}missing.html")


def test_a_quiet_page_costs_its_own_bytes_and_nothing_more(browser, origin):
    seen = visit(browser, origin, "quiet.html", DESK)
    packed = len(gzip.compress(QUIET.encode(), 6))
    assert (seen.requests, seen.foreign) == (1, 0)
    assert packed <= seen.bytes < packed + 400  # the headers
    assert (seen.shift, seen.answered) == (0, None)
    assert seen.blocked < 100  # only what else the machine does, which a busy page far exceeds
    assert seen.readable > 0


def test_what_blocks_moves_and_answers_is_seen(browser, origin):
    seen = visit(browser, origin, "busy.html", DESK)
    assert (seen.requests, seen.foreign) == (2, 0)
    assert seen.shift > 0.01
    assert seen.blocked >= 190  # 250 less the 50 that a task may take, and a little for the clock
    assert seen.answered >= 4


def test_nothing_is_readable_before_the_line_has_carried_it(browser, origin):
    line = Line("two seconds away, 10 kbit/s", milliseconds=2000, megabits=0.01)
    seen = visit(browser, origin, "quiet.html", line)
    assert seen.readable >= line.milliseconds + seen.bytes * 8 / (line.megabits * 1000)


def test_the_work_of_a_slider_is_counted(browser, origin):
    with browser.new_page() as tab:
        tab.goto(f"{origin}busy.html")
        tab.wait_for_function("!late.hidden")
        assert milliseconds_per_move(tab, rounds=1) >= 4


def test_the_typical_visit_has_the_median_of_each_number():
    visits = [
        Visit(requests=9, foreign=0, bytes=b, readable=r, answered=a, blocked=0, shift=0)
        for b, r, a in [(100, 3.0, None), (300, 1.0, 50.0), (200, 2.0, 70.0)]
    ]
    one = typical(visits)
    assert (one.bytes, one.readable, one.answered) == (200, 2.0, 60.0)
    assert typical(visits[:1]).answered is None


GOOD = {"requests": 18, "foreign": 0, "bytes": 175_000, "readable": 1, "blocked": 60, "shift": 0.01}
BEST = "99 100 100 100 / 100 100 100 100"


def missed(page, *, scores=BEST, **changed):
    one = Visit(**{**GOOD, "answered": 400, **changed})
    return table._missed(page, one, one, scores)


def test_a_page_within_its_budgets_misses_none():
    assert missed("chapters/01-softmax.html") == []
    assert missed("chapters/notation.html", bytes=200_000, requests=20, scores=None) == []


@pytest.mark.parametrize(
    ("page", "changed", "said"),
    [
        ("chapters/10-attention.html", {"bytes": 175_001}, ["bytes 1.75e+05, budget 175000"]),
        ("chapters/01-softmax.html", {"requests": 19}, ["requests 19, budget 18"]),
        ("index.html", {"shift": 0.02}, ["shift 0.02, budget 0.01"]),
        ("index.html", {"blocked": 61}, ["blocked 61, budget 60"]),
        ("index.html", {"answered": 401}, ["answers on this machine 401, budget 400"]),
        ("index.html", {"scores": "98 100 100 100 / 99 100 100 99"}, [" 98 100", " 99 100 100 99"]),
    ],
)
def test_each_budget_that_is_missed_is_said(page, changed, said):
    sentences = missed(page, **changed)
    assert len(sentences) == len(said)
    for sentence, part in zip(sentences, said, strict=True):
        assert sentence.startswith(page)
        assert part in sentence


def test_every_page_of_the_book_is_measured_and_goes_into_the_stock_book():
    toc = yaml.safe_load((table.ROOT / "_toc.yml").read_text("utf-8"))
    pages = [page["file"] for part in toc["parts"] for page in part["chapters"]]
    folders = {page.partition("/")[0] for page in pages}
    assert folders == set(table.FOLDERS)
    assert {"index.md", "_toc.yml", *folders} <= set(stock.COPIED)


def test_the_stock_book_reads_the_sources_as_ours_does_and_delivers_them_as_stock_does():
    ours = yaml.safe_load((table.ROOT / "_config.yml").read_text("utf-8"))
    theirs = stock._configuration(table.ROOT)
    assert theirs["parse"] == ours["parse"]
    assert "extensions" not in theirs["sphinx"]["config"]
    extensions = theirs["sphinx"]["local_extensions"].keys()
    assert {"text_pages", "notebook_downloads"} <= extensions
    assert not {"lean_delivery", "prerender_math"} & extensions
    macros = theirs["sphinx"]["config"]["mathjax3_config"]["tex"]["macros"]
    assert macros["softmax"] == "\\operatorname{softmax}"


def test_the_stock_widget_runtime_comes_after_what_defines_its_modules():
    text = stock._config_yml(table.ROOT)
    assert 0 < text.index("require.js") < text.index("embed-amd.js")

"""The checks themselves: each rejects a page that has its fault, and accepts a good page."""

from collections import Counter

import pytest
from page_checks import image_faults, inspect_page

from tests.accessibility import ENOUGH

GOOD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Good page</title>
<meta name="viewport" content="width=device-width"><meta name="description" content="Fine.">
<link rel="icon" href="data:,"></head><body><main><h1>Good page</h1>{}</main></body></html>"""

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

# What is wrong, the list in which it must be found, and by which words.
BAD = {
    "foreign picture": (
        '<img alt="A dot" src="https://example.org/dot.gif">', "foreign_requests", "dot.gif"
    ),
    "foreign script": (
        '<script src="http://example.org/a.js"></script>', "foreign_requests", "a.js"
    ),
    "foreign fetch": (
        "<script>fetch('https://example.net/').catch(()=>0)</script>", "foreign_requests", ".net"
    ),
    "missing script": (
        '<script src="missing.js"></script>', "failed_requests", "missing.js"
    ),
    "console error": ("<script>console.error('no')</script>", "console", "error: no"),
    "console warning": ("<script>console.warn('no')</script>", "console", "warning: no"),
    "exception": ("<script>throw new Error('no')</script>", "script_errors", "no"),
    "too wide": ('<p style="width: 3000px">wide</p>', "overflow", "wide"),
    "no alt": (f'<img src="{PIXEL}">', "images", "has no alt text"),
    "path as alt": (f'<img src="{PIXEL}" alt="_images/a.png">', "images", "_images/a.png"),
    "broken picture": ('<img alt="A dot" src="missing.gif">', "images", "missing.gif does not"),
    "a link like its text": (
        '<p>Many words and <a href="#" style="color: #222; text-decoration: none">one</a></p>',
        "accessibility", "link-in-text-block"
    ),
    "nameless button": ("<button></button>", "accessibility", "button-name"),
    "a letter in a font of the system": (
        '<p class="katex-html"><span>x</span></p>', "borrowed", ""
    ),
}  # fmt: skip
PUSHED = """<script>requestAnimationFrame(() => requestAnimationFrame(() => {
  document.querySelector("h1").style.marginTop = "400px"; }))</script>"""


@pytest.fixture(scope="module")
def look(browser, trial_site):
    """Return a function that shows a page with this body and returns its inspection."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        yield lambda body: inspect_page(context, trial_site(GOOD.format(body)))


def test_a_good_page_has_no_faults(look):
    found = look(f'<p>Text.</p><img src="{PIXEL}" alt="A dot">')
    assert found.head.pop("description") == "Fine."
    assert found.head.pop("title") == "Good page"
    found.head.clear()
    found.sent.clear()
    assert not any(vars(found).values()), found


@pytest.fixture(scope="module")
def bad(look):
    """A page with all faults."""
    return look("".join(body for body, _, _ in BAD.values()))


@pytest.mark.parametrize(("fault", "words"), [row[1:] for row in BAD.values()], ids=BAD)
def test_a_fault_is_found(bad, fault, words):
    assert any(words in found for found in getattr(bad, fault))


def test_a_heading_that_is_pushed_down_is_seen(look):
    assert look(PUSHED).shift > 0


PLAIN = "<p>One word.</p>" * 5
FAINT = {
    "by its background": '<p style="color: #aaa; background: #fff">{}</p>',
    "by that of a box around it": '<div style="background: #222"><p>{}</p></div>',
    "as it shines through": '<div style="opacity: 0.4"><p>{}</p></div>',
    "in light": '<p style="color: #ddd">{}</p>',
    "in the dark": '<p style="color: #222">{}</p>',
    "in code": "<pre>" + "<b>plain</b>" * 3 + "<i>{}</i></pre>",
}
SCHEMES = """<style>
  body { color: #000; background: #fff }
  @media (prefers-color-scheme: dark) { body { color: #fff; background: #000 } i { color: #333 } }
  b { font-weight: normal }
</style>"""


def test_faint_text_among_plain_is_found(look):
    faint = "".join(html.format(name) for name, html in FAINT.items())
    found = look(SCHEMES + PLAIN + faint).accessibility
    assert {fault.split()[1] for fault in found} == {"color-contrast:"}
    assert {name for name in FAINT if any(f">{name}<" in fault for fault in found)} == {*FAINT}


def test_a_new_look_is_judged_after_pages_of_known_ones(browser, trial_site):
    with browser.new_context() as context:
        faint, looks = SCHEMES + FAINT["in the dark"].format("faint"), Counter()
        pages = [PLAIN] * ENOUGH + [PLAIN + faint]
        found = [inspect_page(context, trial_site(GOOD.format(body)), looks) for body in pages]
    assert [bool(one.accessibility) for one in found] == [False] * ENOUGH + [True]


def test_a_wide_formula_in_its_own_box_is_no_overflow(look):
    box = '<div tabindex="0" role="group" aria-label="Equation" style="overflow-x: auto">{}</div>'
    found = look(box.format('<p style="width: 3000px">wide</p>'))
    assert found.overflow == []
    assert found.accessibility == []


@pytest.mark.parametrize("alt", ["a.svg", "/tmp/a", "fig.PNG"])
def test_file_paths_are_no_descriptions(alt):
    assert list(image_faults({"source": "a", "alt": alt, "loaded": True}))


def test_a_sentence_may_name_two_things_with_a_slash():
    image = {"source": "a", "alt": "The ratio dy / dz falls", "loaded": True}
    assert list(image_faults(image)) == []

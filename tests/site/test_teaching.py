"""Every link of the teachers' pages opens its explorer in the state that it names."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import expect

from tests.chapters.sources import ROOT, chapter

HERE = "teaching/explorers-in-class.html"
SOURCE = (ROOT / HERE).with_suffix(".md").read_text("utf-8")
LINKS = [
    f"../{chapter(name)}#{fragment}"
    for name, fragment in re.findall(r"\]\(#([\w-]+)/([^)]*)\)", SOURCE)
]


SETTLED = """(fragment) => new Promise((done) => {
  addEventListener("hashchange", done, { once: true });
  location.hash = fragment;
})"""
COPIED = """Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text) => { window.copied = text; } },
});"""


OPEN = "(box) => box.querySelectorAll('details').forEach((more) => { more.open = true; })"


def settings(link):
    return dict(parse_qsl(urlsplit(link).fragment.partition("?")[2], keep_blank_values=True))


@pytest.mark.parametrize("page", sorted({link.partition("#")[0] for link in LINKS}))
def test_links_open_the_states_that_they_name(contexts, site, page):
    tab = contexts["desk"].new_page()
    tab.add_init_script(COPIED)
    first, *others = [link for link in LINKS if link.startswith(page)]
    tab.goto(f"{site}/teaching/{first}")
    explorer = tab.locator(f"[id='{urlsplit(first).fragment.partition('?')[0]}']")
    expect(explorer).to_have_attribute("data-state", "ready")
    for link in (first, *others):
        if link != first:
            tab.evaluate(SETTLED, urlsplit(link).fragment)
        # A link that covers the answer shows it at a press.
        wanted = settings(link)
        if wanted.pop("cover", None) is not None:
            explorer.get_by_role("button", name="Show", exact=True).click()
        tab.evaluate("window.copied = undefined")
        explorer.evaluate(OPEN)
        explorer.get_by_role("button", name="Copy link", exact=True).click()
        now = tab.wait_for_function("() => window.copied").json_value()
        assert wanted.items() <= settings(now).items()
        assert explorer.locator(".sb-notice:visible").count() == 0
    tab.close()


def test_the_page_leads_to_the_explorers_that_are_written(contexts, site):
    tab = contexts["desk"].new_page()
    tab.goto(f"{site}/{HERE}")
    found = tab.eval_on_selector_all("main a", "all => all.map((a) => a.getAttribute('href'))")
    tab.close()
    assert [link for link in found if "#explorer-" in link] == LINKS

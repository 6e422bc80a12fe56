"""Every link of the teachers' pages opens its explorer in the state that it names."""

import html
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

HERE = "teaching/explorers-in-class.html"
SOURCE = Path(__file__).parents[2] / "teaching" / "explorers-in-class.md"
LINKS = [html.unescape(href) for href in re.findall(r'<a href="([^"]*)">', SOURCE.read_text())]


SETTLED = """(fragment) => new Promise((done) => {
  addEventListener("hashchange", done, { once: true });
  location.hash = fragment;
})"""
COPIED = """Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text) => { window.copied = text; } },
});"""


def settings(link):
    return dict(parse_qsl(urlsplit(link).fragment.partition("?")[2]))


@pytest.mark.parametrize("chapter", sorted({link.partition("#")[0] for link in LINKS}))
def test_links_open_the_states_that_they_name(contexts, site, chapter):
    tab = contexts["desk"].new_page()
    tab.add_init_script(COPIED)
    first, *others = [link for link in LINKS if link.startswith(chapter)]
    tab.goto(f"{site}/teaching/{first}")
    explorer = tab.locator(f"[id='{urlsplit(first).fragment.partition('?')[0]}']")
    for link in (first, *others):
        if link != first:
            tab.evaluate(SETTLED, urlsplit(link).fragment)
        tab.evaluate("window.copied = undefined")
        explorer.get_by_role("button", name="Copy link").click()
        now = tab.wait_for_function("window.copied").json_value()
        assert settings(link).items() <= settings(now).items()
        assert explorer.locator(".sb-notice:visible").count() == 0
    tab.close()


def test_the_page_holds_the_links_as_they_are_written(contexts, site):
    tab = contexts["desk"].new_page()
    tab.goto(f"{site}/{HERE}")
    found = tab.eval_on_selector_all("main a", "all => all.map((a) => a.getAttribute('href'))")
    tab.close()
    assert [link for link in found if "#explorer-" in link] == LINKS

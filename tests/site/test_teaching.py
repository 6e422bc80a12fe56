"""Every link of the teachers' pages opens its explorer in the state that it names."""

import html
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

HERE = "teaching/explorers-in-class.html"
SOURCE = Path(__file__).parents[2] / "teaching" / "explorers-in-class.md"
LINKS = [html.unescape(href) for href in re.findall(r'<a href="([^"]*)">', SOURCE.read_text())]


@pytest.fixture(scope="module")
def copied(contexts):
    """Return a function: link in; what *Copy link* gives there, and what the explorer complains."""
    tab = contexts["light-1280"].new_page()
    tab.add_init_script(
        "window.prompt = (words, text) => (window.copied = text);"
        "Object.defineProperty(navigator, 'clipboard', "
        "{value: {writeText: async (text) => { window.copied = text; }}});"
    )

    def follow(address):
        tab.goto("about:blank")  # else a link into the page that is shown would only scroll
        tab.goto(address)
        place = tab.locator(f"[id='{urlsplit(address).fragment.partition('?')[0]}']")
        place.get_by_role("button", name="Copy link").click()
        link = tab.wait_for_function("window.copied").json_value()
        return link, place.locator(".sb-notice:visible").all_inner_texts()

    yield follow
    tab.close()


@pytest.mark.parametrize("link", LINKS)
def test_a_link_opens_the_state_that_it_names(site, copied, link):
    now, complaints = copied(f"{site}/teaching/{link}")
    assert complaints == []
    assert set(settings(link)) <= set(settings(now))


def settings(link):
    return urlsplit(link).fragment.partition("?")[2].split("&")


def test_the_page_holds_the_links_as_they_are_written(contexts, site):
    tab = contexts["light-1280"].new_page()
    tab.goto(f"{site}/{HERE}")
    found = tab.eval_on_selector_all("main a", "all => all.map((a) => a.getAttribute('href'))")
    tab.close()
    assert [link for link in found if "#explorer-" in link] == LINKS

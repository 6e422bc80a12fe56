"""A fixture that puts an explorer on an empty page in a real browser."""

import pytest


@pytest.fixture
def explore(browser, trial_site):
    """Return a function: explorer in, page with its live view out. No page may raise an error."""
    from tests.explorers.front_end import mount, page_of, settle

    contexts, faults = [], []

    def open_page(explorer, *, theme="light", width=1280, query=None, **settings):
        context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: said.type == "error" and faults.append(said.text))
        page.goto(trial_site(page_of(explorer, theme)))
        mount(page, explorer, query)
        # A field and a sheet of the desk have no numbers to unfold.
        page.evaluate("document.querySelector('details.numbers')?.setAttribute('open', '')")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []

"""A fixture that puts an explorer on an empty page in a real browser."""

import pytest

AS_AT_FIRST = dict.fromkeys(("media", "color_scheme", "forced_colors"), "null")
AS_AT_FIRST["reduced_motion"] = "reduce"  # a picture on its way is nowhere


@pytest.fixture(scope="session")
def spare():
    """Pages that nobody uses: opening one takes longer than most tests of an explorer."""
    return []


@pytest.fixture
def explore(browser, trial_site, spare):
    """Return a function: explorer in, page with its live view out. No page may raise an error."""
    from tests.explorers.front_end import mount, page_of, settle

    contexts, plain = [], []

    def fresh(settings):
        page = browser.new_context(**{"reduced_motion": "reduce"} | settings).new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: said.type == "error" and page.faults.append(said.text))
        return page

    def open_page(explorer, *, theme="light", width=1280, query=None, **settings):
        page = spare.pop() if spare and not settings else fresh(settings)
        (contexts if settings else plain).append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(trial_site(page_of(explorer, theme)))
        mount(page, explorer, query)
        # A field and a sheet of the desk have no numbers to unfold.
        page.evaluate("document.querySelector('details.numbers')?.setAttribute('open', '')")
        settle(page)
        return page

    yield open_page
    faults = [fault for page in contexts + plain for fault in page.faults]
    for page in contexts:
        page.context.close()
    for page in plain:
        page.goto("about:blank")
        page.emulate_media(**AS_AT_FIRST)
        page.mouse.move(0, 0)
        page.faults.clear()
    spare += plain
    assert faults == []

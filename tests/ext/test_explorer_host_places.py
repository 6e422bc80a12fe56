"""Where explorers stand on a page: when they come alive, when they cannot, how links name them."""

import pytest
from playwright.sync_api import expect

from tests.ext.widget_pages import (
    COUNTER,
    FAR,
    build,
    cell,
    fetched,
    ready,
    saying,
    settle,
    visits,
    widget,
)

pytestmark = pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
    ]
)

# While the book is built there is no `location`: these draw their picture there and throw later.
THROWS = """
const draw = ({ el }) => {
  const details = document.createElement("details");
  const button = document.createElement("button");
  details.className = "numbers folded";
  details.append(document.createElement("summary"), "all numbers");
  button.textContent = "press";
  el.append(details, button);
};
export default {
  render(made) {
    draw(made);
    if (globalThis.location) throw new Error("broken on purpose");
  },
};
"""

CAPTION = """
export default {
  render({ el }) {
    if (globalThis.location) throw "only words";
    const figure = document.createElement("figure");
    figure.append(document.createElement("figcaption"));
    el.append(figure);
  },
};
"""

FOLDED = """
const render = ({ el }) => {
  const details = document.createElement("details");
  const button = document.createElement("button");
  details.append(document.createElement("summary"), "folded");
  button.textContent = "press";
  el.append(details, button, document.createElement("input"));
};
export default { render };
"""

ADDRESS = saying("""
    const button = document.createElement("button");
    button.onclick = () => { address.write("n=9"); say(address.href("m=1,2")); };
    el.append(button);
    say(String(address.read()));
    address.onchange(() => {
      globalThis.followed = (globalThis.followed ?? 0) + 1;
      say(String(address.read()));
    });
""")

PAGES = {
    "counter": widget(COUNTER),
    "deep/counter": widget(COUNTER),
    "far": FAR + widget(COUNTER) + FAR,
    "folded": FAR + widget(FOLDED) + FAR,
    "plain": cell("print('no widget')"),
    "throws": widget(THROWS) + widget(COUNTER, name="Other"),
    "caption": widget(CAPTION),
    "no-equivalent": widget("export default { render() { location.nothing.at; } };"),
    "rejects": widget("export default { async render() { throw new Error('rejected'); } };"),
    "no-start": widget(
        "export default { initialize() { throw new Error('no start'); }, render() {} };"
    ),
    "no-load": widget(
        "if (globalThis.location) throw new Error('no load');\nexport default { render() {} };"
    ),
    "address": widget(ADDRESS) + cell("Counter()"),
}


@pytest.fixture(scope="module")
def trial(make_book):
    return build(make_book, PAGES)


@pytest.fixture(scope="module")
def visit(trial, browser):
    with visits(trial.output, browser) as visit:
        yield visit


def test_no_page_gives_a_warning(trial):
    assert trial.warnings == ""


def test_an_explorer_far_away_waits_until_it_comes_near(visit):
    page = visit("far.html")
    settle(page)
    assert page.locator(".explorer").get_attribute("data-state") is None
    assert fetched(page, "counter") == 0
    page.evaluate("scrollTo(0, document.querySelector('.explorer').offsetTop - innerHeight - 390)")
    ready(page)
    assert fetched(page, "counter") == 1


@pytest.mark.parametrize(("drawn", "live"), [("button", "button"), (".as-input", "input")])
def test_focus_brings_an_explorer_to_life_and_stays_where_it_was(visit, drawn, live):
    page = visit("folded.html")
    settle(page)
    page.evaluate(
        """(drawn) => {
          document.querySelector(".explorer details").open = true;
          document.querySelector(`.explorer ${drawn}`).focus({ preventScroll: true });
        }""",
        drawn,
    )
    ready(page)
    expect(page.locator(f"explorer-view {live}")).to_be_focused()
    expect(page.locator("explorer-view details")).to_have_attribute("open", "")


def test_printing_brings_all_explorers_to_life(visit):
    page = visit("far.html")
    settle(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    ready(page)


def test_a_page_without_explorers_loads_nothing(visit, trial):
    assert "explorers/" not in trial.html("plain")
    assert "widget-state" not in trial.html("plain")
    assert visit("plain.html").evaluate("globalThis.softbackHost") is None


def test_a_strict_policy_is_kept(visit):
    page = visit("counter.html", policy=POLICY)
    ready(page)
    page.locator("explorer-view button").click()
    expect(page.locator("explorer-view button")).to_have_text("count 2")
    of_the_theme = visit("plain.html", policy=POLICY).faults  # it has an inline script
    assert page.faults == of_the_theme


def test_works_from_a_file(trial, browser):
    page = browser.new_page()
    page.goto((trial.output / "counter.html").as_uri())
    ready(page)
    page.close()


@pytest.mark.parametrize("name", ["counter", "deep/counter"])
def test_works_below_any_prefix(trial, browser, name):
    with visits(trial.output.parent, browser) as visit:
        ready(visit(f"{trial.output.name}/{name}.html"))


def test_without_javascript_the_picture_is_there_without_its_controls(trial, browser):
    with visits(trial.output, browser, java_script_enabled=False) as visit:
        place = visit("folded.html").locator(".explorer")
        expect(place.locator("button")).to_have_count(2)
        expect(place.locator("button:visible")).to_have_count(0)
        place.locator("summary").click()
        expect(place.get_by_text("folded")).to_be_visible()


def test_a_module_that_throws_says_so_and_harms_nothing_else(visit):
    page = visit("throws.html")
    ready(page)  # the other one
    broken = page.locator("#explorer-counter")
    alert = broken.get_by_role("alert")
    expect(alert).to_have_text(
        "This explorer could not start: broken on purpose. "
        "Read its numbers, or look at the picture below."
    )
    alert.get_by_role("link", name="Read its numbers").click()
    expect(broken.get_by_text("all numbers")).to_be_visible()
    assert page.evaluate("location.hash") == "#explorer-counter-numbers"
    assert broken.locator("#explorer-counter-numbers").count() == 1
    expect(broken.get_by_role("button", name="press")).to_be_disabled()
    assert broken.get_attribute("data-state") == "error"


def test_a_picture_without_numbers_has_its_caption_linked(visit):
    page = visit("caption.html")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("could not start: only words. Read its caption")
    alert.get_by_role("link").click()
    assert page.locator("figcaption").get_attribute("id") == "explorer-counter-caption"
    assert page.evaluate("location.hash") == "#explorer-counter-caption"


def test_a_picture_without_any_text_is_named(visit):
    expected = "The picture below shows how it starts."
    expect(visit("no-equivalent.html").get_by_role("alert")).to_contain_text(expected)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("rejects", "rejected"), ("no-start", "no start"), ("no-load", "no load")],
)
def test_other_ways_to_fail_say_so_too(visit, name, reason):
    page = visit(f"{name}.html")
    expect(page.get_by_role("alert")).to_contain_text(f"could not start: {reason}.")


def test_a_file_that_is_missing_or_broken_says_so(visit):
    page = visit("plain.html")
    page.route("**/counter-*.js", lambda route: route.abort())
    page.goto(page.url.replace("plain", "counter"))
    expect(page.get_by_role("alert")).to_contain_text("its script could not be loaded.")
    page.unroute("**/counter-*.js")
    page.route("**/counter-*.js", lambda route: route.fulfill(body="nothing("))
    page.goto(page.url)
    expect(page.get_by_role("alert")).to_contain_text("its script has an error.")


def test_a_link_with_a_state_shows_its_explorer_at_once(visit):
    page = visit("far.html#explorer-counter?n=3")
    ready(page)
    expect(page.locator(".explorer")).to_be_in_viewport()


def test_address_is_read_by_the_explorer_that_it_names(visit):
    page = visit("address.html#explorer-counter-2?n=4&b=a?b")
    ready(page, 2)
    expect(page.locator("explorer-view p")).to_have_text(["null", "n=4&b=a?b"])


@pytest.mark.parametrize("fragment", ["", "#page", "#explorer-counter", "#explorer-counter-3?n=1"])
def test_other_fragments_are_left_alone(visit, fragment):
    page = visit(f"address.html{fragment}")
    ready(page, 2)
    expect(page.locator("explorer-view p")).to_have_text(["null", "null"])
    assert page.evaluate("location.hash") == fragment


def test_a_broken_link_reaches_its_explorer_as_it_was_written(visit):
    page = visit("address.html#explorer-counter?n=%ZZ&%E0%A4%A")
    ready(page, 2)
    expect(page.locator("explorer-view p")).to_have_text(["n=%ZZ&%E0%A4%A", "null"])
    assert page.faults == []


def test_address_is_written_without_a_step_in_the_history(visit):
    page = visit("address.html?q=1#page")
    ready(page, 2)
    before = page.evaluate("history.length")
    page.locator("explorer-view button").last.click()
    start = page.url.split("#")[0]
    assert page.url == f"{start}#explorer-counter-2?n=9"
    assert start.endswith("/address.html?q=1")
    assert page.evaluate("history.length") == before
    expect(page.locator("explorer-view p").last).to_have_text(f"{start}#explorer-counter-2?m=1,2")
    assert page.evaluate("globalThis.followed") is None


def test_a_link_followed_on_the_page_tells_its_explorer_only(visit):
    page = visit("address.html")
    ready(page, 2)
    for fragment in ("explorer-counter?n=1", "page", "explorer-counter-2?n=2"):
        page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
    expect(page.locator("explorer-view p")).to_have_text(["null", "n=1", "null", "n=2"])
    assert page.evaluate("followed") == 2


def test_a_removed_explorer_follows_no_links(visit):
    page = visit("address.html")
    ready(page, 2)
    page.evaluate(
        """() => {
          const place = document.querySelector(".explorer");
          place.replaceChildren();
          queueMicrotask(() => place.dispatchEvent(new Event("explorer:address")));
        }"""
    )
    assert page.evaluate("globalThis.followed") is None

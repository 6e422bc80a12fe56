"""What the host does of anywidget's front-end modules (AFM), without a kernel, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.ext.widget_pages import COUNTER, build, cell, fetched, ready, saying, visits, widget

pytestmark = pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets

INITIALIZED = """
export default () => ({
  initialize({ model, signal }) {
    globalThis.started = (globalThis.started ?? 0) + 1;
    signal.addEventListener("abort", () => { globalThis.aborted = true; });
    model.on("change:n", () => { globalThis.heard = model.get("n"); });
    return () => { globalThis.stopped = true; };
  },
  render: COUNTER_RENDER,
});
"""

PAGES = {
    "counter": widget(COUNTER),
    "twice": widget(COUNTER, "c = Counter()\nc") + cell("c"),
    "two": widget(COUNTER) + cell("Counter(n=10)"),
    "initialized": widget(
        INITIALIZED.replace(
            "COUNTER_RENDER", COUNTER.split("=", 1)[1].split("};\nexport")[0] + "}"
        ),
        "c = Counter()\nc",
    )
    + cell("c"),
    "set": widget(
        saying("""
    const heard = [];
    model.on("change", () => heard.push("any"));
    model.on("change:n change:m", (from, value) => heard.push(`${value}=${from.get("n")}`));
    model.set("n", 2);
    model.set("n", 2);
    model.set({ n: 3, m: 4 });
    model.set("m", [1, NaN]);
    model.set("m", [1, NaN]);
    model.set("m", [1, null]);
    say(heard.join(" "));
"""),
        traits=("n = Int(1)", "m = Any()"),
    ),
    "off": widget(
        saying("""
    const heard = [];
    const hear = (name) => () => heard.push(name);
    const [one, two, three] = [hear("one"), hear("two"), hear("three")];
    model.on("change:n", one);
    model.on("change:n change:m", two);
    model.on("change:m", three);
    let next = 10;
    const change = () => { heard.push("|"); model.set({ n: next, m: next }); next += 1; };
    change();
    model.off("change:n", one);
    change();
    model.off("change:m");
    change();
    model.off();
    change();
    say(heard.join(" "));
"""),
        traits=("n = Int(1)", "m = Int(1)"),
    ),
    "off-apart": widget(
        """
const render = ({ model, el }) => {
  if (!globalThis.first) {
    globalThis.first = true;
    model.on("change:n", () => el.append(`heard ${model.get("n")}`));
    return;
  }
  model.off();
  model.set("n", 7);
};
export default { render };
""",
        "c = Counter()\nc",
    )
    + cell("c"),
    "throwing-listener": widget(
        saying("""
    model.on("change:n", () => { throw new Error("a listener on purpose"); });
    model.on("change:n", () => say("heard all the same"));
    model.set("n", 2);
""")
    ),
    "kernel-only": widget(
        saying("""
    say(String(model.save_changes()));
    say(String(model.send({})));
    await experimental.invoke("f").catch((error) => say(error.message));
""")
    ),
    "signal": widget(
        saying("""
    say(`${signal instanceof AbortSignal} ${signal.aborted}`);
    signal.addEventListener("abort", () => { globalThis.aborted = true; });
""")
    ),
    "styled": widget(COUNTER, css="button { color: rgb(1, 2, 3); }"),
    "bundled": widget(
        "const x_default = { render({ el }) { el.append(later); } };\n"
        "export { x_default as default };\nconst later = 'declared later';"
    ),
}


@pytest.fixture(scope="module")
def trial(make_book):
    return build(make_book, PAGES)


@pytest.fixture(scope="module")
def visit(trial, browser):
    with visits(trial.output, browser) as visit:
        yield visit


def lines(page):
    """Return what a view of `saying` has written."""
    return page.locator("explorer-view p")


def test_no_page_gives_a_warning(trial):
    assert trial.warnings == ""


def test_render_get_set_on_and_save_changes(visit):
    page = visit("counter.html")
    ready(page)
    button = page.locator("explorer-view button")
    expect(button).to_have_text("count 1")
    button.click()
    expect(button).to_have_text("count 2")
    assert page.faults == []


def test_views_of_one_model_stay_together_and_fetch_its_module_once(visit):
    page = visit("twice.html")
    ready(page, 2)
    page.locator("explorer-view button").first.click()
    expect(page.locator("explorer-view button")).to_have_text(["count 2", "count 2"])
    assert fetched(page, "counter") == 1


def test_models_of_one_class_are_independent(visit):
    page = visit("two.html")
    ready(page, 2)
    page.locator("explorer-view button").last.click()
    expect(page.locator("explorer-view button")).to_have_text(["count 1", "count 11"])


def test_initialize_runs_once_and_is_cleaned_up_with_the_last_view(visit):
    page = visit("initialized.html")
    ready(page, 2)
    assert page.evaluate("started") == 1
    page.locator("explorer-view button").first.click()
    assert page.evaluate("heard") == 2
    page.evaluate("document.querySelector('.explorer').remove()")
    assert page.evaluate("[left, globalThis.stopped, globalThis.aborted]") == [1, None, None]
    page.evaluate("document.querySelector('.explorer').remove()")
    assert page.evaluate("[left, stopped, aborted]") == [2, True, True]


def test_set_tells_of_what_has_changed_and_nothing_else(visit):
    page = visit("set.html")
    ready(page)
    expected = "2=2 any 3=3 4=3 any 1,NaN=3 any 1,=3 any"
    expect(lines(page)).to_have_text(expected)


def test_off_forgets_one_listener_a_name_or_all(visit):
    page = visit("off.html")
    ready(page)
    expect(lines(page)).to_have_text("| one two two three | two two three | two |")


def test_off_in_one_view_leaves_the_listeners_of_another(visit):
    page = visit("off-apart.html")
    ready(page, 2)
    expect(page.locator("explorer-view").first).to_have_text("heard 7")


def test_a_listener_that_throws_keeps_no_other_from_hearing(visit):
    page = visit("throwing-listener.html")
    ready(page)
    expect(lines(page)).to_have_text("heard all the same")
    assert page.faults == ["a listener on purpose"]


def test_what_needs_a_kernel_is_harmless(visit):
    page = visit("kernel-only.html")
    ready(page)
    expect(lines(page)).to_have_text(
        ["undefined", "undefined", "A command needs a kernel; this page has none."]
    )


def test_signal_is_aborted_when_the_view_leaves_the_document(visit):
    page = visit("signal.html")
    ready(page)
    expect(lines(page)).to_have_text("true false")
    page.evaluate("document.querySelector('.explorer').remove()")
    assert page.evaluate("aborted") is True


def test_the_function_that_render_returns_runs_once_when_the_view_leaves(visit):
    page = visit("counter.html")
    ready(page)
    page.evaluate("document.querySelector('.explorer').remove()")
    assert page.evaluate("left") == 1


def test_a_view_that_is_only_moved_stays_alive(visit):
    page = visit("counter.html")
    ready(page)
    page.evaluate("document.body.append(document.querySelector('.explorer'))")
    assert page.evaluate("globalThis.left") is None
    page.locator("explorer-view button").click()
    expect(page.locator("explorer-view button")).to_have_text("count 2")


def test_a_place_removed_while_its_module_is_on_the_way_is_never_rendered(visit):
    page = visit("signal.html")
    page.route("**/counter-*.js", lambda route: None)  # never answered
    page.reload(wait_until="commit")
    page.wait_for_selector('.explorer[data-state="loading"]')
    lost = """async () => {
      const place = document.querySelector(".explorer");
      place.remove();
      softbackHost.define(FILE, () => ({ render() { globalThis.rendered = true; } }));
      document.querySelector("script[src*='/counter-']").onload();
      await new Promise((done) => setTimeout(done));
      return [globalThis.rendered, place.querySelector("explorer-view")];
    }"""
    [file] = page.evaluate(
        "[...document.scripts].map((s) => s.src).filter((s) => /counter-/.test(s))"
    )
    assert page.evaluate(lost.replace("FILE", repr(file.rsplit("/", 1)[1]))) == [None, None]


def test_style_is_a_linked_file(visit):
    page = visit("styled.html")
    ready(page)
    expect(page.locator("explorer-view button")).to_have_css("color", "rgb(1, 2, 3)")
    assert page.locator("style").count() == 0


def test_default_export_may_be_a_list_and_come_before_what_it_uses(visit):
    page = visit("bundled.html")
    ready(page)
    expect(page.locator("explorer-view")).to_have_text("declared later")

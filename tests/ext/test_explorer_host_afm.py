"""Each method of anywidget's front-end modules (AFM), on a page without a kernel, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.ext.widget_pages import COUNTER, build, cell, fetched, ready, saying, visits, widget

pytestmark = pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets

WITH_OTHER = ("n = Int(1)", "other = Unicode()")

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

EXPORTS = """
export default {
  initialize({ model }) { return { doubled: () => 2 * model.get("n") }; },
  async render({ model, el, host }) {
    if (!model.get("other")) return void el.append("the other");
    const inner = document.createElement("div");
    const { exports, render } = await host.getWidget(model.get("other"));
    await render({ el: inner });
    el.append(`doubled ${exports.doubled()} beside `, inner);
  },
};
"""

LATER = """
export default {
  async render({ model, el, host }) {
    const inner = document.createElement("div");
    await new Promise((later) => setTimeout(later, 300));
    await (await host.getWidget(model.get("other"))).render({ el: inner });
    el.append(inner);
  },
};
"""

PAGES = {
    "counter": widget(COUNTER),
    "twice": widget(COUNTER, "c = Counter()\nc") + cell("c"),
    "two": widget(COUNTER) + cell("Counter(n=10)"),
    "linked": widget(
        COUNTER,
        "a, b, c = Counter(n=1), Counter(n=5), Counter(n=9)\n"
        "ipywidgets.jslink((a, 'n'), (b, 'n'))\nipywidgets.jsdlink((a, 'n'), (c, 'n'))\n"
        "ipywidgets.HBox([a, ipywidgets.VBox([b, c])])",
    ),
    "initialized": widget(
        INITIALIZED.replace(
            "COUNTER_RENDER", COUNTER.split("=", 1)[1].split("};\nexport")[0] + "}"
        ),
        "c = Counter()\nc",
    )
    + cell("c"),
    "exports": widget(
        EXPORTS,
        "Counter(other='anywidget:' + Counter(n=4).model_id)",
        traits=WITH_OTHER,
    ),
    "asked-later": widget(COUNTER, "inner = Counter(n=4)\nNone")
    + widget(LATER, "Asks(other='anywidget:' + inner.model_id)", name="Asks", traits=WITH_OTHER),
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
    "get-model": widget(
        saying("""
    if (!model.get("other")) return;
    const other = await host.getModel(model.get("other"));
    other.on("change:n", () => say(`other ${other.get("n")}`));
    other.set("n", 3);
    await host.getModel("anywidget:none").catch((error) => say(error.message));
"""),
        "a = Counter()\nCounter(other='IPY_MODEL_' + a.model_id)",
        traits=WITH_OTHER,
    )
    + cell("a"),
    "signal": widget(
        saying("""
    say(`${signal instanceof AbortSignal} ${signal.aborted}`);
    signal.addEventListener("abort", () => { globalThis.aborted = true; });
""")
    ),
    "bytes": widget(
        saying("""
    const data = model.get("data");
    say(`${data.constructor.name} ${new Uint8Array(data.buffer).join("-")}`);
"""),
        "Counter(data=b'\\x00\\xff')",
        traits=("data = Bytes()",),
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


def test_links_between_models_in_boxes(visit):
    page = visit("linked.html")
    ready(page, 3)
    buttons = page.locator("explorer-view button")
    expect(buttons).to_have_text(["count 1", "count 1", "count 1"])
    buttons.nth(1).click()
    expect(buttons).to_have_text(["count 2", "count 2", "count 2"])
    buttons.nth(2).click()  # a directional link has no way back
    expect(buttons).to_have_text(["count 2", "count 2", "count 3"])


def test_boxes_lay_out_their_children(visit):
    page = visit("linked.html")
    a, b, c = (place.bounding_box() for place in page.locator(".explorer").all())
    assert a["y"] == b["y"]
    assert b["x"] == c["x"] > a["x"]
    assert c["y"] > b["y"]


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


def test_getwidget_gives_exports_and_renders(visit):
    page = visit("exports.html")
    ready(page)
    expect(page.locator("explorer-view")).to_have_text("doubled 8 beside the other")


def test_getwidget_finds_a_module_that_has_run_before(visit):
    page = visit("asked-later.html")
    ready(page)
    expect(page.locator("explorer-view button")).to_have_text("count 4")


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


def test_getmodel_gives_the_model_of_another_widget(visit):
    page = visit("get-model.html")
    ready(page, 2)
    expect(lines(page)).to_have_text(["other 3", "this page has no widget anywidget:none"])


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


def test_binary_traits_arrive_as_data_views(visit):
    page = visit("bytes.html")
    ready(page)
    expect(lines(page)).to_have_text("DataView 0-255")


def test_style_is_a_linked_file(visit):
    page = visit("styled.html")
    ready(page)
    expect(page.locator("explorer-view button")).to_have_css("color", "rgb(1, 2, 3)")
    assert page.locator("style").count() == 0


def test_default_export_may_be_a_list_and_come_before_what_it_uses(visit):
    page = visit("bundled.html")
    ready(page)
    expect(page.locator("explorer-view")).to_have_text("declared later")

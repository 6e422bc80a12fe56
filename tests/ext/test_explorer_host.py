"""Widgets of three-line books, mounted on pages without a kernel, in a real browser.

Each test of the front end uses one method of anywidget's front-end modules (AFM).
"""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.conftest import serve

HEADER = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Page

"""

COUNTER = """
const render = ({ model, el, address }) => {
  const button = document.createElement("button");
  const show = () => { button.textContent = `count ${model.get("n")}`; };
  button.addEventListener("click", () => {
    model.set("n", model.get("n") + 1);
    model.save_changes();
  });
  model.on("change:n", show);
  show();
  el.append(button);
  return () => { model.off("change:n", show); window.left = (window.left ?? 0) + 1; };
};
export default { render };
"""


def cell(code, *tags):
    """Return a code cell of a page."""
    options = f":tags: [{', '.join(tags)}]\n" if tags else ""
    return f"```{{code-cell}} ipython3\n{options}\n{code}\n```\n\n"


def widget(module, *, name="Counter", css="", show="Counter(n=1)", traits="n = Int(0)"):
    """Return a cell that defines a widget class and shows one."""
    code = f"""import anywidget, ipywidgets
from traitlets import Bytes, Int, Unicode

class {name}(anywidget.AnyWidget):
    _esm = {module!r}
    _css = {css!r}
    {traits.replace(")", ").tag(sync=True)")}

"""
    return cell(code + show)


def logging(body):
    """Return a module whose render runs some code and writes what it gives into the page."""
    return f"""
export default {{
  async render({{ model, el, signal, host, experimental, address }}) {{
    const line = (text) => Object.assign(document.createElement("p"), {{ textContent: text }});
    const say = (text) => el.append(line(text));
    {body}
  }},
}};
"""


PAGES = {
    "counter": widget(COUNTER, css=".counter { color: rgb(1, 2, 3); }"),
    "twice": widget(COUNTER, show="c = Counter(n=1)\nc") + cell("c"),
    "two": widget(COUNTER) + cell("Counter(n=10)"),
    "linked": widget(
        COUNTER,
        show="a, b, c = Counter(n=1), Counter(n=5), Counter(n=9)\n"
        "ipywidgets.jslink((a, 'n'), (b, 'n'))\nipywidgets.jsdlink((a, 'n'), (c, 'n'))\n"
        "ipywidgets.HBox([a, ipywidgets.VBox([b, c])])",
    ),
    "initialized": widget(
        """
export default () => ({
  initialize({ model, signal }) {
    window.started = (window.started ?? 0) + 1;
    signal.addEventListener("abort", () => { window.stopped = true; });
    return { doubled: () => 2 * model.get("n") };
  },
  async render({ model, el, host }) {
    const { exports } = await host.getWidget(`anywidget:${model.id}`);
    el.append(`doubled ${exports.doubled()}`);
  },
});
""",
        show="c = Counter(n=4)\nc",
    )
    + cell("c"),
    "methods": widget(
        logging("""
    const heard = [];
    const any = () => heard.push("any");
    const n = (from, value) => heard.push(`n=${value}${from === model}`);
    model.on("change", any);
    model.on("change:n change:m", n);
    model.set("n", 2);
    model.set("n", 2);
    model.set({ n: 3, m: 4 });
    model.off("change:n", n);
    model.set("n", 5);
    model.off();
    model.set("m", 6);
    say(heard.join(" "));
    say(model.save_changes() === undefined ? "saved" : "not saved");
    await experimental.invoke("f").catch((error) => say(error.message));
    say((await host.getModel("IPY_MODEL_1")) === model ? "same model" : "another");
    say(signal.aborted ? "aborted" : "alive");
"""),
        traits="n = Int(0)\n    m = Int(0)",
    ),
    "bytes": widget(
        logging('say([...new Uint8Array(model.get("data").buffer)].join("-"));'),
        show="Counter(data=b'\\x00\\xff')",
        traits="data = Bytes()",
    ),
    "throws": widget(
        'export default { render({ el }) { if (!el.tag) throw new Error("broken on purpose"); '
        'const d = document.createElement("details"); d.setAttribute("class", "sb-fold numbers"); '
        'd.append("the numbers"); el.append(d); } };'
    )
    + widget(COUNTER, name="Other", show="Other(n=1)"),
    "rejects": widget("export default { async render() { throw new Error('rejected'); } };"),
    "bad-start": widget(
        "export default { initialize() { if (!globalThis.checked) throw new Error('no start'); }, "
        "render() {} };"
    ),
    "canvas": widget(
        'export default { render({ el }) { const c = document.createElement("canvas"); '
        'c.getContext("2d").fillRect(0, 0, 1, 1); el.append(c); } };',
        show="""class Drawn(Counter):
    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"
        return {**data, "image/svg+xml": svg, "text/plain": "A <small> picture"}, metadata

Drawn()""",
    ),
    "address": widget(
        logging("""
    const button = document.createElement("button");
    if (!address) return;
    button.onclick = () => address.write("n=9");
    el.append(button);
    say(String(address.read()));
    address.onchange(() => say(String(address.read())));
""")
    )
    + cell("Counter(n=2)"),
    "far": "\n\n".join(["Text."] * 400) + "\n\n" + widget(COUNTER),
    "plain": cell("print('no widget')"),
    "kernel": cell(
        "import ipywidgets, matplotlib.pyplot as plt\n"
        "from IPython.display import display\n"
        "display(ipywidgets.IntSlider())\nplt.plot([1, 2]);",
        "needs-kernel",
    ),
}


@pytest.fixture(scope="module")
def trial(make_book):
    """The site of all pages."""
    extensions = ["myst_nb", "explorer_host"]
    theme = {"html_theme": "basic", "project": "Trial", "html_title": "Trial"}
    book = make_book(extensions=extensions, nb_execution_mode="force", nb_ipywidgets_js={}, **theme)
    return book.write(**{name: HEADER + text for name, text in PAGES.items()}).build()


pytestmark = pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets


@pytest.fixture
def visit(trial, browser):
    """Return a function: name of a page in, the open page out."""

    with serve(trial.output) as address:
        context = browser.new_context(viewport={"width": 800, "height": 600})

        def open_page(name):
            page = context.new_page()
            page.faults = []
            page.on("pageerror", lambda error: page.faults.append(str(error)))
            page.goto(f"{address}/{name}")
            return page

        yield open_page
        context.close()


def ready(page, count=1):
    expect(page.locator('.explorer[data-state="ready"]')).to_have_count(count)


def test_no_page_gives_a_warning(trial):
    assert trial.warnings == ""


def test_render_get_set_and_change_events(visit):
    page = visit("counter.html")
    ready(page)
    button = page.locator(".explorer button")
    expect(button).to_have_text("count 1")
    button.click()
    expect(button).to_have_text("count 2")
    assert page.faults == []


def test_picture_stands_in_the_page_before_any_script_runs(trial):
    assert "<button>count 1</button>" in trial.html("counter")
    assert re.search(
        r'<div class="explorer" id="explorer-counter" data-model="1" inert>', trial.html("counter")
    )


def test_style_is_a_linked_file(visit, trial):
    [style] = re.findall(
        r'<link rel="stylesheet" href="(_static/explorers/counter-\w+\.css)">',
        trial.html("counter"),
    )
    assert "rgb(1,2,3)" in (trial.output / style).read_text()


def test_views_of_one_model_stay_together_and_fetch_its_module_once(visit):
    page = visit("twice.html")
    ready(page, 2)
    page.locator(".explorer button").first.click()
    expect(page.locator(".explorer button")).to_have_text(["count 2", "count 2"])
    scripts = page.evaluate("performance.getEntriesByType('resource').map((r) => r.name)")
    assert sum("/counter-" in name and name.endswith(".js") for name in scripts) == 1
    assert page.locator("#explorer-counter, #explorer-counter-2").count() == 2


def test_models_of_one_class_are_independent(visit):
    page = visit("two.html")
    ready(page, 2)
    page.locator(".explorer button").last.click()
    expect(page.locator(".explorer button")).to_have_text(["count 1", "count 11"])


def test_links_between_models_and_boxes(visit):
    page = visit("linked.html")
    ready(page)
    buttons = page.locator(".explorer button")
    expect(buttons).to_have_text(["count 1", "count 1", "count 1"])
    buttons.nth(1).click()
    expect(buttons).to_have_text(["count 2", "count 2", "count 2"])
    buttons.nth(2).click()  # a directional link has no way back
    expect(buttons).to_have_text(["count 2", "count 2", "count 3"])


def test_initialize_runs_once_for_a_model_and_exports_to_its_views(visit):
    page = visit("initialized.html")
    ready(page, 2)
    expect(page.locator("explorer-view")).to_have_text(["doubled 8", "doubled 8"])
    assert page.evaluate("window.started") == 1
    page.evaluate("document.querySelector('.explorer').remove()")
    assert page.evaluate("window.stopped") is None
    page.evaluate("document.querySelector('.explorer').remove()")
    assert page.evaluate("window.stopped") is True


def test_on_off_set_save_changes_invoke_getmodel_and_signal(visit):
    page = visit("methods.html")
    ready(page)
    expect(page.locator("explorer-view p")).to_have_text(
        [
            "n=2true any n=3true n=4true any any",
            "saved",
            "there is no kernel on this page",
            "same model",
            "alive",
        ]
    )


def test_binary_traits_arrive_as_data_views(visit):
    page = visit("bytes.html")
    ready(page)
    expect(page.locator("explorer-view p")).to_have_text("0-255")


def test_cleanup_runs_when_a_view_leaves_the_document(visit):
    page = visit("counter.html")
    ready(page)
    page.evaluate("document.querySelector('.explorer').remove()")
    assert page.evaluate("window.left") == 1


def test_a_view_that_is_only_moved_stays_alive(visit):
    page = visit("counter.html")
    ready(page)
    page.evaluate("document.body.append(document.querySelector('.explorer'))")
    assert page.evaluate("window.left") is None


def test_a_module_that_throws_says_so_and_harms_nothing_else(visit):
    page = visit("throws.html")
    broken = page.locator("#explorer-counter")
    expect(broken.get_by_role("alert")).to_contain_text(
        "This explorer could not start: broken on purpose. Read its numbers"
    )
    broken.get_by_role("link").click()
    expect(broken.locator("details")).to_have_attribute("open", "")
    assert broken.get_attribute("data-state") == "error"
    assert not broken.evaluate("(box) => box.inert")
    ready(page)
    expect(page.locator(".explorer button")).to_have_text("count 1")


@pytest.mark.parametrize(("name", "reason"), [("rejects", "rejected"), ("bad-start", "no start")])
def test_other_ways_to_fail_say_so_too(visit, name, reason):
    page = visit(f"{name}.html")
    expect(page.get_by_role("alert")).to_contain_text(f"could not start: {reason}.")


def test_a_missing_file_says_so(visit, trial):
    page = visit("plain.html")
    page.route("**/counter-*.js", lambda route: route.abort())
    page.goto(page.url.replace("plain", "counter"))
    expect(page.get_by_role("alert")).to_contain_text("its script could not be loaded")


def test_an_explorer_far_away_waits_until_it_comes_near(visit):
    page = visit("far.html")
    place = page.locator(".explorer")
    page.evaluate("() => new Promise((done) => setTimeout(done, 0))")
    assert place.get_attribute("data-state") is None
    place.scroll_into_view_if_needed()
    ready(page)


def test_a_link_with_a_state_mounts_and_shows_its_explorer_at_once(visit):
    page = visit("far.html#explorer-counter?n=3")
    ready(page)
    expect(page.locator(".explorer")).to_be_in_viewport()


def test_address_reads_writes_and_follows_the_fragment(visit):
    page = visit("address.html#explorer-counter-2?n=4&b=%ZZ")
    ready(page, 2)
    expect(page.locator("explorer-view p")).to_have_text(["null", "n=4&b=%ZZ"])
    page.locator(".explorer button").last.click()
    assert page.evaluate("location.hash") == "#explorer-counter-2?n=9"
    page.evaluate("location.hash = 'explorer-counter?n=1'")
    expect(page.locator("explorer-view p")).to_have_text(["null", "n=1", "n=4&b=%ZZ"])
    page.evaluate("location.hash = 'page'")
    expect(page.locator("explorer-view p")).to_have_count(3)
    assert page.faults == []


def test_a_canvas_is_replaced_by_the_picture_of_the_class(trial):
    picture = re.search(
        r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,', trial.html("canvas")
    )
    assert picture[1] == "A &lt;small&gt; picture"


def test_a_page_without_widgets_loads_nothing(trial):
    assert "explorers/" not in trial.html("plain")
    assert "widget-state" not in trial.html("plain")


def test_the_page_keeps_only_the_state_that_it_needs(trial):
    block = re.search(r'widget-state\+json">(.*?)</script>', trial.html("counter"))[1]
    [state] = json.loads(block)["state"].values()
    assert set(state["state"]) == {"_esm", "_model_name", "n"}


def test_a_rebuild_gives_the_same_bytes(book):
    made = book("myst_nb", "explorer_host", nb_execution_mode="force", nb_ipywidgets_js={})
    made.write(page=HEADER + PAGES["linked"]).build()
    before = site_of(made)
    made.write(page=HEADER + PAGES["linked"] + "\n").build()
    after = site_of(made)
    assert any("explorers/counter-" in name for name in before)
    assert {name: before[name] == after[name] for name in before} == dict.fromkeys(after, True)


def site_of(made):
    """Return page and explorer files of a site by name, without the version of MyST-NB's style."""
    paths = [made.output / "page.html", *(made.output / "_static/explorers").iterdir()]
    return {str(path): re.sub(rb"\?v=\w+", b"", path.read_bytes()) for path in paths}


def test_controls_that_need_a_kernel_show_their_picture(trial):
    page = trial.html("kernel")
    assert page.count("<img") == 1
    assert "controls that need Python" in page
    assert "widget-view" not in page


REFUSED = {
    "imports": ('import x from "y";\nexport default {};', "it imports other modules"),
    "no-default": ("export const a = 1;", "it must have one default export"),
    "syntax": ("export default { render( };", "SyntaxError"),
    "nothing": ("export default {};", "its default export has neither render nor initialize"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_module_that_cannot_run_is_a_warning(book, name):
    module, reason = REFUSED[name]
    made = book("myst_nb", "explorer_host", nb_execution_mode="force", nb_ipywidgets_js={})
    made.write(page=HEADER + widget(module)).build()
    assert f"WARNING: the module of counter cannot run on a page: {reason}" in made.warnings
    assert "page" in made.warnings


def test_controls_without_a_tag_are_a_warning(book):
    made = book("myst_nb", "explorer_host", nb_execution_mode="force", nb_ipywidgets_js={})
    made.write(page=HEADER + cell("import ipywidgets\nipywidgets.FloatSlider()")).build()
    assert "FloatSliderModel needs a kernel" in made.warnings

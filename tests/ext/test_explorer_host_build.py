"""What the build makes of widgets: pictures, state, files, notebooks, warnings."""

import json
import re
from base64 import b64decode

import nbformat
import pytest

from tests.ext.widget_pages import COUNTER, FAR, HEADER, build, cell, widget

pytestmark = pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets

DRAWN_BY_CLASS = """
class Drawn(Counter):
    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"
        return {**data, "image/svg+xml": svg, "text/plain": "A <small> picture"}, metadata

Drawn()"""

CANVAS = """
const render = ({ el }) => {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 1, 1);
  el.append(canvas);
};
export default { render };
"""

PLOT = "import ipywidgets, matplotlib.pyplot as plt\nfrom IPython.display import display\n"
INTERACT = f"""{PLOT}
def draw(n=(0, 3)):
    plt.plot([n, 2])
    plt.show()

ipywidgets.interact(draw);"""

DESCRIBED = f"""```{{code-cell}} ipython3
---
mystnb:
  figure: {{caption: Rising, name: fig-rising}}
  image: {{alt: A line.}}
tags: [needs-kernel]
---
{INTERACT}
```
"""

PAGES = {
    "counter": widget(COUNTER),
    "two": widget(COUNTER, "Counter(n='</script>')", traits=("n = Any()",)) + cell("Counter()"),
    "far": FAR + widget(COUNTER),
    "canvas": widget(CANVAS, DRAWN_BY_CLASS),
    "unknown": widget(
        "export default { render: ({ el }) => el.attachShadow({}) };", DRAWN_BY_CLASS
    ),
    "nothing": widget(CANVAS),
    "kernel": cell(
        f"{PLOT}display(ipywidgets.IntSlider())\nplt.plot([1, 2])\nplt.show()\nplt.plot([3, 4]);",
        "needs-kernel",
    ),
    "interact": cell(INTERACT, "needs-kernel"),
    "described": DESCRIBED,
}


DEFERRED = re.compile(r'<script defer src="_static/explorers/(\w+)-')


@pytest.fixture(scope="module")
def trial(make_book):
    return build(make_book, PAGES, "notebook_downloads")


def places(page):
    """Return the opening tags of the places of a page."""
    return re.findall(r'<div class="explorer"[^>]*>', page)


def models(page):
    """Return what a page keeps of its models."""
    block = re.search(r'<script type="[^"]*widget-state\+json">(.*?)</script>', page)[1]
    return {number: model["state"] for number, model in json.loads(block)["state"].items()}


def test_no_page_gives_a_warning(trial):
    assert trial.warnings == ""


def test_picture_stands_in_its_place_before_any_script_runs(trial):
    place = '<div class="explorer" id="explorer-counter" data-model="1" data-early>'
    assert f"{place}<button>count 1</button></div>" in trial.html("counter")


def test_each_place_of_a_page_has_its_own_name(trial):
    assert places(trial.html("two")) == [
        '<div class="explorer" id="explorer-counter" data-model="1" data-early>',
        '<div class="explorer" id="explorer-counter-2" data-model="2" data-early>',
    ]


def test_state_is_what_the_view_needs(trial):
    [address] = re.findall(r"_static/explorers/counter-\w+\.js", trial.html("far"))
    assert models(trial.html("counter")) == {"1": {"_esm": address, "n": 1}}


def test_no_trait_can_end_the_block_of_state(trial):
    assert models(trial.html("two"))["1"]["n"] == "</script>"


def test_what_myst_nb_writes_for_widgets_is_gone(trial):
    for page in PAGES:
        assert "widget-view" not in trial.html(page)
        assert trial.html(page).count("widget-state") == ("explorer-" in trial.html(page))


def test_module_runs_right_after_the_host_on_the_first_screen_only(trial):
    scripts = {page: DEFERRED.findall(trial.html(page)) for page in ("counter", "two", "far")}
    assert scripts == {
        "counter": ["host", "counter"],
        "two": ["host", "counter"],
        "far": ["host"],
    }
    early = [trial.html(name).count(" data-early>") for name in ("counter", "two", "far")]
    assert early == [1, 2, 0]


@pytest.mark.parametrize("page", ["canvas", "unknown"])
def test_class_draws_the_picture_where_the_module_cannot(trial, page):
    picture = re.search(
        r'<div class="explorer"[^>]*><img alt="([^"]*)" src="data:image/svg\+xml;base64,[^"]+">',
        trial.html(page),
    )
    assert picture[1] == "A &lt;small&gt; picture"


def test_the_build_says_why_the_class_draws(trial):
    start = "the class of drawn draws its picture:"
    assert f"canvas: {start} it draws on a canvas" in trial.messages
    assert f"unknown: {start} TypeError: element.attachShadow is unknown" in trial.messages


def test_without_any_picture_a_sentence_stands_there(trial):
    assert "This explorer needs JavaScript." in trial.html("nothing")


def test_needs_kernel_keeps_the_last_picture_and_drops_the_controls(trial):
    page = trial.html("kernel")
    notebook = json.loads((trial.output / "_sources/kernel.ipynb").read_text("utf-8"))
    bundles = [output["data"] for output in notebook["cells"][-1]["outputs"]]
    pictures = [bundle["image/png"] for bundle in bundles if "image/png" in bundle]
    [shown] = re.findall(r'<img [^>]*src="([^"]+)"', page)
    assert len(pictures) == 2
    assert b64decode(pictures[-1]) == (trial.output / shown).read_bytes()
    assert "This is a picture of controls that need Python" in page


def test_needs_kernel_shows_the_picture_inside_of_interact(trial):
    page = trial.html("interact")
    [shown] = re.findall(r'<img alt="The initial picture of the controls." src="([^"]+)"', page)
    assert (trial.output / shown).read_bytes().startswith(b"\x89PNG")
    assert "This is a picture of controls that need Python" in page


def test_needs_kernel_takes_caption_and_description_from_the_cell(trial):
    page = trial.html("described")
    assert '<img alt="A line." src="_images/' in page
    assert "Rising</span>" in page
    assert "controls that need Python" in page


def test_offered_notebook_shows_the_picture_that_controls_hold(trial):
    notebook = json.loads((trial.output / "_sources/interact.ipynb").read_text("utf-8"))
    [output] = notebook["cells"][-1]["outputs"]
    assert set(output["data"]) == {"image/png", "text/plain"}


def test_offered_notebook_shows_the_picture_in_place_of_the_widget(trial):
    text = (trial.output / "_sources/canvas.ipynb").read_text("utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    [output] = notebook.cells[-1].outputs
    assert set(output.data) == {"text/html", "text/plain"}
    assert '<img alt="A &lt;small&gt; picture" src="data:image/svg+xml' in output.data["text/html"]
    assert "widgets" not in notebook.metadata


def test_a_rebuild_gives_the_same_bytes(make_book):
    text = {"page": PAGES["two"] + PAGES["canvas"]}
    one, other = (site_of(build(make_book, text)) for _ in range(2))
    assert any("explorers/counter-" in name for name in one)
    assert one == other


def site_of(made):
    """Return pages and explorer files of a site by name."""
    paths = [made.output / "page.html", *(made.output / "_static/explorers").iterdir()]
    return {path.relative_to(made.output).as_posix(): path.read_bytes() for path in paths}


def test_files_that_no_page_uses_any_more_are_removed(make_book):
    made = build(make_book, {"page": widget(COUNTER), "other": widget(COUNTER, name="Other")})
    before = site_of(made)
    made.write(page=HEADER + widget(COUNTER.replace("count", "number")), other="# Other\n").build()
    after = site_of(made)
    assert len(before) == len(after) + 2
    assert not any("other" in name for name in after)


REFUSED = {
    "imports": ('import x from "y";\nexport default {};', "it imports other modules"),
    "fetches": ('const x = import("./y.js");\nexport default {};', "it imports other modules"),
    "no-default": ("export const a = 1;", "it must have one default export"),
    "syntax": ("export default { render( };", "SyntaxError"),
    "empty": ("export default {};", "its default export has neither render nor initialize"),
}
OTHERS = {
    "slider": (
        cell("import ipywidgets\nipywidgets.FloatSlider()"),
        "FloatSliderModel needs a kernel; a page can show anywidgets",
    ),
    "box": (
        widget(COUNTER, "ipywidgets.HBox([Counter()])"),
        "HBoxModel needs a kernel; a page can show anywidgets",
    ),
    "bytes": (
        widget(COUNTER, "Counter(data=b'1')", traits=("n = Int(1)", "data = Bytes()")),
        "counter is tied to another widget or holds bytes, which needs a kernel",
    ),
    "linked": (
        widget(
            COUNTER,
            "c, s = Counter(), ipywidgets.IntSlider()\n"
            "ipywidgets.jslink((c, 'n'), (s, 'value'))\nc",
        ),
        "counter is tied to another widget",
    ),
    "controls": (
        cell("import ipywidgets\nipywidgets.FloatSlider()", "needs-kernel"),
        "a cell tagged needs-kernel shows no picture to stand in for its controls",
    ),
}
WARNED = {
    **{
        name: (widget(module), f"the module of counter cannot run on a page: {reason}")
        for name, (module, reason) in REFUSED.items()
    },
    **OTHERS,
}


@pytest.fixture(scope="module")
def warned(make_book):
    return build(make_book, {name: page for name, (page, _) in WARNED.items()})


@pytest.mark.parametrize("name", WARNED)
def test_what_a_page_cannot_have_is_a_warning_with_its_name(warned, name):
    found = [line for line in warned.warnings.splitlines() if f"{name}.md" in line]
    assert len(found) == 1
    assert f"WARNING: {WARNED[name][1]}" in found[0]


def test_a_refused_widget_leaves_no_place_and_no_link_behind(warned):
    assert places(warned.html("syntax")) == []
    assert places(warned.html("linked")) == []


NESTED = "export default { render: ({ el }) => el.append(`a ${true ? ` = ${1}` : ``} b`) };"


def test_template_inside_of_a_template_keeps_its_spaces():
    from explorer_host.modules import script

    assert "`a ${true ? ` = ${1}` : ``} b`" in script(NESTED)


@pytest.mark.parametrize("code", ["`a ${b} c`; `d ${{ e: f }} g`", "let a = { b: `c` };"])
def test_other_templates_are_made_small(code):
    from explorer_host.modules import script

    assert "  " not in script(f"{code}  // a remark\n  export default 1;")


def test_all_explorers_of_the_book_are_made_small():
    from explorer_host.modules import nests_templates
    from softback import explorers

    widgets = [getattr(explorers, name) for name in explorers.__all__]
    assert [widget.__name__ for widget in widgets if nests_templates(widget._esm)] == []

"""The small document in which modules draw their first picture while the book is built."""

import pytest

from explorer_host.modules import HostError, script
from explorer_host.pictures import IDS_PER_VIEW, MOST_CHARACTERS, Painter
from softback import explorers


def draw(body, view=1, **traits):
    """Return the picture of a module whose render runs some code."""
    module = f"export default {{ render({{ model, el, signal }}) {{ {body} }} }};"
    return Painter().draw(script(module), traits, view)


def element(tag, body):
    """Return the picture of one element after some code, in which it is ``one``."""
    return draw(f'const one = document.createElement("{tag}"); {body}; el.append(one);')


DRAWN = {
    "one.innerHTML = '<b>made elsewhere</b>';": "<p><b>made elsewhere</b></p>",
    "one.append('a', document.createElement('b'), 2)": "<p>a<b></b>2</p>",
    "one.append('b'); one.prepend('a<', 1)": "<p>a&lt;1b</p>",
    "one.append('a'); one.replaceChildren('b & c')": "<p>b &amp; c</p>",
    "one.append('a'); one.textContent = ''": "<p></p>",
    "one.append('a'); one.append(one.textContent, one.childNodes.length)": "<p>aa1</p>",
    "one.setAttribute('title', 'a \"b\" < & c')": '<p title="a &quot;b&quot; &lt; &amp; c"></p>',
    "one.setAttribute('a', 1); one.removeAttribute('a')": "<p></p>",
    "one.append(one.getAttribute('a') === null, one.hasAttribute('a'))": "<p>truefalse</p>",
    "one.toggleAttribute('a'); one.toggleAttribute('b', false)": "<p a></p>",
    "one.className = 'a b'; one.classList.add('c', 'a'); one.classList.remove('b')": (
        '<p class="c a"></p>'
    ),
    "one.classList.toggle('a'); one.classList.toggle('b', false)": '<p class="a"></p>',
    "one.dataset.rowCount = 3": '<p data-row-count="3"></p>',
    "one.style.setProperty('--n', 3); one.style.setProperty('width', '2px')": (
        '<p style="--n:3;width:2px"></p>'
    ),
    "one.hidden = true; one.id = 'x'": '<p hidden id="x"></p>',
    "one.hidden = true; one.hidden = false": "<p></p>",
    "one.addEventListener('click', () => {})": "<p></p>",
    "one.append(document.createTextNode('a'))": "<p>a</p>",
}
FIELDS = {
    (
        "input",
        "one.type = 'range'; one.value = 3; one.min = 1; one.title = one.value + 1",
    ): '<input type="range" value="3" min="1" title="31">',
    ("input", "one.type = 'checkbox'; one.checked = true"): '<input type="checkbox" checked>',
    ("output", "one.value = 3; one.htmlFor = 'x'"): '<output for="x">3</output>',
    ("label", "one.htmlFor = 'x'; one.tabIndex = 0"): '<label for="x" tabindex="0"></label>',
}
SELECT = """
for (const name of ["a", "b"]) {
  const option = document.createElement("option");
  option.value = name;
  option.textContent = `the ${name}`;
  one.append(option);
}
"""
# What a browser may fill in, and the button that stands for it.
STAND_INS = {
    (
        "textarea",
        "one.id = 'x'; one.value = 'a<b'; one.setAttribute('rows', 4)",
    ): '<button type="button" id="x" class="as-textarea" style="--rows:4">a&lt;b</button>',
    (
        "input",
        "one.className = 'wide'; one.ariaLabel = 'z'; one.value = 3",
    ): '<button type="button" class="wide as-input" aria-label="z: 3">3</button>',
    ("select", SELECT): '<button type="button" class="as-select">the a</button>',
    (
        "select",
        f"{SELECT} one.value = 'b'; one.title = one.value",
    ): '<button type="button" title="b" class="as-select">the b</button>',
}


@pytest.mark.parametrize("body", DRAWN)
def test_elements_are_drawn_as_a_browser_would_write_them(body):
    assert element("p", body) == DRAWN[body]


@pytest.mark.parametrize(("tag", "body"), FIELDS)
def test_fields_show_their_values(tag, body):
    assert element(tag, body) == FIELDS[tag, body]


@pytest.mark.parametrize(("tag", "body"), STAND_INS)
def test_a_button_stands_for_a_field_that_browsers_fill_in(tag, body):
    assert element(tag, body) == STAND_INS[tag, body]


def test_svg_is_drawn_like_html():
    body = """
      const one = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      one.setAttribute("viewBox", "0 0 1 1");
      el.append(one);
    """
    assert draw(body) == '<svg viewBox="0 0 1 1"></svg>'


def test_traits_are_read_and_set():
    assert draw("model.set('n', model.get('n') + 1); el.append(model.get('n'));", n=1) == "2"


def test_initialize_comes_first():
    module = """
let n = 0;
export default () => ({ initialize() { n = 5; }, render({ el }) { el.append(n); } });
"""
    assert Painter().draw(script(module), {}, 1) == "5"


def test_nothing_happens_later():
    body = """
      const later = () => el.append("late");
      requestAnimationFrame(later);
      setTimeout(later, 0);
      addEventListener("load", later);
      matchMedia("print").addEventListener("change", later);
      signal.addEventListener("abort", later);
      el.append("now");
    """
    assert draw(body) == "now"


def test_ids_of_two_views_stay_apart():
    body = "document.softbackIds += 1; el.append(document.softbackIds);"
    assert [draw(body, view) for view in (1, 2)] == [str(n * IDS_PER_VIEW + 1) for n in (1, 2)]


REFUSED = {
    "el.outerHTML = '<b>';": "element.outerHTML cannot be set while the book is built",
    "el.append(el.offsetWidth);": "element.offsetWidth is unknown while the book is built",
    "el.style.color = 'red';": "element.style.color cannot be set while the book is built",
    "el.getBoundingClientRect();": "element.getBoundingClientRect is unknown",
    "new ResizeObserver(() => {});": "ResizeObserver is not defined",
    "document.createElement('canvas').getContext('2d').measureText('a').width;": "width",
    "el.append('x'.repeat(200000));": f"more than {MOST_CHARACTERS}",
    "return Promise.resolve();": "render is not synchronous",
    "throw new Error('on purpose\\n and more');": "Error: on purpose",
    "while (true) {}": "interrupted",
}


@pytest.mark.parametrize("body", REFUSED)
def test_what_cannot_be_drawn_here_is_refused_with_the_reason(body, monkeypatch):
    monkeypatch.setattr("explorer_host.pictures.SECONDS", 1)
    with pytest.raises(HostError, match=REFUSED[body].replace("(", r"\(")) as caught:
        draw(body)
    assert "\n" not in str(caught.value)


def test_a_canvas_that_is_not_drawn_on_is_a_picture():
    assert element("canvas", "one.width = 3") == '<canvas width="3"></canvas>'


def test_a_canvas_that_is_drawn_on_is_refused():
    with pytest.raises(HostError, match="it draws on a canvas"):
        element("canvas", "one.width = 3; one.getContext('2d').fillRect(0, 0, 1, 1)")


EXPORTS = [
    "export default { render() {} };",
    "export default { initialize() {} };",
    "export default () => ({ render() {} });",
    "const x = { render() {} };\nexport { x as default };",
    "export const y = 1;\nexport default { render() {} };\nconst z = 1;",
    "window.notHere();\nexport default { render() {} };",
]


@pytest.mark.parametrize("module", EXPORTS)
def test_modules_that_can_be_mounted_pass_the_check(module):
    assert Painter().check(script(module)) is None


@pytest.mark.parametrize("name", explorers.__all__)
def test_each_explorer_of_the_book_draws_itself(name):
    made = getattr(explorers, name)()
    traits = {trait: value for trait, value in made.get_state().items() if trait[0] != "_"}
    assert 'class="sb-picture"' in Painter().draw(script(made._esm), traits, 1)

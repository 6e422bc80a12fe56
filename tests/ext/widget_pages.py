"""Three-line pages that define a widget and show it, their site, and a browser on it."""

from contextlib import contextmanager

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
const render = ({ model, el }) => {
  const button = document.createElement("button");
  const show = () => { button.textContent = `count ${model.get("n")}`; };
  button.addEventListener("click", () => {
    model.set("n", model.get("n") + 1);
    model.save_changes();
  });
  model.on("change:n", show);
  show();
  el.append(button);
  return () => { globalThis.left = (globalThis.left ?? 0) + 1; };
};
export default { render };
"""

FAR = "\n\n".join(["Text."] * 400) + "\n\n"


def cell(code, *tags):
    """Return a code cell of a page."""
    options = f":tags: [{', '.join(tags)}]\n" if tags else ""
    return f"```{{code-cell}} ipython3\n{options}\n{code}\n```\n\n"


def widget(module, show="", *, name="Counter", css="", traits=("n = Int(1)",)):
    """Return a cell that defines a widget class and then runs ``show``, else shows one."""
    synced = "\n    ".join(f"{trait}.tag(sync=True)" for trait in traits)
    code = f"""import anywidget, ipywidgets
from traitlets import Any, Bytes, Int, Unicode

class {name}(anywidget.AnyWidget):
    _esm = {module!r}
    _css = {css!r}
    {synced}

"""
    return cell(code + (show or f"{name}()"))


def saying(body):
    """Return a module whose render runs some code; its ``say`` writes a line into the view."""
    return f"""
const render = async ({{ model, el, signal, experimental, address }}) => {{
  const line = (text) => Object.assign(document.createElement("p"), {{ textContent: text }});
  const say = (text) => el.append(line(text));
  {body}
}};
export default {{ render }};
"""


def build(make_book, pages, *extensions):
    """Return the built book of some pages, by name, with the host and further extensions."""
    settings = {"nb_execution_mode": "force", "nb_ipywidgets_js": {}, "html_theme": "basic"}
    titles = {"project": "Trial", "html_title": "Trial", "exclude_patterns": ["_build"]}
    book = make_book(extensions=["myst_nb", "explorer_host", *extensions], **settings, **titles)
    for name in pages:
        (book.source / name).parent.mkdir(parents=True, exist_ok=True)
    return book.write(**{name: HEADER + text for name, text in pages.items()}).build()


@contextmanager
def visits(folder, browser, **options):
    """Yield a function: the address of a page below a served folder in, the open page out."""
    with serve(folder) as origin:
        context = browser.new_context(viewport={"width": 800, "height": 600}, **options)

        def visit(name, policy=None):
            page = context.new_page()
            page.faults = []
            page.on("pageerror", lambda error: page.faults.append(str(error)))
            page.on("console", lambda message: page.faults.extend(_fault(message)))
            if policy:
                page.route("**/*.html", lambda route: _fulfil(route, policy))
            page.goto(f"{origin}/{name}")
            return page

        yield visit
        context.close()


def _fault(message):
    is_fault = message.type in {"error", "warning"} and "favicon" not in message.location["url"]
    return [message.text] if is_fault else []


def _fulfil(route, policy):
    response = route.fetch()
    headers = response.headers | {"content-security-policy": policy}
    route.fulfill(response=response, headers=headers)


def ready(page, count=1):
    """Wait until so many explorers of a page are alive."""
    expect(page.locator('.explorer[data-state="ready"]')).to_have_count(count)


def settle(page):
    """Wait until everything on the first screen has been asked to mount."""
    page.evaluate(
        "() => new Promise((done) => new IntersectionObserver(done).observe(document.body))"
    )


def fetched(page, stem):
    """Return how often the module of a stem was fetched."""
    names = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    return sum(f"/{stem}-" in name and name.endswith(".js") for name in names)

"""What a page must do in any browser: one visit over http, one from a folder."""

from functools import cache

import pytest

from tests.chapters.sources import chapter
from tests.conftest import HTML, QuietHandler, pages, serve
from tests.engines.drivers import DriverError

PAGES = pages() or ["index.html"]
ALIVE = [page for page in pages() if 'class="explorer' in (HTML / page).read_text("utf-8")]
RIGHT = "\ue014"  # the arrow key, in WebDriver's alphabet

# Comes before all scripts of a page, and writes down what goes wrong in them.
WATCH = b"""
window.faults = [];
for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"]) {
  addEventListener(kind, (event) => {
    const { message, reason, blockedURI, violatedDirective, target } = event;
    const what = message ?? reason ?? (blockedURI && `${violatedDirective} ${blockedURI}`);
    if (`${what}`.startsWith("ResizeObserver loop")) return;  // the next frame does the rest
    window.faults.push(`${kind}: ${what ?? target.outerHTML ?? target}`);
  }, true);
}
for (const kind of ["error", "warn"]) {
  const said = console[kind];
  console[kind] = (...words) => {
    window.faults.push(`${kind}: ${words.join(" ")}`);
    said(...words);
  };
}
"""

# Meet every explorer and wait until each is alive; then say what is wrong.
VISIT = """
const wait = (until) => new Promise((resolve) => {
  const end = performance.now() + 20000;
  const look = () => (until() || performance.now() > end ? resolve() : setTimeout(look, 20));
  look();
});
await wait(() => document.readyState === "complete");
const explorers = [...document.querySelectorAll(".explorer")];
for (const explorer of explorers) {
  explorer.scrollIntoView({ block: "center" });
  await wait(() => explorer.dataset.state === "ready");
}
await document.fonts.ready;
const root = document.documentElement;
return {
  dead: explorers.filter((one) => one.dataset.state !== "ready").map((one) => one.id),
  overflow: root.scrollWidth - root.clientWidth,
  faults: window.faults ?? [],
};
"""
PICTURES = """
return [...document.querySelectorAll(".explorer")]
  .filter((one) => one.querySelector(".sb-picture") && one.querySelector("input[type=range]"))
  .map((one) => ({ id: one.id, picture: one.querySelector(".sb-picture").outerHTML }));
"""

# Write into a cell, press one of its buttons, and return what the cell says in the end.
RUN = """
const [id, name, code] = arguments, box = document.getElementById(id);
const buttons = () => [...box.querySelectorAll("button:not([hidden])")];
const press = (name) => buttons().find((one) => one.textContent === name).click();
const wait = async (until) => {
  while (!until()) await new Promise((resolve) => setTimeout(resolve, 50));
};
if (code) {
  press("Edit and run");
  await wait(() => box.querySelector("textarea"));
  box.querySelector("textarea").value = code;
  box.querySelector("textarea").dispatchEvent(new Event("input"));
}
press(name);
await wait(() => /^(Done|It )/.test(box.querySelector(".sb-run-note").textContent));
return box.querySelector(".sb-run-out").textContent;
"""
BROADCAST = """
def broadcast_jacobian(y):
    return y[:, None] * (np.eye(len(y)) - y)


course.check("softmax_jacobian", broadcast_jacobian)"""


class _Watching(QuietHandler):
    """Serves the book, with one more script in each page, from the page's own origin."""

    def do_GET(self):
        """Answer a request."""
        path = HTML / self.path.partition("?")[0].lstrip("/")
        if self.path == "/watch.js":
            self._send(WATCH, "text/javascript")
        elif path.suffix == ".html" and path.is_file():
            script = b'<script src="/watch.js"></script></head>'
            head, _, rest = path.read_bytes().partition(b"</head>")
            start, title, others = head.partition(b"<title>")
            self._send(start + script.removesuffix(b"</head>") + title + others + b"</head>" + rest,
                       "text/html; charset=utf-8")  # fmt: skip
        else:
            super().do_GET()

    def _send(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def watched():
    """Address of the built book, whose pages note their faults."""
    with serve(HTML, _Watching) as address:
        yield address


@pytest.fixture(scope="module")
def browser(kind):
    """One browser of a kind for all visits."""
    if missing := kind.missing():
        pytest.skip(f"{kind.name} is not here: no {missing}")
    try:
        opened = kind()
    except (OSError, DriverError) as error:
        pytest.skip(f"{kind.name} does not start here: {error}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def visit(browser, watched):
    """Return a function: page in, what was seen out; each is opened once, over http."""

    @cache
    def look(page):
        browser.go(f"{watched}/{page}")
        seen = browser.ask(VISIT)
        seen["still"] = [one["id"] for one in moved(browser)]
        return seen

    return look


def moved(browser):
    """Press a key on the first slider of each explorer; return those whose picture stays."""
    still = []
    for before in browser.ask(PICTURES):
        browser.type(f"#{before['id']} input[type=range]", RIGHT)
        browser.ask(
            "await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);"
        )
        after = {one["id"]: one["picture"] for one in browser.ask(PICTURES)}
        still += [before] if after[before["id"]] == before["picture"] else []
    return still


every_page = pytest.mark.parametrize("page", PAGES)


@every_page
def test_a_page_is_alive_quiet_and_never_too_wide(visit, page):
    seen = visit(page)
    assert seen["dead"] == []
    assert seen["faults"] == []
    assert seen["overflow"] <= 0


@every_page
def test_every_explorer_answers_to_a_key(visit, page):
    assert visit(page)["still"] == []


@pytest.mark.parametrize("page", ALIVE)
def test_a_page_from_a_folder_is_alive(browser, page):
    browser.go((HTML / page).as_uri())
    seen = browser.ask(VISIT)
    assert seen["dead"] == []
    assert seen["overflow"] <= 0


@pytest.mark.parametrize("place", ["served", "from a folder"])
def test_search_finds(browser, watched, place):
    folder = watched if place == "served" else HTML.as_uri()
    browser.go(f"{folder}/search.html?q=softmax")
    found = browser.ask("""
      const end = performance.now() + 10000;
      const links = () => document.querySelectorAll("#search-results li a").length;
      while (links() < 6 && performance.now() < end) await new Promise((r) => setTimeout(r, 50));
      return links();""")
    assert found > 5


def test_the_theme_changes(browser, watched):
    browser.go(f"{watched}/{chapter('jacobian')}")
    colours = browser.ask("""
      const found = [];
      for (let n = 0; n < 3; n++) {  // light, dark, and as the system likes it
        document.querySelector(".theme-switch-button").click();
        for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
        document.getAnimations().forEach((one) => one.finish());
        found.push(getComputedStyle(document.body).backgroundColor);
      }
      return found;""")
    assert len(set(colours)) == 2


@pytest.mark.parametrize("place", ["served", "from a folder"])
def test_a_typed_formula_is_answered(browser, watched, place):
    folder = watched if place == "served" else HTML.as_uri()
    browser.go(f"{folder}/{chapter('vector-jacobian-product')}#ex-jvp")
    assert browser.ask(VISIT)["dead"] == []
    browser.type("#ex-jvp input[type=text]", "y_i*v_i\ue007")
    said = browser.ask("""return document.querySelector("#ex-jvp [role=status]").textContent;""")
    assert "The second term of J is missing." in said


@pytest.mark.skipif(
    not (HTML / "_static/python").is_dir(), reason="the book was built without Python for the page"
)
def test_python_answers_in_the_page(browser, watched):
    browser.go(f"{watched}/{chapter('jacobian')}")
    assert "proved for every" in browser.ask(RUN, "cell-eq-jacobian", "Prove it again", "")
    exercise = "cell-ex-jacobian-broadcast"
    assert "Right" in browser.ask(RUN, exercise, "Check", BROADCAST)
    assert browser.ask("return window.faults;") == []

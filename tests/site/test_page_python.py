"""Python in the page, as readers use and misuse it; skipped where the build found no Pyodide."""

import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

HTML = Path(__file__).parents[2] / "_build" / "html"
SERVED = HTML / "_static" / "python"
PAGE = next((HTML / "chapters").glob("*-jacobian.html"), HTML / "none").name
RIGHT = """
def broadcast_jacobian(y):
    return y[:, None] * (np.eye(len(y)) - y)


course.check("softmax_jacobian", broadcast_jacobian)"""
KEPT = "Object.keys(localStorage).filter((key) => key.includes('code/'))"
SOLVED = f"{KEPT}.map((key) => JSON.parse(localStorage.getItem(key)).solved)"
WRONG = RIGHT.replace("y[:, None] * (np.eye(len(y)) - y)", "np.diag(y) - y @ y.T")

pytestmark = pytest.mark.skipif(
    not SERVED.is_dir(), reason="the book was built without Python for the page"
)


class Box:
    """One cell of a page, with its buttons."""

    def __init__(self, page, place):
        self.place = page.locator(place)
        self.note = self.place.locator(".sb-run-note")
        self.out = self.place.locator(".sb-run-out")

    def press(self, name):
        self.note.evaluate("(note) => (note.textContent = '')")  # what an earlier run has said
        self.place.get_by_role("button", name=name, exact=True).click()

    def finish(self, seconds=60):
        """Wait until the cell has run, and return what it shows."""
        end = time.monotonic() + seconds
        while not self.note.inner_text().startswith(("Done", "It ")):
            assert time.monotonic() < end, self.note.inner_text()
            time.sleep(0.05)
        return self.out.inner_text() if self.out.is_visible() else ""

    def write(self, code):
        for fold in self.place.locator("details.hide:not([open]) > summary").all():
            fold.click()
        edit = self.place.get_by_role("button", name="Edit and run", exact=True)
        if edit.is_visible():
            edit.click()
        self.place.get_by_role("textbox").fill(code)

    def run(self, code, seconds=60):
        self.write(code)
        self.press("Run")
        return self.finish(seconds)


@pytest.fixture(scope="module")
def reader(browser, site):
    """A page that is open, and lists of what it has asked for and of its errors."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.asked, page.faults = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(f"{site}/chapters/{PAGE}")
    page.locator("#cell-eq-jacobian .sb-run").wait_for()
    yield page
    assert page.faults == []
    context.close()


@pytest.fixture
def box(reader):
    """A cell that shows numbers."""
    numbers = reader.locator(".sb-code-cell:has(> .cell_output .output)").first
    numbers.scroll_into_view_if_needed()
    return Box(reader, f"#{numbers.get_attribute('id')}")


def test_before_a_press_only_the_buttons_are_loaded(reader):
    loaded = [url.rpartition("/")[2] for url in reader.asked if "/python/" in url]
    assert [name.partition("-")[0] for name in loaded] == ["buttons"]
    assert "worker-src 'self'" in reader.locator("meta[http-equiv]").get_attribute("content")


def test_edit_and_run_waits_inside_of_its_fold(reader):
    edit = reader.locator("#cell-eq-jacobian").get_by_role("button", name="Edit and run")
    fold = reader.locator("#cell-eq-jacobian details.hide > summary")
    expect(edit).to_be_hidden()
    fold.click()
    expect(edit).to_be_visible()
    fold.click()


def test_a_proof_outlives_the_line_loads_no_numpy_and_a_false_claim_is_refuted(reader):
    proof = Box(reader, "#cell-eq-jacobian")
    reader.context.route("**/sympy-*.bin", lambda route: route.abort())
    proof.press("Prove it again")
    assert "The connection was lost" in proof.finish()
    reader.context.unroute("**/sympy-*.bin")
    proof.press("Try again")
    proof.note.get_by_text("Done in").wait_for()
    assert "eq-jacobian proved for every" in proof.finish()
    assert proof.out.locator("math").text_content() == "C"
    loaded = " ".join(url.rpartition("/")[2] for url in reader.asked if "/python/" in url)
    assert "sympy-" in loaded
    assert "numpy-" not in loaded
    said = proof.run('verify("eq-jacobian", d(share[i], sym.z[j]), share[i] - share[i] * share[j])')
    assert "is false at C = " in said
    proof.run("d(share[i], sym.z[j])")
    proof.out.locator("math").wait_for()
    proof.press("Undo my changes")


def test_an_exercise_is_checked_wrong_and_right_and_kept_for_the_next_visit(reader):
    exercise = Box(reader, "#cell-ex-jacobian-broadcast")
    exercise.press("Check")
    assert "Not written yet" in exercise.finish()
    for code, said in ((WRONG, "row"), (RIGHT, "Right")):
        exercise.write(code)
        exercise.press("Check")
        exercise.note.get_by_text("Done in").wait_for()
        assert said in exercise.finish()
    reader.reload()
    exercise.note.get_by_text("Your changes are kept.").wait_for()
    exercise.press("Edit and run")
    assert exercise.place.get_by_role("textbox").input_value() == RIGHT
    assert reader.evaluate(SOLVED) == [True]
    exercise.press("Undo my changes")
    assert reader.evaluate(KEPT) == []


def test_figures_and_prints_come_in_their_order(box):
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()\nprint('after')"
    assert "after" in box.run(code)
    parts = box.out.evaluate("(out) => [...out.children].map((part) => part.tagName)")
    assert parts == ["IMG", "PRE"]
    assert box.out.locator("img").evaluate("(image) => image.complete && image.naturalWidth > 300")


def test_keys_of_the_field(reader, box):
    box.write("")
    field = box.place.get_by_role("textbox")
    field.press_sequentially("for n in range(2):\nprint(n / 2)\n")
    field.press("Backspace")
    field.press_sequentially("7 / 2")
    assert field.input_value() == "for n in range(2):\n    print(n / 2)\n7 / 2"
    field.press("Control+Enter")
    assert box.finish().split() == ["0.0", "0.5", "3.5"]
    field.press("Control+a")
    field.press("Tab")
    assert field.input_value().startswith("    for")
    field.press("Shift+Tab")
    assert field.input_value().startswith("for")
    field.press("Escape")
    field.press("Tab")
    assert reader.evaluate("document.activeElement.tagName") == "BUTTON"


# What a reader types, and words of the answer; "" where any will do. The page lives on.
BAD = {
    "1/0": "ZeroDivisionError: division by zero",
    "x = 1\ny = (2 +": "SyntaxError",
    "def f(n):\n    return f(n + 1)\nf(0)": "RecursionError",
    "input('name? ')": "Nobody can type into",
    "exit()": "has nothing to leave",
    "import sys\nsys.exit(3)": "ended itself",
    "open('data.csv')": "FileNotFoundError",
    "import os\nos.system('ls')": "",
    "import os\nos._exit(1)": "",
    "import requests": "There is no `requests` on this page",
    "for n in range(1_000_000): print(n)": "and more, which the page does not show",
    "import numpy as np\nnp.ones(2**28)": "less than 2 GB",
    "x = bytearray(2**31 - 1000)": "",
    "import js\njs.XMLHttpRequest.new()": "Error",
    "from pyodide.code import run_js\nrun_js('postMessage({type: 1}); 5')": "5",
    "import statistics\nstatistics.mean([1, 2, 6])": "3",
    "import sympy.physics.units as u\nu.meter": "m",
    "raise KeyboardInterrupt": "KeyboardInterrupt",
    "import threading\nthreading.Thread(target=print).start()": "can't start new thread",
    "try:\n    import sympy\nexcept BaseException:\n    pass\nprint(sympy.pi)": "pi",
    "from IPython.display import HTML\nHTML('<script>1</script><b onclick=x>bold</b>')": "bold",
    "\u202e print(1)": "SyntaxError",
    "(" * 300 + ")" * 300: "SyntaxError",
    "": "",
    "# " + "x" * 10_000: "",
}


def named(code):
    return code.replace("\n", "; ")[:40] or "nothing"


@pytest.mark.parametrize("code", BAD, ids=named)
def test_what_a_page_cannot_do_is_said_and_the_page_lives_on(box, code):
    assert BAD[code] in box.run(code)
    assert box.run("1 + 1").split() == ["2"]


def test_stop_ends_an_endless_loop_and_settings_of_the_first_cell_after_it_end_with_its_run(box):
    box.write("while True:\n    try:\n        while True: pass\n    except BaseException: pass")
    box.press("Run")
    box.note.get_by_text("Running…").wait_for()
    box.press("Stop")
    assert "Stopped." in box.finish()
    show = "print(np.array([1 / 3]))"
    first = box.run(f"import numpy as np\nnp.set_printoptions(precision=2)\n{show}")
    assert first.strip() == "[0.33]"
    assert box.run(f"import numpy as np\n{show}").strip() == "[0.33333333]"


# Predictions as people write them, and words of the answer.
PREDICTIONS = {
    "raises, wrong": "You wrote 2 entries.",
    "1/2 of them raise": "That cannot be compared.",
    "[0, 0, 0, 0.5]": "look at entry 1",
    "raises, 'wrong', \"right\", wrong": "As you predicted",
}


def test_a_prediction_is_known_to_the_cell_beside_it(visitor, site):
    [axes] = (HTML / "chapters").glob("*-any-axis.html")
    visitor.goto(f"{site}/chapters/{axes.name}")
    cell = Box(visitor, "#cell-ex-which-shapes")
    field = visitor.locator("#ex-which-shapes").get_by_label("Your prediction")
    for prediction, said in PREDICTIONS.items():
        field.fill(prediction)
        cell.press("Check")
        assert said in cell.finish()
    assert visitor.evaluate(SOLVED) == [True]
    own = cell.place.get_by_role("textbox")
    own.fill(own.input_value().replace('"raises"', '"mine"'))
    field.fill("raises, raises, raises, raises")
    cell.press("Check")
    assert "look at entry 1" in cell.finish()
    assert '"mine"' in own.input_value()


def test_the_focus_of_a_keyboard_is_never_lost(visitor, site):
    visitor.goto(f"{site}/chapters/{PAGE}")
    exercise = Box(visitor, "#cell-ex-jacobian-broadcast")
    check, stop, again = (
        exercise.place.get_by_role("button", name=name, exact=True)
        for name in ("Check", "Stop", "Try again")
    )
    visitor.context.route("**/numpy-*.bin", lambda route: route.abort())
    check.focus()
    visitor.keyboard.press("Enter")
    exercise.note.get_by_text("It was stopped").wait_for()
    expect(check).to_be_focused()
    visitor.context.unroute("**/numpy-*.bin")
    exercise.write("while True: pass")
    again.focus()
    visitor.keyboard.press("Enter")
    expect(stop).to_be_focused()
    exercise.note.get_by_text("Running…").wait_for()
    visitor.keyboard.press("Enter")
    assert "Stopped." in exercise.finish()
    expect(check).to_be_focused()


def test_a_loop_without_an_end_is_stopped_after_half_a_minute(visitor, site):
    visitor.clock.install()
    visitor.goto(f"{site}/chapters/{PAGE}")
    box = Box(visitor, "#cell-eq-jacobian")
    box.write("while True: pass")
    box.press("Run")
    box.note.get_by_text("Running…").wait_for()
    visitor.clock.fast_forward(29_000)
    expect(box.note).to_have_text("Running…")
    visitor.clock.fast_forward(1_000)
    assert "Stopped after 30 seconds. Is there a loop that never ends?" in box.finish()
    assert box.run("1 + 1").split() == ["2"]


def test_the_whole_book_is_proved_again_and_recorded(visitor, site):
    visitor.goto(f"{site}/chapters/formula-index.html")
    place = visitor.locator("#sb-whole-book")
    prove = place.get_by_role("button", name="Prove the whole book again")
    prove.click()
    place.locator("li").first.wait_for(timeout=120_000)
    place.get_by_role("button", name="Stop").focus()
    visitor.keyboard.press("Enter")
    place.get_by_text("Stopped after").wait_for()
    expect(prove).to_be_focused()
    visitor.keyboard.press("Enter")
    place.get_by_text("equations proved again in").wait_for(timeout=120_000)
    proofs = place.locator("li")
    labels = proofs.locator("code").all_text_contents()
    entries = visitor.locator(".sb-index-entry", has_text="Proved")
    assert set(labels) == set(entries.locator("> p:first-child > code").all_text_contents())
    with visitor.expect_download() as download:
        place.get_by_role("button", name="Save the record").click()
    record = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert [proof["label"] for proof in record["proofs"]] == labels
    assert record["python"].startswith("3.12")


def test_from_a_folder_a_sentence_stands_in_for_the_buttons(visitor):
    visitor.goto((HTML / "chapters" / PAGE).as_uri())
    visitor.get_by_text("when the book comes from a server").wait_for()
    assert visitor.locator(".sb-run").count() == 0

"""What a reader writes comes back, stands in the workbook, and is forgotten on request."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.accessibility import accessibility_faults
from tests.chapters.sources import chapter
from tests.conftest import HTML
from tests.site.conftest import come_again
from tests.site.explorer_reader import bring_to_life

WORKBOOK = "chapters/workbook.html"
MARK = "Softmax, Backwards: workbook"
DONE = re.compile("sb-done")
REFUSE_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("refused", "SecurityError"); }, configurable: true,
});"""


@pytest.fixture
def place(request, site):
    """Where the book stands: on a server, unless a test says "folder"."""
    return HTML.as_uri() if getattr(request, "param", "") == "folder" else site


def work(page, place):
    """Predict, choose, solve one formula."""
    page.goto(f"{place}/{chapter('vector-jacobian-product')}")
    page.get_by_role("textbox", name="Your prediction").fill("-1, 1, -1")
    first = page.locator("#check-yourself p + details.option").first
    first.locator("summary").click()
    expect(first).to_contain_text("(your choice)")
    page.locator("#ex-jvp").scroll_into_view_if_needed()  # fields come alive when they are near
    formula = page.locator("#ex-jvp").get_by_role("textbox", name="Your formula")
    formula.fill("y_i*(v_i - sum_k(v_k*y_k))")
    formula.press("Enter")
    expect(page.locator("#ex-jvp").get_by_role("status")).to_contain_text("Right")


@pytest.fixture
def reader(visitor, place):
    """A reader who has predicted, chosen, solved one formula, and is at a second one."""
    work(visitor, place)
    return visitor


def open_workbook(page, place):
    """Go to the workbook; a page from a folder may be there before what another page has kept."""
    page.goto(f"{place}/{WORKBOOK}")
    for _ in range(20):
        expect(page.get_by_role("button", name="Load", exact=True)).to_be_visible()
        if rows(page).count():
            return
        page.reload()


def keep(page, texts):
    """Put texts by their names where the site keeps them."""
    page.evaluate(
        """(texts) => {
          const root = new URL(document.documentElement.dataset.content_root, location.href);
          for (const name in texts) localStorage.setItem(root.pathname + name, texts[name]);
        }""",
        texts,
    )


def rows(page):
    return page.locator("#workbook li:has(.sb-kind)")


def load(page, text):
    file = {"name": "a.json", "mimeType": "application/json", "buffer": text.encode()}
    page.locator("#workbook input[type=file]").set_input_files(file)


@pytest.mark.parametrize("place", ["server", "folder"], indirect=True)
def test_all_of_it_is_there_at_the_next_visit_listed_saved_forgotten_and_loaded(visitor, place):
    come_again(visitor, after=lambda: work(visitor, place))
    options = visitor.locator("#check-yourself details.option")
    options.nth(1).locator("summary").click()
    expect(options.nth(0)).to_contain_text("(your choice)")
    expect(options.nth(1)).not_to_contain_text("(your choice)")
    visitor.locator("#sol-one-class > summary").click()
    expect(visitor.locator("#sol-one-class")).to_contain_text("You predicted: -1, 1, -1")

    open_workbook(visitor, place)
    expect(rows(visitor)).to_have_count(3)
    solved = rows(visitor).filter(has_text="y_i*(v_i - sum_k(v_k*y_k))")
    expect(solved).to_contain_text("Exercise 5.2 (The other direction: derivation, medium)")
    expect(solved).to_contain_text("✓ solved")
    assert solved.locator("a").get_attribute("href").endswith("product.html#ex-jvp")
    expect(rows(visitor).filter(has_text="All entries of g are 7.")).to_contain_text("not right")
    expect(rows(visitor).filter(has_text="Prediction")).to_contain_text("-1, 1, -1")
    assert accessibility_faults(visitor) == []

    with visitor.expect_download() as waiting:
        visitor.get_by_role("button", name="Save as one file").click()
    saved = waiting.value.path().read_text("utf-8")
    forget = visitor.get_by_role("button", name="Forget all")
    forget.click()
    visitor.get_by_role("button", name="Cancel").click()
    expect(rows(visitor)).to_have_count(3)
    forget.click()
    visitor.get_by_role("button", name="Forget", exact=True).click()
    expect(rows(visitor)).to_have_count(0)
    assert visitor.evaluate("Object.keys(localStorage).filter((key) => /ex-|jac/.test(key))") == []

    load(visitor, saved)
    expect(rows(visitor)).to_have_count(3)
    changed = json.loads(saved)
    for record in changed["records"].values():
        record["text"] = "something else"
    load(visitor, json.dumps(changed))
    visitor.get_by_role("button", name="Replace").click()
    expect(rows(visitor).filter(has_text="something else")).to_have_count(3)


@pytest.fixture
def tried(visitor, site):
    """A visitor who did what the first explorer proposes, and opened the code of its chapter."""
    visitor.goto(f"{site}/{chapter('softmax')}")
    bring_to_life(visitor)
    visitor.get_by_role("slider", name="Shift c of all").press("End")
    expect(visitor.locator(".sb-task")).to_have_class(DONE)
    visitor.get_by_role("button", name="Show all code").click()
    return visitor


def test_what_was_tried_is_listed_with_its_place_and_forgotten(tried, site):
    open_workbook(tried, site)
    said = "Explorer Scores to sharesdrag the shift c. Which share moves?"
    expect(rows(tried)).to_have_text([said])
    rows(tried).get_by_role("link").click()
    expect(tried.locator("#explorer-softmax")).to_be_in_viewport()
    bring_to_life(tried)
    expect(tried.locator(".sb-task")).to_have_class(DONE)
    open_workbook(tried, site)
    tried.get_by_role("button", name="Forget all").click()
    tried.get_by_role("button", name="Forget", exact=True).click()
    expect(rows(tried)).to_have_count(0)
    tried.goto(f"{site}/{chapter('softmax')}")
    bring_to_life(tried)
    expect(tried.locator(".sb-task")).not_to_have_class(DONE)
    expect(tried.get_by_role("button", name="Show all code")).to_be_visible()


def test_what_earlier_versions_kept_is_read(visitor, site):
    visitor.goto(f"{site}/{WORKBOOK}")
    keep(visitor, {"tried/softmax": "done", f"view/code/{chapter('softmax')}": "true"})
    visitor.goto(f"{site}/{chapter('softmax')}")
    expect(visitor.get_by_role("button", name="Hide all code")).to_be_visible()
    bring_to_life(visitor)
    expect(visitor.locator(".sb-task")).to_have_class(DONE)
    open_workbook(visitor, site)
    expect(rows(visitor)).to_contain_text(["drag the shift c"])


def test_a_bad_file_changes_nothing_leads_to_no_other_site_and_runs_nothing(reader, place):
    open_workbook(reader, place)
    status = reader.locator("#workbook").get_by_role("status")
    no_mark = '{"records": {"formula/a": {"text": "x"}}}'
    for text in ("", "[]", no_mark, '{"book": 1, "records": {}}', "x" * 99):
        status.evaluate("(said) => { said.textContent = ''; }")
        load(reader, text)
        expect(status).to_contain_text("This is not a workbook.")
    expect(rows(reader)).to_have_count(3)
    bad = {"text": "<img src=x onerror=alert(1)>", "title": "<b>bold</b>"}
    addresses = ["javascript:alert(1)", "https://example.org/", "//example.org/", "../../../x", 7]
    records = {f"code/{n}": bad | {"at": at} for n, at in enumerate(addresses)}
    load(reader, json.dumps({"book": MARK, "records": records}))
    expect(rows(reader)).to_have_count(8)
    assert reader.locator("#workbook :is(b, img)").count() == 0
    links = rows(reader).locator("a").evaluate_all("links => links.map((link) => link.href)")
    assert all(link.startswith(place) for link in links)


def test_parts_of_the_wrong_kind_are_left_out_and_no_page_stumbles(visitor, site):
    faults = []
    visitor.on("pageerror", lambda error: faults.append(str(error)))
    visitor.goto(f"{site}/{WORKBOOK}")
    for value in (7, {"length": 1}, [["a"]]):
        record = dict.fromkeys(("text", "draft", "title", "at", "lines", "shown", "won"), value)
        names = ("formula/ex-jvp", "desk/own", "prediction/ex-one-class", "code/a", "tried/a")
        good = {"formula/good": {"text": "good"}}
        records = dict.fromkeys(names, record | {"solved": value}) | good
        load(visitor, json.dumps({"book": MARK, "records": records}))
        expect(visitor.locator("#workbook").get_by_role("status")).to_have_text("Loaded: 6.")
        expect(rows(visitor)).to_contain_text(["good"])
        visitor.goto(f"{site}/{chapter('vector-jacobian-product')}")
        expect(visitor.get_by_role("textbox", name="Your prediction")).to_have_value("")
        bring_to_life(visitor)
        visitor.locator("#ex-jvp").scroll_into_view_if_needed()
        field = visitor.locator("#ex-jvp").get_by_role("textbox", name="Your formula")
        expect(field).to_have_value("")
        visitor.goto(f"{site}/chapters/derive.html")
        bring_to_life(visitor)
        expect(visitor.get_by_role("textbox", name="Line 1", exact=True).first).to_have_value("")
        visitor.goto(f"{site}/{WORKBOOK}")
    assert faults == []


def test_where_the_browser_keeps_nothing_the_page_works_and_says_so(visitor, site):
    visitor.context.add_init_script(REFUSE_STORAGE)
    visitor.goto(f"{site}/{chapter('vector-jacobian-product')}")
    visitor.locator("#check-yourself details.option summary").first.click()
    expect(visitor.locator("#check-yourself details.option").first).to_contain_text("No.")
    visitor.goto(f"{site}/{chapter('softmax')}")
    bring_to_life(visitor)
    visitor.get_by_role("slider", name="Shift c of all").press("End")
    expect(visitor.locator(".sb-task")).to_have_class(DONE)
    visitor.get_by_role("button", name="Show all code").click()
    expect(visitor.get_by_role("button", name="Hide all code")).to_be_visible()
    visitor.goto(f"{site}/{WORKBOOK}")
    expect(visitor.locator("#workbook")).to_contain_text("This browser keeps nothing")


def test_a_sheet_that_is_solved_wins_its_rule(visitor, site):
    visitor.goto(f"{site}/chapters/derive.html#derive-own")
    sheet = visitor.locator("#a-class-and-its-own-logit")
    for number, line in enumerate(["y_i - y_i^2", "y_i*(1 - y_i)"], 1):
        field = sheet.get_by_role("textbox", name=f"Line {number}", exact=True)
        field.fill(line)
        field.press("Enter")
    expect(sheet.get_by_role("status")).to_contain_text("The goal is reached.")
    visitor.reload()
    item = visitor.locator("li", has=visitor.get_by_role("link", name="A class and its own logit"))
    expect(item.filter(has_text="Own slope")).to_contain_text("✓ solved")
    visitor.goto(f"{site}/{WORKBOOK}")
    expect(rows(visitor)).to_contain_text(["A class and its own logit"])
    expect(visitor.locator("#workbook")).to_contain_text("d(y_i, z_i) = y_i*(1 - y_i)")

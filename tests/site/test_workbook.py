"""What a reader writes comes back, stands in the workbook, and is forgotten on request."""

import json

import pytest
from playwright.sync_api import expect

from tests.accessibility import accessibility_faults
from tests.chapters.sources import chapter
from tests.conftest import HTML

WORKBOOK = "chapters/workbook.html"
REFUSE_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("refused", "SecurityError"); }, configurable: true,
});"""


@pytest.fixture
def place(request, site):
    """Where the book stands: on a server, unless a test says "folder"."""
    return HTML.as_uri() if getattr(request, "param", "") == "folder" else site


@pytest.fixture
def reader(browser, place):
    """A reader who has predicted, chosen, solved one formula, and is at a second one."""
    with browser.new_context(accept_downloads=True) as context:
        page = context.new_page()
        page.goto(f"{place}/{chapter('vector-jacobian-product')}")
        page.get_by_role("textbox", name="Your prediction").fill("-1, 1, -1")
        first = page.locator("#check-yourself p + details.option").first
        first.locator("summary").click()
        expect(first).to_contain_text("(your choice)")
        formula = page.locator("#ex-jvp").get_by_role("textbox", name="Your formula")
        formula.fill("y_i*(v_i - sum_k(v_k*y_k))")
        formula.press("Enter")
        expect(page.locator("#ex-jvp").get_by_role("status")).to_contain_text("Right")
        yield page


def open_workbook(page, place):
    """Go to the workbook; a page from a folder may be there before what another page has kept."""
    page.goto(f"{place}/{WORKBOOK}")
    for _ in range(20):
        expect(page.get_by_role("button", name="Load", exact=True)).to_be_visible()
        if rows(page).count():
            return
        page.reload()


def rows(page):
    return page.locator("#workbook li:has(.sb-kind)")


def load(page, text):
    file = {"name": "a.json", "mimeType": "application/json", "buffer": text.encode()}
    page.locator("#workbook input[type=file]").set_input_files(file)


@pytest.mark.parametrize("place", ["server", "folder"], indirect=True)
def test_all_of_it_is_listed_saved_forgotten_and_loaded(reader, place):
    open_workbook(reader, place)
    expect(rows(reader)).to_have_count(3)
    solved = rows(reader).filter(has_text="y_i*(v_i - sum_k(v_k*y_k))")
    expect(solved).to_contain_text("Exercise 5.2 (The other direction: derivation, medium)")
    expect(solved).to_contain_text("✓ solved")
    assert solved.locator("a").get_attribute("href").endswith("product.html#ex-jvp")
    expect(rows(reader).filter(has_text="All entries of g are 7.")).to_contain_text("not right")
    expect(rows(reader).filter(has_text="Prediction")).to_contain_text("-1, 1, -1")
    assert accessibility_faults(reader) == []

    with reader.expect_download() as waiting:
        reader.get_by_role("button", name="Save as one file").click()
    saved = waiting.value.path().read_text("utf-8")
    forget = reader.get_by_role("button", name="Forget all")
    forget.click()
    reader.get_by_role("button", name="Cancel").click()
    expect(rows(reader)).to_have_count(3)
    forget.click()
    reader.get_by_role("button", name="Forget", exact=True).click()
    expect(rows(reader)).to_have_count(0)
    assert reader.evaluate("Object.keys(localStorage).filter((key) => /ex-|jac/.test(key))") == []

    load(reader, saved)
    expect(rows(reader)).to_have_count(3)
    changed = json.loads(saved)
    for record in changed["records"].values():
        record["text"] = "something else"
    load(reader, json.dumps(changed))
    reader.get_by_role("button", name="Replace").click()
    expect(rows(reader).filter(has_text="something else")).to_have_count(3)


def test_a_choice_and_a_prediction_are_there_at_the_next_visit(reader):
    reader.reload()
    options = reader.locator("#check-yourself details.option")
    options.nth(1).locator("summary").click()
    expect(options.nth(0)).to_contain_text("(your choice)")
    expect(options.nth(1)).not_to_contain_text("(your choice)")
    reader.locator("#sol-one-class > summary").click()
    expect(reader.locator("#sol-one-class")).to_contain_text("You predicted: -1, 1, -1")


def test_a_file_of_another_kind_is_refused_and_changes_nothing(reader, place):
    open_workbook(reader, place)
    status = reader.locator("#workbook").get_by_role("status")
    no_mark = '{"records": {"formula/a": {"text": "x"}}}'
    for text in ("", "[]", no_mark, '{"book": 1, "records": {}}', "x" * 99):
        status.evaluate("(said) => { said.textContent = ''; }")
        load(reader, text)
        expect(status).to_contain_text("This is no workbook.")
    expect(rows(reader)).to_have_count(3)


def test_a_file_leads_to_no_other_site_and_runs_nothing(reader, place):
    open_workbook(reader, place)
    bad = {"text": "<img src=x onerror=alert(1)>", "title": "<b>bold</b>"}
    addresses = ["javascript:alert(1)", "https://example.org/", "//example.org/", "../../../x", 7]
    records = {f"code/{n}": bad | {"at": at} for n, at in enumerate(addresses)}
    load(reader, json.dumps({"book": "Softmax, Backwards: workbook", "records": records}))
    expect(rows(reader)).to_have_count(8)
    assert reader.locator("#workbook :is(b, img)").count() == 0
    links = rows(reader).locator("a").evaluate_all("links => links.map((link) => link.href)")
    assert all(link.startswith(place) for link in links)


def test_where_the_browser_keeps_nothing_the_page_works_and_says_so(browser, site):
    with browser.new_context() as context:
        context.add_init_script(REFUSE_STORAGE)
        page = context.new_page()
        page.goto(f"{site}/{chapter('vector-jacobian-product')}")
        page.locator("#check-yourself details.option summary").first.click()
        expect(page.locator("#check-yourself details.option").first).to_contain_text("No.")
        page.goto(f"{site}/{WORKBOOK}")
        expect(page.locator("#workbook")).to_contain_text("This browser keeps nothing")


def test_a_sheet_that_is_solved_wins_its_rule(browser, site):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}/chapters/derive.html#derive-own")
        sheet = page.locator("#a-class-and-its-own-logit")
        for number, line in enumerate(["y_i - y_i^2", "y_i*(1 - y_i)"], 1):
            field = sheet.get_by_role("textbox", name=f"Line {number}", exact=True)
            field.fill(line)
            field.press("Enter")
        expect(sheet.get_by_role("status")).to_contain_text("The goal is reached.")
        page.reload()
        item = page.locator("li", has=page.get_by_role("link", name="A class and its own logit"))
        expect(item.filter(has_text="Own slope")).to_contain_text("✓ solved")
        page.goto(f"{site}/{WORKBOOK}")
        expect(rows(page)).to_contain_text(["A class and its own logit"])
        expect(page.locator("#workbook")).to_contain_text("d(y_i, z_i) = y_i*(1 - y_i)")

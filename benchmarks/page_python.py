"""Measure how long Python in the page takes, from the press to what is shown, and what it loads.

Run it on a quiet machine after ``make book``, from the root: ``python -m benchmarks.page_python``.
"Cold" is a browser that has nothing, "warm" one that has been here. Gates in seconds, cold and
warm: first proof 4 and 3, first verdict 3 and 2.5, first figure 5, the whole book 15, from Stop to
the next result 2; in MB: proof 10, verdict 9, figure 13.5. Chromium slows no workers down, so a
slow machine is not imitated.
"""

import time
from statistics import median

from playwright.sync_api import sync_playwright

from benchmarks.site.server import serve
from tools import book, browser

TRIES = 3
[JACOBIAN] = (book.ROOT / "chapters").glob("*-jacobian.md")
PAGE = f"chapters/{JACOBIAN.stem}.html"
FIRST = {
    "first proof": ("#cell-eq-jacobian", "Prove it again", None),
    "first verdict": ("#cell-ex-jacobian-broadcast", "Check", None),
    "first figure": (".sb-code-cell:has(img)", "Run", None),
    "Stop to result": ("#cell-eq-jacobian", "Run", "while True: pass"),
}


def press(page, place, name, code):
    """Return the seconds from a press to what it shows; with code, from Stop to the next result."""
    box = page.locator(place).first
    note = box.locator(".sb-run-note")
    if name == "Run":
        for fold in box.locator("details.hide:not([open]) > summary").all():
            fold.click()
        box.get_by_role("button", name="Edit and run", exact=True).click()
        box.get_by_role("textbox").wait_for()
    if code:
        box.get_by_role("textbox").fill(code)
        box.get_by_role("button", name=name, exact=True).click()
        note.get_by_text("Running…").wait_for(timeout=60_000)
        box.get_by_role("button", name="Stop", exact=True).click()
        box.get_by_role("textbox").fill("1 + 1")
    began = time.perf_counter()
    box.get_by_role("button", name=name, exact=True).click()
    note.get_by_text("Done in").wait_for(timeout=120_000)
    return time.perf_counter() - began


def visit(context, address, steps):
    """Return the seconds of a press on a fresh page, and the MB that the visit has loaded."""
    page, finished = context.new_page(), []
    page.on("requestfinished", lambda request: finished.append(request))
    page.goto(address + PAGE)
    page.locator(".sb-run").first.wait_for(state="attached")
    seconds = press(page, *steps)
    served = [request for request in finished if "/_static/python/" in request.url]
    loaded = sum(request.sizes()["responseBodySize"] for request in served)
    page.close()
    return seconds, loaded / 1e6


def whole(context, address):
    """Return the seconds in which all proofs of the book are proved again."""
    page = context.new_page()
    page.goto(f"{address}chapters/formula-index.html")
    began = time.perf_counter()
    page.get_by_role("button", name="Prove the whole book again").click()
    page.get_by_text("equations proved again in").wait_for(timeout=300_000)
    seconds = time.perf_counter() - began
    page.close()
    return seconds


def main():
    """Print the table: medians."""
    with serve(book.HTML) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser.find(), args=["--no-sandbox", "--disable-gpu"]
        )
        print(f"{'':16} {'cold':>8} {'MB':>6} {'warm':>8}")
        for name, steps in FIRST.items():
            cold, warm, megabytes = [], [], 0
            for _ in range(TRIES):
                context = chromium.new_context()
                seconds, megabytes = visit(context, address, steps)
                cold.append(seconds)
                warm.append(visit(context, address, steps)[0])
                context.close()
            print(f"{name:16} {median(cold):6.2f} s {megabytes:6.1f} {median(warm):6.2f} s")
        found = [whole(chromium.new_context(), address) for _ in range(TRIES)]
        print(f"{'the whole book':16} {median(found):6.2f} s")
        chromium.close()


if __name__ == "__main__":
    main()

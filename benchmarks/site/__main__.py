"""Print the table of all pages: ``python -m benchmarks.site [--quick] [--no-stock]``."""

import argparse
import re
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.site import lighthouse, stock
from benchmarks.site.jacobians import page_of
from benchmarks.site.server import serve
from benchmarks.site.sliders import milliseconds_per_move
from benchmarks.site.visit import DESK, PHONE, typical, visit
from tools.browser import find

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
WORK = ROOT / "_build" / "bench"
ARGUMENTS = lighthouse.FLAGS.split()[1:]

# What a page may cost. Bytes and requests hold for the chapters, the rest for every page.
BUDGET = {"bytes": 175_000, "requests": 18, "shift": 0.01, "blocked": 60}
ANSWERS = {DESK: 400, PHONE: 1000}
FOLDERS = ("chapters", "exercises", "teaching")
MOVES = {5: 6, 64: 10}
HEADS = ("page", "requests", "kB gzip", "shift", "readable", "answers", "blocked", "lighthouse")


def main():
    """Measure and print; the exit code is 1 where a budget is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="one visit each and no Lighthouse")
    options.add_argument("--no-stock", action="store_true", help="without the stock Jupyter Book")
    options = options.parse_args()
    if not (HTML / "index.html").is_file():
        sys.exit("There is no built book in _build/html; `make book` builds it.")
    program = None if options.quick else lighthouse.prepare(WORK / "lighthouse")
    other = None if options.no_stock else stock.build(ROOT, WORK / "stock")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        missed = _table(browser, program, other, options.quick)
        missed += _sliders(browser)
        browser.close()
    print("\n".join(["", *missed, f"{len(missed)} budgets missed"]))
    sys.exit(bool(missed))


def _table(browser, program, other, quick):
    """Print a line for each page, with one below it for the stock book where that was built."""
    print(" | ".join(HEADS))
    missed, runs = [], 1 if quick else 3
    with serve(HTML) as origin, serve(other or HTML) as stock_origin:
        for page in _pages(HTML):
            desk, phone = _visits(browser, origin, page, runs)
            scores = _lighthouse(program, origin + page)
            print(_line(page, desk, phone, scores), flush=True)
            if other and (other / page).is_file():
                print(_line("  stock", *_visits(browser, stock_origin, page, 1), None), flush=True)
            missed += _missed(page, desk, phone, scores)
    return missed


def _visits(browser, origin, page, runs):
    """Return the typical visit on this machine and on the slow one."""
    lines = (DESK, PHONE)
    return [typical([visit(browser, origin, page, line) for _ in range(runs)]) for line in lines]


def _pages(folder):
    """Return the pages of the book, by their paths below a folder."""
    found = (path for name in FOLDERS for path in sorted((folder / name).glob("*.html")))
    return ["index.html", *(path.relative_to(folder).as_posix() for path in found)]


def _line(page, desk, phone, scores):
    def pair(name):
        values = (getattr(desk, name), getattr(phone, name))
        return " / ".join("-" if value is None else f"{value:.0f}" for value in values)

    numbers = [f"{desk.requests:.0f}", f"{desk.bytes / 1000:.1f}", f"{desk.shift:.4f}"]
    times = [pair("readable"), pair("answered"), pair("blocked")]
    return " | ".join([page, *numbers, *times, scores or "-"])


def _lighthouse(program, url):
    """Return the scores as two groups of four, mobile and desktop."""
    if program is None:
        return None
    groups = []
    for desktop in (False, True):
        found = lighthouse.scores(program, url, find(), desktop=desktop)
        groups.append(" ".join(f"{score:.0f}" for score in found.values()))
    return " / ".join(groups)


def _missed(page, desk, phone, scores):
    """Return a sentence for each budget that a page misses."""
    limits = BUDGET if re.match(r"chapters/\d", page) else {}
    seen = {"bytes": desk.bytes, "requests": desk.requests}
    found = [(name, seen[name], limits[name]) for name in seen if name in limits]
    found += [("shift", desk.shift, BUDGET["shift"]), ("blocked", phone.blocked, BUDGET["blocked"])]
    for line, one in ((DESK, desk), (PHONE, phone)):
        if one.answered is not None:
            found.append((f"answers on {line.name}", one.answered, ANSWERS[line]))
    over = [(name, value, most) for name, value, most in found if value > most]
    missed = [f"{page}: {name} {value:.4g}, budget {most}" for name, value, most in over]
    groups = [group.split() for group in scores.split(" / ")] if scores else []
    for group in groups:
        performance, *others = map(float, group)
        if performance < 99 or min(others) < 100:
            missed.append(f"{page}: lighthouse {' '.join(group)}")
    return missed


def _sliders(browser):
    """Print how long one move of a slider takes, on a page of its own."""
    missed = []
    for classes, most in MOVES.items():
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        tab.set_content(page_of(classes))
        tab.wait_for_selector(".sb-slider input")
        spent = milliseconds_per_move(tab)
        print(f"slider to new picture, {classes} classes: {spent:.1f} ms of the main thread")
        if spent > most:
            missed.append(f"slider with {classes} classes: {spent:.1f} ms, budget {most}")
        tab.close()
    return missed


if __name__ == "__main__":
    main()

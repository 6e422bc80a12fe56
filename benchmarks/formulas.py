"""Measure how long a page takes to answer a formula, and a line at the desk, on a slow machine.

Run it on a quiet machine, from the root: ``python -m benchmarks.formulas``. Chromium is slowed to a
quarter. "First" is the first answer after the script was loaded, "then" the median of those that
follow; a verdict should take at most 100 and 50 ms.
"""

import gzip
import json

from playwright.sync_api import sync_playwright

from softback.course import desk
from softback.course.formula import script
from softback.course.tasks import TASKS
from tools import browser

SLOWER = 4
REPEATS = 40
FORMULAS = {
    "right": ("softmax_slope", "y_i*(delta_ij - y_j)"),
    "mistake with a name": ("softmax_slope", "y_i*(1 - y_i)"),
    "wrong": ("cross_entropy_hessian", "y_i*(2*delta_ij - y_j)*sum_k(t_k)"),
    "two matrices": ("matrix_slope", "delta_nm*delta_ij*y_ni"),
    "cannot be read": ("softmax_slope", "y_i*(delta_ij - y_j"),
    "as long as can be": ("trace", "sum_klm(" + "y_k*y_l*" * 45 + "y_m)"),
}
LINES = {
    "right line": ("pullback", "sum_i(g_i*y_i*(delta_ij - y_j))"),
    "line with a name": ("pullback", "g_j*y_j"),
    "line that nothing mends": ("hessian", "d(y_i*sum_k(t_k) - t_i, z_j)*C*y_j"),
}
MEASURE = """async ([source, calls, repeats]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { judge, judgeLine, start } = await import(url);
  return calls.map(([name, kind, data, text]) => {
    const answer = { judge: () => judge(data, text), line: () => judgeLine(data, text, start(data), "the start") }[kind];
    const spent = Array.from({ length: repeats }, () => {
      const begun = performance.now();
      answer();
      return performance.now() - begun;
    });
    return [name, spent[0], spent.slice(1).sort((a, b) => a - b)[Math.floor(repeats / 2)]];
  });
}"""  # noqa: E501


def calls():
    """Return what is measured: a name, which function, its data, a text."""
    found = [
        (name, "judge", TASKS[task].question.export(), text)
        for name, (task, text) in FORMULAS.items()
    ]
    return found + [
        (name, "line", desk.LEVELS[level].data, text) for name, (level, text) in LINES.items()
    ]


def weight(*texts):
    """Return the bytes of texts, compressed."""
    return len(gzip.compress("".join(texts).encode(), 9))


def main():
    """Print the table."""
    data = [json.dumps(task.question.export()) for task in TASKS.values() if hasattr(task, "free")]
    levels = [json.dumps(level.data) for level in desk.LEVELS.values()]
    print(f"script of a page {weight(script()):,} bytes gzip, data of a question at most "
          f"{max(map(weight, data)):,}; the desk {weight(desk.script(), *levels):,}")  # fmt: skip
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser.find(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        print(f"{'milliseconds at a quarter':30} {'first':>8} {'then':>8}")
        for call in calls():
            # A page of its own for each, so that each first answer is one.
            page.goto("about:blank")
            (name, first, then), *_ = page.evaluate(MEASURE, [desk.script(), [call], REPEATS])
            print(f"{name:30} {first:8.1f} {then:8.1f}")
        chromium.close()


if __name__ == "__main__":
    main()

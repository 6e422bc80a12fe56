"""What axe-core finds on a page."""

from collections import Counter

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe

BLOCKING_IMPACTS = {"serious", "critical"}
COLOURS = ["color-contrast", "link-in-text-block"]
SCHEMES = ("light", "dark")

# Two frames, so that layout and late scripts have happened; then no colour fades into another.
SETTLE = """async () => {
  for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
  const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
  fading.forEach((one) => one.finish());
}"""

# Comparing the colours of every word takes most of axe's time, and most words look alike: the same
# colour, size and weight on the same backgrounds. Marks the first three of each look, because axe
# does not judge what lies under something else. Returns the looks but for those that are known.
MARK_LOOKS = """(known) => {
  const plain = "rgba(0, 0, 0, 0) none 1";
  const backgrounds = new Map();
  const count = new Map(known.map((look) => [look, 3]));
  for (const element of document.querySelectorAll(":root, body, body *")) {
    const style = getComputedStyle(element);
    const own = `${style.backgroundColor} ${style.backgroundImage} ${style.opacity}`;
    const behind = backgrounds.get(element.parentElement) ?? "";
    backgrounds.set(element, own === plain ? behind : `${behind} ${own}`);
    const look = [style.color, style.fontSize, style.fontWeight, backgrounds.get(element)].join();
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const isSeen = element.checkVisibility({ visibilityProperty: true });
    if (!isSeen || !(text || element.matches("input, select, textarea"))) continue;
    count.set(look, (count.get(look) ?? 0) + 1);
    if (count.get(look) <= 3) element.setAttribute("data-look", "");
  }
  known.forEach((look) => count.delete(look));
  return [...count.keys()];
}"""
ENOUGH = 3  # pages on which a look is judged

# Formulas and code are thousands of small elements; axe needs the text of those without a mark.
MELT_MATHML = """() => {
  for (const part of document.querySelectorAll("math")) part.replaceChildren(part.textContent);
}"""
MELT_PARTS = """() => {
  for (const part of document.querySelectorAll(".katex-html *, pre *")) {
    if (!part.matches(":is([data-look], :has([data-look]))")) part.replaceWith(part.textContent);
  }
}"""
ONLY_MARKED = "axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-look]' }] });"


def accessibility_faults(page, schemes=SCHEMES[:1], looks=None):
    """Return one sentence for each serious or critical finding, in the dark about colours only.

    This changes the page: look at anything else first. Pages of one site share a counter of
    ``looks``, whose colours are compared on the first pages that have them.
    """
    looks = Counter() if looks is None else looks
    known = [look for look, pages in looks.items() if pages >= ENOUGH]
    page.evaluate(MELT_MATHML)
    for scheme in schemes:
        show(page, scheme)
        looks.update(page.evaluate(MARK_LOOKS, known))
    page.evaluate(MELT_PARTS)
    return [fault for scheme in schemes for fault in _faults(page, scheme)]


def show(page, scheme):
    """Show the page to somebody who prefers light or dark."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLE)


def _faults(page, scheme):
    show(page, scheme)
    # Without preload: axe would fetch stylesheets by wrong addresses.
    options = {"resultTypes": ["violations"], "preload": False}
    # The rule about regions finds nothing that is serious, and takes long.
    faster = {"rules": {"region": {"enabled": False}}}
    options |= {"runOnly": COLOURS} if scheme == "dark" else faster
    found = Axe(AXE_SCRIPT + ONLY_MARKED).run(page, options=options).response["violations"]
    return [
        f"{fault['impact']} {fault['id']}: {node['html'][:160]} {node['failureSummary']}"
        for fault in found
        if fault["impact"] in BLOCKING_IMPACTS
        for node in fault["nodes"]
    ]

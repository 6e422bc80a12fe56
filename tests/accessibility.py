"""What axe-core finds on a page, and what a screen reader gets of it."""

from collections import Counter

from axe_playwright_python.base import AXE_SCRIPT

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
# colour, large or not, on the same backgrounds, and links of the same kind in the same text. Marks
# the first three of each look, because axe does not judge what lies under something else. Returns
# the looks but for those that are known. Text of MathML is only read aloud.
MARK_LOOKS = """(known) => {
  const plain = "rgba(0, 0, 0, 0) none 1";
  const backgrounds = new Map();
  const count = new Map(known.map((look) => [look, 3]));
  for (const element of document.querySelectorAll(":root, body, body :not(math, math *)")) {
    const style = getComputedStyle(element);
    const own = `${style.backgroundColor} ${style.backgroundImage} ${style.opacity}`;
    const behind = backgrounds.get(element.parentElement) ?? "";
    backgrounds.set(element, own === plain ? behind : `${behind} ${own}`);
    const isLarge = parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24);
    const look = [style.color, isLarge, backgrounds.get(element)];
    const isLink = element.matches("a");
    if (isLink) look.push(style.textDecorationLine, getComputedStyle(element.parentElement).color);
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const isSeen = element.checkVisibility({ visibilityProperty: true });
    if (!isSeen || !(text || isLink || element.matches("input, select, textarea"))) continue;
    count.set(`${look}`, (count.get(`${look}`) ?? 0) + 1);
    if (count.get(`${look}`) <= 3) element.setAttribute("data-look", "");
  }
  known.forEach((look) => count.delete(look));
  return [...count.keys()];
}"""
ENOUGH = 2  # pages on which a look is judged

# Formulas and code are thousands of small elements; axe needs the text of those without a mark.
MELT = """() => {
  for (const part of document.querySelectorAll("math")) part.replaceChildren(part.textContent);
  for (const part of document.querySelectorAll(".katex-html *, pre *")) {
    if (!part.matches(":is([data-look], :has([data-look]))")) part.replaceWith(part.textContent);
  }
}"""
ONLY_MARKED = f"""axe.configure({{ rules: {COLOURS}.map((id) => (
  {{ id, selector: `${{id.startsWith("link") ? "a[href]" : ""}}[data-look]` }})) }});"""
VIOLATIONS = "async (options) => (await axe.run(document, options)).violations"


def accessibility_faults(page, schemes=SCHEMES[:1], looks=None, before=lambda: None):
    """Return one sentence for each serious or critical finding, in later schemes about colours.

    This changes the page: look at anything else first, or in each scheme by ``before``. Pages of
    one site share a counter of ``looks``, whose colours are compared on the first pages that have
    them.
    """
    looks = Counter() if looks is None else looks
    known = [look for look, pages in looks.items() if pages >= ENOUGH]
    new = {}
    for scheme in schemes:
        show(page, scheme)
        before()
        new[scheme] = page.evaluate(MARK_LOOKS, known)
    looks.update({look for scheme in schemes for look in new[scheme]})
    page.evaluate(MELT)
    page.evaluate(AXE_SCRIPT + ONLY_MARKED)
    # The rule about regions finds nothing that is serious, and takes long.
    without = ["region", *([] if new[schemes[0]] else COLOURS)]
    rules = {"rules": {rule: {"enabled": False} for rule in without}}
    faults = _faults(page, schemes[0], rules)
    for scheme in schemes[1:]:
        faults += _faults(page, scheme, {"runOnly": COLOURS}) if new[scheme] else []
    return faults


def read_aloud(page, part):
    """Return role and name of all that Chromium hands to a screen reader of a part of the page."""
    devtools = page.context.new_cdp_session(page)
    root = {"expression": f"document.querySelector('{part}')"}
    found = devtools.send("Runtime.evaluate", root)["result"]["objectId"]
    nodes = devtools.send("Accessibility.queryAXTree", {"objectId": found})["nodes"]
    devtools.detach()
    heard = [node for node in nodes if not node["ignored"]]
    return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in heard]


def show(page, scheme):
    """Show the page to somebody who prefers light or dark."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLE)


def _faults(page, scheme, rules):
    show(page, scheme)
    # Without preload: axe would fetch stylesheets by wrong addresses.
    options = {"resultTypes": ["violations"], "preload": False, **rules}
    return [
        f"{fault['impact']} {fault['id']}: {node['html'][:160]} {node['failureSummary']}"
        for fault in page.evaluate(VIOLATIONS, options)
        if fault["impact"] in BLOCKING_IMPACTS
        for node in fault["nodes"]
    ]

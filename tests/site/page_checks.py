"""What a page of the book must keep to, found out by opening it in a browser.

`inspect_page` opens a page once and returns an `Inspection`. Its lists hold one sentence per fault;
a good page has empty lists.
"""

import gzip
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.accessibility import SCHEMES, accessibility_faults

PACKED = (".woff2", ".png")

WATCH_SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

# To the end of the page, a window at a time, each time until two frames are drawn. Sections get
# their true heights on the way, so the steps count from where the reader is.
READ_TO_THE_END = """async () => {
  for (let before = -1; before < scrollY; window.scrollBy(0, innerHeight)) {
    before = scrollY;
    for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
  }
}"""
ALL_HAS_COME = "() => [...document.images].every((image) => image.complete)"

# One element for each text and font, in the formulas.
MARK_EACH_CHARACTER = """() => {
  const seen = new Set();
  for (const part of document.querySelectorAll(".katex-html span:not(:has(*))")) {
    const { fontFamily, fontStyle, fontWeight } = getComputedStyle(part);
    const look = [part.textContent, fontFamily, fontStyle, fontWeight].join();
    part.toggleAttribute("data-character", !seen.has(look));
    seen.add(look);
  }
}"""

# Shows the sections that a browser may skip, which clip what is too wide, and waits for fonts.
# Returns their heights, as they are stated for this width and as they are, in pixels, and equations
# that are wider than the page.
UNROLL = """async () => {
  const name = innerWidth < 600 ? "--narrow" : "--wide";
  const sections = [...document.querySelectorAll("section section")];
  for (const section of sections) section.style.contentVisibility = "visible";
  await document.fonts.ready;
  const heights = sections.map((section) => [
    section.style.getPropertyValue(name) * parseFloat(getComputedStyle(section).lineHeight),
    section.getBoundingClientRect().height]);
  const equations = [...document.querySelectorAll(".math-scroll")];
  for (const box of equations) box.style.contentVisibility = "visible";
  const wide = equations.filter((box) => box.scrollWidth > box.clientWidth);
  for (const box of equations) box.style.contentVisibility = "";
  return [heights, wide.map((box) => box.textContent.slice(0, 100))];
}"""

# Elements that reach beyond the page's right edge and are not inside a box that scrolls or clips.
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const contained = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") return true;
    }
    return false;
  };
  const beyond = [...document.body.querySelectorAll("*")].filter(
    (element) => element.getBoundingClientRect().right > width + 1 && !contained(element));
  const names = beyond.map((element) => element.outerHTML.slice(0, 100));
  return [`page is ${document.scrollingElement.scrollWidth} px wide, window ${width}`, ...names];
}"""

# Pictures that wait for a reader to come near are asked for at once.
IMAGES = """async () => {
  const images = [...document.images];
  images.forEach((image) => { image.loading = "eager"; });
  await Promise.allSettled(images.map((image) => image.decode()));
  return images.map((image) => ({
    source: image.getAttribute("src"), alt: image.getAttribute("alt"),
    loaded: image.complete && image.naturalWidth > 0 }));
}"""

HEAD = """() => {
  const meta = (key) => document.head.querySelector(
    `meta[name="${key}"], meta[property="${key}"]`)?.content ?? "";
  return { lang: document.documentElement.lang, title: document.title,
           description: meta("description"), "og:title": meta("og:title"),
           "og:description": meta("og:description"), "og:image": meta("og:image") };
}"""

FILE_PATH = re.compile(r"\S*/\S*|\S+\.(svg|png|jpe?g|gif|webp)", re.IGNORECASE)


@dataclass
class Inspection:
    """The faults of one page, what its head says, and what it took to read it to the end.

    `sent` has the bytes of each answer, from a server that compresses what can be compressed;
    `shift` says how far things moved while they came; `borrowed` are the fonts of the system that
    draw a character of a formula, although the page has not brought them. `heights` are those of
    inner sections, as stated and as they are; `wide` are equations that have to scroll.
    """

    foreign_requests: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    script_errors: list[str] = field(default_factory=list)
    overflow: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    accessibility: list[str] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    shift: float = 0
    borrowed: set[str] = field(default_factory=set)
    heights: list[list[float]] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)


def inspect_page(context, url, looks=None, schemes=SCHEMES):
    """Read a page to its end and look at it in light or in the dark; only its origin is asked.

    Parameters
    ----------
    context : playwright.sync_api.BrowserContext
        Decides the window's size.
    url : str
        Address of the page; requests to any other origin are recorded; no name is resolved.
    looks : collections.Counter, optional
        What `accessibility_faults` remembers from page to page.
    schemes : sequence of str
        "light", "dark" or both.

    Returns
    -------
    Inspection
    """
    found = Inspection()
    page = context.new_page()
    _record(page, url, found)
    read_to_the_end(page, url, found)
    if fonts_of_the_system(page, "h1"):  # ours came late, and is used from the next visit on
        page.reload(wait_until="load")
    found.heights, found.wide = page.evaluate(UNROLL)
    page.evaluate(MARK_EACH_CHARACTER)
    found.borrowed = fonts_of_the_system(page, "[data-character]")
    found.head = page.evaluate(HEAD)

    def in_each_scheme():
        found.overflow += page.evaluate(OVERFLOW)
        found.images += [fault for image in page.evaluate(IMAGES) for fault in image_faults(image)]

    found.accessibility = accessibility_faults(page, schemes, looks, in_each_scheme)
    page.close()
    return found


def read_to_the_end(page, url, found):
    """Come to a page for the first time and read it; note what that sends and moves."""
    answers = []
    page.add_init_script(WATCH_SHIFTS)
    page.on("response", lambda answer: answers.append(answer))
    page.goto(url, wait_until="load")
    page.evaluate(READ_TO_THE_END)
    page.wait_for_function(ALL_HAS_COME)
    found.sent = {one.url: weight(one) for one in answers if one.url.startswith("http") and one.ok}
    found.shift = page.evaluate("window.shift")


def weight(answer, weighed={}):  # noqa: B006
    """Bytes of an answer from a server that compresses what can be compressed."""
    if answer.url not in weighed:
        body, packed = answer.body(), answer.url.partition("?")[0].endswith(PACKED)
        weighed[answer.url] = len(body if packed else gzip.compress(body))
    return weighed[answer.url]


def fonts_of_the_system(page, selector):
    """Families that draw text of the elements although no page has brought them."""
    session = page.context.new_cdp_session(page)
    for method in ("DOM.enable", "CSS.enable"):
        session.send(method)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
    fonts = [
        font
        for node in nodes
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    ]
    session.detach()
    return {font["familyName"] for font in fonts if not font["isCustomFont"]}


def _record(page, url, found):
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(url))

    def asked(request):
        if not request.url.startswith((origin, "data:", "blob:")):
            found.foreign_requests.append(request.url)

    def answered(response):
        if response.status >= 400:
            found.failed_requests.append(f"{response.status} {response.url}")

    def failed(request):
        if request.url.startswith(origin):
            found.failed_requests.append(f"{request.failure} {request.url}")

    def said(message):
        if message.type in {"error", "warning"}:
            found.console.append(f"{message.type}: {message.text}")

    page.on("request", asked)
    page.on("response", answered)
    page.on("requestfailed", failed)
    page.on("console", said)
    page.on("pageerror", lambda error: found.script_errors.append(str(error)))


def image_faults(image):
    """Say what is wrong with an image: `source`, `alt` (None if absent) and `loaded`."""
    source, alt = image["source"], image["alt"]
    if alt is None:
        yield f"{source} has no alt text"
    elif FILE_PATH.fullmatch(alt):
        yield f"{source} has a file path as alt text: {alt!r}"
    if not image["loaded"]:
        yield f"{source} does not load"

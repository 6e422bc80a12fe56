"""What a page of the book must keep to, found out by opening it in a browser.

`inspect_page` opens a page once and returns an `Inspection`. Its lists hold one sentence per fault;
a good page has empty lists.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.accessibility import SCHEMES, accessibility_faults, show

# Shows the sections that a browser may skip, which clip what is too wide, and waits for fonts.
UNROLL = """async () => {
  for (const section of document.querySelectorAll("section section")) {
    section.style.contentVisibility = "visible";
  }
  await document.fonts.ready;
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
    """The faults of one page, and what its head says."""

    foreign_requests: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    script_errors: list[str] = field(default_factory=list)
    overflow: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    accessibility: list[str] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)


def inspect_page(context, url):
    """Open a page and look at it in light and in the dark; only its own origin is asked.

    Parameters
    ----------
    context : playwright.sync_api.BrowserContext
        Decides the window's size.
    url : str
        Address of the page; requests to any other origin are refused and recorded.

    Returns
    -------
    Inspection
    """
    found = Inspection()
    page = context.new_page()
    _record(page, url, found)
    page.goto(url, wait_until="load")
    page.evaluate(UNROLL)
    for scheme in SCHEMES:
        show(page, scheme)
        found.overflow += page.evaluate(OVERFLOW)
        found.images += [fault for image in page.evaluate(IMAGES) for fault in image_faults(image)]
    found.head = page.evaluate(HEAD)
    found.accessibility = accessibility_faults(page, SCHEMES)
    page.close()
    return found


def _record(page, url, found):
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(url))

    def refuse(route):
        found.foreign_requests.append(route.request.url)
        route.abort()

    def answered(response):
        if response.status >= 400:
            found.failed_requests.append(f"{response.status} {response.url}")

    def failed(request):
        if request.url.startswith(origin):
            found.failed_requests.append(f"{request.failure} {request.url}")

    def said(message):
        if message.type in {"error", "warning"}:
            found.console.append(f"{message.type}: {message.text}")

    page.route(lambda address: not address.startswith((origin, "data:", "blob:")), refuse)
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

"""One cold visit to a page: what it fetches, when it is readable, when its explorer answers.

Blocked is what Lighthouse calls total blocking time: after the first text has been painted, each
task of the page counts with what it takes beyond 50 milliseconds.
"""

from dataclasses import dataclass
from statistics import median

# Watches paint, layout shifts and long tasks; as soon as a slider is alive it moves it, and notes
# when the number beside it has changed. Stock widgets have the same markup inside.
WATCH = """
window.seen = { shift: 0, tasks: [], answered: null };
const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
  .observe({ type, buffered: true });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
watch("longtask", ({ startTime, duration }) => seen.tasks.push([startTime, startTime + duration]));
const timer = setInterval(() => {
  const alive = (input) => input.matches(':not(.explorer *), [data-state="ready"] *');
  const slider = [...document.querySelectorAll(".sb-slider input")].find(alive);
  const output = slider?.parentElement.querySelector("output");
  if (!output?.textContent) return;
  const before = output.textContent;
  slider.value = Number(slider.value) + Number(slider.step || 1);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  const look = () => {
    if (output.textContent !== before) seen.answered = performance.now();
    else requestAnimationFrame(look);
  };
  clearInterval(timer);
  requestAnimationFrame(look);
}, 4);
"""
READ = """() => {
  const readable = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null;
  const beyond = ([start, end]) => Math.max(0, end - Math.max(start, readable ?? Infinity) - 50);
  const blocked = seen.tasks.map(beyond).reduce((a, b) => a + b, 0);
  return { shift: seen.shift, answered: seen.answered, readable, blocked };
}"""
# Ours wait until they come near the screen, those of a stock book do not.
WILL_ANSWER = """() => {
  const isNear = (place) => place.getBoundingClientRect().top < innerHeight + 400;
  const stock = document.querySelector('[type*="widget-view"]');
  return stock !== null || [...document.querySelectorAll(".explorer")].some(isNear);
}"""


@dataclass(frozen=True)
class Line:
    """How fast the machine and the line of a reader are."""

    name: str
    slowdown: float = 1
    milliseconds: float = 0
    megabits: float = 0  # 0: as fast as this machine is


DESK = Line("this machine")
PHONE = Line("a quarter of the processor, 10 Mbit/s", slowdown=4, milliseconds=40, megabits=10)


@dataclass(frozen=True)
class Visit:
    """What one visit saw: counts, bytes and milliseconds."""

    requests: int
    foreign: int
    bytes: int
    readable: float
    answered: float | None
    blocked: float
    shift: float


def visit(browser, origin, page, line):
    """Open a page in a fresh context, cold, and return a `Visit`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    tab = context.new_page()
    wire = context.new_cdp_session(tab)
    urls, weights = [], []
    tab.on("request", lambda request: urls.append(request.url))
    wire.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    _slow_down(wire, line)
    tab.add_init_script(WATCH)
    tab.goto(origin + page, wait_until="load")
    seen = _settled(tab)
    context.close()
    web = [url for url in urls if url.startswith("http")]
    foreign = sum(not url.startswith(origin) for url in web)
    counts = {"requests": len(web), "foreign": foreign, "bytes": int(sum(weights))}
    return Visit(**counts, **seen)


def _slow_down(wire, line):
    wire.send("Network.enable")
    wire.send("Emulation.setCPUThrottlingRate", {"rate": line.slowdown})
    if line.megabits:
        rate = line.megabits * 1e6 / 8
        speed = {"latency": line.milliseconds, "downloadThroughput": rate, "uploadThroughput": rate}
        wire.send("Network.emulateNetworkConditions", {"offline": False, **speed})


def _settled(tab):
    """Wait until an explorer, if there is one, has answered, and return what was seen."""
    waits = 100 if tab.evaluate(WILL_ANSWER) else 8
    for _ in range(waits):
        tab.wait_for_timeout(100)
        seen = tab.evaluate(READ)
        if seen["answered"] is not None:
            break
    tab.wait_for_timeout(300)  # late scripts and shifts belong to the visit
    return tab.evaluate(READ)


def typical(visits):
    """Return a `Visit` that has the median of each number."""
    columns = {name: [getattr(one, name) for one in visits] for name in Visit.__annotations__}
    known = {name: [x for x in column if x is not None] for name, column in columns.items()}
    return Visit(**{name: median(column) if column else None for name, column in known.items()})

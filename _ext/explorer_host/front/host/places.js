// Places: each holds a first picture, and the live explorer once the reader comes near.

const CONTROLS = "a[href], button, input, select, summary, textarea, [tabindex]";

/** Put the live explorer where its picture is. */
async function mount(place) {
  if (place.dataset.state) return;
  place.dataset.state = "loading";
  const picture = [...place.childNodes];
  const view = new View();
  try {
    const model = models.get(place.dataset.model);
    await model.widget(); // the picture stays until the code is here
    if (!place.isConnected) return;
    const restore = remember(place);
    place.replaceChildren(view);
    await show(model, view, view.signal, addressOf(place, view.signal));
    restore();
    place.dataset.state = "ready";
  } catch (error) {
    view.leave();
    place.replaceChildren(...picture);
    fail(place, error);
  }
}

/** Keep what the reader has done with the picture: where the focus is, and what is open. */
function remember(place) {
  const focused = [...place.querySelectorAll(CONTROLS)].indexOf(document.activeElement);
  const open = [...place.querySelectorAll("details")].map((details) => details.open);
  return () => {
    place.querySelectorAll("details").forEach((details, k) => (details.open ||= open[k] ?? false));
    place.querySelectorAll(CONTROLS)[focused]?.focus();
  };
}

/** Say above the picture what failed, and where the same can be read. */
function fail(place, error) {
  console.error(error);
  for (const control of place.querySelectorAll("button, input, select, textarea")) control.disabled = true;
  const panel = document.createElement("p");
  panel.className = "explorer-fault";
  panel.setAttribute("role", "alert");
  panel.append(`This explorer could not start: ${error?.message ?? error}. `, ...equivalent(place));
  place.prepend(panel);
  place.dataset.state = "error";
}

/** A link to the numbers of the picture, or else to its caption; failing both, words. */
function equivalent(place) {
  const numbers = place.querySelector(".numbers");
  const target = numbers ?? place.querySelector("figcaption") ?? place.closest("figure")?.querySelector("figcaption");
  if (!target) return ["The picture below shows how it starts."];
  target.id ||= `${place.id}-${numbers ? "numbers" : "caption"}`;
  const anchor = document.createElement("a");
  anchor.href = `#${target.id}`;
  anchor.textContent = numbers ? "Read its numbers" : "Read its caption";
  anchor.onclick = () => (target.open = true);
  return [anchor, ", or look at the picture below."];
}

/** The script is deferred: the document is complete. */
function start() {
  const block = document.querySelector('script[type="application/vnd.jupyter.widget-state+json"]');
  for (const [id, entry] of Object.entries(JSON.parse(block.textContent).state)) models.set(id, new Model(entry.state));
  /** @type {HTMLElement[]} */
  const places = Array.from(document.querySelectorAll(".explorer[data-model]"));
  // Those on the first screen have their code already, and do not wait for the first frame.
  for (const place of places) if ("early" in place.dataset) mount(place);
  mountWhenNear(places);
  for (const place of places) place.addEventListener("focusin", () => mount(place));
  addEventListener("beforeprint", () => places.forEach(mount));
  addEventListener("hashchange", () => follow(places));
  drive(places);
  follow(places);
}

function mountWhenNear(places) {
  const near = ({ isIntersecting, target }) => {
    if (!isIntersecting) return;
    watcher.unobserve(target);
    mount(target);
  };
  const watcher = new IntersectionObserver((entries) => entries.forEach(near), { rootMargin: "400px" });
  for (const place of places) watcher.observe(place);
}

start();

// What a module finds around it, and the two questions that the build asks.

const never = () => 0; // nothing ever happens on a page that is only drawn
const quiet = { addEventListener: never, removeEventListener: never };

const document = {
  createElement: (tag) => new Element(tag),
  createElementNS: (_, tag) => new Element(tag),
  createTextNode: (text) => new Text(text),
  documentElement: new Element("html"),
  activeElement: null,
  hidden: false,
  softbackIds: 0,
  ...quiet,
};

Object.assign(globalThis, quiet, {
  document,
  requestAnimationFrame: never,
  cancelAnimationFrame: never,
  setTimeout: never,
  clearTimeout: never,
  matchMedia: () => ({ matches: false, ...quiet }),
});

let factory;
globalThis.softbackHost = { define: (_, made) => (factory = made) };

const widgetOf = (found) => (typeof found === "function" ? found() : found);

/** Say what keeps a module from being mounted at all, or "". */
globalThis.checked = () => {
  let found;
  try {
    found = factory();
  } catch {
    return ""; // it may need more of a page than there is here; then the drawing says so
  }
  const fine = [found, found?.render, found?.initialize].some((part) => typeof part === "function");
  return fine ? "" : "its default export has neither render nor initialize";
};

/** Return the markup of the first picture. JSON, because the engine hands out no rope strings. */
globalThis.draw = (state, firstId) => {
  const traits = JSON.parse(state);
  const model = { get: (name) => traits[name], set: (name, value) => (traits[name] = value), save_changes: never, on: never, off: never };
  const signal = { aborted: false, ...quiet };
  const place = new Element("div");
  document.softbackIds = firstId;
  const { initialize, render } = widgetOf(factory());
  initialize?.({ model, signal });
  const made = render({ model, el: place, signal });
  if (made instanceof Promise) throw new Error("render is not synchronous");
  return JSON.stringify(place.childNodes.map((node) => node.markup).join(""));
};

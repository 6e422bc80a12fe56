// Models: the traits of a widget, and who listens to them.

/** Tell whether two values of a trait say the same. */
function equal(one, other) {
  if (Object.is(one, other)) return true;
  if (!isTree(one) || !isTree(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => equal(one[name], other[name]));
}

const isTree = (value) => typeof value === "object" && value !== null && !ArrayBuffer.isView(value);

class Model {
  #state;
  #listeners = [];
  #widget;
  #views = 0;
  #stop;

  constructor(state) {
    this.#state = state;
  }

  get(name) {
    return this.#state[name];
  }

  /** Set one trait, or several; listeners hear of what has changed when all are set. */
  set(name, value) {
    const wanted = Object.entries(isTree(name) ? name : { [name]: value });
    const changed = wanted.filter(([key, next]) => !equal(this.#state[key], next));
    Object.assign(this.#state, Object.fromEntries(changed));
    for (const [key, next] of changed) this.#tell(`change:${key}`, next);
    if (changed.length) this.#tell("change");
  }

  on(names, listener, owner) {
    for (const name of names.split(/\s+/)) this.#listeners.push({ name, listener, owner });
  }

  /** Forget listeners of an owner: one, all of some names, or all. */
  off(names, listener, owner) {
    const gone = (one) =>
      one.owner === owner &&
      (!names || names.split(/\s+/).includes(one.name)) &&
      (!listener || listener === one.listener);
    this.#listeners = this.#listeners.filter((one) => !gone(one));
  }

  /** A listener that throws keeps nobody else from hearing. */
  #tell(name, value) {
    for (const one of this.#listeners) {
      if (one.name !== name) continue;
      try {
        one.listener(this, value, {});
      } catch (error) {
        reportError(error);
      }
    }
  }

  /** What the module makes of this model: `render`, once `initialize` has run. Made once. */
  widget() {
    this.#widget ??= this.#initialize();
    return this.#widget;
  }

  async #initialize() {
    const found = await load(this.get("_esm"));
    const { initialize, render } = typeof found === "function" ? await found() : found;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const made = await initialize?.({ model: share(this, signal), experimental, signal });
    if (typeof made === "function") whenAborted(signal, made);
    return { render };
  }

  /** Count the views: what `initialize` has set up goes with the last one. */
  entered(signal) {
    this.#views += 1;
    whenAborted(signal, () => {
      this.#views -= 1;
      if (this.#views) return;
      this.#stop.abort();
      this.#widget = undefined;
    });
  }
}

/** Call once a signal is aborted, which may be so already. */
function whenAborted(signal, call) {
  if (signal.aborted) call();
  else signal.addEventListener("abort", call, { once: true });
}

/** What a module sees of a model. Its listeners are its own, and leave with the signal. */
function share(model, signal) {
  const owner = {};
  whenAborted(signal, () => model.off(null, null, owner));
  return {
    get: (name) => model.get(name),
    set: (name, value) => model.set(name, value),
    on: (names, listener) => model.on(names, listener, owner),
    off: (names, listener) => model.off(names, listener, owner),
    save_changes: () => {}, // there is no kernel to save to
    send: () => console.warn("A message needs a kernel; this page has none."),
  };
}

const experimental = { invoke: () => Promise.reject(new Error("A command needs a kernel; this page has none.")) };

const models = new Map();

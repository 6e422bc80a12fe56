/**
 * Mount explorers on a page that has no kernel.
 *
 * Explorers are anywidget front-end modules (AFM, https://anywidget.dev/en/afm/). The build has turned each into
 * a classic script that calls `softbackHost.define`, and has put the models of the page into one
 * block of JSON and a first picture of each view into its place.
 */
(() => {
  "use strict";

  const definitions = new Map();
  const models = new Map();
  const loading = new Map();
  window.softbackHost = { define: (file, factory) => definitions.set(file, factory) };

  // Models ------------------------------------------------------------------------------------

  const equal = (one, other) =>
    one === other || (typeof one === "object" && !ArrayBuffer.isView(one) && JSON.stringify(one) === JSON.stringify(other));

  class Model {
    #state;
    #listeners = new Map();
    #ready;
    #views = 0;
    #stop;

    constructor(id, state) {
      this.id = id;
      this.#state = state;
    }

    get(name) {
      return this.#state[name];
    }

    set(name, value) {
      const wanted = Object.entries(typeof name === "object" ? name : { [name]: value });
      const changed = wanted.filter(([key, next]) => !equal(this.#state[key], next));
      for (const [key, next] of changed) this.#state[key] = next;
      for (const [key, next] of changed) this.#emit(`change:${key}`, next);
      if (changed.length) this.#emit("change");
    }

    /** There is no kernel to save to. */
    save_changes() {}

    send() {
      console.warn("softback: messages need a kernel; none was sent.");
    }

    on(names, listener) {
      for (const name of names.split(/\s+/)) this.#listeners.set(name, [...this.#heard(name), listener]);
    }

    off(names, listener) {
      const gone = names ? names.split(/\s+/) : [...this.#listeners.keys()];
      for (const name of gone) {
        this.#listeners.set(name, this.#heard(name).filter((other) => listener && other !== listener));
      }
    }

    #heard(name) {
      return this.#listeners.get(name) ?? [];
    }

    #emit(name, value) {
      for (const listener of this.#heard(name)) listener(this, value, {});
    }

    /** The widget of the module, and what `initialize` exports; made with the first view. */
    widget() {
      this.#ready ??= this.#initialize();
      return this.#ready;
    }

    async #initialize() {
      const found = await load(this.get("_esm"));
      const widget = typeof found === "function" ? await found() : found;
      this.#stop = new AbortController();
      const made = await widget.initialize?.({ model: this, host, experimental, signal: this.#stop.signal });
      if (typeof made === "function") this.#stop.signal.addEventListener("abort", made);
      return { render: widget.render, exports: typeof made === "function" ? undefined : made };
    }

    /** Count the views; with the last one goes what `initialize` has set up. */
    entered(left) {
      this.#views += 1;
      left.addEventListener("abort", () => {
        this.#views -= 1;
        if (this.#views) return;
        this.#stop?.abort();
        this.#ready = undefined;
      });
    }
  }

  const modelOf = (reference) => models.get(String(reference).replace(/^(IPY_MODEL_|anywidget:)/, ""));

  const experimental = { invoke: () => Promise.reject(new Error("there is no kernel on this page")) };

  const host = {
    getModel: async (reference) => modelOf(reference),
    getWidget: async (reference) => {
      const model = modelOf(reference);
      const { exports } = await model.widget();
      return { exports, render: ({ el, signal }) => show(model, el, signal ?? new AbortController().signal) };
    },
  };

  /** Fetch a module, once. A classic script also works from a file and under a strict policy. */
  function load(url) {
    if (!loading.has(url)) {
      const wait = (done, failed) => {
        const script = Object.assign(document.createElement("script"), { src: url, async: true });
        script.onload = () => {
          const factory = definitions.get(url.split("/").pop());
          if (factory) done(factory);
          else failed(new Error("its script has an error"));
        };
        script.onerror = () => failed(new Error("its script could not be loaded"));
        document.head.append(script);
      };
      loading.set(url, new Promise(wait).then((factory) => factory()));
    }
    return loading.get(url);
  }

  /** Models with binary traits carry them beside their state. */
  function withBuffers({ state, buffers = [] }) {
    for (const { path, data } of buffers) {
      const holder = path.slice(0, -1).reduce((part, key) => part[key], state);
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      holder[path.at(-1)] = new DataView(bytes.buffer);
    }
    return state;
  }

  /** jslink and jsdlink: one trait follows another, at once and from then on. */
  function link(model) {
    const ends = ["source", "target"].map((end) => model.get(end));
    const [[source, from], [target, to]] = ends.map(([reference, trait]) => [modelOf(reference), trait]);
    const push = () => target.set(to, source.get(from));
    source.on(`change:${from}`, push);
    push();
    if (model.get("_model_name") === "LinkModel") target.on(`change:${to}`, () => source.set(from, target.get(to)));
  }

  // Views -------------------------------------------------------------------------------------

  /** An element that says when it has left the document. */
  class View extends HTMLElement {
    gone = new AbortController();

    disconnectedCallback() {
      queueMicrotask(() => this.isConnected || this.gone.abort());
    }
  }
  customElements.define("explorer-view", View);

  /** Render a model into an element; boxes render their children. */
  async function show(model, el, signal, address) {
    const name = model.get("_model_name");
    if (name === "HBoxModel" || name === "VBoxModel") {
      el.classList.add(name === "HBoxModel" ? "explorer-row" : "explorer-column");
      await Promise.all(model.get("children").map((child) => showChild(child, el, signal)));
      return;
    }
    const { render } = await model.widget();
    model.entered(signal);
    const cleanup = await render?.({ model, el, host, experimental, signal, address });
    if (typeof cleanup === "function") signal.addEventListener("abort", cleanup);
  }

  function showChild(reference, el, signal) {
    const place = document.createElement("div");
    el.append(place);
    return show(modelOf(reference), place, signal);
  }

  /** Put the live explorer in the place of its picture. */
  async function mount(box) {
    if (box.dataset.state) return;
    box.dataset.state = "loading";
    const picture = [...box.childNodes];
    const view = document.createElement("explorer-view");
    try {
      const model = models.get(box.dataset.model);
      if (model.get("_esm")) await model.widget();
      box.replaceChildren(view);
      box.inert = false;
      await show(model, view, view.gone.signal, address(box));
      box.dataset.state = "ready";
    } catch (error) {
      view.gone.abort();
      box.replaceChildren(...picture);
      box.prepend(fault(box, error));
      box.inert = false;
      box.dataset.state = "error";
      console.error(error);
    }
  }

  /** Say what failed, and where the same numbers can be read. */
  function fault(box, error) {
    const panel = document.createElement("p");
    panel.className = "explorer-fault";
    panel.setAttribute("role", "alert");
    panel.append(`This explorer could not start: ${error?.message ?? error}. `);
    const numbers = document.getElementById(`${box.id}-numbers`);
    if (numbers) {
      const link = Object.assign(document.createElement("a"), { href: `#${numbers.id}`, textContent: "Read its numbers" });
      link.onclick = () => (numbers.open = true);
      panel.append(link, " or look at the picture below.");
    } else panel.append("The picture below shows how it starts.");
    return panel;
  }

  // Links -------------------------------------------------------------------------------------

  /** The state of an explorer in the address of the page: #explorer-jacobian?z=1,2 */
  function address(box) {
    const read = () => queryFor(box.id);
    const href = (query) => Object.assign(new URL(location.href), { hash: `${box.id}?${query}` }).href;
    const write = (query) => history.replaceState(history.state, "", href(query));
    const onchange = (listener) => box.addEventListener("softback:address", listener);
    return { read, write, href, onchange };
  }

  function queryFor(id) {
    const [target, ...rest] = location.hash.slice(1).split("?");
    return target === id && rest.length ? rest.join("?") : null;
  }

  /** Where the address names an explorer and its state, go there. */
  function follow(boxes) {
    for (const box of boxes) {
      if (queryFor(box.id) === null) continue;
      box.scrollIntoView();
      mount(box);
      box.dispatchEvent(new Event("softback:address"));
    }
  }

  // Start -------------------------------------------------------------------------------------

  function start() {
    const block = document.querySelector('script[type="application/vnd.jupyter.widget-state+json"]');
    for (const [id, entry] of Object.entries(JSON.parse(block.textContent).state)) {
      models.set(id, new Model(id, withBuffers(entry)));
    }
    for (const model of models.values()) if (/LinkModel$/.test(model.get("_model_name"))) link(model);
    const boxes = [...document.querySelectorAll(".explorer[data-model]")];
    const near = (entry) => entry.isIntersecting && (watcher.unobserve(entry.target), mount(entry.target));
    const watcher = new IntersectionObserver((entries) => entries.forEach(near), { rootMargin: "400px" });
    for (const box of boxes) watcher.observe(box);
    follow(boxes);
    addEventListener("hashchange", () => follow(boxes));
  }

  start(); // the script is deferred: the document is complete
})();

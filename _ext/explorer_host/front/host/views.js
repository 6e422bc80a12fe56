// Views: what a module renders into, and what it may ask of the page.

/** An element that says when it has left the document. */
class View extends HTMLElement {
  #gone = new AbortController();

  get signal() {
    return this.#gone.signal;
  }

  leave() {
    this.#gone.abort();
  }

  /** An element that is only moved is back by the time of the microtask. */
  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.leave());
  }
}
customElements.define("explorer-view", View);

/** Render a model into an element, until the signal is aborted. */
async function show(model, el, signal, address) {
  const { render } = await model.widget();
  model.entered(signal);
  const made = { model: share(model, signal), el, signal, experimental, address };
  const cleanup = await render?.(made);
  if (typeof cleanup === "function") whenAborted(signal, cleanup);
}

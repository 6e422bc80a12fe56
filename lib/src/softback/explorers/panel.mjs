/**
 * What every explorer shares: state in the model and in links, drawing once a frame, the parts
 * around the picture. An explorer describes itself (see `explorer`) and builds its picture.
 */

import { button, html } from "./dom.mjs";
import { fromLink, toLink } from "./links.mjs";

/**
 * Make an anywidget front-end module.
 *
 * definition.title: heading of the explorer.
 * definition.link: the traits that a link carries, each with its limits, from the constant `limits` that the Python class puts in front.
 * definition.check: optional; (state) throws a sentence where the values of a link do not fit together.
 * definition.presets: optional; name to traits (or to a function that returns them).
 * definition.build(panel): puts controls and picture into the panel and registers `panel.draws(…)`.
 * definition.say(model values): the sentence under the picture, which is also read aloud.
 * definition.numbers(model values): the text equivalent, a list of [caption, header, rows].
 * definition.python(model values): lines of Python that compute what is on screen.
 *
 * @param {Definition} definition
 */
export function explorer(definition) {
  return {
    /** @param {{ model: Model, el: Element, address?: Address }} view */
    render({ model, el, address }) {
      const panel = new Panel(model, definition, address);
      el.append(panel.root);
      panel.start();
      return () => panel.remove();
    },
  };
}

/** @typedef {Panel} ExplorerPanel */

class Panel {
  #model;
  #definition;
  #address;
  #drawers = [];
  #forgetters = [];
  #cleanup = [];
  #frame = 0;
  #linkTimer = 0;
  #started = {};
  #wrote;

  /**
   * @param {Model} model
   * @param {Definition} definition
   * @param {Address} [address]
   */
  constructor(model, definition, address) {
    this.#model = model;
    this.#definition = definition;
    this.#address = address;
    this.controls = html("div", { class: "sb-controls" });
    this.picture = html("div", { class: "sb-picture" });
    this.notice = html("p", { class: "sb-notice", role: "status", hidden: true });
    this.sentence = html("output", { class: "sb-sentence" });
    // Wide tables scroll, and the keyboard can scroll only what has the focus.
    this.numbers = html("div", { class: "sb-tables", tabindex: 0, role: "group", "aria-label": "Tables of the numbers" });
    this.code = html("code");
    this.root = html("figure", { class: "sb" }, ...this.#parts());
  }

  /** The value of a trait. */
  get(trait) {
    return this.#model.get(trait);
  }

  /** All traits that links carry, by name. */
  get state() {
    return Object.fromEntries(this.traits.map((trait) => [trait, this.get(trait)]));
  }

  get traits() {
    return Object.keys(this.#definition.link);
  }

  /** Change traits and tell Python, where there is a Python. */
  set(changes) {
    for (const [trait, value] of Object.entries(changes)) this.#model.set(trait, value);
    this.#model.save_changes();
    this.redraw();
  }

  /** Call `draw` whenever a trait has changed, at most once a frame. */
  draws(draw) {
    this.#drawers.push(draw);
  }

  /** Call `forget` when a preset or "Start again" is pressed, also where no trait changes by it. */
  forgets(forget) {
    this.#forgetters.push(forget);
  }

  /** Call `undo` when this view is removed. */
  leaves(undo) {
    this.#cleanup.push(undo);
  }

  /** Listen to something outside of the panel until this view is removed. */
  listens(target, event, listener) {
    target.addEventListener(event, listener);
    this.leaves(() => target.removeEventListener(event, listener));
  }

  /** Draw with the next frame, for what is no trait, such as the cell under the pointer. */
  redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  start() {
    const { build } = this.#definition;
    this.#started = this.state;
    build(this);
    this.#readLink();
    this.#address?.onchange(() => this.#readLink());
    for (const trait of this.traits) this.#listen(trait);
    this.#draw();
  }

  remove() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#linkTimer);
    for (const undo of this.#cleanup) undo();
    this.root.remove();
  }

  #listen(trait) {
    const changed = () => this.redraw();
    this.#model.on(`change:${trait}`, changed);
    this.leaves(() => this.#model.off(`change:${trait}`, changed));
  }

  #draw() {
    const { say, numbers, python } = this.#definition;
    for (const draw of this.#drawers) draw();
    this.sentence.textContent = say(this);
    this.code.textContent = python(this).join("\n");
    if (this.details.open || !this.numbers.childNodes.length) this.numbers.replaceChildren(...numbers(this).map(table));
    this.#writeLink();
  }

  #parts() {
    const { title, presets } = this.#definition;
    this.details = html(
      "details",
      { class: "sb-fold numbers", ontoggle: () => this.redraw() },
      html("summary", {}, "The numbers"),
      this.numbers,
    );
    return [
      html("figcaption", { class: "sb-title" }, title),
      ...(presets ? [this.#presetRow(presets)] : []),
      html("div", { class: "sb-stage" }, this.controls, this.picture),
      this.sentence,
      this.notice,
      html("div", { class: "sb-foot" }, this.details, this.#pythonFold(), this.#foot()),
    ];
  }

  #presetRow(presets) {
    const choose = (traits) => () => this.#begin(typeof traits === "function" ? traits(this) : traits);
    const buttons = Object.entries(presets).map(([label, traits]) => button(label, choose(traits)));
    return html("div", { class: "sb-presets", role: "group", "aria-label": "Presets" }, ...buttons);
  }

  #begin(traits) {
    for (const forget of this.#forgetters) forget();
    this.set(traits);
  }

  #pythonFold() {
    const copy = button("Copy", (event) => copyText(this.code.textContent, event.currentTarget));
    const block = html("pre", { tabindex: "0" }, this.code);
    return html("details", { class: "sb-fold" }, html("summary", {}, "As Python"), block, copy);
  }

  #foot() {
    const restart = button("Start again", () => this.#begin(this.#started));
    if (!this.#address) return html("div", { class: "sb-buttons" }, restart);
    const link = button("Copy link", (event) => copyText(this.#address.href(this.#query()), event.currentTarget));
    return html("div", { class: "sb-buttons" }, link, restart);
  }

  #query() {
    const write = ([trait, limits]) => `${trait}=${encodeURIComponent(toLink(this.get(trait), limits)).replace(/%2C/g, ",")}`;
    return Object.entries(this.#definition.link).map(write).join("&");
  }

  /** Where the reader has changed something, the address of the page says so, a moment later. */
  #writeLink() {
    if (!this.#address) return;
    clearTimeout(this.#linkTimer);
    const query = this.#query();
    this.#wrote ??= query;
    if (query === this.#wrote) return;
    this.#linkTimer = setTimeout(() => {
      this.#wrote = query;
      this.#address.write(query);
    }, 250);
  }

  #readLink() {
    const query = this.#address?.read();
    if (!query) return;
    try {
      this.set(this.#understood(query));
      this.#wrote = this.#query();
      this.notice.hidden = true;
    } catch (error) {
      this.tell(`The link to this explorer could not be read, so it is ignored. ${error.message}`);
    }
  }

  /** Show a sentence under the picture. */
  tell(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = false;
  }

  #understood(query) {
    const { link, check } = this.#definition;
    const state = {};
    for (const [trait, text] of new URLSearchParams(query)) {
      if (!Object.hasOwn(link, trait)) throw new Error(`It sets \u201c${trait.slice(0, 20)}\u201d, which this explorer does not have.`);
      state[trait] = fromLink(text, link[trait]);
    }
    check?.({ ...this.state, ...state });
    return state;
  }
}

/** A table with a caption, a row of column heads, and rows whose first entry is a head. */
function table([caption, header, rows]) {
  const head = html("tr", {}, ...header.map((text) => html("th", { scope: "col" }, text)));
  const line = ([first, ...others]) =>
    html("tr", {}, html("th", { scope: "row" }, first), ...others.map((text) => html("td", {}, text)));
  return html("table", {}, html("caption", {}, caption), html("thead", {}, head), html("tbody", {}, ...rows.map(line)));
}

/** Copy a text; where the browser does not allow it, show it to be copied by hand. */
async function copyText(text, control) {
  const label = control.textContent;
  try {
    await navigator.clipboard.writeText(text);
    control.textContent = "Copied";
  } catch {
    prompt("Copy this text:", text);
  }
  setTimeout(() => (control.textContent = label), 1500);
}

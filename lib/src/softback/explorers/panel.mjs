/**
 * What every explorer shares: state in the model and in links, drawing once a frame, the parts
 * around the picture. An explorer describes itself (see `explorer`) and builds its picture.
 */

import { memory } from "./memory.mjs";
import { button, heads, html, write } from "./dom.mjs";
import { fromLink, toLink } from "./links.mjs";

/**
 * Make an anywidget front-end module.
 *
 * definition.title: heading of the explorer.
 * definition.link: the traits that a link carries, each with its limits, from the constant `limits` that the Python class puts in front.
 * definition.check: optional; (state) throws a sentence where the values of a link do not fit together.
 * definition.presets: optional; name to traits (or to a function that returns them).
 * definition.task: optional; "Try this": its name, what to do, the answer, and done(model values, those at the start).
 * definition.build(panel): puts picture, controls and what folds away (`panel.more`) into the panel and registers `panel.draws(…)`, for what is folded `panel.folds(…)`.
 * definition.say(model values): the sentence under the picture, which is also read aloud.
 * definition.hear(model values): optional; what is read aloud in its place.
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
  #voiceTimer = 0;
  #started = {};
  #wrote;
  #heard;
  #lit;
  #pinned;

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
    this.more = html("div", { class: "sb-controls" });
    this.notice = html("p", { class: "sb-notice", role: "status", hidden: true });
    this.sentence = html("p", { class: "sb-sentence" });
    // Heard after a pause, and once: whoever turns a slider is not told of each step.
    this.voice = html("p", { class: "sb-voice", role: "status" });
    // Wide tables scroll, and the keyboard can scroll only what has the focus.
    this.numbers = html("div", { class: "sb-tables", tabindex: 0, role: "group", "aria-label": "Tables of the numbers" });
    this.code = html("code");
    this.root = html("figure", { class: "sb", "aria-label": definition.title }, ...this.#parts());
    // JupyterLab would take these keys for its cells.
    this.root.addEventListener("keydown", (event) => /^(Arrow|Home|End|Page)/.test(event.key) && event.stopPropagation());
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
    this.notice.hidden = true;
    this.redraw();
  }

  /** Call `draw` whenever a trait has changed, at most once a frame. */
  draws(draw) {
    this.#drawers.push(draw);
  }

  /** As `draws`, for what is folded away: while it is, only the first time. */
  folds(draw) {
    let drawn = false;
    this.draws(() => {
      if (!drawn || this.details.open) draw();
      drawn = true;
    });
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
    const { build, numbers, python } = this.#definition;
    this.#started = this.state;
    build(this);
    this.#join(); // after the pictures, whose shapes go from term to term
    this.folds(() => {
      write(this.code, python(this).join("\n"));
      this.numbers.replaceChildren(...numbers(this).map(table));
    });
    this.#readLink();
    this.#address?.onchange(() => this.#readLink());
    for (const trait of this.traits) this.#listen(trait);
    this.#draw();
  }

  remove() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#linkTimer);
    clearTimeout(this.#voiceTimer);
    for (const undo of this.#cleanup) undo();
    this.root.remove();
  }

  #listen(trait) {
    const changed = () => this.redraw();
    this.#model.on(`change:${trait}`, changed);
    this.leaves(() => this.#model.off(`change:${trait}`, changed));
  }

  #draw() {
    const { say, hear } = this.#definition;
    for (const draw of this.#drawers) draw();
    this.#tell(say(this), hear?.(this));
    this.#writeLink();
  }

  /** The sentence is seen at once; a screen reader gets it when the picture has come to rest. */
  #tell(sentence, heard = sentence) {
    write(this.sentence, sentence);
    if (heard === this.#heard) return;
    const first = this.#heard === undefined;
    this.#heard = heard;
    clearTimeout(this.#voiceTimer);
    if (!first) this.#voiceTimer = setTimeout(() => (this.voice.textContent = heard), 700);
  }

  /** The picture first, then what moves it; what few need folds away. */
  #parts() {
    const { title, presets, task } = this.#definition;
    const copy = button("Copy", (event) => copyText(this.code.textContent, event.currentTarget));
    const python = html("div", { class: "sb-python" }, html("span", { class: "sb-small" }, "As Python"), copy, html("pre", { tabindex: "0" }, this.code));
    const fold = { class: "sb-fold numbers", ontoggle: () => this.redraw() };
    this.details = html("details", fold, html("summary", {}, "More"), this.more, this.numbers, python, this.#links());
    const show = button("Show", () => this.#cover(false));
    const side = [...(task ? [this.#task(task)] : []), this.controls, ...(presets ? [this.#presetRow(presets)] : []), this.sentence];
    return [
      html("figcaption", { class: "sb-title" }, title),
      html("div", { class: "sb-cover" }, "Think first: what will the picture show? ", show),
      html("div", { class: "sb-stage" }, this.picture, html("div", { class: "sb-side" }, ...side)),
      this.voice,
      this.notice,
      this.details,
    ];
  }

  #presetRow(presets) {
    const wanted = (traits) => (typeof traits === "function" ? traits(this) : traits);
    const buttons = Object.entries(presets).map(([label, traits]) => {
      const one = button(label, () => this.#begin(wanted(traits)));
      this.draws(() => one.setAttribute("aria-pressed", String(Object.entries(wanted(traits)).every(([trait, value]) => String(this.get(trait)) === String(value)))));
      return one;
    });
    const restart = button("Start again", () => this.#begin(this.#started));
    return html("div", { class: "sb-presets" }, html("div", { class: "sb-within", role: "group", "aria-label": "Presets" }, ...buttons), restart);
  }

  /** "Try this": ticked with its answer once it is done, and remembered in this browser. */
  #task({ name, what, answer, done }) {
    const tick = html("span", { class: "sb-check", "aria-hidden": "true" }, "\u25cb");
    const reply = html("span", { class: "sb-reply" }, answer);
    const line = html("p", { class: "sb-task" }, tick, html("span", {}, html("b", {}, "Try this: "), what, " ", reply));
    const kept = memory(`tried/${name}`, line);
    this.draws(() => {
      if (line.classList.contains("sb-done")) return;
      if (!done(this, this.#started) && !kept.read().text) return;
      kept.write({ text: what });
      line.classList.add("sb-done");
      tick.textContent = "\u2713";
    });
    return line;
  }

  /** What belongs together has one data-term, in the formula and in the picture: pointer, focus or a tap on one lights all. */
  #join() {
    const termOf = ({ target }) => target.closest?.("[data-term]")?.dataset.term;
    const mouse = (event) => event.pointerType !== "touch" && !event.buttons;
    const listen = (name, listener) => this.root.addEventListener(name, listener);
    listen("pointermove", (event) => mouse(event) && this.light(termOf(event)));
    listen("pointerleave", () => this.light());
    listen("focusin", (event) => this.light(termOf(event)));
    listen("focusout", () => this.light());
    listen("click", (event) => {
      const term = termOf(event);
      this.#lit = this.#pinned = term && term !== this.#pinned ? term : undefined;
      this.redraw(); // also where the pointer has lit it before
    });
    listen("keydown", (event) => event.key === "Escape" && this.light((this.#pinned = undefined)));
    let shown;
    this.draws(() => {
      if (!this.#lit && !shown) return;
      shown = this.#lit;
      for (const part of this.root.querySelectorAll("[data-term], .sb-lit")) {
        part.classList.toggle("sb-lit", shown !== undefined && part.dataset.term === shown);
        if (part.classList.contains("sb-term")) part.setAttribute("aria-pressed", String(part.dataset.term === this.#pinned));
      }
    });
  }

  /** Light a term, the one that was tapped where none is named. */
  light(term = this.#pinned) {
    if (term === this.#lit) return;
    this.#lit = term;
    this.redraw();
  }

  /** A link for class covers the answer until "Show". */
  #cover(on) {
    this.root.classList.toggle("sb-covered", on);
  }

  #begin(traits) {
    for (const forget of this.#forgetters) forget();
    this.#glide(traits);
  }

  /** Numbers are there at once; what the picture draws moves there, see .sb-gliding. */
  #glide(traits) {
    this.root.classList.add("sb-gliding");
    setTimeout(() => this.root.classList.remove("sb-gliding"), 200);
    this.set(traits);
  }

  #links() {
    if (!this.#address) return "";
    const link = (label, more) => button(label, (event) => copyText(this.#address.href(this.#query() + more), event.currentTarget));
    return html("div", { class: "sb-buttons sb-links" }, link("Copy link", ""), link("Copy link with the answer covered", "&cover"));
  }

  #query() {
    const write = ([trait, limits]) => `${trait}=${encodeURIComponent(toLink(this.get(trait), limits)).replace(/%2C/g, ",")}`;
    return Object.entries(this.#definition.link).map(write).join("&");
  }

  /** Where the reader has changed something, the address of the page says so, a moment later. */
  #writeLink() {
    if (!this.#address) return;
    this.#wrote ??= this.#query();
    clearTimeout(this.#linkTimer);
    this.#linkTimer = setTimeout(() => {
      const query = this.#query();
      if (query === this.#wrote) return;
      this.#wrote = query;
      this.#address.write(query);
    }, 250);
  }

  #readLink() {
    const query = this.#address?.read();
    if (!query) return;
    try {
      this.#glide(this.#understood(query.replace(COVER, "")));
      this.#cover(COVER.test(query));
      this.#wrote = this.#query();
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

const COVER = /(^|&)cover$/;

/** A table with a caption, a row of column heads, and rows whose first entry is a head. */
function table([caption, header, rows]) {
  const line = ([first, ...others]) =>
    html("tr", {}, html("th", { scope: "row" }, first), ...others.map((text) => html("td", {}, text)));
  return html("table", {}, html("caption", {}, caption), html("thead", {}, heads(header)), html("tbody", {}, ...rows.map(line)));
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

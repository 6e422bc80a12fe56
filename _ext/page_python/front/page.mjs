/* What the buttons of cells do: edit, run, check, prove, stop. */
import { memory, read } from "../../../lib/src/softback/explorers/memory.mjs";
import { button, download, element } from "../../../lib/src/softback/course/formula/page.mjs";
import { drawn, harmless } from "./shown.mjs";
import { typing } from "./typing.mjs";

const SECONDS = 30; // after which a running cell is stopped
const LARGE = 1e9; // bytes
const NAMES = { numpy: "NumPy", matplotlib: "Matplotlib", sympy: "SymPy", "numpy-more": "the rest of NumPy", "matplotlib-more": "the rest of Matplotlib", "sympy-more": "the rest of SymPy", "python-more": "the rest of Python's library" };
const LOST = "The connection was lost while Python was loading. What has come is kept.";
const OFFLINE = "The connection was lost. Press again to try again.";
const ANEW = "Python starts anew with the next press.";
const KEYS = "Tab indents; Escape, then Tab leaves the field. Control and Enter run it.";

let worker, count = 0, current;

/* One run of a cell in the worker; `finish` gets what came of it: {error, ended, again, seconds}. */
class Run {
  constructor(tell, show) {
    Object.assign(this, { id: ++count, tell, show, seen: [] });
    this.done = new Promise((resolve) => (this.finish = resolve));
    current = this;
    tell(worker ? "Running…" : "Starting Python…");
    if (!worker) {
      worker = new Worker(new URL("WORKER", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }) => current?.hear(data);
      worker.onerror = (event) => {
        event.preventDefault();
        current?.end({ error: `Python stopped. ${ANEW}`, ended: true, again: true });
      };
    }
  }
  send(cells, index, packages) {
    if (current === this) worker.postMessage({ id: this.id, cells, index, packages });
    return this.done;
  }
  hear(message) {
    const { type, phase, loaded, total, error, lost, detail, seconds, memory: bytes } = message;
    if (type === "progress") {
      if (!this.running && total > loaded) this.tell(`${this.what ?? "Starting Python"}: ${(loaded / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`);
    } else if (message.id !== this.id) {
      return;
    } else if (type === "phase") {
      this.running = phase === "running";
      this.what = phase === "loading" ? `Loading ${message.packages.map((name) => NAMES[name]).join(", ")}` : "Starting Python";
      this.tell(this.running ? "Running…" : `${this.what}…`);
      clearTimeout(this.limit);
      if (this.running) {
        this.seen = [];
        this.limit = setTimeout(() => this.stop(`Stopped after ${SECONDS} seconds. Is there a loop that never ends? ${ANEW}`), SECONDS * 1000);
      }
    } else if (type === "output") {
      this.seen.push([String(message.kind), String(message.content)]);
      if (message.kind === "stream") this.show(this.seen);
    } else if (type === "done") {
      this.leave({ error, seconds });
      if (bytes > LARGE) shut(); // such memory never shrinks; the next press starts a small one
    } else if (lost) {
      this.leave({ error: LOST, ended: true, again: true });
    } else {
      this.end({ error: `Python stopped: ${detail.split("\n").pop()}. ${ANEW}`, ended: true });
    }
  }
  stop(error = `Stopped. ${ANEW}`) {
    if (current === this) this.end({ error, ended: true });
  }
  end(outcome) {
    shut();
    this.leave(outcome);
  }
  leave(outcome) {
    clearTimeout(this.limit);
    current = undefined;
    this.finish(outcome);
  }
}
function shut() {
  worker?.terminate();
  worker = undefined;
}

async function fetched(file) {
  const answer = await fetch(new URL(file, import.meta.url), { cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) throw new Error(OFFLINE);
  return answer.json();
}

/* The cells of this page, also those that are not shown, and what the reader made of them. */
const edited = new Map();
let source, asked;
function texts(page) {
  asked ??= fetched(`pages/${page}.json`).then((cells) => {
    source = cells;
    for (const [n, { id, code }] of cells.entries()) {
      const text = id && read(`code/${page}/${id}`).text;
      if (text && text !== code) edited.set(n, text);
    }
  });
  asked.catch(() => (asked = undefined));
  return asked;
}

/* A prediction as Python reads it: numbers as they are, words in quotation marks, anything else as one text. */
function asPython(said) {
  if (/^[\d\s.,+\-*/()[\]]+$/.test(said)) return said;
  const words = said.replace(/["']/g, "");
  return /^[\p{L}\d\s,()[\]_]+$/u.test(words) ? words.replace(/\p{L}[\p{L}\d _]*/gu, (word) => JSON.stringify(word.trim())) : JSON.stringify(said);
}

class Cell {
  constructor({ box, bar, note, page }) {
    Object.assign(this, { box, bar, note, page, input: box.querySelector(".cell_input") });
    this.check = box.classList.contains("sb-check-cell");
    this.kept = memory(`code/${page}/${box.id}`, box);
    this.go = button("Run", () => this.run());
    this.halt = button("Stop", () => this.running?.stop());
    this.back = button("Undo my changes", () => this.undo());
    this.again = button("Try again", () => this.run());
    this.go.hidden = this.halt.hidden = this.back.hidden = this.again.hidden = true;
    note.before(this.go, this.halt, this.back, this.again);
    this.out = element("div", { className: "sb-run-out", hidden: true });
    bar.after(this.out);
  }
  tell = (words) => (this.note.textContent = words);
  async ready() {
    try {
      await texts(this.page);
      this.index ??= source.findIndex(({ id }) => id === this.box.id);
      return true;
    } catch (error) {
      this.tell(error.message);
      return false;
    }
  }
  async edit() {
    if (!(await this.open())) return;
    this.tell(KEYS);
    this.field.focus();
  }
  async open() {
    if (!(await this.ready())) return false;
    for (let fold = this.input.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (!this.field) {
      this.field = element("textarea", { className: "sb-run-field", spellcheck: false, autocapitalize: "off", value: edited.get(this.index) ?? source[this.index].code });
      this.field.setAttribute("autocorrect", "off");
      this.field.setAttribute("aria-label", `Code of this cell. ${KEYS}`);
      typing(this.field, { run: () => this.run(), tell: this.tell });
      this.field.addEventListener("input", () => this.changed());
      this.field.setSelectionRange(0, 0);
      for (const shown of this.input.children) shown.hidden = true;
      this.input.append(this.field);
      this.fit();
      this.bar.querySelector("[data-action=edit]").hidden = true;
      this.go.hidden = this.check;
    }
    if (this.check) this.predicted();
    return true;
  }
  fit() {
    this.field.rows = Math.min(30, this.field.value.split("\n").length + 1);
    this.back.hidden = !edited.has(this.index);
  }
  changed() {
    const text = this.field.value, same = text === source[this.index].code;
    same ? edited.delete(this.index) : edited.set(this.index, text);
    this.kept.write(same ? null : { text, solved: false });
    this.fit();
  }
  /* What the reader has predicted beside the cell takes the place of `None`, or of what was predicted before. */
  predicted() {
    const said = this.box.closest(".exercise")?.querySelector(".sb-prediction input")?.value.trim();
    if (!said || said === this.said) return;
    const value = asPython(said);
    this.field.value = this.field.value.replace(`prediction = ${this.value ?? "None"}`, () => `prediction = ${value}`);
    Object.assign(this, { said, value });
    this.changed();
  }
  undo() {
    this.field.value = source[this.index].code;
    this.changed();
    this.tell("This is the book's code again.");
    this.field.focus();
  }
  async run() {
    if (current) return this.tell("Another cell is running. Stop it first.");
    this.halt.hidden = false;
    if (this.again === document.activeElement) this.halt.focus();
    this.again.hidden = true;
    const run = (this.running = new Run(this.tell, (seen) => this.draw(seen)));
    this.box.setAttribute("aria-busy", "true");
    if (await this.ready()) {
      const cells = source.map(({ code }, n) => edited.get(n) ?? code).slice(0, this.index + 1), { check, packages } = source[this.index];
      if (check) cells.push(`${cells.pop()}\n${check}`); // a sheet's own check of this answer
      run.send(cells, this.index, packages);
    } else run.leave({ error: LOST, ended: true, again: true });
    const { error, ended, again, seconds } = await run.done;
    this.box.removeAttribute("aria-busy");
    if (this.halt === document.activeElement) this.bar.querySelector("button:not([hidden])").focus();
    this.halt.hidden = true;
    this.again.hidden = !again;
    if (error) run.seen.push([ended ? "sentence" : "error", error]);
    this.draw(run.seen);
    if (this.check && edited.has(this.index)) this.kept.write({ text: edited.get(this.index), solved: run.seen.some(([, said]) => /^(Right|Passed|As you predicted)\b/.test(said)) });
    const book = this.box.querySelector(".cell_output");
    if (book && this.check) book.hidden = !ended; // the sentence on an answer that nobody has given
    const time = seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds?.toFixed(1)} s`;
    const above = [...edited.keys()].filter((n) => n < this.index).length;
    const yours = [...(edited.has(this.index) ? ["here"] : []), ...(above ? [`in ${above} cell${above > 1 ? "s" : ""} above`] : [])];
    const changes = yours.length ? `, with your changes ${yours.join(" and ")}` : "";
    this.tell(error ? (ended ? "It was stopped: see below." : `It failed${changes}: see below.`) : `Done in ${time}${changes}.${run.seen.length ? "" : " It shows nothing."}`);
  }
  draw(seen) {
    this.out.hidden = !seen.length;
    const parts = [];
    for (const [kind, content] of seen) {
      if (kind === "stream" && parts.at(-1)?.[0] === kind) parts.at(-1)[1] += content;
      else if (kind !== "record") parts.push([kind, content]);
    }
    this.out.replaceChildren(...parts.map(([kind, content]) => drawn(kind, content)));
  }
}

/* An answer in words, which a person reads. */
class Words {
  constructor({ box, bar, page }) {
    const kept = memory(`words/${page}/${box.id}`, box);
    this.field = element("textarea", { className: "sb-run-field sb-run-words", rows: 8, value: kept.read().text ?? "" });
    this.field.setAttribute("aria-label", "Your answer in words. Formulas go between dollar signs.");
    this.field.addEventListener("input", () => kept.write(this.field.value ? { text: this.field.value } : null));
    bar.before(this.field);
    bar.hidden = true;
  }
  write() {
    this.field.focus();
  }
}

/* The notebook of a sheet, with what the reader wrote in the place of stubs. */
class HandIn {
  constructor({ note, page }) {
    Object.assign(this, { note, page });
  }
  async save() {
    try {
      const name = `${this.page}.ipynb`, notebook = await fetched(`../../_sources/${name}`);
      const places = notebook.cells.filter(({ metadata }) => metadata.exercise && !metadata.tags);
      let written = 0;
      for (const cell of places) {
        const id = `cell-${cell.metadata.exercise}`, kind = cell.cell_type === "code" ? "code" : "words";
        const field = document.getElementById(id).querySelector("textarea"); // the storage may have had no room for it
        const text = field ? field.value : read(`${kind}/${this.page}/${id}`).text;
        if (!text || text === [cell.source].flat().join("")) continue;
        cell.source = text;
        written++;
      }
      download(name.split("/").pop(), notebook);
      this.note.textContent = `Saved with ${written} of ${places.length} answers.`;
    } catch (error) {
      this.note.textContent = error.message;
    }
  }
}

/* All proofs of the book, one after the other, and a record of them. */
const VERSIONS = "import platform, sympy\nprint(platform.python_version(), sympy.__version__)";
class Book {
  constructor({ bar, note }) {
    this.bar = bar;
    this.tell = (words) => (note.textContent = words);
    this.list = element("ol", { className: "sb-run-out" });
    this.halt = button("Stop", () => ((this.stopped = true), current?.stop()));
    this.save = button("Save the record", () => download("softmax-backwards-proofs.json", this.record));
    this.halt.hidden = this.save.hidden = true;
    note.before(this.halt, this.save);
    bar.after(this.list);
  }
  /* Run a cell; what came of it, and what it showed. */
  async one(cells, index, packages, words) {
    const run = new Run((said) => this.tell(said === "Running…" ? words : said), () => {});
    return { ...(await run.send(cells, index, packages)), seen: run.seen };
  }
  async prove() {
    if (current || !this.halt.hidden) return;
    this.stopped = this.halt.hidden = false;
    this.save.hidden = true;
    this.list.replaceChildren();
    const began = performance.now();
    try {
      const wrong = await this.all(), { length } = this.record.proofs, seconds = ((performance.now() - began) / 1000).toFixed(1);
      this.tell(this.stopped ? `Stopped after ${length} proofs.` : `${length} equations proved again in ${seconds} s.${wrong ? ` ${wrong} could not be proved.` : ""}`);
      this.save.hidden = !length;
    } catch (error) {
      this.tell(error.message);
    }
    if (this.halt === document.activeElement) this.bar.querySelector("button").focus();
    this.halt.hidden = true;
  }
  /* Prove until the reader stops it; return how many proofs failed. */
  async all() {
    this.tell("Starting Python…");
    const { softback, pages } = await fetched("book.json"), cells = await Promise.all(pages.map(({ file }) => fetched(file)));
    const asked = await this.one([VERSIONS], 0, ["sympy"], "Starting Python…");
    if (asked.error) throw new Error(asked.error);
    const [python, sympy] = asked.seen.map(([, text]) => text).join("").trim().split(" ");
    this.record = { made: new Date().toISOString(), softback, python, sympy, proofs: [] };
    const proofs = cells.flatMap((all, page) => all.map((cell, index) => ({ ...cell, all, index, page }))).filter(({ kind }) => kind === "proof");
    let wrong = 0;
    for (const [n, { id, all, index, page, packages }] of proofs.entries()) {
      const { error, seen } = await this.one(all.map(({ code }) => code), index, packages, `Proof ${n + 1} of ${proofs.length}: ${pages[page].title}`);
      if (this.stopped) break;
      for (const [kind, content] of seen) {
        if (kind === "record") this.record.proofs.push(JSON.parse(content));
        if (kind === "text/html") this.list.append(element("li", {}, harmless(content.replace("#equation-", "#index-"))));
      }
      if (error) this.list.append(element("li", {}, element("pre", { className: "sb-run-error", textContent: `${id}: ${error}` })));
      wrong += error ? 1 : 0;
    }
    return wrong;
  }
}

const alive = new WeakMap();
export async function press(action, place) {
  const Kind = { prove: Book, write: Words, save: HandIn }[action] ?? Cell;
  if (!alive.has(place.box)) alive.set(place.box, new Kind(place));
  const one = alive.get(place.box);
  if (action === "check") await one.open(); // the focus stays: on a phone a field would call its keyboard up
  one[action === "check" ? "run" : action]();
}

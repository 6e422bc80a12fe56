/* What the buttons of cells do: edit, run, check, prove, stop. */
import { element, memory, spoken } from "../../../lib/src/softback/course/formula/page.mjs";

const SECONDS = 30; // after which a running cell is stopped
const LARGE = 1e9; // bytes
const NAMES = { numpy: "NumPy", matplotlib: "Matplotlib", sympy: "SymPy", "numpy-more": "the rest of NumPy", "matplotlib-more": "the rest of Matplotlib", "sympy-more": "the rest of SymPy", "python-more": "the rest of Python's library" };
const LOST = "The connection was lost while Python was loading. What has come is kept.";
const ANEW = "Python starts anew with the next press.";

let worker, here, count = 0, current;

/* One run of a cell in the worker; `finish` gets what came of it: {error, ended, again, seconds}. */
class Run {
  constructor(tell, show) {
    Object.assign(this, { id: ++count, tell, show, seen: [] });
    this.done = new Promise((resolve) => (this.finish = resolve));
    current = this;
    tell(worker ? "Running…" : "Starting Python…");
    if (!worker) {
      worker = new Worker(new URL("WORKER", here), { type: "module" });
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
  const answer = await fetch(new URL(file, here), { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${answer.status} for ${file}`);
  return answer.json();
}

/* The cells of this page, also those that are not shown, and what the reader made of them. */
const edited = new Map();
let source, asked;
function texts(page) {
  asked ??= fetched(`pages/${page}.json`).then((cells) => {
    source = cells;
    for (const [n, { id, code }] of cells.entries()) {
      const text = id && memory(`code/${page}/${id}`).read().text;
      if (text && text !== code) edited.set(n, text);
    }
  });
  asked.catch(() => (asked = undefined));
  return asked;
}

class Cell {
  constructor({ box, bar, note, page }) {
    Object.assign(this, { box, bar, note, page, input: box.querySelector(".cell_input") });
    this.check = box.classList.contains("sb-check-cell");
    this.kept = memory(`code/${page}/${box.id}`, box);
    this.go = this.button("Run", () => this.run());
    this.halt = this.button("Stop", () => this.running?.stop());
    this.back = this.button("Undo my changes", () => this.undo());
    this.again = this.button("Try again", () => this.run());
    this.go.hidden = this.halt.hidden = this.back.hidden = this.again.hidden = true;
    note.before(this.go, this.halt, this.back, this.again);
    this.out = element("div", { className: "sb-run-out", hidden: true });
    bar.after(this.out);
  }
  button(words, press) {
    const made = element("button", { type: "button", textContent: words });
    made.addEventListener("click", press);
    return made;
  }
  tell = (words) => (this.note.textContent = words);
  async ready() {
    try {
      await texts(this.page);
      this.index ??= source.findIndex(({ id }) => id === this.box.id);
      return true;
    } catch {
      this.tell("The connection was lost. Press again to try again.");
      return false;
    }
  }
  async edit() {
    if (!(await this.ready())) return;
    for (let fold = this.input.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (!this.field) {
      this.field = element("textarea", { className: "sb-run-field", spellcheck: false, autocapitalize: "off", value: edited.get(this.index) ?? source[this.index].code });
      this.field.setAttribute("autocorrect", "off");
      this.field.setAttribute("aria-label", "Code of this cell. Tab indents; Escape, then Tab leaves the field.");
      this.field.addEventListener("keydown", (event) => this.key(event));
      this.field.addEventListener("input", () => this.changed());
      this.field.setSelectionRange(0, 0);
      for (const shown of this.input.children) shown.hidden = true;
      this.input.append(this.field);
      this.changed();
      this.bar.querySelector("[data-action=edit]").hidden = true;
      this.go.hidden = this.check;
    }
    this.field.focus();
  }
  changed() {
    const text = this.field.value, same = text === source[this.index].code;
    this.field.rows = Math.min(30, text.split("\n").length + 1);
    same ? edited.delete(this.index) : edited.set(this.index, text);
    this.kept.write(same ? null : { text, solved: false });
    this.back.hidden = same;
  }
  undo() {
    this.field.value = source[this.index].code;
    this.changed();
    this.tell("This is the book's code again.");
    this.field.focus();
  }
  key(event) {
    event.stopPropagation(); // the page has keys of its own
    const field = this.field, { value, selectionStart: from, selectionEnd: to } = field;
    const start = value.lastIndexOf("\n", from - 1) + 1, before = value.slice(start, from);
    const leaving = this.leaving;
    if (event.key !== "Shift") this.leaving = event.key === "Escape";
    if (event.key === "Escape") this.tell("Tab now leaves the field.");
    else if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey || event.shiftKey) this.run();
      else type(field, `\n${/^ */.exec(before)[0]}${/:\s*(#.*)?$/.test(before) ? "    " : ""}`);
    } else if (event.key === "Tab" && !leaving && !event.altKey && !event.ctrlKey) {
      event.preventDefault();
      if (from === to && !event.shiftKey) return type(field, " ".repeat(4 - (before.length % 4)));
      const moved = value.slice(start, to).split("\n").map((line) => (event.shiftKey ? line.replace(/^ {1,4}/, "") : line && `    ${line}`)).join("\n");
      field.setSelectionRange(start, to);
      type(field, moved);
      const end = start + moved.length;
      field.setSelectionRange(from === to ? end : start, end);
    } else if (event.key === "Backspace" && from === to && /^ +$/.test(before)) {
      event.preventDefault();
      field.setSelectionRange(from - (((before.length - 1) % 4) + 1), from);
      type(field, "");
    }
  }
  async run() {
    if (current) return this.tell("Another cell is running. Stop it first.");
    this.again.hidden = true;
    this.halt.hidden = false;
    const run = (this.running = new Run(this.tell, (seen) => this.draw(seen)));
    this.box.setAttribute("aria-busy", "true");
    if (await this.ready()) {
      const cells = source.map(({ code }, n) => edited.get(n) ?? code).slice(0, this.index + 1);
      run.send(cells, this.index, source[this.index].packages);
    } else run.leave({ error: LOST, ended: true, again: true });
    const { error, ended, again, seconds } = await run.done;
    this.box.removeAttribute("aria-busy");
    if (this.halt === document.activeElement) (this.field ?? this.bar.querySelector("button:not([hidden])")).focus();
    this.halt.hidden = true;
    this.again.hidden = !again;
    if (error) run.seen.push([ended ? "sentence" : "error", error]);
    this.draw(run.seen);
    if (this.check && edited.has(this.index)) this.kept.write({ text: edited.get(this.index), solved: run.seen.some(([, said]) => /^Right\b/.test(said)) });
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

function type(field, text) {
  if (!document.execCommand?.(text ? "insertText" : "delete", false, text)) field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input"));
}

/* The element that shows an output. The worker runs what the reader pasted: nothing of it is trusted. */
function drawn(kind, content) {
  if (kind === "image/svg+xml" || kind === "image/png") {
    const src = kind === "image/png" ? `data:image/png;base64,${content}` : `data:image/svg+xml;charset=utf-8,${encodeURIComponent(content)}`;
    return element("img", { src, alt: "Figure drawn by your code" });
  }
  if (kind === "text/html") return element("div", {}, harmless(content));
  if (kind === "text/latex") {
    const box = element("div", { className: "sb-run-math", textContent: content });
    typeset(box, content.replace(/^\s*\$+(\\displaystyle)?|\$+\s*$/g, ""));
    return box;
  }
  if (kind === "sentence" || (kind === "text/markdown" && !/[|$]|^#/m.test(content))) return element("p", {}, ...spoken(content));
  return element("pre", { className: kind === "error" ? "sb-run-error" : "", textContent: content });
}

const ELEMENTS = new Set("DIV SPAN P A CODE PRE B I EM STRONG SUB SUP TABLE THEAD TBODY TR TH TD CAPTION UL OL LI BR HR H3 H4 DL DT DD DETAILS SUMMARY".split(" "));
const ATTRIBUTES = new Set("class title scope colspan rowspan aria-hidden".split(" "));
function harmless(html) {
  const made = document.createDocumentFragment();
  (function copy(from, into) {
    for (const child of from.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) into.append(...child.data.split(/\$([^$\n]+)\$/).map((part, n) => (n % 2 ? formula(part) : part)));
      else if (["SCRIPT", "STYLE", "TEMPLATE"].includes(child.tagName) || child.nodeType !== Node.ELEMENT_NODE) continue;
      else if (!ELEMENTS.has(child.tagName)) copy(child, into);
      else {
        const twin = element(child.tagName, {});
        for (const { name, value } of child.attributes) if (ATTRIBUTES.has(name) || (name === "href" && value.startsWith("#"))) twin.setAttribute(name, value);
        into.append(twin);
        copy(child, twin);
      }
    }
  })(new DOMParser().parseFromString(html, "text/html").body, made);
  return made;
}

function formula(tex) {
  const box = element("span", { textContent: tex });
  if (/^\w$/.test(tex)) box.innerHTML = `<math><mi>${tex}</mi></math>`;
  else typeset(box, tex, false);
  return box;
}

/* As MathML, since the site's fonts hold only the characters that the book prints. */
let katex;
async function typeset(box, tex, displayMode = true) {
  katex ??= new Promise((resolve, reject) => document.head.append(element("script", { src: new URL("katex.min.js", here).href, onload: () => resolve(self.katex), onerror: reject })));
  try {
    (await katex).render(tex, box, { output: "mathml", displayMode, throwOnError: false });
  } catch {
    katex = undefined; // the text stays
  }
}

/* All proofs of the book, one after the other, and a record of them. */
const VERSIONS = "import platform, sympy\nprint(platform.python_version(), sympy.__version__)";
class Book {
  constructor({ box, bar, note }) {
    Object.assign(this, { note, list: element("ol", { className: "sb-run-out" }) });
    this.halt = Cell.prototype.button("Stop", () => ((this.stopped = true), current?.stop()));
    this.save = Cell.prototype.button("Save the record", () => this.download());
    this.halt.hidden = this.save.hidden = true;
    note.before(this.halt, this.save);
    bar.after(this.list);
  }
  tell = (words) => (this.note.textContent = words);
  one(cells, index, packages, before) {
    const run = new Run((words) => this.tell(words === "Running…" ? before : words), () => {});
    return run.send(cells, index, packages).then((outcome) => ({ ...outcome, seen: run.seen }));
  }
  async prove() {
    if (current || this.busy) return;
    this.busy = true;
    this.stopped = false;
    this.list.replaceChildren();
    this.halt.hidden = false;
    this.save.hidden = true;
    const began = performance.now();
    try {
      await this.all();
      const wrong = this.wrong ? ` ${this.wrong} could not be proved.` : "";
      this.tell(this.stopped ? `Stopped after ${this.record.proofs.length} proofs.` : `${this.record.proofs.length} equations proved again in ${((performance.now() - began) / 1000).toFixed(1)} s.${wrong}`);
      this.save.hidden = !this.record.proofs.length;
    } catch (error) {
      this.tell(error.message);
    }
    this.halt.hidden = true;
    this.busy = false;
  }
  async all() {
    this.tell("Starting Python…");
    this.wrong = 0;
    const book = await fetched("book.json").catch(() => { throw new Error(`${LOST} Press again to try again.`); });
    const pages = await Promise.all(book.pages.map(({ file }) => fetched(file))).catch(() => { throw new Error(`${LOST} Press again to try again.`); });
    const asked = await this.one([VERSIONS], 0, ["sympy"], "Starting Python…");
    if (asked.error) throw new Error(asked.error);
    const [python, sympy] = asked.seen.map(([, text]) => text).join("").trim().split(" ");
    this.record = { made: new Date().toISOString(), softback: book.softback, python, sympy, proofs: [] };
    const total = pages.flat().filter(({ kind }) => kind === "proof").length;
    let n = 0;
    for (const [place, cells] of pages.entries()) {
      for (const [index, cell] of cells.entries()) {
        if (cell.kind !== "proof" || this.stopped) continue;
        const codes = cells.slice(0, index + 1).map(({ code }) => code);
        const { error, seen } = await this.one(codes, index, cell.packages, `Proof ${++n} of ${total}: ${book.pages[place].title}`);
        if (this.stopped) return;
        const records = seen.filter(([kind]) => kind === "record").map(([, text]) => JSON.parse(text));
        this.record.proofs.push(...records);
        this.list.append(...seen.filter(([kind]) => kind === "text/html").map(([, html]) => element("li", {}, harmless(html.replace("#equation-", "#index-")))));
        if (error) {
          this.wrong++;
          this.list.append(element("li", {}, element("pre", { className: "sb-run-error", textContent: `${cell.id}: ${error}` })));
        }
      }
    }
  }
  download() {
    const link = element("a", { href: URL.createObjectURL(new Blob([JSON.stringify(this.record, null, 1)], { type: "application/json" })), download: "softmax-backwards-proofs.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}

const alive = new WeakMap();
export async function press(action, place) {
  here = place.here;
  const Kind = action === "prove" ? Book : Cell;
  if (!alive.has(place.box)) alive.set(place.box, new Kind(place));
  const one = alive.get(place.box);
  if (action === "check") await one.edit();
  one[action === "check" ? "run" : action]();
}

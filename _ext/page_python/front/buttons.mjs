/* The buttons of cells. What they do, and Python, are loaded at the first press. */
import { read } from "../../../lib/src/softback/explorers/memory.mjs";
import { button, element } from "../../../lib/src/softback/course/formula/page.mjs";

const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const { page } = script.dataset;
const FOLDER = "Cells run in the page when the book comes from a server: on the web, or with <code>make serve</code>.";
const OFFLINE = "The connection was lost. Press again to try again.";
let tries = 0, loading;

const load = () => {
  loading ??= import(new URL(`PAGE?${tries++}`, script.src).href);
  loading.catch(() => (loading = undefined));
  return loading;
};
const bar = (box, words, actions) => {
  const made = element("div", { className: "sb-run" }), note = element("span", { className: "sb-run-note", textContent: words });
  note.setAttribute("role", "status");
  for (const [name, action] of actions) {
    const place = { box, bar: made, note, page };
    const one = button(name, () => load().then((code) => code.press(action, place), () => (note.textContent = OFFLINE)));
    one.dataset.action = action;
    made.append(one);
  }
  made.append(note);
  box.append(made);
};
if (location.protocol === "file:") {
  document.querySelector("article").append(element("p", { className: "sb-run-note", innerHTML: FOLDER }));
} else {
  const edit = ["Edit and run", "edit"];
  const kinds = { proof: [["Prove it again", "run"], edit], check: [["Check", "check"], edit], words: [["Write your answer", "write"]], code: [edit] };
  for (const box of document.querySelectorAll(".sb-cell")) {
    const kind = Object.keys(kinds).find((name) => box.classList.contains(`sb-${name}-cell`));
    bar(box, read(`${kind === "words" ? kind : "code"}/${page}/${box.id}`).text ? "Your changes are kept." : "", kinds[kind]);
  }
  const places = [
    ["sb-whole-book", "On your own machine: some 10 MB are loaded, and nothing is sent.", ["Prove the whole book again", "prove"]],
    ["sb-hand-in", "The sheet as a notebook, with everything you wrote here. Nothing is sent.", ["Save my notebook", "save"]],
  ];
  for (const [id, words, action] of places) if (document.getElementById(id)) bar(document.getElementById(id), words, [action]);
}

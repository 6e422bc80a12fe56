/* The page "My workbook": what this browser keeps of the book, as a list, as one file, and forgotten. */

import { cleaned, forgetAll, isName, isRefused, keep, records, siteRoot } from "../../../lib/src/softback/explorers/memory.mjs";
import { button, download, element } from "../../../lib/src/softback/course/formula/page.mjs";

const KINDS = { formula: "Formula", desk: "Desk", code: "Code", words: "Answer", prediction: "Prediction", choice: "Question", tried: "Explorer" };
const kindOf = (name) => name.split("/", 1)[0];
const MARK = "Softmax, Backwards: workbook", LARGEST = 4e6;
const REFUSED = "This browser keeps nothing for this site, so there is nothing to list. The book works all the same, until you leave a page.";
const STRANGE = "This is not a workbook. Choose a file that “Save as one file” has made.";

/* The records of a file, or null if it is none of ours. */
function opened(text) {
  let file = null;
  try { file = JSON.parse(text); } catch { return null; }
  const all = file?.book === MARK && Object.entries(Object(file.records));
  const isGood = ([name, record]) => isName(name) && record !== null && typeof record === "object";
  return all && all.every(isGood) ? Object.fromEntries(all.map(([name, record]) => [name, cleaned(record)])) : null;
}

/* The address of a place, which may have come out of a file: only pages of this site. */
function addressOf(at, root) {
  try {
    const { href } = new URL(String(at ?? ":"), root);
    return href.startsWith(root.href) ? href : "";
  } catch { return ""; }
}

const texts = ({ text, lines = [], draft }) => [...lines, draft, text].filter(Boolean);

function row(name, record, root) {
  const title = record.question ?? record.title ?? name, address = addressOf(record.at, root), kind = kindOf(name);
  const solved = kind === "choice" ? "right" : "solved";
  const state = element("span", { className: "sb-state", textContent: record.solved ? `✓ ${solved}` : `not ${solved}` });
  const tag = { choice: "q", prediction: "q", words: "q", tried: "span" }[kind] ?? "code";
  const written = texts(record).map((text) => element(tag, { textContent: text }));
  state.dataset.solved = String(record.solved);
  return element("li", {},
    element("span", { className: "sb-kind", textContent: `${KINDS[kind]} ` }),
    address ? element("a", { href: address, textContent: title }) : title,
    ...("solved" in record ? [" ", state] : []),
    ...written.map((one) => element("div", {}, one)));
}

function openWorkbook(box) {
  const root = siteRoot();
  const status = element("p", { className: "sb-workbook-said" });
  status.setAttribute("role", "status");
  if (isRefused()) return box.replaceChildren(element("p", { textContent: REFUSED }));
  const list = element("ul", { className: "sb-workbook-list" }), won = element("ul"), count = element("p");
  const wonBox = element("div", {}, element("p", { textContent: "Rules that you have won at the desk:" }), won);
  const question = element("div", { className: "sb-workbook-row" });
  question.setAttribute("role", "group");
  const chosen = element("input", { type: "file", accept: ".json,application/json", hidden: true });
  const buttons = {
    save: button("Save as one file", save),
    load: button("Load", () => chosen.click()),
    forget: button("Forget all", () => ask("Forget everything that you wrote and chose in this book? This cannot be undone.", "Forget", forget)),
  };
  chosen.addEventListener("change", load);
  addEventListener("storage", draw);
  box.replaceChildren(element("div", { className: "sb-workbook-row" }, ...Object.values(buttons), chosen), question, status, count, list, wonBox);
  draw();

  function draw() {
    const all = Object.entries(records()).filter(([name, record]) => KINDS[kindOf(name)] && texts(record).length);
    all.sort(([a, one], [b, other]) => String(one.at).localeCompare(String(other.at)) || a.localeCompare(b));
    list.replaceChildren(...all.map(([name, record]) => row(name, record, root)));
    const rules = all.flatMap(([, { won = [] }]) => won);
    won.replaceChildren(...rules.map((rule) => element("li", {}, element("code", { textContent: rule }))));
    wonBox.hidden = !rules.length;
    const solved = all.filter(([, { solved }]) => solved).length;
    count.textContent = all.length ? `Kept: ${all.length}. Solved or right: ${solved}.` : "Nothing is kept yet. What you write in the book will be listed here.";
    buttons.save.disabled = buttons.forget.disabled = !all.length;
  }

  /* Ask before something is lost; the focus goes to the question and comes back. */
  function ask(sentence, yes, act) {
    const close = () => {
      question.replaceChildren();
      buttons.load.focus();
    };
    const no = button("Cancel", close);
    question.setAttribute("aria-label", sentence);
    question.replaceChildren(element("p", { textContent: sentence }), button(yes, () => {
      act();
      close();
      draw();
    }), no);
    status.textContent = "";
    no.focus();
  }

  function save() {
    download("softmax-backwards-workbook.json", { book: MARK, records: records() });
    status.textContent = "Saved.";
  }

  function forget() {
    forgetAll();
    status.textContent = "Everything is forgotten.";
  }

  async function load() {
    const [file] = chosen.files, found = file && file.size < LARGEST ? opened(await file.text()) : null;
    chosen.value = "";
    if (!found) {
      status.textContent = STRANGE;
      return;
    }
    const here = records(), differ = Object.keys(found).filter((name) => here[name] && JSON.stringify(here[name]) !== JSON.stringify(found[name]));
    const put = () => {
      const all = Object.entries(found).every(([name, record]) => keep(name, record));
      status.textContent = all ? `Loaded: ${Object.keys(found).length}.` : "The browser has no room for all of it. Some was not loaded.";
      draw();
    };
    if (differ.length) ask(`The file holds something else at ${differ.length} of the places where you have written. Replace what stands here?`, "Replace", put);
    else put();
  }
}

const workbook = document.getElementById("workbook");
if (workbook && document.documentElement.dataset.content_root !== undefined) openWorkbook(workbook);

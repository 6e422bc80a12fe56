/* The field of a derivation: the reader types a formula, sees it typeset, and is told what it is worth. */

import { echo, judge } from "./judge.mjs";

/* What the reader has written stays in this browser, under the path of the site. In Jupyter nothing is kept. */
function memory(question) {
  const root = document.documentElement.dataset.content_root;
  if (root === undefined) return { read: () => "", write() {} };
  const key = `${new URL(root, location.href).pathname}formula/${question}`;
  return {
    read() {
      try { return localStorage.getItem(key) ?? ""; } catch { return ""; }
    },
    write(text) {
      try { text ? localStorage.setItem(key, text) : localStorage.removeItem(key); } catch { /* refused: kept for this visit alone */ }
    },
  };
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/* Markdown of which the sentences hold only pieces of code. */
function spoken(sentence) {
  return sentence.split("`").map((part, n) => (n % 2 ? element("code", { textContent: part }) : part));
}

/* The text with its fault marked, for carets that point at nothing a reader sees. */
function marked(text, at, to) {
  const fault = text.slice(at, to ?? at + 1) || "□";
  return element("code", { className: "sb-formula-place" }, text.slice(0, at), element("mark", { textContent: fault }), text.slice(at + fault.length));
}

function render({ model, el, signal }) {
  const data = model.get("data"), kept = memory(data.id);
  const verdict = element("p", { className: "sb-formula-verdict" });
  verdict.setAttribute("role", "status");
  const typeset = element("div", { className: "sb-formula-echo" });
  typeset.setAttribute("aria-hidden", "true");
  const input = element("input", { type: "text" });
  for (const help of ["autocomplete", "autocapitalize", "autocorrect"]) input.setAttribute(help, "off");
  input.setAttribute("spellcheck", "false");
  const field = element("label", {}, element("span", { textContent: "Your formula" }), input);
  const press = element("button", { type: "button", textContent: "Check" });
  const row = element("div", { className: "sb-formula-row" }, field, press);
  const names = Object.keys(data.scope.names).map((name) => {
    const letters = [...data.scope.names[name]].length;
    return element("code", { textContent: letters ? `${name}_${"ijk".slice(0, letters)}` : name });
  });
  const help = element("details", { className: "sb-formula-help" }, element("summary", { textContent: "How to type it" }),
    element("p", {}, "Names: ", ...names.flatMap((name, n) => (n ? [", ", name] : [name])), "."),
    element("p", {}, ...spoken("Signs: `+ - * / ^` and brackets. Functions: `exp(…)`, `log(…)`, `sum_k(…)`. A product needs its `*`.")));
  const box = element("div", { className: "sb-formula" }, row, typeset, verdict, help);

  const show = () => {
    const text = input.value;
    typeset.innerHTML = text.trim() ? echo(data, text) : "";
  };
  const say = (kind, ...parts) => {
    box.dataset.verdict = kind;
    verdict.replaceChildren(...parts);
  };
  const check = () => {
    const said = judge(data, input.value);
    const place = said.at === null || !input.value ? [] : [" ", marked(input.value, said.at, said.to)];
    say(said.kind, ...spoken(said.message), ...place);
    if (model.get("formula") !== input.value) {
      model.set("formula", input.value);
      model.save_changes();
    }
  };
  input.addEventListener("input", () => {
    kept.write(input.value);
    say("");
    show();
  }, { signal });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) check();
  }, { signal });
  press.addEventListener("click", check, { signal });

  input.value = model.get("formula") || kept.read();
  if (input.value) show();
  el.replaceChildren(box);
}

export default { render };

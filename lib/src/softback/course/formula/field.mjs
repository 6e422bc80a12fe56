/* The field of a derivation: the reader types a formula, sees it typeset, and is told what it is worth. */

import { memory } from "../../explorers/memory.mjs";
import { echo, judge } from "./judge.mjs";
import { sentence } from "./read.mjs";
import { element, marked, put, spoken } from "./page.mjs";

function render({ model, el, signal }) {
  const data = model.get("data"), kept = memory(`formula/${data.id}`, el);
  const verdict = element("p", { className: "sb-answer-verdict" });
  verdict.setAttribute("role", "status");
  const typeset = element("div", { className: "sb-answer-echo" });
  const input = element("input", { type: "text" });
  for (const help of ["autocomplete", "autocapitalize", "autocorrect"]) input.setAttribute(help, "off");
  input.setAttribute("spellcheck", "false");
  const field = element("label", {}, element("span", { textContent: "Your formula" }), input);
  const press = element("button", { type: "button", textContent: "Check" });
  const row = element("div", { className: "sb-answer-row" }, field, press);
  const names = Object.keys(data.scope.names).map((name) => {
    const letters = [...data.scope.names[name]].length;
    return element("code", { textContent: letters ? `${name}_${"ijk".slice(0, letters)}` : name });
  });
  const help = element("details", { className: "sb-answer-help" }, element("summary", { textContent: "How to type it" }),
    element("p", {}, "Names: ", ...names.flatMap((name, n) => (n ? [", ", name] : [name])), "."),
    element("p", {}, ...spoken("Signs: `+ - * / ^` and brackets. Functions: `exp(…)`, `log(…)`, `sum_k(…)`. A product needs its `*`.")));
  const box = element("div", { className: "sb-answer" }, row, typeset, verdict, help);

  const show = () => put(typeset, input.value.trim() ? echo(data, input.value) : "");
  const say = (kind, ...parts) => {
    box.dataset.verdict = kind;
    verdict.replaceChildren(...parts);
  };
  const keep = (solved) => kept.write(input.value ? { text: input.value, solved } : null);
  const check = () => {
    const said = judge(data, input.value);
    keep(said.passed);
    const place = said.at === null || !input.value ? [] : [" ", marked(input.value, said.at, said.to)];
    say(said.kind, ...spoken(said.message), ...place);
    if (model.get("formula") !== input.value) {
      model.set("formula", input.value);
      model.save_changes();
    }
  };
  input.addEventListener("input", () => {
    keep(false);
    say("");
    show();
  }, { signal });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) check();
  }, { signal });
  press.addEventListener("click", check, { signal });

  input.value = model.get("formula") || (kept.read().text ?? "");
  say("", sentence("empty"));
  el.replaceChildren(box);
  if (input.value) show();
}

export default { render };

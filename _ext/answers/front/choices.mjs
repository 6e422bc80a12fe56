/* Questions with options and exercises that ask for a prediction: the choice is kept before the page answers. */

import { memory, read, wordsOf } from "../../../lib/src/softback/explorers/memory.mjs";
import { element } from "../../../lib/src/softback/course/formula/page.mjs";

const short = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60);
const pageName = () => location.pathname.split("/").at(-1).replace(/\.html$/, "");

/* The first option that a reader opens is the choice; opening others afterwards changes nothing. */
export function keepChoices() {
  for (const first of document.querySelectorAll("p + details.option")) {
    const options = [];
    for (let next = first; next?.matches("details.option"); next = next.nextElementSibling) options.push(next);
    const question = wordsOf(first.previousElementSibling), kept = memory(`choice/${pageName()}/${short(question)}`, first);
    const mark = (chosen) => {
      for (const option of options) {
        const summary = option.querySelector("summary");
        if (wordsOf(summary) === chosen) summary.append(element("span", { className: "sb-chosen", textContent: " (your choice)" }));
      }
    };
    const choose = ({ currentTarget }) => {
      if (kept.read().text) return;
      const text = wordsOf(currentTarget), answer = currentTarget.nextElementSibling;
      kept.write({ text, question, solved: /^Yes\b/.test(wordsOf(answer)) });
      mark(text);
    };
    mark(kept.read().text);
    for (const option of options) option.querySelector("summary").addEventListener("click", choose);
  }
}

/* A prediction is written down, and stands beside the solution when that is opened. */
export function keepPredictions() {
  for (const exercise of document.querySelectorAll(".exercise[id]")) {
    if (!wordsOf(exercise.querySelector(".admonition-title")).includes(": prediction,")) continue;
    const kept = memory(`prediction/${exercise.id}`, exercise);
    const input = element("input", { type: "text", value: kept.read().text ?? "", autocomplete: "off" });
    const label = element("label", { className: "sb-prediction" }, element("span", { textContent: "Your prediction" }), input);
    const said = element("p", { className: "sb-predicted" });
    const show = () => {
      said.replaceChildren(input.value.trim() ? "You predicted: " : "", element("q", { textContent: input.value }));
      said.hidden = !input.value.trim();
    };
    input.addEventListener("input", () => {
      kept.write(input.value ? { text: input.value } : null);
      show();
    });
    (exercise.querySelector(".cell, details.hint") ?? exercise.lastElementChild).before(label);
    exercise.parentElement.querySelector(`#${exercise.id.replace("ex-", "sol-")} > summary`)?.after(said);
    show();
  }
}

/* The list of the sheets says which are solved. */
export function markSheets() {
  for (const link of document.querySelectorAll('a[href^="#derive-"]')) {
    const { solved } = read(`desk/${link.getAttribute("href").replace("#derive-", "")}`);
    if (solved) link.after(element("span", { className: "sb-state", textContent: " ✓ solved" }));
  }
}

/** A formula whose terms belong to pieces of the picture: symbol, number below it, and what it is in the picture. */

import { html, write } from "./dom.mjs";

/**
 * `parts` are signs, or terms [key, what it is in the picture]; `now()` gives for each key { letter, index, value, kind }.
 * @param {Panel} panel
 */
export function formula(panel, { label, parts, now }) {
  const made = parts.map((part) => (Array.isArray(part) ? term(...part) : { element: sign(part) }));
  panel.draws(() => {
    const shown = now();
    for (const { key, show } of made) if (key) show(shown[key]);
  });
  return html("div", { class: "sb-terms", role: "group", "aria-label": label }, ...made.map(({ element }) => element));
}

const sign = (text) => html("span", { class: "sb-sign" }, html("span", { class: "sb-symbol" }, text), html("span", { class: "sb-num", "aria-hidden": "true" }, text));

function term(key, word) {
  const [symbol, number] = [html("span", { class: "sb-symbol" }), html("span", { class: "sb-num" })];
  const element = html("button", { type: "button", class: "sb-term", "data-term": key, "aria-pressed": "false" }, symbol, number, html("span", { class: "sb-small" }, word));
  let drawn = "";
  let coloured = "";
  const show = ({ letter, index = "", power = "", value, kind = key }) => {
    const text = `${letter}_${index}^${power}`;
    if (text !== drawn) symbol.replaceChildren(letter, html("sub", {}, String(index)), html("sup", {}, power));
    drawn = text;
    write(number, value);
    if (kind === coloured) return;
    element.classList.remove(`sb-of-${coloured}`);
    element.classList.add(`sb-of-${(coloured = kind)}`);
  };
  return { key, element, show };
}

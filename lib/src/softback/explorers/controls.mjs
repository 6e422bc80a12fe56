/** Native, labelled controls that show a trait of a panel and change it. */

import { freshId, html, write } from "./dom.mjs";
import { fixed, name } from "./format.mjs";
import { readNumbers } from "./numbers.mjs";

/**
 * A slider for a trait from `least` to `most`: label, track, number. Where it is for something else,
 * `get` and `set` say what it shows and changes. `toValue` and `toPlace` map places of the track,
 * from `min` to `max`, to values, for scales that are not linear.
 * @param {Partial<Panel>} panel
 * @param {SliderOptions} options
 */
export function slider(panel, options) {
  const { trait, label, least, most, min = least, max = most, step, digits = 2, toValue = Number, toPlace = Number } = options;
  const { get = () => panel.get(trait), set = (value) => panel.set({ [trait]: value }) } = options;
  const input = html("input", { type: "range", id: freshId("slider"), min, max, step });
  const output = html("output", { for: input.id, "aria-live": "off" }); // the input says its value itself
  input.addEventListener("input", () => set(toValue(Number(input.value))));
  panel.draws(() => {
    const value = get();
    const place = Math.min(max, Math.max(min, toPlace(value)));
    if (Number(input.value) !== place) input.value = place;
    write(output, fixed(value, digits));
    input.setAttribute("aria-valuetext", fixed(value, digits));
  });
  return html("div", { class: "sb-slider" }, html("label", { for: input.id }, label), input, output);
}

const TRACK = 400;

/**
 * A slider on which equal ways are equal factors, from `least` to `most`.
 * @param {Panel} panel
 * @param {SliderOptions} options
 */
export function logSlider(panel, { least, most, ...others }) {
  const factor = most / least;
  const kept = (value) => Math.max(least, Math.min(most, Number(value.toPrecision(3))));
  return slider(panel, {
    min: 0,
    max: TRACK,
    step: 1,
    toValue: (place) => kept(least * factor ** (place / TRACK)),
    toPlace: (value) => Math.round((TRACK * Math.log(value / least)) / Math.log(factor)),
    ...others,
  });
}

/** One slider for each entry of a vector trait, as many as it has, but at most `count`; `also(k)` are traits that change with it. */
export function sliders(panel, { trait, names, legend, count: shown = Infinity, least, most, step = 0.05, digits = 2, also = (_k) => ({}) }) {
  const bank = html("fieldset", { class: "sb-sliders" }, html("legend", {}, legend));
  const kept = [];
  const one = (k) =>
    slider(
      { draws: (draw) => (kept[k].draw = draw) },
      {
        label: names(k),
        get: () => panel.get(trait)[k],
        set: (value) => panel.set({ [trait]: panel.get(trait).with(k, value), ...also(k) }),
        least,
        most,
        step,
        digits,
      },
    );
  panel.draws(() => {
    const count = Math.min(shown, panel.get(trait).length);
    for (let k = kept.length; k < count; k += 1) {
      kept[k] = {};
      bank.append((kept[k].element = one(k)));
    }
    for (const gone of kept.splice(count)) gone.element.remove();
    for (const { draw } of kept) draw();
  });
  return bank;
}

/**
 * A field for a trait of `least` to `most` numbers, typed or pasted. What cannot be read is refused
 * beside it, and the last good value stays. Where it sets something else than the trait,
 * `accept(numbers, text)` does so, and may throw a sentence too. It folds away with what few need.
 * @param {Panel} panel
 * @param {FieldOptions} options
 */
export function numbersField(panel, { trait, label, least, most, lines = 1, accept = (numbers) => panel.set({ [trait]: numbers }) }) {
  const field = html("textarea", { id: freshId("field"), rows: lines, spellcheck: "false", autocomplete: "off" });
  const error = html("p", { class: "sb-error", id: freshId("error"), role: "alert" });
  const show = () => (field.value = asText(panel.get(trait)));
  const judge = (strict) => {
    try {
      accept(readNumbers(field.value, { least, most }), field.value);
      refuse(field, error, "");
    } catch (problem) {
      // Half a number while typing is no mistake yet.
      if (strict || error.textContent) refuse(field, error, problem.message);
    }
  };
  field.addEventListener("input", (event) => judge(event.inputType === "insertFromPaste"));
  field.addEventListener("change", () => judge(true));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || lines > 1) return;
    event.preventDefault();
    judge(true);
  });
  let drawn;
  panel.forgets(() => (drawn = undefined));
  panel.folds(() => {
    const now = panel.get(trait);
    if (String(now) === String(drawn)) return;
    drawn = now;
    const typing = document.activeElement === field;
    if (!typing) show();
    if (!typing) refuse(field, error, "");
  });
  field.setAttribute("aria-describedby", error.id);
  return html("div", { class: "sb-field" }, html("label", { for: field.id }, label), field, error);
}

/** A vector on one line, a matrix with a line for each row. */
const asText = (x) =>
  Array.isArray(x[0]) ? x.map(asText).join("\n") : x.map((part) => Number(part.toPrecision(6))).join(", ");

/** Say beside a field why its text is refused; "" takes that back. */
export function refuse(field, error, sentence) {
  error.textContent = sentence;
  field.setAttribute("aria-invalid", String(sentence !== ""));
}

/** One of a few choices: radio buttons in a row. `options` maps a label to a value. */
export function choice(panel, { legend, options, get, set }) {
  const group = freshId("choice");
  const buttons = Object.entries(options).map(([label, value]) => {
    const input = html("input", { type: "radio", name: group, onchange: () => set(value) });
    panel.draws(() => (input.checked = get() === value));
    return html("label", {}, input, html("span", {}, label));
  });
  return html("fieldset", { class: "sb-choice" }, html("legend", {}, legend), ...buttons);
}

/** A checkbox. */
export function toggle(panel, { label, get, set }) {
  const input = html("input", { type: "checkbox", onchange: () => set(input.checked) });
  panel.draws(() => (input.checked = get()));
  return html("label", { class: "sb-toggle" }, input, html("span", {}, label));
}

/** A list to choose from: `options` gives pairs of a number and its text, of which `get` names one. */
export function choiceList(panel, { options, get, set, ...attributes }) {
  const select = html("select", { ...attributes, onchange: () => set(Number(select.value)) });
  let drawn = "";
  panel.draws(() => {
    const pairs = options();
    if (String(pairs) !== drawn) select.replaceChildren(...pairs.map(([value, text]) => html("option", { value }, text)));
    drawn = String(pairs);
    if (select.value !== String(get())) select.value = get();
  });
  return select;
}

/** A list of the classes, by a letter with their numbers. */
export const classList = (panel, letter, label, get, set) =>
  choiceList(panel, { "aria-label": label, options: () => panel.get("z").map((_, k) => [k, name(letter, k)]), get, set });

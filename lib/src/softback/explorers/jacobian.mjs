/** The Jacobian of softmax as a heat map: every entry with its own formula, for logits of your choice. */

import { bars } from "./bars.mjs";
import { numbersField, slider, sliders } from "./controls.mjs";
import { eigenvalues, softmax, softmaxJacobian, sum } from "./core.mjs";
import { button, html } from "./dom.mjs";
import { classHeads, fixed, name, pythonList, vector } from "./format.mjs";
import { CANVAS_FROM, heatCanvas, heatMap } from "./heat.mjs";
import { explorer } from "./panel.mjs";

const { entry, pinned } = limits;
const offered = { ...pinned, optional: false }; // the page offers fewer classes than Python may set
const SLIDERS = 6; // where there are too many classes for one each

const presets = {
  uniform: { z: [0, 0, 0], entry: [0, 0] },
  peaked: { z: [1, 2, 3], entry: [2, 1] },
  tie: { z: [2, 2, -2], entry: [0, 1] },
  "one-hot": { z: [0, 12, 0], entry: [1, 1] },
  huge: { z: [1e308, 0, -1e308], entry: [0, 0] },
  random: (panel) => ({ z: panel.get("z").map(() => Math.round((Math.random() * 6 - 3) * 20) / 20) }),
};

/** Logits and the Jacobian of their softmax. */
function values(panel) {
  const z = panel.get("z");
  const y = softmax(z);
  const [i, j] = panel.get("entry").map((index) => Math.min(index, z.length - 1));
  return { z, y, J: softmaxJacobian(y), i, j };
}

function build(panel) {
  const many = panel.get("z").length >= CANVAS_FROM;
  const [legend, count] = many ? [`Logits, the first ${SLIDERS} of ${panel.get("z").length}`, SLIDERS] : ["Logits", offered.most];
  panel.controls.append(sliders(panel, { trait: "z", names: (k) => name("z", k), legend, count, least: -6, most: 6 }));
  if (!many) panel.controls.append(shares(panel));
  panel.picture.append(view(panel, many));
  if (panel.get("compact")) return;
  if (!many) panel.controls.append(classes(panel), typed(panel));
  panel.picture.append(facts(panel), pinning(panel));
}

/** The probabilities as bars. */
function shares(panel) {
  const chart = bars({ label: "Probabilities y", letter: "y", width: 240, height: 120 });
  panel.draws(() => chart.paint(softmax(panel.get("z"))));
  return chart.element;
}

const classes = (panel) =>
  slider(panel, {
    label: "classes",
    ...offered,
    step: 1,
    digits: 0,
    get: () => panel.get("z").length,
    set: (count) => panel.set({ z: resized(panel.get("z"), count) }),
  });

const resized = (z, count) => Array.from({ length: count }, (_, k) => z[k] ?? 0);

const typed = (panel) => numbersField(panel, { trait: "z", label: "Type or paste logits", ...offered });

/** The heat map, and the formula of the entry that is looked at. */
function view(panel, many) {
  const label = "Jacobian: row i is output y, column j is input z";
  const map = many ? heatCanvas({ label }) : heatMap({ label, onpick: (i, j) => panel.set({ entry: [i, j] }) });
  const formula = html("p", { class: "sb-formula" });
  panel.draws(() => {
    const { z, y, J, i, j } = values(panel);
    const names = (letter) => z.map((_, k) => name(letter, k));
    const digits = z.length > 6 ? 2 : 3;
    map.paint(J, { rowNames: names("y"), columnNames: names("z"), limit: limitOf(J), digits, mark: [i, j] });
    formula.textContent = entryFormula(y, J, i, j);
  });
  return html("div", { class: "sb-jacobian" }, map.element, formula);
}

/** The colours reach to the largest entry, but a matrix of nearly nothing stays nearly white. */
const limitOf = (J) => Math.max(0.05, ...J.flat().map(Math.abs));

function entryFormula(y, J, i, j) {
  const [yi, yj] = [fixed(y[i], 3), fixed(y[j], 3)];
  const value = fixed(J[i][j], 4);
  const left = `\u2202${name("y", i)}/\u2202${name("z", j)} = `;
  if (i === j) return `${left}${name("y", i)} (1 \u2212 ${name("y", i)}) = ${yi} \u00b7 (1 \u2212 ${yi}) = ${value}`;
  return `${left}\u2212 ${name("y", i)} ${name("y", j)} = \u2212 ${yi} \u00b7 ${yj} = ${value}`;
}

function facts(panel) {
  const rows = html("dd");
  const spectrum = html("dd");
  panel.draws(() => {
    const { J } = values(panel);
    const largest = Math.max(...J.map((row) => Math.abs(sum(row))));
    rows.textContent = largest < 1e-15 ? "0 in every row" : `at most ${fixed(largest, 1)} in size`;
    // The work grows with the cube of the classes: for many it would make the slider stick.
    const found = J.length > offered.most ? [] : eigenvalues(J).map((part) => fixed(Math.abs(part) < 1e-15 ? 0 : part, 3));
    spectrum.textContent = found.length ? found.join(", ") : "in Python: explorer.eigenvalues";
  });
  return html("dl", { class: "sb-facts" }, html("dt", {}, "row sums"), rows, html("dt", {}, "eigenvalues"), spectrum);
}

/** Keep one Jacobian beside the live one. */
function pinning(panel) {
  const map = heatMap({ label: "Pinned Jacobian" });
  const title = html("p", { class: "sb-small" });
  const box = html("div", { class: "sb-pinned", hidden: true }, title, map.element);
  const pin = button("Pin this one", () => panel.set({ pinned: panel.get("pinned").length ? [] : panel.get("z") }));
  panel.draws(() => {
    const pinned = panel.get("pinned");
    pin.textContent = pinned.length ? "Unpin" : "Pin this one";
    box.hidden = !pinned.length;
    if (!pinned.length) return;
    title.textContent = `Pinned: z = ${vector(pinned)}, same colours as above`;
    const names = (letter) => pinned.map((_, k) => name(letter, k));
    const [J, live] = [softmaxJacobian(softmax(pinned)), values(panel).J];
    const digits = pinned.length > 6 ? 2 : 3;
    map.paint(J, { rowNames: names("y"), columnNames: names("z"), limit: limitOf(live), digits });
  });
  return html("div", {}, pin, box);
}

function say(panel) {
  const { y, J } = values(panel);
  const leader = y.indexOf(Math.max(...y));
  const strongest = Math.max(...J.flat().map(Math.abs));
  const answer = strongest < 5e-4 ? "A small change of a logit moves nothing." : `The strongest entry is ${fixed(strongest, 3)}.`;
  return `${name("y", leader)} leads with ${fixed(y[leader], 3)}. ${answer}`;
}

function numbers(panel) {
  const { z, y, J } = values(panel);
  const names = (letter) => z.map((_, k) => name(letter, k));
  const shares = ["logits and probabilities, by class", classHeads(z), [["z", ...z.map((x) => fixed(x, 4))], ["y", ...y.map((x) => fixed(x, 6))]]];
  const rows = J.map((row, i) => [name("y", i), ...row.map((x) => fixed(x, 6)), fixed(Math.abs(sum(row)) < 1e-15 ? 0 : sum(row), 1)]);
  return [shares, ["Jacobian: row i, column j is \u2202y\u1d62/\u2202z\u2c7c", ["", ...names("z"), "sum"], rows]];
}

const python = (panel) => [
  "import numpy as np",
  "from softback import softmax, softmax_jacobian",
  "",
  `y = softmax(${pythonList(panel.get("z"))})`,
  "J = softmax_jacobian(y)",
  "print(y)",
  "print(J)",
  "print(np.linalg.eigvalsh(J))",
];

export default explorer({
  title: "Jacobian of softmax",
  link: { z: offered, entry, pinned },
  presets,
  build,
  say,
  numbers,
  python,
});

/** A gradient on its way back through softmax: weigh, centre, scale; the matrix gives the same. */

import { bars } from "./bars.mjs";
import { numbersField, slider, sliders } from "./controls.mjs";
import { dot, softmax, softmaxJacobian, softmaxVjp, sum, transpose } from "./core.mjs";
import { html } from "./dom.mjs";
import { classHeads, fixed, name, pythonList, pythonNumber, short } from "./format.mjs";
import { explorer } from "./panel.mjs";

const REACH = 4; // of the sliders of g

const presets = {
  "three classes": { z: [1, 2, 3], g: [1, -1, 0.5], constant: 0 },
  "one-hot g": { z: [1, 2, 3], g: [0, 1, 0], constant: 0 },
  "constant g": { z: [1, 2, 3], g: [2, 2, 2], constant: 0 },
  "cross entropy": (panel) => fromCrossEntropy(panel.get("z")),
  saturated: { z: [12, 0, 0], g: [1, -1, 0.5], constant: 0 },
  huge: { z: [1e308, 0, -1e308], g: [1e308, 1, -1e308], constant: 0 },
};

/** g = -t / y for the second class: what cross entropy sends back to y. */
function fromCrossEntropy(z) {
  const slope = -1 / softmax(z)[1];
  return { g: z.map((_, k) => (k === 1 ? Math.max(slope, -1e300) : 0)), constant: 0 };
}

function values(panel) {
  const [z, constant] = [panel.get("z"), panel.get("constant")];
  const y = softmax(z);
  const g = panel.get("g").map((part) => part + constant);
  const s = dot(y, g);
  const product = transpose(softmaxJacobian(y)).map((column) => dot(column, g));
  return { z, y, g, s, centred: g.map((part) => part - s), dz: softmaxVjp(y, g), product };
}

const isConstant = (g) => g.every((part) => part === g[0]);

function build(panel) {
  panel.controls.append(
    sliders(panel, { trait: "g", names: (k) => name("g", k), legend: "Upstream gradient g", least: -REACH, most: REACH }),
    slider(panel, { trait: "constant", label: "add to all g", ...limits.constant, step: 0.05 }),
    sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits z", least: -6, most: 6 }),
    field(panel, "z", "Type or paste logits"),
    field(panel, "g", "Type or paste g"),
  );
  panel.picture.append(pipeline(panel), matrix(panel));
}

/** Typed numbers set one vector; the other is cut or filled with zeros to the same length. */
function field(panel, trait, label) {
  const other = trait === "z" ? "g" : "z";
  return numbersField(panel, {
    trait,
    label,
    ...limits[trait],
    accept: (typed) => panel.set({ [trait]: typed, [other]: typed.map((_, k) => panel.get(other)[k] ?? 0) }),
  });
}

const STATIONS = [
  { key: "y", letter: "y", title: "y", note: "the weights" },
  { key: "g", letter: "g", title: "g", note: "dashed: mean s" },
  { key: "centred", letter: "g", after: " \u2212 s", title: "g \u2212 s", note: "centred" },
  { key: "dz", letter: "dz", title: "dz = y (g \u2212 s)", note: "sum 0" },
];

/** The stations of the gradient, a small chart each, with the same class in the same colour. */
function pipeline(panel) {
  const charts = STATIONS.map((station) => ({ ...station, ...bars({ ...station, label: station.title, width: 166, height: 104 }) }));
  panel.draws(() => {
    const now = values(panel);
    const gradients = [...now.g, ...now.centred, now.s].filter(Number.isFinite).map(Math.abs);
    const reach = Math.max(0.5, ...gradients);
    for (const { key, paint } of charts) {
      const range = key === "y" ? { low: 0, high: 1 } : { low: -reach, high: reach };
      paint(now[key], { ...range, digits: 2, level: key === "g" ? now.s : null, write: short });
    }
  });
  const boxes = charts.map(({ title, note, element }) =>
    html("div", {}, html("p", { class: "sb-pullback-title" }, title, html("span", {}, note)), element),
  );
  const mean = html("p", { class: "sb-formula" });
  panel.draws(() => {
    const { y, g, s } = values(panel);
    const terms = y.map((share, k) => `${fixed(share, 2)} \u00b7 ${inProduct(g[k])}`).join(" + ");
    mean.textContent = `s = \u27e8g, y\u27e9 = ${terms} = ${fixed(s, 3)}`;
  });
  return html("div", { class: "sb-pullback" }, html("div", { class: "sb-pullback-charts" }, ...boxes), mean);
}

const inProduct = (x) => (x < 0 ? `(${fixed(x, 2)})` : fixed(x, 2));

/** The product with the matrix, beside the line that needs none. */
function matrix(panel) {
  const body = html("tbody");
  panel.draws(() => {
    const { dz, product } = values(panel);
    const row = (title, numbers) => html("tr", {}, html("th", { scope: "row" }, title), ...numbers.map((x) => html("td", {}, short(x, numbers.length > 4 ? 3 : 4))));
    body.classList.toggle("sb-pullback-many", dz.length > 4);
    body.replaceChildren(row("y (g \u2212 s)", dz), row("g\u1d40 J", product));
  });
  return html("div", { class: "sb-pullback-same" }, html("table", { "aria-label": "The line and the matrix product" }, body));
}

function say(panel) {
  const { g, dz } = values(panel);
  const largest = Math.max(...dz.map(Math.abs));
  if (isConstant(g)) return "A constant g does not favour any share: dz is zero.";
  if (largest < 1e-6) return "Nothing comes through: the shares are saturated.";
  const up = dz.indexOf(Math.max(...dz));
  return `Raising ${name("z", up)} would raise the loss most. dz sums to ${fixed(Math.abs(sum(dz)) < 1e-12 * largest ? 0 : sum(dz), 1)}.`;
}

function numbers(panel) {
  const { z, y, g, s, centred, dz, product } = values(panel);
  const row = (title, x) => [title, ...x.map((part) => fixed(part, 6))];
  const rows = [row("z", z), row("y", y), row("g", g), row("g - s", centred), row("dz", dz), row("matrix product", product)];
  return [
    ["each station, by class", classHeads(z), rows],
    ["weighted mean", ["", "s"], [["value", fixed(s, 6)]]],
  ];
}

const python = (panel) => [
  "import numpy as np",
  "from softback import softmax, softmax_jacobian, softmax_vjp",
  "",
  `y = softmax(${pythonList(panel.get("z"))})`,
  `g = np.array(${pythonList(panel.get("g"))}) + ${pythonNumber(panel.get("constant"))}`,
  "s = g @ y",
  "dz = softmax_vjp(y, g)",
  "product = g @ softmax_jacobian(y)",
  "print(s)",
  "print(dz)",
  "print(product)",
];

function check({ z, g }) {
  if (z.length !== g.length) throw new Error(`It has ${z.length} logits but ${g.length} entries of g; make their numbers equal.`);
}

export default explorer({
  title: "Pull a gradient back",
  link: limits,
  check,
  presets,
  build,
  say,
  numbers,
  python,
});

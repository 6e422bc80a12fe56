/** The Jacobian of softmax as a heat map: every entry with its own formula, for logits of your choice. */

import { numbersField, slider, sliders } from "./controls.mjs";
import { eigenvalues, softmax, softmaxJacobian, sum } from "./core.mjs";
import { button, html, write } from "./dom.mjs";
import { classHeads, fixed, name, pythonList, short, signed, vector } from "./format.mjs";
import { CANVAS_FROM, LIMIT, heatCanvas, heatMap, legend } from "./heat.mjs";
import { explorer } from "./panel.mjs";
import { grip, grips, scene } from "./scene.mjs";
import { entryFormula } from "./shares.mjs";

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

const task = {
  name: "jacobian",
  what: "make an entry as dark as it gets, 0.25.",
  answer: "Two classes share everything: y (1 \u2212 y) at y = \u00bd.",
  done: (panel) => Math.max(...values(panel).y.map((share) => share * (1 - share))) > 0.2495,
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
  panel.controls.append(sliders(panel, { trait: "z", names: (k) => name("z", k), legend, count, least: -6, most: 6, also: (k) => columnOf(panel, k) }));
  panel.picture.append(view(panel, many));
  if (panel.get("compact")) return;
  panel.picture.append(pinning(panel));
  if (!many) panel.more.append(classes(panel), typed(panel));
  panel.more.append(facts(panel));
}

/** Whoever moves a logit looks at its column. */
const columnOf = (panel, j) => ({ entry: [panel.get("entry")[0], j] });

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

const [STRIP, ZERO, SWING] = [114, 65, 34]; // height of the logits above their columns, the place of 0 and of the farthest from it
const WIDTH = 360;
const ROOMY = 5; // the most classes with numbers at the bars, and with bars in the cell
const EDGED = offered.most; // the most with bars at the edges
const digits = (count) => (count > 4 ? 2 : 3);
const margins = (count) => (count > ROOMY ? [16, 10] : [22, 14]); // percent of the width left and right of the columns

/** The formula of the entry that is looked at, the logits on their columns, and the heat map between the bars of y. */
function view(panel, many) {
  const label = "Jacobian: row i is output y, column j is input z";
  let parts;
  const map = many ? heatCanvas({ label }) : heatMap({ label, onpick: (i, j) => panel.set({ entry: [i, j] }), edges: (made) => (parts = edged(made)) });
  panel.draws(() => {
    const { z, y, J, i, j } = values(panel);
    const names = (letter) => z.map((_, k) => name(letter, k));
    map.paint(J, { rowNames: names("y"), columnNames: names("z"), limit: LIMIT, digits: digits(z.length), mark: [i, j], column: j, meet: z.length > ROOMY ? null : [i === j ? 1 - y[j] : y[j], y[i]] });
    parts?.(y, J, i, j);
  });
  const box = html("div", { class: "sb-jacobian" }, entryFormula(panel, () => values(panel), ["entry", "row bar", "column bar"]), ...(many ? [] : [strip(panel)]), map.element, legend(LIMIT));
  panel.draws(() => {
    const count = panel.get("z").length;
    box.classList.toggle("sb-plain", count > EDGED);
    box.classList.toggle("sb-dense", count > ROOMY);
    margins(count).forEach((part, side) => box.style.setProperty(`--${["heads", "sums"][side]}`, `${part}%`));
  });
  return box;
}

/** y at each row with what the column does to it, y below each column, and beside each row its entries as stacks that cancel. */
function edged({ rows, feet, sums }) {
  const bar = (kind) => html("span", { class: `sb-edge-bar ${kind}` });
  const heads = rows.map((head, k) => {
    const [arrow, number] = [html("span", { "aria-hidden": "true" }), html("span")]; // the number is signed, and is read aloud
    const [value, change] = [html("span", { class: "sb-of-y sb-coloured" }), html("span", { class: "sb-coloured" }, arrow, number)];
    head.replaceChildren(html("span", { class: "sb-edge-words" }, html("span", { class: "sb-of-y sb-coloured" }, name("y", k)), value, change), bar("sb-upright"));
    return { head, value, change, arrow, number, bar: head.children[1] };
  });
  for (const cell of [...feet, ...sums]) cell.append(bar("sb-level-bar"));
  for (const cell of sums) cell.append(html("span", { class: "sb-edge-pieces" }, ...sums.slice(1).map(() => html("span"))));
  return (y, J, i, j) => {
    heads.forEach(({ head, value, change, arrow, number, bar: upright }, k) => {
      write(value, short(y[k], 3));
      write(arrow, J[k][j] < 0 ? "\u25bc" : "\u25b2");
      write(number, J.length > ROOMY ? "" : signed(J[k][j]));
      change.style.setProperty("--size", (0.7 + Math.abs(J[k][j] / LIMIT)).toFixed(2));
      change.classList.toggle("sb-of-down", J[k][j] < 0);
      change.classList.toggle("sb-of-up", J[k][j] >= 0);
      upright.style.setProperty("--part", y[k].toFixed(4));
      if (k === i) head.dataset.term = "row";
      else delete head.dataset.term;
    });
    feet.forEach((cell, k) => {
      cell.children[0].style.setProperty("--part", y[k].toFixed(4));
      if (k === j) cell.dataset.term = "column";
      else delete cell.dataset.term;
    });
    sums.forEach((cell, k) => {
      const [gain, losses] = cell.children;
      const wide = (bar, part) => bar.style.setProperty("width", `${((100 * part) / LIMIT).toFixed(2)}%`);
      wide(gain, J[k][k]);
      J[k].filter((_, other) => other !== k).forEach((part, other) => wide(losses.children[other], -part));
    });
  };
}

/** Each logit as a bar over its column, to be dragged. */
function strip(panel) {
  const stage = scene({ label: "The logits over their columns", width: WIDTH, height: STRIP, kind: "sb-strip" });
  let reach = 6;
  const y = (value) => ZERO - (value / reach) * SWING;
  const made = [];
  const x = (k) => {
    const count = panel.get("z").length;
    const [left, right] = margins(count);
    return (WIDTH / 100) * (left + ((k + 0.5) * (100 - left - right)) / count);
  };
  const logit = (k) => {
    const one = grip(panel, stage, {
      label: `Logit ${name("z", k)}, over its column`,
      kind: "z",
      axis: "y",
      least: () => -reach,
      most: () => reach,
      step: 0.05,
      get: () => panel.get("z")[k],
      set: (value) => panel.set({ z: panel.get("z").with(k, value), ...columnOf(panel, k) }),
      to: y,
      from: (unit) => ((ZERO - unit) / SWING) * reach,
      across: () => x(k),
    });
    one.grip.addEventListener("focus", () => values(panel).j === k || panel.set(columnOf(panel, k)));
    return one;
  };
  panel.draws(() => {
    const z = panel.get("z");
    const shown = z.length > EDGED ? [] : z;
    if (!made.some((one) => one.held())) reach = Math.max(6, ...z.map(Math.abs));
    const wide = z.length > ROOMY ? 10 : 16;
    stage.paint([
      ["line", { class: "sb-axis", x1: x(-0.5), x2: x(z.length - 0.5), y1: y(0), y2: y(0) }],
      ...shown.map((value, k) => ["rect", { class: "sb-of-z", x: x(k) - wide / 2, width: wide, y: Math.min(y(0), y(value)), height: Math.abs(y(value) - y(0)) }]),
      ...numbersOf(shown, Math.min(panel.get("entry")[1], z.length - 1), { x, y, wide }),
    ]);
    grips(made, shown.length, logit);
  });
  return stage.element;
}

const DIGIT = 8; // as wide as a digit is at most

/** Each logit above its handle; where not all have room, that of the column looked at, above the handles that it would meet. */
function numbersOf(z, j, { x, y, wide }) {
  const pitch = x(1) - x(0);
  const texts = z.map((value) => short(value));
  const room = Math.max(5, ...texts.map(({ length }) => length)) * DIGIT < pitch;
  return texts.map((text, k) => {
    const beside = Math.floor((wide + (text.length * DIGIT) / 2) / pitch);
    const highest = Math.max(0, ...z.slice(Math.max(0, k - beside), k + beside + 1));
    return ["text", { class: "sb-halo", x: x(k), y: y(highest) - 19 }, room || k === j ? text : ""];
  });
}

function facts(panel) {
  const rows = html("dd");
  const spectrum = html("dd");
  panel.folds(() => {
    const { J } = values(panel);
    const largest = Math.max(...J.map((row) => Math.abs(sum(row))));
    write(rows, largest < 1e-15 ? "0 in every row" : `at most ${fixed(largest, 1)} in size`);
    // The work grows with the cube of the classes: for many it would make the slider stick.
    const found = J.length > offered.most ? [] : eigenvalues(J).map((part) => fixed(Math.abs(part) < 1e-15 ? 0 : part, 3));
    write(spectrum, found.length ? found.join(", ") : "in Python: explorer.eigenvalues");
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
    write(pin, pinned.length ? "Unpin" : "Pin this one");
    box.hidden = !pinned.length;
    if (!pinned.length) return;
    write(title, `Pinned: z = ${vector(pinned)}, same colours as above`);
    const names = (letter) => pinned.map((_, k) => name(letter, k));
    const J = softmaxJacobian(softmax(pinned));
    map.paint(J, { rowNames: names("y"), columnNames: names("z"), limit: LIMIT, digits: digits(pinned.length) });
  });
  return html("div", {}, pin, box);
}

function say(panel) {
  const { y, J, j } = values(panel);
  const top = Math.max(...y);
  const leaders = y.flatMap((share, k) => (top - share < 1e-9 ? [name("y", k)] : []));
  const many = leaders.length > 3 ? `${leaders.length} classes` : leaders.join(" and ");
  const led = leaders.length === 1 ? `${leaders[0]} leads with ${fixed(top)}.` : leaders.length === y.length ? "All shares are equal." : `${many} share the lead, ${fixed(top)} each.`;
  if (Math.max(...J.flat().map(Math.abs)) < 5e-4) return `${led} A small change of a logit moves nothing.`;
  return `${led} Raise ${name("z", j)}: ${name("y", j)} gains ${fixed(J[j][j])} per unit, the others lose as much together.`;
}

function numbers(panel) {
  const { z, y, J } = values(panel);
  const names = (letter) => z.map((_, k) => name(letter, k));
  const shares = ["logits and shares, by class", classHeads(z), [["z", ...z.map((x) => fixed(x, 4))], ["y", ...y.map((x) => fixed(x, 6))]]];
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

export default explorer({ title: "Jacobian of softmax", link: { z: offered, entry, pinned }, presets, task, build, say, numbers, python });

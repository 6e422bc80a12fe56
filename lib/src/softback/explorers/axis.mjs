/** A matrix softmaxed along an axis: which entries of the full Jacobian can be nonzero, and how they sort into blocks. */

import { diverging, isDark } from "./colours.mjs";
import { choice, choiceList, numbersField, refuse, slider, toggle } from "./controls.mjs";
import { groupAlong, softmaxAlong, softmaxFullJacobian, sum } from "./core.mjs";
import { html, place, svg } from "./dom.mjs";
import { fixed, pythonList, short } from "./format.mjs";
import { readNumber, toRows } from "./numbers.mjs";
import { explorer } from "./panel.mjs";

const WORKED = [
  [1, 2, 3],
  [2, 2, 1],
];

const presets = {
  "columns, axis 0": { z: WORKED, axis: 0, grouped: false, entry: [4, 1] },
  "rows, axis 1": { z: WORKED, axis: 1, grouped: false, entry: [1, 1] },
  "both axes": { z: WORKED, axis: null, grouped: false },
  "all equal": { z: [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], axis: 0, grouped: false },
  "one column": { z: [[1], [2], [3]], axis: 0, grouped: false },
  huge: { z: [[1e308, -1e308, 0], [0, 1e308, -1e308]], axis: 0, grouped: false },
};

function values(panel) {
  const [z, axis, grouped] = ["z", "axis", "grouped"].map((trait) => panel.get(trait));
  const [rows, columns] = [z.length, z[0].length];
  const places = z.flatMap((row, n) => row.map((_, k) => ({ n, k, group: groupAlong(axis, n, k) })));
  const order = places.map((_, p) => p);
  if (grouped) order.sort((p, q) => places[p].group - places[q].group || p - q);
  const y = softmaxAlong(z, axis);
  const entry = panel.get("entry").map((p) => Math.min(p, places.length - 1));
  return { z, y, axis, grouped, rows, columns, places, order, J: softmaxFullJacobian(y, axis), entry };
}

function build(panel) {
  panel.controls.append(
    choice(panel, {
      legend: "Entries that sum to one",
      options: { "axis 0: columns": 0, "axis 1: rows": 1, "both": null },
      get: () => panel.get("axis"),
      set: (axis) => panel.set({ axis }),
    }),
    size(panel, "rows", ({ z }, count) => resized(z, count, z[0].length)),
    size(panel, "columns", ({ z }, count) => resized(z, z.length, count)),
    entries(panel),
    typed(panel),
  );
  panel.picture.append(sharesTable(panel), square(panel));
}

const size = (panel, label, change) =>
  slider(panel, {
    label,
    least: limits.z[label][0],
    most: limits.z[label][1],
    step: 1,
    digits: 0,
    get: () => values(panel)[label],
    set: (count) => panel.set({ z: change(values(panel), count) }),
  });

const resized = (z, rows, columns) =>
  Array.from({ length: rows }, (_, n) => Array.from({ length: columns }, (_, k) => z[n]?.[k] ?? 0));

/** A field for each logit. */
function entries(panel) {
  const body = html("tbody");
  const grid = html("table", { "aria-label": "Logits" }, body);
  const error = html("p", { class: "sb-error", role: "alert" });
  let fields = [];
  const build = (rows, columns) => {
    fields = Array.from({ length: rows }, (_, n) => Array.from({ length: columns }, (_, k) => field(panel, n, k, error)));
    body.replaceChildren(...fields.map((row) => html("tr", {}, ...row.map((one) => html("td", {}, one)))));
    grid.style.setProperty("--sb-columns", columns);
  };
  let drawn = "";
  panel.forgets(() => (drawn = ""));
  panel.draws(() => {
    const { z, rows, columns } = values(panel);
    if (fields.length !== rows || fields[0]?.length !== columns) build(rows, columns);
    // Other logits, by a preset or from Python, end what was refused.
    if (String(z) !== drawn) for (const one of fields.flat()) refuse(one, error, "");
    drawn = String(z);
    fields.forEach((row, n) => row.forEach((one, k) => showNumber(one, z[n][k])));
  });
  return html("div", { class: "sb-axis-fields" }, html("p", { class: "sb-small" }, "Logits Z"), grid, error);
}

function field(panel, n, k, error) {
  const input = html("input", { type: "text", inputmode: "decimal", "aria-label": `Logit in row ${n + 1}, column ${k + 1}`, autocomplete: "off" });
  input.addEventListener("change", () => {
    try {
      const value = readNumber(input.value);
      panel.set({ z: panel.get("z").with(n, panel.get("z")[n].with(k, value)) });
      refuse(input, error, "");
    } catch (problem) {
      refuse(input, error, problem.message);
    }
  });
  return input;
}

function showNumber(input, value) {
  const text = String(Number(value.toPrecision(6)));
  if (document.activeElement !== input && input.getAttribute("aria-invalid") !== "true" && input.value !== text) input.value = text;
}

/** A whole matrix from a spreadsheet: one line for each row. */
const typed = (panel) =>
  numbersField(panel, {
    trait: "z",
    label: "Type or paste all, one line for each row",
    least: 1,
    most: limits.entry.below,
    lines: limits.z.rows[1],
    accept: (numbers, text) => panel.set({ z: toRows(numbers, text, limits.z) }),
  });

/** Y with its groups in colour; the two positions of the chosen entry are marked. */
function sharesTable(panel) {
  const body = html("tbody");
  panel.draws(() => {
    const { y, places, columns, entry } = values(panel);
    const cell = (share, n, k) => {
      const p = n * columns + k;
      const marks = [p === entry[0] && "sb-axis-output", p === entry[1] && "sb-axis-input"].filter(Boolean);
      return html("td", { class: [`sb-axis-group-${places[p].group % 6}`, ...marks].join(" ") }, fixed(share, 3));
    };
    body.replaceChildren(...y.map((row, n) => html("tr", {}, ...row.map((share, k) => cell(share, n, k)))));
  });
  return html("div", {}, html("p", { class: "sb-small" }, "Y: entries of one colour sum to one. Frames: the chosen output (solid) and input (dashed)"), html("table", { class: "sb-axis-shares", "aria-label": "Probabilities" }, body));
}

const SIDE = 400;

/** The full Jacobian; its cells move to their new places when the order changes. */
function square(panel) {
  const picture = svg("svg", { viewBox: `-2 -2 ${SIDE + 4} ${SIDE + 4}`, "aria-hidden": "true" });
  const box = html("div", { class: "sb-axis-square", tabindex: 0, role: "group", "aria-label": "Full Jacobian. The arrow keys walk through its entries." }, picture);
  const line = html("output", { class: "sb-axis-case" });
  const cursor = ["sb-axis-halo", "sb-axis-cursor"].map((name) => svg("rect", { class: name }));
  let cells = [];
  panel.draws(() => {
    const now = values(panel);
    const count = now.places.length;
    if (cells.length !== count * count) {
      cells = Array.from({ length: count * count }, (_, at) => newCell(panel, Math.floor(at / count), at % count));
      picture.replaceChildren(...cells.map(({ group }) => group), ...cursor);
    }
    paint(now, cells, cursor);
    line.textContent = sentence(now);
  });
  box.addEventListener("keydown", (event) => step(event, panel));
  return html("div", {}, html("p", { class: "sb-small" }, "the full Jacobian: rows are outputs, columns are inputs"), sorting(panel), box, look(panel), line);
}

/** Stands right above the square, so that a phone shows both: one press sorts it into blocks. */
const sorting = (panel) =>
  toggle(panel, {
    label: "sort positions by their sum",
    get: () => panel.get("grouped"),
    set: (grouped) => panel.set({ grouped }),
  });

/** Output and input of the entry by name: the cells of a large square are too small for a finger. */
function look(panel) {
  const [output, input] = ["y", "z"].map((letter, side) => positionChoice(panel, letter, side));
  const small = (text) => html("span", { class: "sb-small" }, text);
  return html("div", { class: "sb-axis-look" }, small("entry \u2202"), output, small("/ \u2202"), input);
}

const positionChoice = (panel, letter, side) =>
  choiceList(panel, {
    "aria-label": side ? "Input of the entry" : "Output of the entry",
    options: () => values(panel).places.map((at, p) => [p, letter + words(at)]),
    get: () => values(panel).entry[side],
    set: (p) => panel.set({ entry: panel.get("entry").with(side, p) }),
  });

function newCell(panel, p, q) {
  const rect = svg("rect", {});
  const text = svg("text", {}, "");
  const group = svg("g", {}, rect, text);
  const look = () => String(panel.get("entry")) === `${p},${q}` || panel.set({ entry: [p, q] });
  for (const event of ["pointermove", "click"]) group.addEventListener(event, look);
  return { group, rect, text, p, q };
}

function paint({ J, order, entry, places }, cells, cursor) {
  const count = order.length;
  const side = SIDE / count;
  const at = new Map(order.map((p, position) => [p, position * side]));
  const limit = Math.max(0.05, ...J.flat().map(Math.abs));
  const gap = count > 8 ? 1 : 2;
  for (const { group, rect, text, p, q } of cells) {
    const lives = places[p].group === places[q].group;
    const colour = diverging(J[p][q], limit);
    group.style.setProperty("transform", `translate(${at.get(q)}px, ${at.get(p)}px)`);
    place(rect, { width: side - gap, height: side - gap, fill: lives ? `rgb(${colour})` : "none", class: lives ? "" : "sb-axis-dead" });
    place(text, { x: side / 2, y: side / 2 + 4, class: lives && isDark(colour) ? "sb-axis-light" : "sb-axis-ink" });
    text.textContent = lives && count <= 8 ? short(J[p][q], 2) : "";
  }
  for (const ring of cursor) place(ring, { x: at.get(entry[1]) - 1, y: at.get(entry[0]) - 1, width: side, height: side });
}

function step(event, panel) {
  const { order, entry } = values(panel);
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
  if (!down && !right) return;
  event.preventDefault();
  const next = entry.map((p, side) => order[order.indexOf(p) + (side ? right : down)]);
  if (next.every((p) => p !== undefined)) panel.set({ entry: next });
}

const words = ({ n, k }) => `(${n + 1}, ${k + 1})`;

/** Which of the three cases an entry is, with its numbers. */
function sentence({ J, y, places, entry: [p, q] }) {
  const share = ({ n, k }) => fixed(y[n][k], 3);
  const what = `\u2202y${words(places[p])}/\u2202z${words(places[q])}`;
  if (places[p].group !== places[q].group) return `${what} = 0: they belong to different sums, so neither affects the other.`;
  if (p === q) return `${what} = y (1 \u2212 y) = ${share(places[p])} \u00b7 (1 \u2212 ${share(places[p])}) = ${fixed(J[p][q], 4)}: the same position.`;
  return `${what} = \u2212 y y\u2032 = \u2212 ${share(places[p])} \u00b7 ${share(places[q])} = ${fixed(J[p][q], 4)}: same sum, other position.`;
}

function say(panel) {
  const { places, axis, grouped } = values(panel);
  const groups = new Set(places.map(({ group }) => group)).size;
  const living = places.flatMap(({ group }) => places.filter((other) => other.group === group)).length;
  const blocks = axis === 0 && !grouped && groups > 1 ? " Sort the positions, and they become blocks." : "";
  return `${groups} ${groups === 1 ? "sum" : "sums"}: ${living} of ${places.length ** 2} entries can be nonzero.${blocks}`;
}

function numbers(panel) {
  const { z, y, J, places, order, columns } = values(panel);
  const heads = ["", ...Array.from({ length: columns }, (_, k) => `column ${k + 1}`)];
  const rowsOf = (matrix) => matrix.map((row, n) => [`row ${n + 1}`, ...row.map((x) => fixed(x, 6))]);
  const full = order.map((p) => [words(places[p]), ...order.map((q) => fixed(J[p][q], 6)), fixed(Math.abs(sum(J[p])) < 1e-15 ? 0 : sum(J[p]), 1)]);
  return [
    ["Z", heads, rowsOf(z)],
    ["Y", heads, rowsOf(y)],
    ["full Jacobian as shown", ["", ...order.map((p) => words(places[p])), "sum"], full],
  ];
}

function python(panel) {
  const { z, axis, grouped } = values(panel);
  const name = axis === null ? "None" : String(axis);
  const full = axis === null ? "J = softmax_jacobian(Y.ravel())" : `J = softmax_full_jacobian(Y, axis=${name}).reshape(Y.size, Y.size)`;
  const sorted = ["order = np.arange(Y.size).reshape(Y.shape).T.ravel()", "J = J[np.ix_(order, order)]"];
  return [
    "import numpy as np",
    `from softback import softmax, ${axis === null ? "softmax_jacobian" : "softmax_full_jacobian"}`,
    "",
    `Y = softmax(${pythonList(z)}, axis=${name})`,
    full,
    ...(grouped && axis === 0 ? sorted : []),
    "print(Y)",
    "print(J)",
  ];
}

export default explorer({
  title: "Along an axis",
  link: limits,
  presets,
  build,
  say,
  numbers,
  python,
});

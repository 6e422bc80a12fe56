/** A matrix softmaxed along an axis: which entries of the full Jacobian can be nonzero, and how they sort into blocks. */

import { diverging, isDark } from "./colours.mjs";
import { choice, choiceList, numbersField, refuse, slider, toggle } from "./controls.mjs";
import { groupAlong, softmaxAlong, softmaxFullJacobian, sum } from "./core.mjs";
import { html, place, svg, write } from "./dom.mjs";
import { fixed, pythonList, short } from "./format.mjs";
import { LIMIT, legend } from "./heat.mjs";
import { readNumber, readRows } from "./numbers.mjs";
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

const task = {
  name: "axis",
  what: "sort the positions so that the columns\u2019 sums become blocks.",
  answer: "One block for each sum, 0 between them.",
  done: (panel) => panel.get("grouped") && panel.get("axis") === 0,
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
  panel.picture.append(square(panel));
  panel.controls.append(
    choice(panel, {
      legend: "Entries that sum to one",
      options: { "axis 0: columns": 0, "axis 1: rows": 1, "both": null },
      get: () => panel.get("axis"),
      set: (axis) => panel.set({ axis }),
    }),
    entries(panel),
    size(panel, "rows", ({ z }, count) => resized(z, count, z[0].length)),
    size(panel, "columns", ({ z }, count) => resized(z, z.length, count)),
  );
  panel.more.append(typed(panel));
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

/** A field for each logit with its share below it, in the colour of the sum to which it belongs. */
function entries(panel) {
  const body = html("tbody");
  const grid = html("table", { class: "sb-axis-shares", "aria-label": "Logits and shares" }, body);
  const error = html("p", { class: "sb-error", role: "alert" });
  let cells = [];
  const build = (rows, columns) => {
    cells = Array.from({ length: rows }, (_, n) => Array.from({ length: columns }, (_, k) => cell(panel, n, k, error)));
    body.replaceChildren(...cells.map((row) => html("tr", {}, ...row.map((one) => one.element))));
    grid.style.setProperty("--sb-columns", columns);
  };
  let drawn = "";
  panel.forgets(() => (drawn = ""));
  panel.draws(() => {
    const { z, y, rows, columns, places, entry } = values(panel);
    if (cells.length !== rows || cells[0]?.length !== columns) build(rows, columns);
    // Other logits, by a preset or from Python, end what was refused.
    if (String(z) !== drawn) for (const one of cells.flat()) refuse(one.input, error, "");
    drawn = String(z);
    cells.flat().forEach(({ element, input, share }, p) => {
      const { n, k, group } = places[p];
      showNumber(input, z[n][k]);
      write(share, fixed(y[n][k], 3));
      element.setAttribute("class", [`sb-axis-group-${group}`, p === entry[0] && "sb-axis-output", p === entry[1] && "sb-axis-input"].filter(Boolean).join(" "));
    });
  });
  const note = html("p", { class: "sb-small" }, "Logits Z, below each its share; one colour sums to one. Frames: output (solid), input (dashed)");
  return html("div", { class: "sb-axis-fields" }, note, grid, error);
}

function cell(panel, n, k, error) {
  const [input, share] = [field(panel, n, k, error), html("span", { class: "sb-axis-share" })];
  return { input, share, element: html("td", {}, input, share) };
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
    accept: (_, text) => panel.set({ z: readRows(text, limits.z) }),
  });

const SIDE = 400;
const [EDGE, ACROSS] = [54, 26]; // room for names and strips, left of the rows and above the columns

/** The full Jacobian; its cells move to their new places when the order changes. */
function square(panel) {
  const picture = svg("svg", { viewBox: `${-EDGE} ${-ACROSS} ${SIDE + EDGE + 2} ${SIDE + ACROSS + 2}`, "aria-hidden": "true" });
  const box = html("div", { class: "sb-axis-square", tabindex: 0, role: "group", "aria-label": "Full Jacobian. The arrow keys walk through its entries." }, picture);
  const line = html("p", { class: "sb-axis-case" });
  const cursor = ["sb-axis-halo", "sb-axis-cursor"].map((name) => svg("rect", { class: name }));
  let cells = [];
  let heads = [];
  panel.draws(() => {
    const now = values(panel);
    const count = now.places.length;
    if (cells.length !== count * count) {
      cells = Array.from({ length: count * count }, (_, at) => newEntry(panel, Math.floor(at / count), at % count));
      heads = now.places.map(() => ["y", "z"].map((letter) => ({ letter, text: svg("text", { class: "sb-axis-name" }, ""), strip: svg("rect", {}) })));
      picture.replaceChildren(...cells.map(({ group }) => group), ...heads.flat().flatMap(({ text, strip }) => [strip, text]), ...cursor);
    }
    paint(now, cells, cursor);
    nameEdges(now, heads);
    write(line, sentence(now));
  });
  box.addEventListener("keydown", (event) => step(event, panel));
  return html("div", {}, html("p", { class: "sb-small" }, "The full Jacobian: rows are outputs y, columns inputs z; strips of one colour belong to one sum"), sorting(panel), box, legend(LIMIT), look(panel), line);
}

/** Names and strips at the edges: of outputs left of their rows, of inputs above their columns. */
function nameEdges({ places, order }, heads) {
  const side = SIDE / order.length;
  order.forEach((p, position) => {
    const [output, input] = heads[p];
    const kind = `sb-axis-strip sb-axis-group-${places[p].group}`;
    const middle = (position + 0.5) * side;
    place(output.strip, { class: kind, x: -9, y: position * side, width: 6, height: side - 1 });
    place(input.strip, { class: kind, y: -9, x: position * side, height: 6, width: side - 1 });
    place(output.text, { x: -13, y: middle + 5, style: "text-anchor: end" });
    place(input.text, { x: middle, y: -13 });
    const wide = order.length <= 6;
    write(output.text, order.length <= 12 ? `y${words(places[p])}` : "");
    write(input.text, wide ? `z${words(places[p])}` : order.length <= 12 ? `${places[p].n + 1},${places[p].k + 1}` : "");
  });
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

function newEntry(panel, p, q) {
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
  const gap = count > 8 ? 1 : 2;
  for (const { group, rect, text, p, q } of cells) {
    const lives = places[p].group === places[q].group;
    const colour = diverging(J[p][q], LIMIT);
    group.style.setProperty("transform", `translate(${at.get(q)}px, ${at.get(p)}px)`);
    place(rect, { width: side - gap, height: side - gap, fill: lives ? `rgb(${colour})` : "none", class: lives ? "" : "sb-axis-dead" });
    place(text, { x: side / 2, y: side / 2 + 4, class: lives && isDark(colour) ? "sb-axis-light" : "sb-axis-ink" });
    write(text, lives && count <= 8 ? short(J[p][q], 2) : "");
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

export default explorer({ title: "Along an axis", link: limits, presets, task, build, say, hear: (panel) => `${sentence(values(panel))} ${say(panel)}`, numbers, python });

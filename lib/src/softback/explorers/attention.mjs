/** Scores to weights under a mask, and a gradient on its way back to the scores. */

import { choiceList, logSlider, numbersField, slider, toggle } from "./controls.mjs";
import { softmax, softmaxVjp, sum } from "./core.mjs";
import { freshId, html, write } from "./dom.mjs";
import { fixed, pythonList, pythonNumber, short } from "./format.mjs";
import { heatMap } from "./heat.mjs";
import { readRows } from "./numbers.mjs";
import { explorer } from "./panel.mjs";

const [LEAST, MOST] = limits.scores.rows;
const REACH = 6; // of the score's slider
const DRAG = 20; // pixels for one unit of score
const PHONE = matchMedia("(max-width: 30rem)");

const identity = (n) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));
const constant = (n, value) => Array.from({ length: n }, () => Array.from({ length: n }, () => value));
const START = [
  [2, 0, 1, 0],
  [1, 2, 0, 0],
  [0, 1, 2, 1],
  [1, 0, 1, 2],
];
const plain = { causal: false, masked_row: -1, temperature: 1 };

const presets = {
  causal: { scores: START, gradient: identity(4), ...plain, causal: true },
  uniform: { scores: constant(4, 0), gradient: identity(4), ...plain },
  diagonal: { scores: identity(4).map((row) => row.map((x) => 4 * x)), gradient: identity(4), ...plain },
  "one row masked": { scores: START, gradient: identity(4), ...plain, causal: true, masked_row: 2 },
  sharp: { scores: START, gradient: identity(4), ...plain, temperature: limits.temperature.least },
  "constant gradient": { scores: START, gradient: constant(4, 1), ...plain },
  huge: { scores: [[1e308, -1e308, 0], [0, 0, 1e308], [1, 2, 3]], gradient: identity(3), ...plain },
};

const task = {
  name: "attention",
  what: "drag one gradient dW. Which of its row\u2019s dS answer?",
  answer: "All that are not masked: they share one sum.",
  done: (panel, begun) => String(panel.get("gradient")) !== String(begun.gradient),
};

function values(panel) {
  const [scores, gradient, causal, maskedRow, T] = ["scores", "gradient", "causal", "masked_row", "temperature"].map((trait) => panel.get(trait));
  const allowed = scores.map((row, i) => row.map((_, j) => i !== maskedRow && !(causal && j > i)));
  const weights = scores.map((row, i) => maskedSoftmax(row, allowed[i], T));
  const dS = weights.map((row, i) => softmaxVjp(row, gradient[i], T));
  const [i, j] = panel.get("entry").map((index) => Math.min(index, scores.length - 1));
  return { scores, gradient, causal, maskedRow, T, allowed, weights, dS, i, j, n: scores.length };
}

/** Softmax over the allowed classes; 0 elsewhere, and everywhere if none is allowed. */
function maskedSoftmax(z, allowed, T) {
  const shares = softmax(z.filter((_, k) => allowed[k]), T);
  let next = 0;
  return z.map((_, k) => (allowed[k] ? shares[next++] : 0));
}

const changed = (matrix, i, j, value) => matrix.with(i, matrix[i].with(j, value));

function build(panel) {
  panel.picture.append(maps(panel), masks(panel));
  panel.controls.append(...cellSliders(panel), causalToggle(panel), temperature(panel), rowChoice(panel), tokens(panel));
  panel.more.append(typed(panel));
}

/** What the rows and columns of the matrices stand for. */
const WORDS = ["the", "cat", "sat", "on", "a", "mat", "at", "six"];

const tokens = (panel) =>
  slider(panel, {
    label: "tokens",
    least: LEAST,
    most: MOST,
    step: 1,
    digits: 0,
    get: () => panel.get("scores").length,
    set: (n) => panel.set({ scores: resized(panel.get("scores"), n), gradient: resized(panel.get("gradient"), n) }),
  });

const resized = (matrix, n) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => matrix[i]?.[j] ?? 0));

const causalToggle = (panel) =>
  toggle(panel, { label: "causal: no token sees a later one", get: () => panel.get("causal"), set: (causal) => panel.set({ causal }) });

/** The choice of a row that is masked entirely. */
function rowChoice(panel) {
  const rows = () => panel.get("scores").map((_, row) => [row, `row ${row + 1}`]);
  const select = choiceList(panel, {
    id: freshId("row"),
    options: () => [[-1, "no row"], ...rows()],
    get: () => (values(panel).maskedRow < values(panel).n ? values(panel).maskedRow : -1),
    set: (row) => panel.set({ masked_row: row }),
  });
  return html("div", { class: "sb-attention-row" }, html("label", { for: select.id }, "fully masked"), select);
}

const temperature = (panel) => logSlider(panel, { trait: "temperature", label: "divide by \u221ad", ...limits.temperature });

/** Two sliders for the cell that is chosen in any of the maps. */
function cellSliders(panel) {
  const where = html("p", { class: "sb-small" });
  panel.draws(() => {
    const { i, j } = values(panel);
    write(where, `How much \u201c${WORDS[i]}\u201d looks at \u201c${WORDS[j]}\u201d (row ${i + 1}, column ${j + 1})`);
  });
  const one = (trait, label, reach) =>
    slider(panel, {
      label,
      least: -reach,
      most: reach,
      step: 0.05,
      get: () => panel.get(trait)[values(panel).i][values(panel).j],
      set: (value) => panel.set({ [trait]: changed(panel.get(trait), values(panel).i, values(panel).j, value) }),
    });
  return [where, one("scores", "score", REACH), one("gradient", "gradient in", 2)];
}

/** Scores from a spreadsheet, a line for each row. */
const typed = (panel) =>
  numbersField(panel, {
    trait: "scores",
    label: "Type or paste all scores, a line for each row",
    least: LEAST * LEAST,
    most: MOST * MOST,
    lines: 4,
    accept(_, text) {
      const scores = readRows(text, limits.scores);
      panel.set({ scores, gradient: resized(panel.get("gradient"), scores.length) });
    },
  });

const rowSums = ({ maskedRow, n }) => (maskedRow >= 0 && maskedRow < n ? `rows sum to 1, row ${maskedRow + 1} to 0` : "rows sum to 1");

/** Forward above, from left to right; back below: an arrow leads from each to the next. */
const MAPS = [
  { key: "scores", title: "scores S", way: "on", note: () => "drag the chosen cell" },
  { key: "weights", title: "weights W", note: rowSums },
  { key: "dS", title: "gradient dS", way: "back", note: () => "rows sum to 0" },
  { key: "gradient", title: "gradient dW", way: "down", note: () => "drag the chosen cell" },
];

function maps(panel) {
  const scrolled = [];
  const boxes = MAPS.map(({ key, title, way, note }) => {
    const words = html("span");
    // Not by hover: on its way to the sliders the pointer would choose other cells.
    const map = heatMap({ label: title, hover: false, onpick: (i, j) => panel.set({ entry: [i, j] }) });
    if (key === "scores" || key === "gradient") draggable(panel, map.element, key);
    scrolled.push(map.element);
    panel.draws(() => {
      const now = values(panel);
      const matrix = now[key];
      const limit = key === "weights" ? 1 : Math.max(0.05, ...matrix.flat().map(Math.abs));
      write(words, note(now));
      const heads = matrix.map((_, k) => (PHONE.matches && now.n > 4 ? String(k + 1) : WORDS[k])); // five columns leave no room for words
      const out = (i, j) => !now.allowed[i][j];
      map.paint(shadowed(key, now), { rowNames: heads, columnNames: heads, limit, digits: digitsFor(now.n), mark: [now.i, now.j], row: now.i, out });
    });
    const arrow = way ? [html("i", { class: `sb-attention-arrow sb-attention-${way}` })] : [];
    return html("div", {}, html("p", { class: "sb-attention-title" }, title, ...arrow, words), map.element);
  });
  const all = html("div", { class: "sb-attention" }, ...boxes);
  scrollTogether(scrolled);
  panel.listens(PHONE, "change", () => panel.redraw());
  panel.draws(() => all.classList.toggle("sb-few", values(panel).n <= 4));
  return all;
}

/** Five cells of one digit fit beside five others on a phone. */
const digitsFor = (n) => (n > (PHONE.matches ? 4 : 6) ? 1 : 2);

/** Maps that are wider than their boxes show the same columns, whichever of them is scrolled. */
function scrollTogether(boxes) {
  let left = 0;
  const follow = ({ currentTarget }) => {
    if (currentTarget.scrollLeft === left) return;
    left = currentTarget.scrollLeft;
    for (const box of boxes) box.scrollLeft = left;
  };
  for (const box of boxes) box.addEventListener("scroll", follow);
}

/** Forbidden scores are shown as such. */
const shadowed = (key, { scores, allowed, ...others }) =>
  key === "scores" ? scores.map((row, i) => row.map((x, j) => (allowed[i][j] ? x : -Infinity))) : others[key];

/** Drag a cell up or down, by touch the chosen one, which does not scroll the page; the slider does the same by keyboard. */
function draggable(panel, element, trait) {
  element.classList.add("sb-attention-drag");
  element.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest("td[data-i]");
    if (!cell || (event.pointerType === "touch" && !cell.classList.contains("sb-marked"))) return;
    const [i, j] = [Number(cell.dataset.i), Number(cell.dataset.j)];
    if (!values(panel).allowed[i][j]) return; // what is masked has no effect
    const [from, start] = [event.clientY, panel.get(trait)[i][j]];
    element.setPointerCapture(event.pointerId);
    const follow = (move) => {
      const value = Math.max(-REACH, Math.min(REACH, start + (from - move.clientY) / DRAG));
      if (Math.abs(move.clientY - from) > 2) panel.set({ entry: [i, j], [trait]: changed(panel.get(trait), i, j, Math.round(value * 20) / 20) });
    };
    const stop = new AbortController();
    element.addEventListener("pointermove", follow, { signal: stop.signal });
    for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => stop.abort(), { signal: stop.signal });
  });
}

function masks(panel) {
  const line = html("p", { class: "sb-formula" });
  panel.draws(() => write(line, entry(panel)));
  return line;
}

/** The chosen cell, with its numbers. */
function entry(panel) {
  const { i, j, allowed, weights, gradient, dS, T } = values(panel);
  if (!allowed[i][j]) return "This score is masked: its weight is 0, and so is its gradient.";
  const s = sum(weights[i].map((w, k) => (w === 0 ? 0 : w * gradient[i][k])));
  return `dS = w (g \u2212 s) / \u221ad = ${fixed(weights[i][j], 3)} \u00b7 (${fixed(gradient[i][j], 2)} \u2212 ${fixed(s, 3)}) / ${fixed(T, 2)} = ${fixed(dS[i][j], 4)}`;
}

function say(panel) {
  const { maskedRow, n, causal } = values(panel);
  if (maskedRow >= 0 && maskedRow < n) return `Row ${maskedRow + 1} is fully masked: its weights are 0. Scores of \u2212\u221e without a mask would give 0/0, a row of nan that poisons the batch.`;
  return causal ? "The upper triangle is masked: weights and gradients there are exactly 0." : "Every token sees every token.";
}

function numbers(panel) {
  const { scores, weights, gradient, dS, n } = values(panel);
  const heads = ["", ...Array.from({ length: n }, (_, k) => `column ${k + 1}`)];
  const rowsOf = (matrix) => matrix.map((row, i) => [`row ${i + 1}`, ...row.map((x) => fixed(x, 6))]);
  const sums = dS.map((row, i) => [`row ${i + 1}`, short(sum(row), 6)]);
  return [
    ["scores", heads, rowsOf(scores)],
    ["weights", heads, rowsOf(weights)],
    ["gradient in", heads, rowsOf(gradient)],
    ["gradient out", heads, rowsOf(dS)],
    ["sums of the gradient's rows", ["", "sum"], sums],
  ];
}

function python(panel) {
  const { scores, gradient, causal, maskedRow, T, n } = values(panel);
  return [
    "import numpy as np",
    "from softback import softmax, softmax_vjp",
    "",
    `S = np.array(${pythonList(scores)})`,
    `dW = np.array(${pythonList(gradient)})`,
    causal ? `allowed = np.tri(${n}, dtype=bool)` : `allowed = np.ones((${n}, ${n}), bool)`,
    ...(maskedRow >= 0 && maskedRow < n ? [`allowed[${maskedRow}] = False`] : []),
    `W = softmax(S, temperature=${pythonNumber(T)}, where=allowed)`,
    `dS = softmax_vjp(W, dW, temperature=${pythonNumber(T)})`,
    "print(W)",
    "print(dS)",
  ];
}

function check({ scores, gradient }) {
  if (scores.length !== gradient.length) throw new Error("Scores and gradient must have the same number of rows.");
}

export default explorer({ title: "Attention, forward and back", link: limits, check, presets, task, build, say, hear: (panel) => `${say(panel)} ${entry(panel)}`, numbers, python });

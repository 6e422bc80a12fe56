/** Scores to shares: exponentials laid end to end are the shares; a common shift rewrites their ruler and moves none. */

import { classList, logSlider, numbersField, slider, sliders } from "./controls.mjs";
import { softmax, sum } from "./core.mjs";
import { html, write } from "./dom.mjs";
import { classHeads, fixed, name, pythonList, pythonNumber, short, significant } from "./format.mjs";
import { explorer } from "./panel.mjs";
import { clamp, grip, grips, scene, spread } from "./scene.mjs";
import { border, edgesOf, logitsFor } from "./shares.mjs";
import { formula } from "./terms.mjs";
import { CORNERS, HEIGHT, SIDE, fromScreen, lineThrough, mark, onScreen } from "./triangle.mjs";

const REACH = 6; // of the logits' sliders
const REACHES = [REACH, 2 * REACH]; // of the picture
const SMALLEST = 2 ** -1022; // below it, float64 loses digits
const [WIDTH, SCORES, LEFT, RIGHT, HEAD, BAR] = [360, 124, 152, 344, 44, 28];

const presets = {
  "three scores": { z: [1, 2, 3], shift: 0, temperature: 1, pair: [2, 1] },
  uniform: { z: [0, 0, 0], shift: 0, temperature: 1 },
  tie: { z: [2, 2, -2], shift: 0, temperature: 1 },
  "cold, T = 0.05": { temperature: limits.temperature.least },
  "hot, T = 20": { temperature: limits.temperature.most },
  huge: { z: [1e308, 0, -1e308], shift: 0, temperature: 1 },
};

const task = {
  name: "softmax",
  what: "drag the shift c. Which share moves?",
  answer: "None: only differences count.",
  done: (panel) => Math.abs(panel.get("shift")) > 0.4,
};

function values(panel) {
  const [z, shift, T] = ["z", "shift", "temperature"].map((trait) => panel.get(trait));
  const shifted = z.map((part) => part + shift);
  const [a, b] = panel.get("pair").map((index) => Math.min(index, z.length - 1));
  const parts = shifted.map((part) => Math.exp(part / T));
  return { z, shift, shifted, T, y: softmax(shifted, T), parts, total: sum(parts), a, b };
}

function build(panel) {
  const bank = html(
    "div",
    { class: "sb-controls" },
    sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits", least: -REACH, most: REACH }),
    slider(panel, { trait: "shift", label: "shift c", ...limits.shift, step: 0.05 }),
    logSlider(panel, { trait: "temperature", label: "T", ...limits.temperature }),
  );
  const beside = html("div", { class: "sb-controls" }, triangle(panel), bank);
  panel.draws(() => beside.classList.toggle("sb-pair", panel.get("z").length === 3));
  panel.picture.append(line(panel), rulers(panel));
  panel.controls.append(beside);
  panel.more.append(odds(panel), numbersField(panel, { trait: "z", label: "Type or paste logits", ...limits.z }));
}

/** The rule, with the numbers of the class whose odds are shown. */
const line = (panel) =>
  formula(panel, {
    label: "The rule, with the numbers of one class",
    parts: [["y", "share"], "=", ["part", "its part"], "/", ["total", "the whole"]],
    now() {
      const { y, parts, total, T, a } = values(panel);
      const power = (k) => `(z${k} + c)${T === 1 ? "" : " / T"}`;
      return {
        y: { letter: "y", index: a + 1, value: short(y[a], 3) },
        part: { letter: "e", power: power(name("", a)), value: four(parts[a]), kind: "y" },
        total: { letter: "\u03a3 e", power: power("\u2096"), value: four(total), kind: "y" },
      };
    },
  });

/** Four digits, or a power of ten where that is too long. */
const four = (x) => (x < 1e4 && x >= 1000 ? fixed(x, 0) : x < 1e5 && x >= 1e-3 ? significant(x, 4) : fixed(x, 1));

function rulers(panel) {
  const stage = scene({ label: "Scores, their exponentials laid end to end, and the shares", width: WIDTH, height: 300, kind: "sb-softmax" });
  let reach = REACH;
  let now = values(panel);
  const pitch = () => (now.z.length > 4 ? 27 : 44);
  const row = (k) => HEAD + (k + 0.5) * pitch();
  const floor = () => HEAD + now.z.length * pitch() + 4;
  const x = (share) => LEFT + share * (RIGHT - LEFT);
  const place = (score) => 8 + ((score / reach + 1) / 2) * (SCORES - 16);
  const score = (unit) => reach * ((2 * (unit - 8)) / (SCORES - 16) - 1);
  const [moves, scores, borders] = [[], [], []];
  const move = () =>
    grip(panel, stage, {
      label: "Shift c of all logits",
      kind: "ink",
      axis: "x",
      term: "total",
      least: () => limits.shift.least,
      most: () => limits.shift.most,
      step: 0.05,
      get: () => now.shift,
      set: (shift) => panel.set({ shift }),
      to: place,
      from: score,
      across: () => 14,
    });
  const logit = (k) =>
    grip(panel, stage, {
      label: `Logit ${name("z", k)}`,
      kind: "z",
      axis: "x",
      least: () => -reach - now.shift,
      most: () => reach - now.shift,
      step: 0.05,
      get: () => now.z[k],
      set: (value) => panel.set({ z: panel.get("z").with(k, value) }),
      to: (value) => place(value + now.shift),
      from: (unit) => score(unit) - now.shift,
      across: () => row(k),
    });
  const between = (k) => border(panel, stage, k, () => now, { x, share: (unit) => (unit - LEFT) / (RIGHT - LEFT), across: () => floor() + BAR / 2 });
  panel.draws(() => {
    now = values(panel);
    const most = Math.max(...now.shifted.map(Math.abs), Math.abs(now.shift));
    if (![...moves, ...scores].some((one) => one.held())) reach = REACHES.find((far) => far >= most) ?? most;
    stage.paint(shapes(now, { x, row, place, floor: floor() }), floor() + BAR + 70);
    grips(moves, 1, move);
    grips(scores, now.z.length, logit);
    grips(borders, now.z.length - 1, between);
  });
  stage.element.addEventListener("click", ({ target }) => target.dataset.k && pick(panel, Number(target.dataset.k)));
  return stage.element;
}

function shapes(now, { x, row, place, floor }) {
  const { z, shift, shifted, T, y, parts, total, a } = now;
  const edges = edgesOf(y);
  const ghosts = T === 1 ? [] : edgesOf(softmax(shifted)).slice(1, -1);
  const each = (draw) => y.map((_, k) => draw(k));
  const mine = (k, term) => ({ "data-k": k, "data-term": k === a ? term : undefined });
  const base = place(shift);
  const middles = spread(each((k) => x((edges[k] + edges[k + 1]) / 2)), Math.min(50, 190 / y.length), LEFT + 12, RIGHT - 14);
  const box = (k, top, height) => ({ x: x(edges[k]), width: Math.max(0.5, x(edges[k + 1]) - x(edges[k])), y: top, height });
  const bottom = floor + BAR;
  return [
    ["line", { class: "sb-axis", x1: place(0), x2: place(0), y1: HEAD - 4, y2: floor - 6 }],
    ["text", { class: "sb-quiet", x: place(0), y: floor + 8 }, "0"],
    ["line", { class: "sb-ghost", x1: base, x2: base, y1: 26, y2: floor - 6 }],
    ["text", { class: `sb-halo sb-strong ${shift > 0 ? "sb-end" : "sb-start"}`, x: base + (shift > 0 ? -17 : 17), y: 18 }, `c ${short(shift)}`],
    ...each((k) => ["rect", { class: "sb-of-z", x: Math.min(base, place(shifted[k])), width: Math.abs(place(shifted[k]) - base), y: row(k) - 8, height: 16 }]),
    ...each((k) => ["text", { class: `sb-halo sb-of-z ${z[k] < 0 ? "sb-start" : "sb-end"}`, x: base + (z[k] < 0 ? 5 : -5), y: row(k) + 5 }, `${name("z", k)} ${short(z[k])}`]),
    ["text", { class: "sb-strong sb-end", x: LEFT - 6, y: HEAD - 12 }, T === 1 ? "exp" : "exp /T"],
    ["line", { class: "sb-whole", "data-term": "total", x1: LEFT, x2: RIGHT, y1: HEAD - 10, y2: HEAD - 10 }],
    ["text", { class: "sb-end sb-halo sb-of-y sb-sum", x: WIDTH, y: HEAD - 19 }, four(total)],
    ...each((k) => ["rect", { class: "sb-soft-y", ...mine(k, "part"), ...box(k, row(k) - 10, 20) }]),
    ...each((k) => ["line", { class: "sb-drop", x1: x(edges[k + 1]), x2: x(edges[k + 1]), y1: row(k) + 10, y2: floor }]),
    ...each((k) => ["text", { class: "sb-halo sb-part", ...besides(x(edges[k]), x(edges[k + 1])), y: row(k) + 5 }, four(parts[k])]),
    ...each((k) => ["rect", { class: "sb-of-y sb-gap", ...mine(k, "y"), ...box(k, floor, BAR) }]),
    ["text", { class: "sb-end sb-strong", x: LEFT - 6, y: floor + 19 }, "\u00f7 whole"],
    ...each((k) => ["text", { class: "sb-of-y", x: middles[k], y: bottom + 16 }, name("y", k)]),
    ...each((k) => ["text", { class: "sb-of-y sb-value", x: middles[k], y: bottom + 31 }, y.length > 4 ? short(y[k]).replace("0.", ".") : short(y[k], 3)]),
    ...bracket(now, middles, bottom + 38),
    // Last, because their number varies and those before them stay what they are.
    ...ruler(total).flatMap((mark) => [
      ["line", { class: "sb-whole", x1: x(mark / total), x2: x(mark / total), y1: HEAD - 15, y2: HEAD - 5 }],
      ["text", { class: "sb-quiet", x: x(mark / total), y: HEAD - 19 }, mark === 0 ? "0" : short(Number(mark.toPrecision(1)), mark < 0.1 ? 2 : mark < 1 ? 1 : 0)],
    ]),
    ...ghosts.map((edge) => ["line", { class: "sb-ghost", x1: x(edge), x2: x(edge), y1: floor - 5, y2: bottom + 5 }]),
  ];
}

/** The number of a part: in its bar where that is wide enough, or else on the side that has room. */
function besides(from, until) {
  if (until - from > 50) return { x: (from + until) / 2 };
  return RIGHT - until > 50 ? { x: until + 5, style: "text-anchor: start" } : { x: from - 5, style: "text-anchor: end" };
}

/** Marks of the ruler: a shift writes other numbers on it. */
function ruler(total) {
  if (!(total > 0 && total < Infinity)) return [];
  const ten = 10 ** Math.floor(Math.log10(total / 3));
  const step = [1, 2, 5, 10].map((part) => part * ten).find((size) => size >= total / 3);
  return Array.from({ length: 4 }, (_, k) => k * step).filter((mark) => mark <= 0.7 * total);
}

/** The bracket of the odds, from one share to the other. */
function bracket(now, middles, top) {
  const { y, a, b, shifted, T } = now;
  if (a === b) return [];
  const odds = `exp(${fixed((shifted[a] - shifted[b]) / T, 2)}) = ${short(y[a] / y[b], 3)}`;
  return [
    ["path", { class: "sb-arrow", d: `M${middles[a]} ${top}v6H${middles[b]}v-6` }],
    ["text", { class: "sb-strong sb-halo", x: clamp((middles[a] + middles[b]) / 2, 112, WIDTH - 112), y: top + 22 }, `${name("y", a)} / ${name("y", b)} = ${y[b] < SMALLEST || y[a] < SMALLEST ? "too small for float64" : odds}`],
  ];
}

const TEMPERATURES = [...Array.from({ length: 50 }, (_, k) => 0.02 * 1.2 ** k), Infinity];

/** Three shares as one place, to be dragged, and its path as the temperature changes. */
function triangle(panel) {
  const stage = scene({ label: "Triangle of the three shares, with their path as the temperature changes", width: SIDE + 40, height: HEIGHT + 64, origin: [-20, -32], kind: "sb-softmax-triangle", role: "group" });
  const set = (y) => panel.set({ z: logitsFor(panel.get("z"), y, panel.get("temperature")) });
  stage.drawing.addEventListener("click", (event) => set(fromScreen(stage.place(event))));
  const dot = mark(panel, stage, { kind: "y", term: "y", label: "The three shares, in the triangle", get: () => values(panel).y, set });
  const place = html("div", { class: "sb-softmax-place" }, stage.element, html("p", { class: "sb-small" }, "One place stands for all three shares. Dashes: its path as T changes."));
  panel.draws(() => {
    const { z } = values(panel);
    place.hidden = z.length !== 3;
    if (place.hidden) return;
    const way = TEMPERATURES.map((T) => onScreen(softmax(z, T)));
    const spots = [way[0], onScreen(softmax(z)), way.at(-1)]; // coldest, at 1, hottest
    stage.paint([
      ["path", { d: `${lineThrough(CORNERS)}Z` }],
      ["path", { class: "sb-softmax-way", d: lineThrough(way) }],
      ...spots.map(([cx, cy]) => ["circle", { class: "sb-dot", cx, cy, r: 6 }]),
      ["text", { class: "sb-halo sb-quiet sb-start", x: way.at(-1)[0] + 10, y: way.at(-1)[1] + 22 }, "T = \u221e"],
      ...CORNERS.map(([x, y], k) => ["text", { class: "sb-of-y", x, y: y + (k === 2 ? -10 : 24) }, name("y", k)]),
    ]);
    dot.show();
  });
  return place;
}

function pick(panel, k) {
  panel.set({ pair: [k, panel.get("pair")[0] === k ? panel.get("pair")[1] : panel.get("pair")[0]] });
}

/** Odds of two classes, from the shares and from the logits: they depend only on the difference of the two. */
function odds(panel) {
  const lines = [0, 1].map(() => html("p", { class: "sb-formula" }));
  const set = (which) => (k) => panel.set({ pair: panel.get("pair").with(which, k) });
  const choose = [classList(panel, "y", "Odds: first class", () => values(panel).a, set(0)), classList(panel, "y", "Odds: second class", () => values(panel).b, set(1))];
  panel.folds(() => {
    const now = values(panel);
    write(lines[0], oddsOfShares(now));
    write(lines[1], oddsOfLogits(now));
  });
  return html("div", { class: "sb-softmax-odds" }, html("span", { class: "sb-small" }, "odds of"), choose[0], html("span", { class: "sb-small" }, "against"), choose[1], ...lines);
}

function oddsOfShares({ y, a, b }) {
  const quotient = `${name("y", a)} / ${name("y", b)}`;
  const tiny = [...new Set([a, b])].filter((k) => y[k] < SMALLEST);
  if (tiny.length) return `${quotient}: ${tiny.map((k) => name("y", k)).join(" and ")} too small for float64`;
  return `${quotient} = ${fixed(y[a], 4)} / ${fixed(y[b], 4)} = ${fixed(y[a] / y[b], 3)}`;
}

function oddsOfLogits({ shifted, T, a, b }) {
  const [za, zb] = [shifted[a], shifted[b]];
  // Halves, because the difference of two huge logits overflows.
  const ratio = Math.exp((za / 2 - zb / 2) / (T / 2));
  const second = zb < 0 ? `(${fixed(zb, 2)})` : fixed(zb, 2);
  return `exp((${name("z", a)} \u2212 ${name("z", b)}) / T) = exp((${fixed(za, 2)} \u2212 ${second}) / ${fixed(T, 2)}) = ${fixed(ratio, 3)}`;
}

function say(panel) {
  const { y, T } = values(panel);
  const top = Math.max(...y);
  if (top - Math.min(...y) < 1e-9) return "All logits are equal, and so are all shares.";
  const leaders = y.flatMap((share, k) => (share === top ? [name("y", k)] : []));
  const led = leaders.length > 1 ? `${leaders.join(" and ")} share the lead, ${fixed(top, 3)} each.` : `${leaders[0]} has the largest share, ${fixed(top, 3)}.`;
  return led + heat(y, T);
}

function heat(y, T) {
  if (T < 0.2 && Math.max(...y) > 0.99) return " At so low a temperature the winner takes nearly everything.";
  if (T > 5 && Math.max(...y) < 2 / y.length) return " At so high a temperature the shares are nearly equal.";
  return "";
}

function numbers(panel) {
  const { shifted, y } = values(panel);
  const rows = [
    ["z", ...panel.get("z").map((x) => fixed(x, 4))],
    ["z + shift", ...shifted.map((x) => fixed(x, 4))],
    ["y", ...y.map((x) => fixed(x, 6))],
  ];
  return [["logits and shares, by class", classHeads(y), rows]];
}

function python(panel) {
  const { T, a, b, y } = values(panel);
  return [
    "import numpy as np",
    "from softback import softmax",
    "",
    `z = np.array(${pythonList(panel.get("z"))})`,
    `y = softmax(z + ${pythonNumber(panel.get("shift"))}, temperature=${pythonNumber(T)})`,
    "print(y)",
    y[b] > 0 ? `print(y[${a}] / y[${b}])` : `# y[${b}] is 0: nothing to divide by`,
  ];
}

export default explorer({ title: "Scores to shares", link: limits, presets, task, build, say, numbers, python });

/** A gradient on its way back through softmax: bars y wide and g high; what lies above their mean level, and below it, is dz. */

import { numbersField, slider, sliders } from "./controls.mjs";
import { dot, softmax, softmaxJacobian, softmaxVjp, sum, transpose } from "./core.mjs";
import { html } from "./dom.mjs";
import { classHeads, fixed, name, pythonList, pythonNumber, short, signed } from "./format.mjs";
import { explorer } from "./panel.mjs";
import { clamp, grip, grips, scene, spread } from "./scene.mjs";
import { border, edgesOf } from "./shares.mjs";
import { formula } from "./terms.mjs";

const REACH = 4; // of the sliders of g
const REACHES = [2, 5, 10, 20, 50, 100, 1000, 1e4]; // of the picture, which does not change in the hand
const [WIDTH, LEFT, RIGHT, TOP, PLOT] = [360, 16, 294, 34, 204];
const FLOOR = TOP + PLOT + 14;
const STACKS = FLOOR + 48;

const presets = {
  "three classes": { z: [1, 2, 3], g: [1.6, -1, 1.2], constant: 0 },
  "one-hot g": { z: [1, 2, 3], g: [0, 1, 0], constant: 0 },
  "constant g": { z: [1, 2, 3], g: [1.5, 1.5, 1.5], constant: 0 },
  "cross entropy": (panel) => fromCrossEntropy(panel.get("z")),
  saturated: { z: [12, 0, 0], g: [1, -1, 0.5], constant: 0 },
  huge: { z: [1e308, 0, -1e308], g: [1e308, 1, -1e308], constant: 0 },
};

/** g = -t / y for the second class: what cross entropy sends back to y. */
function fromCrossEntropy(z) {
  const slope = -1 / softmax(z)[1];
  return { g: z.map((_, k) => (k === 1 ? Math.max(slope, -1e300) : 0)), constant: 0 };
}

const task = {
  name: "pullback",
  what: "lift the level s. Which areas change?",
  answer: "None: g and its mean rise together.",
  done: (panel, begun) => Math.abs(panel.get("constant") - begun.constant) > 0.3,
};

function values(panel) {
  const [z, constant] = [panel.get("z"), panel.get("constant")];
  const y = softmax(z);
  const g = panel.get("g").map((part) => part + constant);
  const s = dot(y, g);
  const product = transpose(softmaxJacobian(y)).map((column) => dot(column, g));
  return { z, y, g, s, constant, edges: edgesOf(y), centred: g.map((part) => part - s), dz: softmaxVjp(y, g), product };
}

const isConstant = (g) => g.every((part) => part === g[0]);

function build(panel) {
  const view = { chosen: 1, reach: REACHES[0] };
  panel.picture.append(line(panel, view), skyline(panel, view));
  panel.controls.append(
    html(
      "div",
      { class: "sb-pair" },
      sliders(panel, { trait: "g", names: (k) => name("g", k), legend: "Upstream gradient g", least: -REACH, most: REACH }),
      sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits z", least: -6, most: 6 }),
    ),
    slider(panel, { trait: "constant", label: "add to all g", ...limits.constant, step: 0.05 }),
  );
  panel.more.append(field(panel, "z", "Type or paste logits"), field(panel, "g", "Type or paste g"), matrix(panel));
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

/** The rule, with the numbers of the chosen class. */
const line = (panel, view) =>
  formula(panel, {
    label: "The rule, with the numbers of one class",
    parts: [["dz", "area"], "=", ["y", "width"], "(", ["g", "height"], "\u2212", ["s", "level"], ")"],
    now() {
      const { y, g, s, dz } = values(panel);
      const k = Math.min(view.chosen, y.length - 1);
      const of = (letter, value, kind = letter) => ({ letter, index: k + 1, value, kind });
      return { dz: of("dz", signed(dz[k]), dz[k] < 0 ? "down" : "up"), y: of("y", short(y[k], 3)), g: of("g", short(g[k])), s: { letter: "s", value: short(s) } };
    },
  });

function skyline(panel, view) {
  const stage = scene({ label: "Bars of width y and height g, with their mean level s; dz is the area between a bar's end and the level", width: WIDTH, height: STACKS + 42, kind: "sb-pullback" });
  const x = (share) => LEFT + share * (RIGHT - LEFT);
  const y = (value) => TOP + ((1 - value / view.reach) / 2) * PLOT;
  const value = (unit) => view.reach * (1 - (2 * (unit - TOP)) / PLOT);
  let now = values(panel);
  let middles = [];
  const choose = (k) => {
    if (k === view.chosen) return;
    view.chosen = k;
    panel.redraw();
  };
  const [tops, borders, levels] = [[], [], []];
  const level = () =>
    grip(panel, stage, {
      label: "Level s, lifts every g",
      kind: "ink",
      axis: "y",
      term: "s",
      least: () => now.s - now.constant + limits.constant.least,
      most: () => now.s - now.constant + limits.constant.most,
      step: 0.05,
      get: () => now.s,
      set: (constant) => panel.set({ constant }),
      offset: () => now.s - now.constant,
      to: (at) => clamp(y(at), TOP, TOP + PLOT),
      from: value,
      across: () => WIDTH - 22,
    });
  const top = (k) => {
    const made = grip(panel, stage, {
      label: `${name("g", k)}, upstream gradient of class ${k + 1}`,
      kind: "g",
      axis: "y",
      term: "g",
      least: () => -view.reach,
      most: () => view.reach,
      step: 0.05,
      get: () => now.g[k],
      set: (own) => panel.set({ g: panel.get("g").with(k, own) }),
      offset: () => now.constant,
      to: y,
      from: value,
      across: () => middles[k],
    });
    made.grip.addEventListener("focus", () => choose(k));
    return made;
  };
  const share = (unit) => (unit - LEFT) / (RIGHT - LEFT);
  const between = (k) => border(panel, stage, k, () => now, { x, share, across: () => FLOOR + 11 });
  panel.draws(() => {
    now = values(panel);
    const most = Math.max(...now.g.map(Math.abs), Math.abs(now.s));
    if (![...tops, ...levels].some((one) => one.held())) view.reach = REACHES.find((far) => far >= most) ?? most;
    const count = now.y.length;
    const k = Math.min(view.chosen, count - 1);
    const wanted = now.y.map((_, n) => x((now.edges[n] + now.edges[n + 1]) / 2));
    middles = spread(wanted, Math.min(64, (RIGHT - LEFT - 20) / Math.max(1, count - 1)), LEFT + 10, RIGHT - 10);
    stage.paint(shapes(now, k, { x, y, middles }));
    grips(tops, count, top);
    grips(borders, count - 1, between);
    grips(levels, 1, level);
  });
  stage.element.addEventListener("click", ({ target }) => target.dataset.k && choose(Number(target.dataset.k)));
  return stage.element;
}

function shapes({ y: share, g, s, dz, edges }, chosen, { x, y, middles }) {
  const [zero, water] = [y(0), y(s)];
  const box = (k, from, until) => ({ x: x(edges[k]), width: Math.max(0, x(edges[k + 1]) - x(edges[k])), y: Math.min(from, until), height: Math.abs(from - until) });
  const mine = (k, term) => ({ "data-k": k, "data-term": k === chosen ? term : undefined });
  const each = (draw) => share.map((_, k) => draw(k));
  const roomy = share.length < 4;
  const words = (letter, k, value) => (roomy ? `${name(letter, k)} ${short(value)}` : short(value));
  return [
    ["rect", { class: "sb-band", "data-term": "y", ...box(chosen, TOP - 8, FLOOR) }],
    ...each((k) => ["rect", { class: "sb-soft-g sb-gap", ...mine(k, "dz"), ...box(k, zero, y(g[k])) }]),
    ...each((k) => ["rect", { class: `sb-of-${dz[k] < 0 ? "down" : "up"} sb-gap`, ...mine(k, "dz"), ...box(k, water, y(g[k])) }]),
    ["rect", { class: "sb-frame", ...box(chosen, water, y(g[chosen])) }],
    ["line", { class: "sb-axis", x1: LEFT, x2: RIGHT, y1: zero, y2: zero }],
    ["text", { class: "sb-end sb-quiet", x: LEFT - 4, y: zero + 4 }, "0"],
    ...each((k) => ["line", { class: "sb-roof", ...mine(k, "g"), x1: x(edges[k]), x2: x(edges[k + 1]), y1: y(g[k]), y2: y(g[k]) }]),
    ...each((k) => ["line", { class: "sb-stem sb-of-g", x1: clamp(middles[k], x(edges[k]), x(edges[k + 1])), x2: middles[k], y1: y(g[k]), y2: y(g[k]) }]),
    ["line", { class: "sb-level", "data-term": "s", x1: LEFT - 4, x2: WIDTH - 22, y1: water, y2: water }],
    ["text", { class: "sb-end sb-halo sb-strong", x: WIDTH, y: clamp(water, TOP, TOP + PLOT) - 18 }, `s = ${short(s)}`],
    ...edges.slice(1, -1).map((edge, k) => ["line", { class: "sb-stem sb-of-y", x1: x(edge), x2: x(edge), y1: Math.max(zero, y(g[k]), y(g[k + 1])), y2: FLOOR }]),
    ...each((k) => ["text", { class: "sb-halo sb-of-g", x: middles[k], y: y(g[k]) + (g[k] < s ? 28 : -17) }, words("g", k, g[k])]),
    ...each((k) => inside(k, { edges, g, s, dz }, x, y)),
    ...each((k) => ["rect", { class: "sb-of-y sb-gap", ...mine(k, "y"), ...box(k, FLOOR, FLOOR + 22) }]),
    ...each((k) => ["text", { class: "sb-of-y", x: middles[k], y: FLOOR + 39 }, words("y", k, share[k])]),
    ...stacks(dz),
  ];
}

/** The number of an area, where there is room for it. */
function inside(k, { edges, g, s, dz }, x, y) {
  const room = x(edges[k + 1]) - x(edges[k]) > 52 && Math.abs(y(g[k]) - y(s)) > 34;
  return ["text", { class: "sb-on", x: x((edges[k] + edges[k + 1]) / 2), y: (y(g[k]) + y(s)) / 2 + (dz[k] < 0 ? -1 : 11) }, room ? signed(dz[k], 2) : ""];
}

/** Above the level and below it, each laid end to end: equally long. */
function stacks(dz) {
  const unit = Math.max(...dz.map(Math.abs)) || 1;
  const total = sum(dz.map((part) => Math.max(0, part / unit)));
  const scale = Math.min(190 / total, (190 * unit) / 0.4) || 0;
  const end = LEFT + total * scale;
  const row = (kind, sign, top) => {
    let from = LEFT;
    return dz.flatMap((part, k) => {
      const wide = Math.max(0, (sign * part) / unit) * scale;
      from += wide;
      const middle = from - wide / 2;
      return [
        ["rect", { class: `sb-of-${kind} sb-gap`, x: from - wide, width: wide, y: top, height: 18 }],
        ["text", { class: "sb-on", x: middle, y: top + 14 }, wide > 36 ? name("dz", k) : ""],
      ];
    });
  };
  const sumOf = (sign) => sign * sum(dz.map((part) => Math.max(0, sign * part)));
  return [
    ...row("up", 1, STACKS),
    ...row("down", -1, STACKS + 20),
    ["line", { class: "sb-ghost", x1: end, x2: end, y1: STACKS - 4, y2: STACKS + 42 }],
    ["text", { class: "sb-start sb-of-up sb-total", x: end + 8, y: STACKS + 14 }, signed(sumOf(1))],
    ["text", { class: "sb-start sb-of-down sb-total", x: end + 8, y: STACKS + 34 }, signed(sumOf(-1))],
    ["text", { class: "sb-start sb-strong", x: end + 70, y: STACKS + 24 }, "\u03a3 dz = 0"],
  ];
}

/** The product with the matrix, beside the line that needs none. */
function matrix(panel) {
  const body = html("tbody");
  panel.folds(() => {
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
  if (isConstant(g)) return "A constant g lies at its own level and does not favour any share: dz is zero.";
  if (largest < 1e-6) return "Nothing comes through: the shares are saturated.";
  const up = dz.indexOf(Math.max(...dz));
  return `Above the level lies ${fixed(sum(dz.map((part) => Math.max(0, part))), 3)}, below it as much. Raising ${name("z", up)} would raise the loss most.`;
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

export default explorer({ title: "Pull a gradient back", link: limits, check, presets, task, build, say, numbers, python });

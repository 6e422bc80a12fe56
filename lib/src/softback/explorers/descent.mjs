/** Cross entropy on the triangle of three probabilities, step by step downhill. */

import { logSlider, numbersField, slider, sliders } from "./controls.mjs";
import { crossEntropy, crossEntropyAndGrad, smoothed, softmax, softmaxVjp, sum } from "./core.mjs";
import { button, html, place, svg, write } from "./dom.mjs";
import { fixed, name, pythonList, pythonNumber } from "./format.mjs";
import { explorer } from "./panel.mjs";
import { plot } from "./plot.mjs";
import { scene } from "./scene.mjs";
import { CORNERS, HEIGHT, SIDE, arrow, basin, edge, field, fromScreen, lineThrough, mark, onScreen } from "./triangle.mjs";
import { Walk } from "./walk.mjs";

const CLASSES = [0, 1, 2];
const RINGS = [4, 2.5, 1.5, 1, 0.5, 0.25, 0.1, 0.02]; // loss above the least, outer rings first
const NEAR = 1e-3;
const LATE = 5; // so many steps are drawn strongly, or a long run is a tangle
const FARTHEST = Math.SQRT2; // the greatest |y - t|
const LOWEST = -12; // logarithms of probabilities on the rim are drawn as this
const NAMED = [2.5, 1, 0.25]; // of those rings that have their loss beside them
const STAR = "M8 0L10 6L16 8L10 10L8 16L6 10L0 8L6 6Z";
const DOT = "M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0 -12Z";

const presets = {
  "a soft target": { z: [-1, 2, 0.5], t: [0.7, 0.2, 0.1], smoothing: 0, rate: 1 },
  "from the middle": { z: [0, 0, 0], t: [1, 0, 0], smoothing: 0, rate: 1 },
  "confidently wrong": { z: [-6, 8, -6], t: [1, 0, 0], smoothing: 0, rate: 0.3 },
  "smoothing 0.2": { z: [0, 3, 0], t: [1, 0, 0], smoothing: 0.2, rate: 1 },
  "too large a step": { z: [-1, 2, 0.5], t: [0.4, 0.35, 0.25], smoothing: 0, rate: 10 },
  huge: { z: [1e308, 0, -1e308], t: [0, 1, 0], smoothing: 0, rate: 1 },
};

const task = {
  name: "descent",
  what: "find a rate at which a step makes the loss rise.",
  answer: "Too long a step overshoots the target.",
  done(panel) {
    const { path } = walks.get(panel);
    const { q, loss } = values(panel);
    return path.length > 1 && loss > crossEntropy(path.at(-2), q);
  },
};

const walks = new WeakMap(); // of each panel

const size = (x) => Math.hypot(...x);

function values(panel) {
  const [z, t, smoothing, rate] = ["z", "t", "smoothing", "rate"].map((trait) => panel.get(trait));
  const q = smoothing ? smoothed(t, smoothing) : t;
  const y = softmax(z);
  const [loss, dz] = crossEntropyAndGrad(z, q);
  const squared = softmaxVjp(y, dz);
  return { z, t, q, smoothing, rate, y, loss, dz, squared, next: z.map((part, k) => part - rate * dz[k]) };
}

/** The loss of y = q: no logits give less. */
const leastLoss = (q) => crossEntropy(q.map(Math.log), q);

function build(panel) {
  const walk = new Walk(panel, {
    trait: "z",
    around: ["t", "smoothing"],
    next: () => values(panel).next,
    arrived: () => size(values(panel).dz) < NEAR,
  });
  walks.set(panel, walk);
  panel.picture.append(triangle(panel, walk), pulls(panel));
  panel.controls.append(
    drive(panel, walk),
    html("div", { class: "sb-pair" }, sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits z", least: -8, most: 8 }), targets(panel)),
    slider(panel, { trait: "smoothing", label: "smoothing", ...limits.smoothing, step: 0.01 }),
    lossChart(panel, walk),
  );
  panel.more.append(numbersField(panel, { trait: "z", label: "Type or paste three logits", ...limits.z }));
}

/** Three sliders; the other two targets share what one leaves. */
function targets(panel) {
  const one = (k) =>
    slider(panel, {
      label: name("t", k),
      least: 0,
      most: 1,
      step: 0.01,
      get: () => panel.get("t")[k],
      set: (value) => panel.set({ t: shared(panel.get("t"), k, value) }),
    });
  return html("fieldset", { class: "sb-sliders" }, html("legend", {}, "Target t"), ...CLASSES.map(one));
}

function shared(t, k, value) {
  const left = 1 - t[k];
  const part = (old) => (left > 0 ? (old / left) * (1 - value) : (1 - value) / 2);
  return t.map((old, other) => (other === k ? value : part(old)));
}

/** The buttons that walk, and how far each step goes. */
function drive(panel, walk) {
  const run = button("Run", () => (walk.running ? walk.pause() : walk.run()));
  const once = button("One step", () => {
    walk.pause();
    walk.step();
  });
  panel.draws(() => write(run, walk.running ? "Pause" : "Run"));
  const rate = logSlider(panel, { trait: "rate", label: "rate", ...limits.rate });
  return html("div", { class: "sb-descent-drive" }, once, run, rate);
}

/** The triangle with rings of equal loss, the path, the target and y; a press anywhere puts y there. */
function triangle(panel, walk) {
  const stage = scene({ label: "Triangle of the three shares", width: SIDE + 60, height: HEIGHT + 65, origin: [-30, -33], kind: "sb-descent-triangle", role: "group" });
  stage.drawing.append(...landscape(panel), ...journey(panel, walk), ...CORNERS.map(cornerName));
  const set = (y) => panel.set({ z: logitsOf(y) });
  stage.drawing.addEventListener("click", (event) => set(fromScreen(stage.place(event))));
  const marks = [
    mark(panel, stage, { kind: "y sb-descent-target", label: "Target", mark: STAR, get: () => values(panel).q, set: (q) => panel.set({ t: rounded3(unsmoothed(q, panel.get("smoothing"))) }) }),
    mark(panel, stage, { kind: "ink sb-descent-point", label: "Shares y", mark: DOT, get: () => values(panel).y, set }),
  ];
  panel.draws(() => marks.forEach(({ show }) => show()));
  const hint = html("p", { class: "sb-small" }, "Rings: loss above the least. Dashes: the pull t \u2212 y. Arrow: the next step.");
  return html("div", { class: "sb-descent-map" }, stage.element, hint);
}

const pathOfClass = (kind) => svg("path", { class: `sb-descent-${kind}`, d: "M0 0" });

const drawn = (path, d) => place(path, { d: d || "M0 0" });

const cornerName = ([x, y], k) => svg("text", { x, y: y + (k === 2 ? -19 : 28) }, `${name("y", k)} = 1`);

/** What depends on the target alone: rings and small arrows. */
function landscape(panel) {
  const frame = svg("path", { class: "sb-descent-frame", d: `${lineThrough(CORNERS)}Z` });
  const rings = RINGS.map(() => pathOfClass("ring"));
  const arrows = pathOfClass("field");
  const names = NAMED.map((above) => svg("text", { class: "sb-halo sb-quiet" }, `+${above}`));
  let drawnFor = "";
  panel.draws(() => {
    const { q } = values(panel);
    if (String(q) === drawnFor) return;
    drawnFor = String(q);
    rings.forEach((ring, n) => drawn(ring, basin(q, RINGS[n])));
    drawn(arrows, field(q));
    const far = q.indexOf(Math.min(...q));
    names.forEach((text, n) => {
      const at = edge(q, far, NAMED[n]);
      text.classList.toggle("sb-gone", at === null);
      if (at) place(text, { x: at[0], y: at[1] + 4 });
    });
  });
  return [frame, ...rings, arrows, ...names];
}

/** The path so far, the pull from y towards the target, and where the next step leads. */
function journey(panel, walk) {
  const [shift, pull, trail, late, dots, step] = ["shift", "pull", "trail", "late", "dots", "step"].map(pathOfClass);
  panel.draws(() => {
    const { y, t, q, next } = values(panel);
    const places = walk.path.map((z) => onScreen(softmax(z)));
    drawn(shift, lineThrough([onScreen(t), onScreen(q)]));
    drawn(pull, lineThrough([onScreen(y), onScreen(q)]));
    drawn(trail, lineThrough(places));
    drawn(late, lineThrough(places.slice(-LATE - 1)));
    drawn(dots, places.map((at) => `${lineThrough([at])}h0`).join(""));
    drawn(step, arrow(onScreen(y), onScreen(softmax(next)), 9));
  });
  return [shift, pull, trail, late, dots, step];
}

/** The targets that smoothing takes to q, or the nearest that there are. */
function unsmoothed(q, smoothing) {
  const raised = q.map((part) => Math.max(0, part - smoothing / 3));
  return raised.map((part) => part / sum(raised));
}

/** Targets with three digits that still sum to 1: the largest takes what is left. */
function rounded3(t) {
  const largest = t.indexOf(Math.max(...t));
  const short = t.map((part, k) => (k === largest ? 0 : Number(part.toFixed(3))));
  return short.map((part, k) => (k === largest ? Number((1 - sum(short)).toFixed(3)) : part));
}

/** Logits of y whose mean is 0, with three digits. */
function logitsOf(y) {
  const logs = y.map((share) => Math.max(LOWEST, Math.log(share)));
  return logs.map((part) => Number((part - sum(logs) / 3).toFixed(3)));
}

/** How hard the loss pulls at the logits, and what arrives at y: all the pull of squared error. */
function pulls(panel) {
  const rows = [
    ["pull", "cross entropy pulls with |y\u00a0\u2212\u00a0t|", ({ dz }) => size(dz)],
    ["step", "squared error would pull with |J\u00a0(y\u00a0\u2212\u00a0t)|", ({ squared }) => size(squared)],
  ];
  return html("div", { class: "sb-descent-pulls" }, ...rows.map((row) => pullRow(panel, ...row)));
}

function pullRow(panel, kind, label, strength) {
  const bar = html("span", { class: `sb-descent-bar sb-descent-bar-${kind}` });
  const number = html("span", { class: "sb-descent-strength" });
  panel.draws(() => {
    const value = strength(values(panel));
    bar.style.setProperty("width", `${(100 * value) / FARTHEST}%`);
    write(number, fixed(value, 3));
  });
  return html("p", {}, html("span", {}, label), number, html("span", { class: "sb-descent-track" }, bar));
}

/** The loss after each step, above the least that it can be. */
function lossChart(panel, walk) {
  const chart = plot({ label: "Loss by step", width: 230, height: 120 });
  panel.draws(() => {
    const { q } = values(panel);
    const losses = walk.path.map((z) => crossEntropy(z, q));
    const top = Math.max(0.5, ...losses.filter(Number.isFinite));
    const last = 10 * Math.max(1, Math.ceil(walk.steps / 10));
    const least = leastLoss(q);
    chart.paint({
      x: [0, last],
      y: [0, Math.min(Number.MAX_VALUE, 1.2 * top)], // room for the label above the curve
      yTicks: [0, top],
      xLabel: "step",
      yLabel: "loss",
      segments: [{ class: "sb-faint", from: [0, least], to: [last, least] }],
      curves: [{ class: "sb-curve", points: losses.map((loss, step) => [step, loss]) }],
      points: [{ class: "sb-dot", at: [walk.steps, losses.at(-1)], size: 3.5 }],
    });
  });
  return chart.element;
}

function say(panel) {
  const walk = walks.get(panel);
  // The sentence is read aloud, so it stays the same while the numbers run.
  return walk.running ? "Running: each step subtracts the rate times y \u2212 t from the logits." : `Step ${walk.steps}. ${stateInWords(panel, walk)}`;
}

function stateInWords(panel, { path }) {
  const { y, q, loss, dz, squared } = values(panel);
  const before = path.length > 1 ? crossEntropy(path.at(-2), q) : Infinity;
  if (size(dz) < NEAR) return `y has reached the target: the loss ${fixed(loss, 4)} cannot fall below ${fixed(leastLoss(q), 4)}.`;
  if (size(dz) > 0.5 && size(squared) < 0.01) return "Saturated: y hardly moves, yet cross entropy pulls with full strength.";
  if (loss > before) return `The step was too long: the loss rose from ${fixed(before, 4)} to ${fixed(loss, 4)}.`;
  const worst = dz.map(Math.abs).indexOf(Math.max(...dz.map(Math.abs)));
  return `The loss is ${fixed(loss, 4)}. ${name("y", worst)} is ${fixed(y[worst], 3)} and should be ${fixed(q[worst], 3)}.`;
}

function numbers(panel) {
  const { z, y, t, q, dz, loss, squared } = values(panel);
  const row = (title, x) => [title, ...x.map((part) => fixed(part, 6))];
  const rows = [row("z", z), row("y", y), row("t", t), row("t smoothed", q), row("dz", dz), row("squared error dz", squared)];
  const facts = [row("loss", [loss]), row("least loss", [leastLoss(q)]), row("|dz|", [size(dz)]), row("|squared error dz|", [size(squared)])];
  return [
    ["the three classes", ["", "1", "2", "3"], rows],
    ["the descent", ["", "value"], [...facts, ["step", String(walks.get(panel).steps)]]],
  ];
}

function python(panel) {
  const { z, t, smoothing, rate } = values(panel);
  return [
    "import numpy as np",
    "from softback import cross_entropy_and_grad, softmax",
    "",
    `z = np.array(${pythonList(z)})`,
    `t = np.array(${pythonList(t)})`,
    `loss, dz = cross_entropy_and_grad(z, t, label_smoothing=${pythonNumber(smoothing)})`,
    "print(softmax(z), loss, dz)",
    `z = z - ${pythonNumber(rate)} * dz  # one step`,
  ];
}

export default explorer({ title: "Downhill on the triangle", link: limits, presets, task, build, say, numbers, python });

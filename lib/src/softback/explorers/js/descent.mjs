/** Cross entropy on the triangle of three probabilities, step by step downhill. */

import { logSlider, numbersField, slider, sliders } from "./controls.mjs";
import { crossEntropy, crossEntropyAndGrad, smoothed, softmax, softmaxVjp, sum } from "./core.mjs";
import { html, place, svg } from "./dom.mjs";
import { fixed, name, pythonList, pythonNumber } from "./format.mjs";
import { button, explorer, numberInLink, vectorInLink } from "./panel.mjs";
import { plot } from "./plot.mjs";

const SLOWEST = 0.01;
const FASTEST = 10;
const HEIGHT = Math.sqrt(3) / 2;
const CORNERS = [
  [0, 0],
  [1, 0],
  [0.5, HEIGHT],
];
const SCALE = 330;
const LEVELS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4];
const FINE = 24;
const MOST_STEPS = 300;
const PAUSE = 90; // milliseconds between two steps of a run
const STILL = 1e-5;

const presets = {
  "a soft target": { z: [-1, 2, 0.5], t: [0.7, 0.2, 0.1], smoothing: 0, rate: 1 },
  "from the middle": { z: [0, 0, 0], t: [1, 0, 0], smoothing: 0, rate: 1 },
  "confidently wrong": { z: [-6, 8, -6], t: [1, 0, 0], smoothing: 0, rate: 1 },
  "smoothing 0.2": { z: [0, 3, 0], t: [1, 0, 0], smoothing: 0.2, rate: 1 },
  "too large a step": { z: [-1, 2, 0.5], t: [0.4, 0.35, 0.25], smoothing: 0, rate: 10 },
  huge: { z: [1e308, 0, -1e308], t: [0, 1, 0], smoothing: 0, rate: 1 },
};

function values(panel) {
  const [z, t, smoothing, rate] = ["z", "t", "smoothing", "rate"].map((trait) => panel.get(trait));
  const q = smoothing ? smoothed(t, smoothing) : t;
  const y = softmax(z);
  const [loss, dz] = crossEntropyAndGrad(z, q);
  const squared = softmaxVjp(y, y.map((share, k) => share - q[k]));
  return { z, t, q, smoothing, rate, y, loss, dz, squared };
}

const size = (x) => Math.hypot(...x);

/** From probabilities to the triangle, and back. */
const toPlane = (y) => [0, 1].map((side) => sum(y.map((share, k) => share * CORNERS[k][side])));

function fromPlane([a, b]) {
  const third = b / HEIGHT;
  const second = a - third / 2;
  const inside = [1 - second - third, second, third].map((share) => Math.max(0, share));
  return inside.map((share) => share / sum(inside));
}

const onScreen = (y) => {
  const [a, b] = toPlane(y);
  return [a * SCALE, (HEIGHT - b) * SCALE];
};

function build(panel) {
  const walk = walker(panel);
  panel.controls.append(
    walk.buttons,
    logSlider(panel, {
      label: "rate",
      least: SLOWEST,
      most: FASTEST,
      get: () => panel.get("rate"),
      set: (rate) => panel.set({ rate }),
    }),
    sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits z", min: -8, max: 8, step: 0.05 }),
    targets(panel),
    slider(panel, {
      label: "smoothing",
      min: 0,
      max: 1,
      step: 0.01,
      get: () => panel.get("smoothing"),
      set: (smoothing) => panel.set({ smoothing }),
    }),
    numbersField(panel, {
      label: "Type or paste three logits",
      least: 3,
      most: 3,
      get: () => panel.get("z"),
      accept: (z) => panel.set({ z }),
    }),
  );
  panel.picture.append(triangle(panel, walk), lossChart(panel, walk), pull(panel));
}

/** Three sliders; the other two targets share what one leaves. */
function targets(panel) {
  const bank = html("fieldset", { class: "sb-sliders" }, html("legend", {}, "Target t"));
  for (const k of [0, 1, 2]) {
    bank.append(
      slider(panel, {
        label: name("t", k),
        min: 0,
        max: 1,
        step: 0.01,
        get: () => panel.get("t")[k],
        set: (value) => panel.set({ t: shared(panel.get("t"), k, value) }),
      }),
    );
  }
  return bank;
}

function shared(t, k, value) {
  const left = 1 - t[k];
  const part = (old) => (left > 0 ? (old / left) * (1 - value) : (1 - value) / 2);
  return t.map((old, other) => (other === k ? value : part(old)));
}

/** Steps, runs, and the path since somebody else last moved the logits or the target. */
function walker(panel) {
  let path = [];
  let last = "";
  let timer = 0;
  const key = () => JSON.stringify([panel.get("z"), panel.get("t"), panel.get("smoothing")]);
  const pause = () => {
    clearTimeout(timer);
    timer = 0;
    panel.redraw();
  };
  const step = () => {
    const { z, rate, dz } = values(panel);
    const next = z.map((part, k) => part - rate * dz[k]);
    path.push(next);
    panel.set({ z: next });
    last = key();
  };
  const run = () => {
    const { dz } = values(panel);
    if (size(dz) < STILL || path.length > MOST_STEPS || document.hidden) return pause();
    step();
    timer = setTimeout(run, PAUSE);
  };
  panel.draws(() => {
    if (key() === last) return;
    last = key();
    path = [panel.get("z")];
  });
  panel.leaves(() => clearTimeout(timer));
  const go = button("Run", () => (timer ? pause() : run()));
  panel.draws(() => (go.textContent = timer ? "Pause" : "Run"));
  const once = button("One step", () => {
    pause();
    step();
  });
  return { buttons: html("div", { class: "sb-presets" }, once, go), path: () => path };
}

/** The triangle: contours, the pull at some places, the path, the target and y. */
function triangle(panel, walk) {
  const [wide, high] = [SCALE, HEIGHT * SCALE];
  const picture = svg("svg", { class: "sb-descent-triangle", viewBox: `-34 -26 ${wide + 68} ${high + 52}`, role: "img", "aria-label": "Triangle of the three probabilities" });
  const frame = svg("path", { class: "sb-descent-frame", d: `M${CORNERS.map((_, k) => onScreen(corner(k)).join(" ")).join("L")}Z` });
  const contours = LEVELS.map(() => svg("path", { class: "sb-descent-contour", d: "M0 0" }));
  const arrows = svg("path", { class: "sb-descent-arrows", d: "M0 0" });
  const trail = svg("path", { class: "sb-descent-trail", d: "M0 0" });
  const dots = svg("path", { class: "sb-descent-dots", d: "M0 0" });
  const target = svg("path", { class: "sb-descent-target", d: "M0 -11L3 -3L11 0L3 3L0 11L-3 3L-11 0L-3 -3Z" });
  const point = svg("circle", { class: "sb-descent-point", r: 8 });
  const labels = CORNERS.map((_, k) => svg("text", { x: onScreen(corner(k))[0], y: onScreen(corner(k))[1] + (k === 2 ? -10 : 20) }, `${name("y", k)} = 1`));
  picture.append(frame, ...contours, arrows, trail, dots, ...labels, target, point);
  draggable(panel, picture, target, (y) => panel.set({ t: y }));
  draggable(panel, picture, point, (y) => panel.set({ z: y.map((share) => Math.max(-30, Math.log(share))) }));
  let drawnFor = "";
  panel.draws(() => {
    const { q, y } = values(panel);
    if (String(q) !== drawnFor) {
      contours.forEach((contour, k) => place(contour, { d: contourPath(LEVELS[k], q) }));
      place(arrows, { d: arrowPaths(q) });
      drawnFor = String(q);
    }
    const steps = walk.path().map((z) => onScreen(softmax(z)));
    place(trail, { d: `M${steps.map((at) => at.map(tenth).join(" ")).join("L")}` });
    place(dots, { d: steps.map(([a, b]) => `M${tenth(a)} ${tenth(b)}h0`).join("") || "M0 0" });
    place(target, { transform: `translate(${onScreen(q).map(tenth).join(" ")})` });
    place(point, { cx: tenth(onScreen(y)[0]), cy: tenth(onScreen(y)[1]) });
  });
  return html("div", {}, html("p", { class: "sb-small" }, "Drag the dot (y) or the star (target). Lines: equal loss. Arrows: where a small step leads."), picture);
}

const corner = (k) => [0, 1, 2].map((other) => (other === k ? 1 : 0));
const tenth = (value) => Math.round(value * 10) / 10;

/** The line of equal loss: through each small triangle of a grid that it crosses, one segment. */
function contourPath(level, q) {
  const lossAt = (y) => -sum(q.map((part, k) => (part === 0 ? 0 : part * Math.log(y[k])))) - level;
  const at = (a, b) => [a / FINE, b / FINE, (FINE - a - b) / FINE].map((share) => Math.max(share, 1e-9));
  let path = "";
  for (let a = 0; a < FINE; a += 1) {
    for (let b = 0; a + b < FINE; b += 1) {
      path += crossing([at(a, b), at(a + 1, b), at(a, b + 1)], lossAt);
      if (a + b < FINE - 1) path += crossing([at(a + 1, b + 1), at(a + 1, b), at(a, b + 1)], lossAt);
    }
  }
  return path || "M0 0";
}

function crossing(vertices, height) {
  const heights = vertices.map(height);
  const cuts = [0, 1, 2].flatMap((k) => {
    const [one, other] = [k, (k + 1) % 3];
    if (heights[one] < 0 === heights[other] < 0) return [];
    const part = heights[one] / (heights[one] - heights[other]);
    return [onScreen(vertices[one].map((share, i) => share + part * (vertices[other][i] - share))).map(tenth).join(" ")];
  });
  return cuts.length === 2 ? `M${cuts[0]}L${cuts[1]}` : "";
}

/** At some places: how y moves when the logits take a small step against the gradient. */
function arrowPaths(q) {
  const places = [];
  for (let a = 0; a < 7; a += 1) for (let b = 0; a + b < 7; b += 1) places.push([a + 1 / 3, b + 1 / 3, 7 - a - b - 2 / 3].map((x) => x / 7));
  const arrow = (y) => {
    const move = softmaxVjp(y, q.map((part, k) => part - y[k]));
    const [x, top] = onScreen(y);
    const to = onScreen(y.map((share, k) => share + 0.3 * move[k]));
    const [dx, dy] = [to[0] - x, to[1] - top];
    const long = Math.hypot(dx, dy);
    if (long < 2) return "";
    const [ux, uy] = [(4 * dx) / long, (4 * dy) / long];
    const head = [ux - uy * 0.6, uy + ux * 0.6, ux + uy * 0.6, uy - ux * 0.6].map(tenth);
    return `M${tenth(x)} ${tenth(top)}l${tenth(dx)} ${tenth(dy)}m${-head[0]} ${-head[1]}l${head[0]} ${head[1]}l${-head[2]} ${-head[3]}`;
  };
  return places.map(arrow).join("") || "M0 0";
}

/** Drag a mark with the pointer; the sliders do the same by keyboard. */
function draggable(panel, picture, mark, moved) {
  const follow = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    moved(fromPlane([at.x / SCALE, HEIGHT - at.y / SCALE]));
  };
  mark.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    mark.setPointerCapture(event.pointerId);
    mark.addEventListener("pointermove", follow);
  });
  for (const end of ["pointerup", "pointercancel"]) mark.addEventListener(end, () => mark.removeEventListener("pointermove", follow));
}

function lossChart(panel, walk) {
  const chart = plot({ label: "Loss by step", height: 130 });
  panel.draws(() => {
    const { q } = values(panel);
    const losses = walk.path().map((z) => crossEntropy(z, q));
    const top = Math.max(0.5, ...losses.filter((loss) => loss < 1e6));
    const last = Math.max(10, losses.length - 1);
    chart.paint({
      x: [0, last],
      y: [0, top],
      xTicks: [0, last],
      yTicks: [0, top],
      xLabel: "step",
      yLabel: "loss",
      curves: [{ class: "sb-curve", points: losses.map((loss, step) => [step, loss]) }],
      points: [{ class: "sb-dot", at: [losses.length - 1, losses.at(-1) ?? 0], size: 3.5 }],
    });
  });
  return chart.element;
}

/** How hard the loss pulls, beside what squared error would do. */
function pull(panel) {
  const line = html("p", { class: "sb-formula" });
  panel.draws(() => {
    const { dz, squared } = values(panel);
    line.textContent = `cross entropy pulls with |y \u2212 t| = ${fixed(size(dz), 3)}; squared error would pull with |J (y \u2212 t)| = ${fixed(size(squared), 3)}`;
  });
  return line;
}

function say(panel) {
  const { y, q, loss, dz, squared } = values(panel);
  if (size(dz) < 1e-3) return `y has reached the target; the loss ${fixed(loss, 4)} is the least that it can be.`;
  if (size(squared) < 1e-3) return `Saturated and wrong: J is nearly zero, yet cross entropy pulls with full strength.`;
  const far = q.map((part, k) => Math.abs(part - y[k]));
  const worst = far.indexOf(Math.max(...far));
  return `The loss is ${fixed(loss, 4)}. ${name("y", worst)} is ${fixed(y[worst], 3)} and should be ${fixed(q[worst], 3)}.`;
}

function numbers(panel) {
  const { z, y, t, q, dz, loss, squared } = values(panel);
  const row = (title, x) => [title, ...x.map((part) => fixed(part, 6))];
  const rows = [row("z", z), row("y", y), row("t", t), row("t smoothed", q), row("dz", dz), row("squared error dz", squared)];
  return [
    ["the three classes", ["", "1", "2", "3"], rows],
    ["loss", ["", "cross entropy"], [["", fixed(loss, 6)]]],
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

const three = vectorInLink(3, 3);

function readTargets(text) {
  const t = three.read(text);
  if (Math.min(...t) < 0 || Math.abs(sum(t) - 1) > 1e-9) throw new Error("The targets must be at least 0 and sum to 1.");
  return t;
}

export default explorer({
  title: "Downhill on the triangle",
  link: {
    z: three,
    t: { ...three, read: readTargets },
    smoothing: numberInLink(0, 1),
    rate: numberInLink(SLOWEST, FASTEST),
  },
  presets,
  build,
  say,
  numbers,
  python,
});

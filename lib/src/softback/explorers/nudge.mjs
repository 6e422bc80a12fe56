/** Push one logit, and all of y answers; the slope of the answer, from the secant to the tangent. */

import { classList, logSlider, numbersField, sliders } from "./controls.mjs";
import { softmax, softmaxJacobian } from "./core.mjs";
import { button, html, write } from "./dom.mjs";
import { classHeads, fixed, name, pythonList, pythonNumber, short, signed } from "./format.mjs";
import { explorer } from "./panel.mjs";
import { plot } from "./plot.mjs";
import { clamp, grip, grips, scene } from "./scene.mjs";
import { entryFormula } from "./shares.mjs";

const presets = {
  "its own logit": { z: [1, 2, 3], entry: [1, 1], h: 1 },
  "another logit": { z: [1, 2, 3], entry: [1, 2], h: 1 },
  tie: { z: [2, 2, -2], entry: [0, 1], h: 1 },
  saturated: { z: [12, 0, 0], entry: [0, 0], h: 1 },
  "tiny push": { h: limits.h.least },
};

const task = {
  name: "nudge",
  what: "let h shrink. What becomes of the secant?",
  answer: "It turns into the tangent.",
  done: (panel) => panel.get("h") < 0.01,
};

function values(panel) {
  const [z, h] = [panel.get("z"), panel.get("h")];
  const [i, j] = panel.get("entry").map((index) => Math.min(index, z.length - 1));
  const y = softmax(z);
  const after = softmax(z.with(j, z[j] + h));
  return { z, h, i, j, y, after, secant: (after[i] - y[i]) / h, tangent: softmaxJacobian(y)[i][j] };
}

function build(panel) {
  panel.picture.append(entryFormula(panel, () => values(panel), ["tangent", "its share", "the other factor"]), answers(panel), slopes(panel));
  panel.controls.append(
    logSlider(panel, { trait: "h", label: "push by h", ...limits.h, digits: 3 }),
    html("div", { class: "sb-buttons" }, button("Let h shrink", () => shrink(panel))),
    choices(panel),
    sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits", least: -6, most: 6 }),
  );
  panel.more.append(numbersField(panel, { trait: "z", label: "Type or paste logits", ...limits.z }));
}

/** The secant turns into the tangent; at once where no motion is wanted. */
function shrink(panel) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let h = panel.get("h");
  const step = () => {
    if (panel.get("h") !== h) return; // somebody else has moved it
    h = Math.max(limits.h.least, still ? 0 : Number((h * 0.94).toPrecision(3)));
    panel.set({ h });
    if (h > 2e-3) timer = requestAnimationFrame(step);
  };
  let timer = requestAnimationFrame(step);
  panel.leaves(() => cancelAnimationFrame(timer));
}

/** Which share is looked at, and which logit is pushed. */
function choices(panel) {
  const set = (side) => (k) => panel.set({ entry: panel.get("entry").with(side, k) });
  const pushed = classList(panel, "z", "Logit that is pushed", () => values(panel).j, set(1));
  const seen = classList(panel, "y", "Share that is looked at", () => values(panel).i, set(0));
  return html("div", { class: "sb-buttons" }, html("span", { class: "sb-small" }, "push"), pushed, html("span", { class: "sb-small" }, "look at"), seen);
}

const [WIDTH, HIGH, FLOOR, PUSHES] = [360, 122, 136, 240]; // of the shares, their floor, and that of the logits; shares are as high as in the plot beside them

/** Above, every share after the push, and how it moved; below, the logits, each a bar to be pulled up. */
function answers(panel) {
  const stage = scene({ label: "Shares before and after the push, above the logits", width: WIDTH, height: PUSHES + 6, kind: "sb-nudge" });
  let now = values(panel);
  let reach = 6;
  const handles = [];
  const x = (k) => ((k + 0.5) * WIDTH) / now.z.length;
  const top = () => Math.min(reach, Math.max(...now.z.map((part, k) => (k === now.j ? part + now.h : part))));
  const z = (value) => PUSHES - 4 - clamp((value - top() + reach) / reach, 0, 1) * 44;
  const push = (k) =>
    grip(panel, stage, {
      label: `Push ${name("z", k)}`,
      kind: "z",
      axis: "y",
      least: () => limits.h.least,
      most: () => limits.h.most,
      step: 0.05,
      get: () => (k === now.j ? now.h : 0),
      set: (h) => panel.set({ h, entry: [now.i, k] }),
      to: (h) => z(now.z[k]) - 14 - h * 9, // above what was pushed
      from: (unit) => (z(now.z[k]) - 14 - unit) / 9,
      across: () => x(k),
      words: (h) => (k === now.j ? `pushed by ${fixed(h, 3)}` : "not pushed"),
    });
  panel.draws(() => {
    now = values(panel);
    if (!handles.some((one) => one.held())) reach = Math.max(6, Math.min(1e9, Math.max(...now.z) - Math.min(...now.z)));
    stage.paint(answerShapes(now, x, z));
    grips(handles, now.z.length, push);
  });
  stage.element.addEventListener("click", ({ target }) => target.dataset.k && panel.set({ entry: [Number(target.dataset.k), values(panel).j] }));
  return stage.element;
}

function answerShapes({ z: logits, y, after, i, j, h }, x, z) {
  const wide = Math.min(60, (0.62 * WIDTH) / y.length);
  const each = (draw) => y.map((_, k) => draw(k));
  const high = (share) => share * HIGH;
  const guide = (share) => ["line", { class: "sb-stem sb-of-y sb-nudge-guide", x1: x(i) + wide / 2 + 4, x2: WIDTH, y1: FLOOR - high(share), y2: FLOOR - high(share) }];
  return [
    guide(y[i]),
    guide(after[i]),
    ["line", { class: "sb-axis", x1: 0, x2: WIDTH, y1: FLOOR, y2: FLOOR }],
    ...each((k) => ["rect", { class: `sb-room${k === i ? " sb-frame" : ""}`, "data-k": k, x: x(k) - wide / 2 - 8, width: wide + 16, y: 2, height: FLOOR + 18, rx: 4 }]),
    ...each((k) => ["rect", { class: "sb-of-y", "data-k": k, "data-term": k === i ? "row" : k === j || i === j ? "column" : undefined, x: x(k) - wide / 2, width: wide, y: FLOOR - high(after[k]), height: high(after[k]) }]),
    ...each((k) => ["rect", { class: `sb-of-${after[k] < y[k] ? "down" : "up"}`, "data-k": k, x: x(k) + wide / 2 - 7, width: 7, y: FLOOR - high(Math.max(y[k], after[k])), height: high(Math.abs(after[k] - y[k])) }]),
    ...each((k) => ["line", { class: "sb-ghost", x1: x(k) - wide / 2 - 4, x2: x(k) + wide / 2 + 4, y1: FLOOR - high(y[k]), y2: FLOOR - high(y[k]) }]),
    ...each((k) => ["text", { class: `sb-halo sb-of-${after[k] < y[k] ? "down" : "up"} sb-change`, x: x(k), y: FLOOR - high(Math.max(y[k], after[k])) - 5 }, y.length > 4 ? short(after[k] - y[k]) : signed(after[k] - y[k])]),
    ...each((k) => ["text", { class: "sb-of-y sb-value", x: x(k), y: FLOOR + 15 }, y.length > 4 ? short(after[k]) : `${name("y", k)} ${short(after[k], 3)}`]),
    ...each((k) => ["rect", { class: "sb-of-z", x: x(k) - wide / 4, width: wide / 2, y: z(logits[k]), height: PUSHES - z(logits[k]) }]),
    ["rect", { class: "sb-of-up", x: x(j) - wide / 4, width: wide / 2, y: z(logits[j]) - h * 9, height: h * 9 }],
    ...each((k) => ["text", { class: "sb-of-z sb-start", x: x(k) + 19, y: PUSHES - 2 }, name("z", k)]),
  ];
}

/** y_i against z_j, with the secant of the push and the tangent; the second dot can be taken hold of. */
function slopes(panel) {
  const chart = plot({ label: "The share against the logit, with secant and tangent", width: 360, height: 170 });
  const handles = [];
  const dot = () =>
    grip(panel, chart, {
      label: "The second point of the secant",
      kind: "ink",
      axis: "x",
      least: () => limits.h.least,
      most: () => limits.h.most,
      step: 0.05,
      get: () => panel.get("h"),
      set: (h) => panel.set({ h }),
      to: (h) => chart.to([middleOf(values(panel)) + h, 0])[0],
      from: (unit) => chart.from([unit, 0])[0] - middleOf(values(panel)),
      across: () => chart.to([0, values(panel).after[values(panel).i]])[1],
      words: (h) => `h = ${fixed(h, 3)}`,
    });
  const line = html("p", { class: "sb-small sb-nudge-slopes" });
  panel.draws(() => {
    const now = values(panel);
    chart.paint(slopePicture(now));
    grips(handles, 1, dot);
    write(line, `secant ${fixed(now.secant, 5)}, tangent ${fixed(now.tangent, 5)}, apart ${fixed(Math.abs(now.secant - now.tangent), 5)}`);
  });
  return html("div", {}, chart.element, line, cases(panel));
}

const middleOf = ({ z, j }) => (Math.abs(z[j]) > 1e6 ? 0 : z[j]);

function slopePicture(now) {
  const { z, i, j, y, after, h, secant, tangent } = now;
  const reach = 3;
  const center = middleOf(now);
  const at = (d) => [center + d, softmax(z.with(j, z[j] + d))[i]];
  const places = Array.from({ length: 61 }, (_, k) => -reach + (k * 2 * reach) / 60);
  const level = (d, share) => ({ class: "sb-stem sb-of-y", from: [center - reach, share], to: [center + d, share] });
  const straight = (slope) => ({ from: [center - reach, y[i] - reach * slope], to: [center + reach, y[i] + reach * slope] });
  const named = (slope, d, text, kind) => ({ at: [center + d, clamp(y[i] + d * slope, 0.06, 0.94)], text, class: `sb-halo ${kind}`, dy: -8 });
  return {
    x: [center - reach, center + reach],
    y: [0, 1],
    xTicks: [center - 2, center, center + 2],
    xText: (value) => fixed(value, 1),
    yTicks: [0, 0.5, 1],
    xLabel: name("z", j),
    yLabel: name("y", i),
    curves: [{ class: "sb-curve", points: places.map(at) }],
    segments: [
      level(0, y[i]),
      level(h, after[i]),
      { class: "sb-secant", ...straight(secant) },
      { class: "sb-tangent", "data-term": "entry", ...straight(tangent) },
    ],
    points: [{ class: "sb-dot", at: [center, y[i]] }],
    words: [named(secant, 2.1, "secant", "sb-quiet sb-end"), named(tangent, -2.2, "tangent", "sb-strong")],
  };
}

/** The two cases of the quotient rule; the one that applies lights up. */
function cases(panel) {
  const own = html("p", { class: "sb-nudge-case" }, "i = j: y\u1d62 (1 \u2212 y\u1d62)");
  const other = html("p", { class: "sb-nudge-case" }, "i \u2260 j: \u2212 y\u1d62 y\u2c7c");
  panel.draws(() => {
    const { i, j } = values(panel);
    own.classList.toggle("sb-nudge-lit", i === j);
    other.classList.toggle("sb-nudge-lit", i !== j);
  });
  return html("div", { class: "sb-nudge-cases" }, own, other);
}

function say(panel) {
  const { i, j, y, after, h } = values(panel);
  if (Math.abs(after[i] - y[i]) < 1e-12) return `Nothing moves: softmax is saturated here.`;
  if (Math.abs(after[i] - y[i]) < 5e-4) return `Hardly anything moves: pushing ${name("z", j)} by ${fixed(h, 3)} changes ${name("y", i)} by ${fixed(after[i] - y[i], 3)}.`;
  const way = i === j ? "A logit raises its own share" : "A logit lowers every other share";
  return `${way}: pushing ${name("z", j)} by ${fixed(h, 3)} takes ${name("y", i)} from ${fixed(y[i], 3)} to ${fixed(after[i], 3)}.`;
}

function numbers(panel) {
  const { z, y, after, i, j, secant, tangent } = values(panel);
  const rows = [
    ["z", ...z.map((x) => fixed(x, 4))],
    ["y before", ...y.map((x) => fixed(x, 6))],
    ["y after", ...after.map((x) => fixed(x, 6))],
  ];
  const slope = [`slope of ${name("y", i)} against ${name("z", j)}`, ["", "secant", "tangent"], [["slope", fixed(secant, 6), fixed(tangent, 6)]]];
  return [["shares before and after, by class", classHeads(z), rows], slope];
}

function python(panel) {
  const { z, h, i, j } = values(panel);
  return [
    "import numpy as np",
    "from softback import softmax, softmax_jacobian",
    "",
    `z = np.array(${pythonList(z)})`,
    `h = ${pythonNumber(h)}`,
    "y = softmax(z)",
    `after = softmax(z + h * (np.arange(z.size) == ${j}))`,
    `secant = (after[${i}] - y[${i}]) / h`,
    `tangent = softmax_jacobian(y)[${i}, ${j}]`,
    "print(secant, tangent)",
  ];
}

export default explorer({ title: "Nudge one logit", link: limits, presets, task, build, say, numbers, python });

/** Push one logit, and all of y answers; the slope of the answer, from the secant to the tangent. */

import { bars } from "./bars.mjs";
import { classButtons, logSlider, numbersField, sliders } from "./controls.mjs";
import { softmax, softmaxJacobian } from "./core.mjs";
import { button, html } from "./dom.mjs";
import { classHeads, fixed, name, pythonList, pythonNumber } from "./format.mjs";
import { explorer } from "./panel.mjs";
import { plot } from "./plot.mjs";

const presets = {
  "its own logit": { z: [1, 2, 3], entry: [1, 1], h: 1 },
  "another logit": { z: [1, 2, 3], entry: [1, 2], h: 1 },
  tie: { z: [2, 2, -2], entry: [0, 1], h: 1 },
  saturated: { z: [12, 0, 0], entry: [0, 0], h: 1 },
  "tiny push": { h: limits.h.least },
};

function values(panel) {
  const [z, h] = [panel.get("z"), panel.get("h")];
  const [i, j] = panel.get("entry").map((index) => Math.min(index, z.length - 1));
  const y = softmax(z);
  const after = softmax(z.with(j, z[j] + h));
  return { z, h, i, j, y, after, secant: (after[i] - y[i]) / h, tangent: softmaxJacobian(y)[i][j] };
}

function build(panel) {
  panel.controls.append(
    classButtons(panel, {
      label: "Push a logit",
      word: "push",
      get: () => values(panel).j,
      set: (j) => panel.set({ entry: [panel.get("entry")[0], j] }),
    }),
    logSlider(panel, { trait: "h", label: "push by h", ...limits.h, digits: 3 }),
    sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits", least: -6, most: 6 }),
    numbersField(panel, { trait: "z", label: "Type or paste logits", ...limits.z }),
  );
  panel.picture.append(answers(panel), slopes(panel), cases(panel));
}

/** Every share after the push, with a dashed line where it was; below it its answer, which can be chosen. */
function answers(panel) {
  const chart = bars({ label: "Shares before and after the push", letter: "y", height: 170, onpick: (k) => look(panel, k) });
  const row = html("div", { class: "sb-presets sb-nudge-changes", role: "group", "aria-label": "Look at the slope of" });
  let buttons = [];
  panel.draws(() => {
    const { y, after, i } = values(panel);
    chart.paint(after, { ghost: y });
    if (buttons.length !== y.length) row.replaceChildren(...(buttons = y.map((_, k) => button("", () => look(panel, k)))));
    buttons.forEach((one, k) => {
      one.textContent = `${name("y", k)} ${change(after[k] - y[k])}`;
      one.setAttribute("aria-pressed", String(k === i));
    });
  });
  const note = html("p", { class: "sb-small" }, "shares after the push; dashed: before. Press one to look at its slope.");
  return html("div", {}, note, chart.element, row);
}

const change = (difference) => `${difference > 0 ? "\u2191" : difference < 0 ? "\u2193" : "="} ${fixed(Math.abs(difference), 3)}`;

const look = (panel, i) => panel.set({ entry: [i, panel.get("entry")[1]] });

/** y_i against z_j, with the secant of the push and the tangent. */
function slopes(panel) {
  const chart = plot({ label: "The share against the logit, with secant and tangent", height: 230 });
  const line = html("p", { class: "sb-formula sb-nudge-slopes" });
  panel.draws(() => {
    const now = values(panel);
    chart.paint(slopePicture(now));
    const { i, j, secant, tangent } = now;
    const what = `\u2202${name("y", i)}/\u2202${name("z", j)}`;
    line.replaceChildren(
      html("span", { class: "sb-nudge-secant" }, `secant ${fixed(secant, 5)}`),
      html("span", { class: "sb-nudge-tangent" }, `tangent ${what} = ${fixed(tangent, 5)}`),
      html("span", {}, `apart ${fixed(Math.abs(secant - tangent), 5)}`),
    );
  });
  return html("div", {}, chart.element, line);
}

function slopePicture({ z, h, i, j, y, after, secant, tangent }) {
  const reach = 3;
  const center = Math.abs(z[j]) > 1e6 ? 0 : z[j];
  const at = (d) => [center + d, softmax(z.with(j, z[j] + d))[i]];
  const places = Array.from({ length: 61 }, (_, k) => -reach + (k * 2 * reach) / 60);
  const straight = (slope) => ({ from: [center - reach, y[i] - reach * slope], to: [center + reach, y[i] + reach * slope] });
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
      { class: "sb-secant", ...straight(secant) },
      { class: "sb-tangent", ...straight(tangent) },
    ],
    points: [
      { class: "sb-dot", at: [center, y[i]] },
      { class: "sb-dot", at: [center + h, after[i]], size: 3.5 },
    ],
  };
}

/** The two cases of the quotient rule; the one that applies lights up with its numbers. */
function cases(panel) {
  const own = html("p", { class: "sb-nudge-case" });
  const other = html("p", { class: "sb-nudge-case" });
  panel.draws(() => {
    const { i, j, y, tangent } = values(panel);
    const [yi, yj] = [fixed(y[i], 3), fixed(y[j], 3)];
    const [ownNumbers, otherNumbers] = [`${yi} \u00b7 (1 \u2212 ${yi})`, `\u2212 ${yi} \u00b7 ${yj}`].map((product) => ` = ${product} = ${fixed(tangent, 4)}`);
    own.textContent = `i = j: y\u1d62 (1 \u2212 y\u1d62)${i === j ? ownNumbers : ""}`;
    other.textContent = `i \u2260 j: \u2212 y\u1d62 y\u2c7c${i === j ? "" : otherNumbers}`;
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

export default explorer({
  title: "Nudge one logit",
  link: limits,
  presets,
  build,
  say,
  numbers,
  python,
});

/** Log-sum-exp is a smooth maximum: never more than log C above it, and its slope is softmax. */

import { classButtons, numbersField, sliders } from "./controls.mjs";
import { logsumexp, softmax } from "./core.mjs";
import { html } from "./dom.mjs";
import { classHeads, fixed, name, pythonList } from "./format.mjs";
import { explorer } from "./panel.mjs";
import { plot } from "./plot.mjs";

const REACH = 6; // of the sliders, and of the curve to both sides

const presets = {
  close: { z: [0.5, 1, -1], moved: 0 },
  equal: { z: [0, 0, 0], moved: 0 },
  "far apart": { z: [5, -4, -5], moved: 0 },
  "two classes": { z: [0, 0], moved: 0 },
  "six equal": { z: [0, 0, 0, 0, 0, 0], moved: 0 },
  huge: { z: [1e308, 0, -1e308], moved: 0 },
};

function values(panel) {
  const z = panel.get("z");
  const moved = Math.min(panel.get("moved"), z.length - 1);
  const top = Math.max(...z);
  const gap = logsumexp(z.map((part) => part - top));
  return { z, moved, top, total: logsumexp(z), gap, most: Math.log(z.length), y: softmax(z) };
}

function build(panel) {
  panel.controls.append(
    classButtons(panel, {
      label: "Logit along which the curve runs",
      word: "along",
      get: () => values(panel).moved,
      set: (moved) => panel.set({ moved }),
    }),
    sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits", least: -REACH, most: REACH }),
    numbersField(panel, { trait: "z", label: "Type or paste logits", ...limits.z }),
  );
  panel.picture.append(curve(panel), gapBar(panel), slope(panel));
}

/** Log-sum-exp along one logit, in the band above the maximum that it cannot leave. */
function curve(panel) {
  const chart = plot({ label: "Log-sum-exp between the maximum and the maximum plus log C, along one logit", height: 300 });
  const key = html("p", { class: "sb-small sb-lse-key" });
  panel.draws(() => {
    const now = values(panel);
    chart.paint(drawable(now) ? picture(now) : TOO_LARGE);
    key.replaceChildren(
      swatch("curve", "log-sum-exp"),
      swatch("faint", "max z"),
      swatch("bound", `max z + log ${now.z.length}`),
      swatch("tangent", "tangent"),
    );
  });
  return html("div", {}, chart.element, key);
}

const swatch = (kind, text) => html("span", {}, html("span", { class: `sb-lse-swatch sb-lse-${kind}`, "aria-hidden": "true" }), text);

const LARGE = 1e6;
const drawable = ({ z, moved, total }) => Math.max(Math.abs(total), Math.abs(z[moved])) < LARGE;

const TOO_LARGE = {
  x: [-REACH, REACH],
  y: [0, 1],
  xTicks: [],
  yTicks: [],
  xLabel: "",
  yLabel: "",
  words: [{ at: [0, 0.5], text: "too large to draw; the numbers below are right" }],
};

/** The window stays where it is while the logit moves along its slider. */
function picture(now) {
  const { z, moved, top, total, most, y } = now;
  const here = z[moved];
  const middle = Math.abs(here) > REACH ? Math.round(here) : 0;
  const x = [middle - REACH, middle + REACH];
  const maxAt = (place) => Math.max(...z.with(moved, place));
  const along = (f) => Array.from({ length: 121 }, (_, k) => x[0] + k / 10).map((place) => [place, f(place)]);
  const high = maxAt(x[1]) + most + 0.2;
  const low = Math.min(maxAt(x[0]) - 0.9, high - 4);
  const tangent = (d) => [here + d, total + d * y[moved]];
  const [left, right] = [Math.min(2, here - x[0]), Math.min(2, x[1] - here)];
  return {
    x,
    y: [low, high],
    xTicks: [-6, -3, 0, 3, 6].map((tick) => middle + tick),
    xText: (value) => fixed(value, 0),
    yTicks: evenNumbers(low, high),
    yText: (value) => fixed(value, 0),
    xLabel: name("z", moved),
    yLabel: "",
    curves: [
      { class: "sb-faint", points: along(maxAt) },
      { class: "sb-lse-bound", points: along((place) => maxAt(place) + most) },
      { class: "sb-curve", points: along((place) => logsumexp(z.with(moved, place))) },
    ],
    segments: [{ class: "sb-tangent", from: tangent(-left), to: tangent(right) }, ...bracket(here, top, total)],
    points: [{ class: "sb-dot", at: [here, total] }],
    words: [gapLabel(now, x)],
  };
}

function evenNumbers(low, high) {
  const first = 2 * Math.ceil(low / 2);
  return Array.from({ length: Math.floor((high - first) / 2) + 1 }, (_, k) => first + 2 * k);
}

function bracket(here, top, total) {
  const piece = (from, to) => ({ class: "sb-lse-gap", from, to });
  const cap = (height) => piece([here - 0.15, height], [here + 0.15, height]);
  return [piece([here, top], [here, total]), cap(top), cap(total)];
}

/** Beside the bracket where no curve runs: below to the right, at the right end above to the left. */
function gapLabel({ z, moved, top, gap, most }, x) {
  const text = `gap ${fixed(gap, 3)}`;
  const here = z[moved];
  if (here < x[1] - 2) return { at: [here, top], text, class: "sb-start sb-lse-number", dx: 8, dy: 16 };
  return { at: [here, top + most], text, class: "sb-end sb-lse-number", dx: -8, dy: -8 };
}

/** The gap against the most that it can be. */
function gapBar(panel) {
  const meter = html("div", { class: "sb-lse-fill" });
  const line = html("p", { class: "sb-formula" });
  panel.draws(() => {
    const { gap, most, z } = values(panel);
    meter.style.setProperty("width", `${Math.min(100, (100 * gap) / most)}%`);
    line.textContent = `gap = logsumexp(z) \u2212 max z = ${fixed(gap, 4)}, at most log\u00a0${z.length}\u00a0= ${fixed(most, 4)}`;
  });
  return html("div", {}, line, html("div", { class: "sb-lse-meter", "aria-hidden": "true" }, meter));
}

function slope(panel) {
  const line = html("p", { class: "sb-formula" });
  panel.draws(() => {
    const { moved, y } = values(panel);
    line.textContent = `slope along ${name("z", moved)} = ${name("y", moved)} = ${fixed(y[moved], 4)}`;
  });
  return line;
}

function say(panel) {
  const { top, total, gap, most } = values(panel);
  const how = gap < 0.01 ? "One logit leads, and log-sum-exp is the maximum." : gap > most - 0.001 ? "All logits are equal: the gap is as wide as it gets." : "";
  return `max z = ${fixed(top, 3)}, logsumexp(z) = ${fixed(total, 3)}. ${how}`.trim();
}

function numbers(panel) {
  const { z, y, top, total, gap, most } = values(panel);
  const logits = [["z", ...z.map((x) => fixed(x, 4))], ["slope = y", ...y.map((x) => fixed(x, 6))]];
  const summary = [["value", fixed(top, 6), fixed(total, 6), fixed(gap, 6), fixed(most, 6)]];
  return [
    ["logits and slopes, by class", classHeads(z), logits],
    ["maximum and log-sum-exp", ["", "max", "log-sum-exp", "gap", "log C"], summary],
  ];
}

const python = (panel) => [
  "import numpy as np",
  "from softback import logsumexp, softmax",
  "",
  `z = np.array(${pythonList(panel.get("z"))})`,
  "top, total = z.max(), logsumexp(z)",
  "gap = total - top",
  "y = softmax(z)",
  "print(top, total, gap, np.log(z.size))",
  "print(y)",
];

export default explorer({
  title: "A smooth maximum",
  link: limits,
  presets,
  build,
  say,
  numbers,
  python,
});

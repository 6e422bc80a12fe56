/** Log-sum-exp is a smooth maximum: never more than log C above it, and its slope is softmax. */

import { numbersField, sliders } from "./controls.mjs";
import { logsumexp, softmax } from "./core.mjs";
import { html } from "./dom.mjs";
import { fixed, name, pythonList } from "./format.mjs";
import { button, explorer, numberInLink, vectorInLink } from "./panel.mjs";
import { plot } from "./plot.mjs";

const LEAST = 2;
const MOST = 6;
const REACH = 6; // of the sliders
const VIEW = 3; // of the curve, to both sides of the point

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
    chooser(panel),
    sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits", min: -REACH, max: REACH, step: 0.05 }),
    numbersField(panel, {
      label: "Type or paste logits",
      least: LEAST,
      most: MOST,
      get: () => panel.get("z"),
      accept: (z) => panel.set({ z }),
    }),
  );
  panel.picture.append(curve(panel), gapBar(panel), slope(panel));
}

function chooser(panel) {
  const row = html("div", { class: "sb-presets", role: "group", "aria-label": "Logit along which the curve runs" });
  let buttons = [];
  panel.draws(() => {
    const { z, moved } = values(panel);
    if (buttons.length !== z.length) {
      buttons = z.map((_, k) => button(`along ${name("z", k)}`, () => panel.set({ moved: k })));
      row.replaceChildren(...buttons);
    }
    buttons.forEach((one, k) => one.setAttribute("aria-pressed", String(k === moved)));
  });
  return row;
}

/** Maximum and log-sum-exp along one logit, with the gap as a bracket and the tangent. */
function curve(panel) {
  const chart = plot({ label: "Maximum and log-sum-exp along one logit", height: 270 });
  panel.draws(() => chart.paint(picture(values(panel))));
  const key = html("p", { class: "sb-small" }, "solid: log-sum-exp; dashed: the maximum; green: the tangent; orange: the gap");
  return html("div", {}, chart.element, key);
}

function picture({ z, moved, top, total, y }) {
  const here = Math.abs(z[moved]) > 1e6 ? 0 : z[moved];
  const places = Array.from({ length: 81 }, (_, k) => here + VIEW * (k / 40 - 1));
  const along = (f) => places.map((place) => [place, f(z.with(moved, place))]);
  const drawable = Number.isFinite(total) && Math.abs(total) < 1e6;
  const low = drawable ? Math.max(...z.with(moved, here - VIEW)) : 0;
  const high = drawable ? logsumexp(z.with(moved, here + VIEW)) : 1;
  const tangent = (d) => [here + d, total + d * y[moved]];
  return {
    x: [here - VIEW, here + VIEW],
    y: drawable ? [low - 0.4, high + 0.2] : [0, 1],
    xTicks: [here - 2, here, here + 2],
    xText: (value) => fixed(value, 1),
    yTicks: drawable ? [top, total] : [],
    xLabel: name("z", moved),
    yLabel: "value",
    curves: drawable
      ? [
          { class: "sb-faint", points: along((logits) => Math.max(...logits)) },
          { class: "sb-curve", points: along(logsumexp) },
        ]
      : [],
    segments: drawable
      ? [
          { class: "sb-tangent", from: tangent(-1.5), to: tangent(1.5) },
          { class: "sb-lse-gap", from: [here, top], to: [here, total] },
        ]
      : [],
    points: drawable ? [{ class: "sb-dot", at: [here, total] }] : [],
    words: drawable ? [] : [{ at: [here, 0.5], text: "too large to draw: the numbers below hold" }],
  };
}

/** The gap against the most that it can be. */
function gapBar(panel) {
  const meter = html("div", { class: "sb-lse-fill" });
  const line = html("p", { class: "sb-formula" });
  panel.draws(() => {
    const { gap, most, z } = values(panel);
    meter.style.setProperty("width", `${Math.min(100, (100 * gap) / most)}%`);
    line.textContent = `gap = logsumexp(z) \u2212 max z = ${fixed(gap, 4)}, at most log ${z.length} = ${fixed(most, 4)}`;
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
  const summary = [["", fixed(top, 6), fixed(total, 6), fixed(gap, 6), fixed(most, 6)]];
  return [
    ["logits and slopes", ["", ...z.map((_, k) => name("", k))], logits],
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

const index = numberInLink(0, MOST - 1);

export default explorer({
  title: "A smooth maximum",
  link: { z: vectorInLink(LEAST, MOST), moved: { ...index, read: (text) => Math.floor(index.read(text)) } },
  presets,
  build,
  say,
  numbers,
  python,
});

/** Log-sum-exp is a smooth maximum: never more than log C above it, and its slope is softmax. */

import { classList, numbersField, sliders } from "./controls.mjs";
import { logsumexp, softmax } from "./core.mjs";
import { html, write } from "./dom.mjs";
import { classHeads, fixed, name, pythonList, short } from "./format.mjs";
import { explorer } from "./panel.mjs";
import { plot } from "./plot.mjs";
import { grip, grips } from "./scene.mjs";

const REACH = 6; // of the sliders, and of the curve to both sides

const presets = {
  close: { z: [0.5, 1, -1], moved: 0 },
  equal: { z: [0, 0, 0], moved: 0 },
  "far apart": { z: [5, -4, -5], moved: 0 },
  "two classes": { z: [0, 0], moved: 0 },
  "six equal": { z: [0, 0, 0, 0, 0, 0], moved: 0 },
  huge: { z: [1e308, 0, -1e308], moved: 0 },
};

const task = {
  name: "log-sum-exp",
  what: "make the gap as wide as it gets.",
  answer: "Equal logits: each of C adds as much, log C in all.",
  done: (panel) => values(panel).gap > values(panel).most - 0.02,
};

function values(panel) {
  const z = panel.get("z");
  const moved = Math.min(panel.get("moved"), z.length - 1);
  const top = Math.max(...z);
  const gap = logsumexp(z.map((part) => part - top));
  return { z, moved, top, total: logsumexp(z), gap, most: Math.log(z.length), y: softmax(z) };
}

function build(panel) {
  panel.picture.append(curve(panel), gapBar(panel), slope(panel));
  const bank = sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits", least: -REACH, most: REACH, also: (moved) => ({ moved }) });
  panel.controls.append(bank, along(panel));
  panel.more.append(numbersField(panel, { trait: "z", label: "Type or paste logits", ...limits.z }));
}

/** The logit along which the curve runs: the one that was moved last, or another. */
function along(panel) {
  const select = classList(panel, "z", "Logit along which the curve runs", () => values(panel).moved, (moved) => panel.set({ moved }));
  return html("div", { class: "sb-buttons" }, html("span", { class: "sb-small" }, "curve along"), select);
}

/** Log-sum-exp along one logit, in the band above the maximum that it cannot leave. */
function curve(panel) {
  const chart = plot({ label: "Log-sum-exp between the maximum and the maximum plus log C, along one logit", width: 360, height: 290 });
  const handles = [];
  const dot = () =>
    grip(panel, chart, {
      label: "Logit along which the curve runs, at the axis",
      kind: "z",
      axis: "x",
      least: () => -REACH,
      most: () => REACH,
      step: 0.05,
      get: () => values(panel).z[values(panel).moved],
      set: (value) => panel.set({ z: panel.get("z").with(values(panel).moved, value) }),
      to: (value) => chart.to([value, 0])[0],
      from: (unit) => chart.from([unit, 0])[0],
      across: () => 290 - 34, // at the axis: on the curve it would hide the gap
    });
  panel.draws(() => {
    const now = values(panel);
    chart.paint(fits(now) ? picture(now) : TOO_LARGE);
    grips(handles, fits(now) ? 1 : 0, dot);
  });
  return chart.element;
}

const LARGE = 1e6;
const LABEL = 3.8; // units that the number of the gap takes
const fits = ({ z, moved, total }) => Math.max(Math.abs(total), Math.abs(z[moved])) < LARGE;

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
  const low = Math.min(maxAt(x[0]) - 1.8, high - 4);
  // The numbers stand below the point, to its right, and the curves have their names where they do not; near the right end it is the other way.
  const right = here > x[0] + 8;
  const first = logsumexp(z.with(moved, x[0]));
  const under = right && (maxAt(x[0]) + most - first) * 242 < 24 * (high - low); // no room for a name between the curve and its bound
  const beyond = under && here > x[1] - LABEL && here < x[1] - 1.8; // where the number of the gap fills what is free on the left
  const clear = beyond ? here + 0.4 : x[0] + (right ? (under ? 4.3 : 0) : here > x[0] + 2.4 ? 0 : 7);
  const named = right ? { upper: x[0], curve: x[0], class: "sb-start", dx: 6 } : { upper: x[0] + 10.6, curve: x[0] + 8, class: "sb-end", dx: -6 };
  const up = right ? -1 : 1; // the side of the slope's triangle
  const corner = [here + 2 * up, total];
  const tip = [here + 2 * up, total + 2 * up * y[moved]];
  const slope = { text: `slope ${short(y[moved], 3)}`, class: `sb-halo sb-of-y ${right ? "sb-end" : "sb-start"}` };
  return {
    x,
    y: [low, high],
    xTicks: [-6, -3, 0, 3, 6].map((tick) => middle + tick),
    xText: (value) => fixed(value, 0),
    yTicks: evenNumbers(low, high),
    yText: (value) => fixed(value, 0),
    xLabel: name("z", moved),
    yLabel: "",
    areas: [{ class: "sb-lse-triangle", "data-term": "slope", points: [[here, total], corner, tip] }],
    curves: [
      { class: "sb-faint", points: along(maxAt) },
      { class: "sb-lse-bound", points: along((place) => maxAt(place) + most) },
      { class: "sb-curve", points: along((place) => logsumexp(z.with(moved, place))) },
    ],
    segments: [{ class: "sb-stem sb-of-z", from: [here, low], to: [here, top] }, ...bracket(here, top, total)],
    points: [{ class: "sb-dot", at: [here, total] }],
    words: [
      gapLabel(now, x),
      right ? { ...slope, at: [here, total], dx: -5, dy: -8 } : { ...slope, at: [here, top], dx: 14, dy: 36 },
      { at: [clear, maxAt(clear)], text: "max z", class: "sb-halo sb-start sb-quiet", dx: 6, dy: 15 },
      { at: [named.upper, maxAt(named.upper) + most], text: `max z + log ${z.length}`, class: `sb-halo sb-quiet ${named.class}`, dx: named.dx, dy: -6 },
      { at: [named.curve, logsumexp(z.with(moved, named.curve))], text: "log-sum-exp", class: `sb-halo sb-strong ${named.class}`, dx: named.dx, dy: under ? 15 : -5 },
    ],
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

/** Beside the foot of the bracket, below the curves. */
function gapLabel({ z, moved, top, gap }, x) {
  const right = z[moved] <= x[1] - LABEL; // where the axis ends there is no room
  return { at: [z[moved], top], text: `gap ${short(gap, 3)}`, class: `sb-lse-number sb-strong sb-halo ${right ? "sb-start" : "sb-end"}`, dx: right ? 14 : -8, dy: 16 };
}

/** The gap against the most that it can be. */
function gapBar(panel) {
  const meter = html("div", { class: "sb-lse-fill" });
  const line = html("p", { class: "sb-formula" });
  panel.draws(() => {
    const { gap, most, z } = values(panel);
    meter.style.setProperty("width", `${Math.min(100, (100 * gap) / most)}%`);
    write(line, `gap = logsumexp(z) \u2212 max z = ${fixed(gap, 4)}, at most log\u00a0${z.length}\u00a0= ${fixed(most, 4)}`);
  });
  return html("div", {}, line, html("div", { class: "sb-lse-meter", "aria-hidden": "true" }, meter));
}

function slope(panel) {
  const line = html("p", { class: "sb-formula", "data-term": "slope" });
  panel.draws(() => {
    const { moved, y } = values(panel);
    write(line, `slope along ${name("z", moved)} = ${name("y", moved)} = ${fixed(y[moved], 4)}`);
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

export default explorer({ title: "A smooth maximum", link: limits, presets, task, build, say, numbers, python });

/** A small plot: axes with ticks, curves, segments, points and words, in the units of the data. */

import { fixed } from "./format.mjs";
import { scene } from "./scene.mjs";

const LEFT = 44;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 34;

/**
 * Returns { element, paint, to, from } and what a handle needs of a scene: `to` takes a place in data units to the drawing's,
 * `from` takes it back. `paint` takes { x: [low, high], y: [low, high], xTicks, yTicks, xLabel, yLabel, curves, segments,
 * points, words }: curves are { points, class }, as areas that lie below all are, segments { from, to, class }, points { at, class, size } and words
 * { at, text, class, dx, dy }, all places in data units. Of a segment only what lies inside of x and y is drawn.
 */
export function plot({ label, width = 400, height = 250 }) {
  const stage = scene({ label, width, height, kind: "sb-plot" });
  let scale;
  let window;
  const paint = (content) => {
    scale = scaleOf(content, width, height);
    window = content;
    const { curves = [], areas = [], segments = [], points = [], words = [] } = content;
    stage.paint([
      ...areas.map((area) => ["path", { ...area, d: pathOf(area.points, scale), points: undefined }]),
      ...axes(content, scale, width, height),
      ...curves.map((curve) => ["path", { ...curve, d: pathOf(curve.points, scale), points: undefined }]),
      ...segments.flatMap((segment) => line(segment, content, scale)),
      ...points.map(({ at, size = 5, class: kind }) => {
        const [cx, cy] = scale(at);
        return ["circle", { class: kind, cx, cy, r: size }];
      }),
      ...words.map((word) => caption(word, scale)),
    ]);
  };
  const from = ([across, down]) => [
    window.x[0] + ((across - LEFT) / (width - LEFT - RIGHT)) * (window.x[1] - window.x[0]),
    window.y[1] - ((down - TOP) / (height - TOP - BOTTOM)) * (window.y[1] - window.y[0]),
  ];
  return { ...stage, paint, to: (at) => scale(at), from };
}

function scaleOf({ x, y }, width, height) {
  const across = (width - LEFT - RIGHT) / (x[1] - x[0]);
  const up = (height - TOP - BOTTOM) / (y[1] - y[0]);
  const kept = (value, [low, high]) => Math.max(low, Math.min(high, value));
  return ([a, b]) => [rounded(LEFT + (kept(a, x) - x[0]) * across), rounded(TOP + (y[1] - kept(b, y)) * up)];
}

const rounded = (value) => Math.round(value * 100) / 100;

/** A curve breaks where it leaves the numbers. */
function pathOf(points, scale) {
  let pen = "M";
  const part = (point) => {
    if (!point.every(Number.isFinite)) {
      pen = "M";
      return "";
    }
    const step = `${pen}${scale(point).join(" ")}`;
    pen = "L";
    return step;
  };
  return points.map(part).join("") || "M0 0";
}

/** The part of a segment inside of the window: its slope stays, also where it is cut. */
function line({ from, to, ...others }, { x, y }, scale) {
  const way = to.map((end, side) => end - from[side]);
  const [enter, leave] = inside(from, way, [x, y]);
  if (!(enter <= leave)) return [];
  const [[x1, y1], [x2, y2]] = [enter, leave].map((part) => scale(from.map((start, side) => start + part * way[side])));
  return [["line", { ...others, x1, y1, x2, y2 }]];
}

/** Which part of the way from a place lies between the bounds, from 0 to 1 (Liang and Barsky). */
function inside(from, way, bounds) {
  const span = (start, step, [low, high]) => {
    if (step === 0) return start < low || start > high ? [1, 0] : [0, 1];
    return [(low - start) / step, (high - start) / step].sort((one, other) => one - other);
  };
  const spans = from.map((start, side) => span(start, way[side], bounds[side]));
  return [Math.max(0, ...spans.map(([enter]) => enter)), Math.min(1, ...spans.map(([, leave]) => leave))];
}

function caption({ at, text, class: kind = "", dx = 0, dy = 0 }, scale) {
  const [x, y] = scale(at);
  return ["text", { class: kind, x: x + dx, y: y + dy }, text];
}

function axes({ x, y, xTicks = x, yTicks = y, xLabel, yLabel, xText = String, yText }, scale, width, height) {
  const write = yText ?? ((value) => fixed(value, 2));
  const ground = height - BOTTOM;
  const [, zero] = scale([x[0], 0]);
  const ticks = xTicks.map((value) => ["text", { class: "sb-tick", x: scale([value, y[0]])[0], y: ground + 17 }, xText(value)]);
  const marks = yTicks.map((value) => ["text", { class: "sb-tick sb-end", x: LEFT - 6, y: scale([x[0], value])[1] + 4 }, write(value)]);
  return [
    ["line", { class: "sb-axis", x1: LEFT, x2: LEFT, y1: TOP, y2: ground }],
    ["line", { class: "sb-axis", x1: LEFT, x2: width - RIGHT, y1: zero, y2: zero }],
    ...ticks,
    ...marks,
    ["text", { class: "sb-tick", x: (LEFT + width - RIGHT) / 2, y: height - 4 }, xLabel],
    ["text", { class: "sb-tick sb-start", x: LEFT + 6, y: TOP + 4 }, yLabel],
  ];
}

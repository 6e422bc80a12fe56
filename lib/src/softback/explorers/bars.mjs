/** A chart of bars, one for each class, with its value above or below it. */

import { ofClass } from "./colours.mjs";
import { place, svg } from "./dom.mjs";
import { fixed, name, short } from "./format.mjs";

const MARGIN = 20;

/**
 * Returns { element, paint }. `paint(values, { low, high, ghost, digits })` draws; the scale is fixed by low and
 * high, `ghost` are values to compare with, drawn as a line across each bar. `level` is a line
 * across all; `write` puts a value into words; with `short`, what rounds to zero is written as 0. `letter` names
 * the bars, `onpick(k)` hears of a press on one, or above or below it.
 */
export function bars({ label, letter, width = 320, height = 160, onpick = null }) {
  const across = svg("line", { class: "sb-ghost", x1: 0, x2: width });
  const element = svg("svg", { class: "sb-bars", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  let parts = [];
  const build = (count) => {
    parts = Array.from({ length: count }, (_, k) => newBar(k, letter));
    if (onpick) parts.forEach((part, k) => Object.values(part).forEach((piece) => piece.addEventListener("click", () => onpick(k))));
    element.classList.toggle("sb-pressable", Boolean(onpick));
    const axis = svg("line", { class: "sb-axis", x1: 0, x2: width });
    element.replaceChildren(axis, across, ...parts.flatMap((part) => Object.values(part)));
    return axis;
  };
  let axis;
  const paint = (values, { low = 0, high = 1, ghost = null, level = null, digits = 3, write = fixed } = {}) => {
    if (parts.length !== values.length) axis = build(values.length);
    // Halves, because the difference of two huge numbers overflows.
    const part = (value) => (high / 2 - Math.max(low, Math.min(high, value || 0)) / 2) / (high / 2 - low / 2);
    const y = (value) => MARGIN + part(value) * (height - 2.8 * MARGIN);
    place(axis, { y1: y(0), y2: y(0) });
    across.classList.toggle("sb-gone", level === null);
    if (level !== null) place(across, { y1: y(level), y2: y(level) });
    const slot = width / values.length;
    values.forEach((value, k) => paintBar(parts[k], { value, slot, k, y, height, text: written(value, slot, digits, write), ghost: ghost?.[k] }));
  };
  return { element, paint };
}

function newBar(k, letter) {
  return {
    room: svg("path", { class: "sb-room", d: "M0 0" }),
    bar: svg("rect", { class: ofClass(k) }),
    ghost: svg("line", { class: "sb-ghost" }),
    arrow: svg("path", { class: "sb-arrow", d: "M0 0" }),
    value: svg("text", { class: "sb-value" }, ""),
    under: svg("text", { class: "sb-under" }, name(letter, k)),
  };
}

function paintBar({ room, bar, ghost: line, arrow, value: text, under }, { value, slot, k, y, height, text: words, ghost }) {
  const [top, bottom] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))];
  const middle = (k + 0.5) * slot;
  place(room, { d: `M${k * slot} 0h${slot}v${height}h${-slot}Z` });
  place(bar, { x: (k + 0.15) * slot, width: 0.7 * slot, y: top, height: Math.max(0, bottom - top) || 0 });
  place(text, { x: middle, y: value < 0 ? bottom + 13 : top - 5 });
  text.textContent = words;
  text.classList.toggle("sb-tight", slot < 34);
  place(under, { x: middle, y: height - 6 });
  line.classList.toggle("sb-gone", ghost === undefined);
  arrow.classList.toggle("sb-gone", ghost === undefined);
  if (ghost === undefined) return;
  place(line, { x1: (k + 0.05) * slot, x2: (k + 0.95) * slot, y1: y(ghost), y2: y(ghost) });
  place(arrow, { d: arrowPath((k + 0.92) * slot, y(ghost), y(value)) });
}

/** A number in the room that a bar has: .04 and 1.5 where there is little, and 1e308. */
function written(value, slot, digits, write) {
  if (Math.abs(value) >= 1e4) return short(value);
  if (slot >= 34) return write(value, digits);
  return Math.abs(value) < 0.995 ? short(value, 2).replace("0.", ".") : fixed(value, 1);
}

/** An upright arrow; one too short for a head is left out. */
function arrowPath(x, from, to) {
  if (!(Math.abs(to - from) > 3)) return "M0 0";
  const back = 5 * Math.sign(from - to);
  return `M${x} ${from}V${to}m-3.5 ${back}l3.5 ${-back}l3.5 ${back}`;
}

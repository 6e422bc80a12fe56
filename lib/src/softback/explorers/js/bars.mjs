/** A chart of bars, one for each class, with its value above or below it. */

import { ofClass } from "./colours.mjs";
import { place, svg } from "./dom.mjs";
import { fixed, name } from "./format.mjs";

const WIDE = 320;
const MARGIN = 20;

/**
 * Returns { element, paint }. `paint(values, { low, high, ghost, digits })` draws; the scale is fixed by low and
 * high, `ghost` are values to compare with, drawn as a line across each bar. `letter` names the bars.
 */
export function bars({ label, letter, height = 160 }) {
  const element = svg("svg", { class: "sb-bars", viewBox: `0 0 ${WIDE} ${height}`, role: "img", "aria-label": label });
  let parts = [];
  const build = (count) => {
    parts = Array.from({ length: count }, (_, k) => newBar(k, letter));
    const axis = svg("line", { class: "sb-axis", x1: 0, x2: WIDE });
    element.replaceChildren(axis, ...parts.flatMap(({ bar, ghost, value, under }) => [bar, ghost, value, under]));
    return axis;
  };
  let axis;
  const paint = (values, { low = 0, high = 1, ghost = null, digits = 3 } = {}) => {
    if (parts.length !== values.length) axis = build(values.length);
    const y = (value) => MARGIN + ((high - Math.max(low, Math.min(high, value))) / (high - low)) * (height - 2.4 * MARGIN);
    place(axis, { y1: y(0), y2: y(0) });
    const slot = WIDE / values.length;
    values.forEach((value, k) => paintBar(parts[k], { value, slot, k, y, height, digits, ghost: ghost?.[k] }));
  };
  return { element, paint };
}

function newBar(k, letter) {
  return {
    bar: svg("rect", { class: ofClass(k) }),
    ghost: svg("line", { class: "sb-ghost" }),
    value: svg("text", { class: "sb-value" }, ""),
    under: svg("text", { class: "sb-under" }, name(letter, k)),
  };
}

function paintBar({ bar, ghost: line, value: text, under }, { value, slot, k, y, height, digits, ghost }) {
  const [top, bottom] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))];
  const middle = (k + 0.5) * slot;
  place(bar, { x: (k + 0.15) * slot, width: 0.7 * slot, y: top, height: Math.max(0, bottom - top) || 0 });
  place(text, { x: middle, y: value < 0 ? bottom + 13 : top - 5 });
  text.textContent = fixed(value, slot < 34 ? Math.min(digits, 2) : digits);
  text.classList.toggle("sb-tight", slot < 34);
  place(under, { x: middle, y: height - 6 });
  line.classList.toggle("sb-gone", ghost === undefined);
  if (ghost !== undefined) place(line, { x1: (k + 0.05) * slot, x2: (k + 0.95) * slot, y1: y(ghost), y2: y(ghost) });
}

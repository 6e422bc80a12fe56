/**
 * Heat maps. Up to 31 columns a table that can be read and walked through cell by cell; above that
 * a canvas, because thousands of cells would make the slider stick.
 */

import { diverging, isDark } from "./colours.mjs";
import { html, write } from "./dom.mjs";
import { short } from "./format.mjs";

export const CANVAS_FROM = 32;
export const LIMIT = 0.25; // of a Jacobian's colours: no entry y (1 - y) is larger

/** What the colours from -limit to limit mean. */
export const legend = (limit) => html("p", { class: "sb-legend sb-small" }, `\u2212${limit}`, html("span", { class: "sb-ramp sb-swatch", "aria-hidden": "true" }), String(limit));

/**
 * A heat map as a table whose cells the arrow keys walk through.
 *
 * Returns { element, paint }. `paint(matrix, { rowNames, columnNames, limit, digits, mark })` draws; `mark`
 * is the [i, j] of the cell that is shown elsewhere, or null; in it bars `meet`, [width, height] as parts of it; `row` and `column` are ringed;
 * cells for which `out(i, j)` holds are hatched.
 * `onpick(i, j)` hears of focus, tap and, unless `hover` is false, of hover. `edges({ rows, columns, feet, sums })` may
 * fill the heads, and what stands below each column and to the right of each row, whenever they are made anew.
 */
export function heatMap({ label, onpick = null, hover = true, edges = null }) {
  const body = html("tbody");
  const head = html("thead");
  const foot = html("tfoot", { "aria-hidden": "true" });
  const grid = html("table", { class: "sb-heat", role: "grid", "aria-label": label }, head, body, ...(edges ? [foot] : []));
  const element = html("div", { class: "sb-heat-box" }, grid);
  let cells = [];
  let shape = "";
  // What the page shows may be a frame behind: two keys can come before the next.
  let chosen = "";
  const pick = (event) => {
    const { i, j } = event.target.closest?.("td")?.dataset ?? {};
    if (i === undefined || chosen === `${i},${j}`) return;
    chosen = `${i},${j}`;
    onpick?.(Number(i), Number(j));
  };
  // Not pointerover: that also comes when the page moves under a pointer at rest, and would undo a link.
  for (const event of [...(hover ? ["pointermove"] : []), "focusin", "click"]) grid.addEventListener(event, pick);
  grid.addEventListener("keydown", (event) => walk(event, cells));
  const build = (matrix, rowNames, columnNames) => {
    cells = matrix.map((row, i) => row.map((_, j) => newCell(i, j)));
    const heads = columnNames.map((text) => html("th", { scope: "col" }, text));
    const rows = rowNames.map((text) => html("th", { scope: "row" }, text));
    const unread = (kind) => html("td", { role: "presentation", "aria-hidden": "true", class: kind });
    const seen = (n) => (edges ? Array.from({ length: n }, () => unread("sb-edge")) : []);
    const [feet, sums] = [seen(columnNames.length), seen(rowNames.length)];
    const corner = () => unread("sb-edge sb-corner");
    const overRows = html("td", { role: "columnheader", "aria-label": "row", class: "sb-corner" });
    head.replaceChildren(html("tr", {}, overRows, ...heads, ...(edges ? [corner()] : [])));
    body.replaceChildren(...cells.map((row, i) => html("tr", {}, rows[i], ...row, ...sums.slice(i, i + 1))));
    foot.replaceChildren(html("tr", {}, corner(), ...feet, corner()));
    edges?.({ rows, columns: heads, feet, sums });
    grid.style.setProperty("--sb-columns", columnNames.length);
    grid.classList.toggle("sb-many", columnNames.length > 7);
    grid.classList.toggle("sb-most", columnNames.length > 8);
  };
  const paint = (matrix, { rowNames, columnNames, limit, digits = 3, mark = null, row: lit = -1, column = -1, meet = null, out = (_i, _j) => false }) => {
    const now = [rowNames, columnNames].join(";");
    if (now !== shape) build(matrix, rowNames, columnNames);
    shape = now;
    chosen = String(mark ?? "");
    matrix.forEach((row, i) => row.forEach((value, j) => paintCell(cells[i][j], value, limit, digits)));
    cells.forEach((row, i) => row.forEach((cell, j) => markCell(cell, mark, i, j)));
    cells.forEach((row, i) => row.forEach((cell, j) => cell.classList.toggle("sb-out", out(i, j))));
    cells.forEach((row, i) => row.forEach((cell) => cell.classList.toggle("sb-row", i === lit)));
    for (const row of cells) row.forEach((cell, j) => cell.classList.toggle("sb-column", j === column));
    if (meet) opened(cells, mark, { w: meet[0], h: meet[1], cell: `rgb(${diverging(matrix[mark[0]][mark[1]], limit)})` });
  };
  return { element, paint };
}

function newCell(i, j) {
  const cell = html("td", { role: "gridcell", tabindex: i + j === 0 ? 0 : -1 }, "");
  cell.dataset.i = i;
  cell.dataset.j = j;
  return cell;
}

function paintCell(cell, value, limit, digits) {
  const colour = diverging(value, limit);
  const text = Number.isNaN(value) ? "nan" : short(value, digits);
  write(cell, text);
  const known = Number.isFinite(value);
  cell.style.setProperty("background-color", known ? `rgb(${colour})` : "transparent");
  cell.classList.toggle("sb-on-dark", known && isDark(colour));
  cell.classList.toggle("sb-unknown", !known);
}

function markCell(cell, mark, i, j) {
  const marked = mark !== null && mark[0] === i && mark[1] === j;
  cell.classList.toggle("sb-marked", marked);
  if (mark !== null) cell.setAttribute("tabindex", marked ? 0 : -1);
  if (marked) cell.dataset.term = "entry";
  else delete cell.dataset.term;
}

/** The marked cell opens into a square, in which two bars meet. */
function opened(cells, [i, j], style) {
  for (const cell of cells.flat()) cell.classList.toggle("sb-meet", cell === cells[i][j]);
  for (const [name, value] of Object.entries(style)) cells[i][j].style.setProperty(`--${name}`, value);
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Arrow keys move by one cell, Home and End to the ends of a row. */
function walk(event, cells) {
  const { i, j } = event.target.dataset;
  if (i === undefined) return;
  const row = cells[i];
  const ends = { Home: row[0], End: row.at(-1) };
  const [down, right] = STEPS[event.key] ?? [0, 0];
  const next = ends[event.key] ?? (down || right ? cells[Number(i) + down]?.[Number(j) + right] : undefined);
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" }); // focus leaves a cell half under the heads
}

/** A heat map of many classes: one pixel for each entry, enlarged. */
export function heatCanvas({ label }) {
  const canvas = html("canvas", { class: "sb-heat-canvas", role: "img", "aria-label": label });
  const context = canvas.getContext("2d");
  let image;
  const paint = (matrix, { limit }) => {
    if (image?.width !== matrix.length) {
      canvas.width = canvas.height = matrix.length;
      image = context.createImageData(matrix.length, matrix.length);
    }
    matrix.flat().forEach((value, place) => image.data.set([...diverging(value, limit), 255], 4 * place));
    context.putImageData(image, 0, 0);
  };
  return { element: canvas, paint };
}

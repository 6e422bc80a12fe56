/** A picture to take hold of: a drawing in units of its own, and above it handles of HTML, so that touch and focus are what CSS says. */

import { html, svg, write } from "./dom.mjs";
import { fixed } from "./format.mjs";

export const clamp = (x, low, high) => Math.max(low, Math.min(high, x));
const cut = (x) => (typeof x === "number" ? Math.round(x * 100) / 100 : x);

/** A line as a path: where a preset moves the picture, browsers let `d` glide, as they do bars and dots, but not the ends of a line. */
const asPath = ([, { x1, y1, x2, y2, ...others }]) => ["path", { ...others, d: `M${cut(x1)} ${cut(y1)}L${cut(x2)} ${cut(y2)}` }];

/**
 * Returns { element, drawing, paint, put, place }. `paint(shapes, height)` draws shapes [tag, attributes, text]; `put(handle, [x, y])` places an element
 * over the drawing. Shapes stay the same elements while their tags do, so a press that changes the picture is still a press.
 */
export function scene({ label, width, height, kind = "", origin: [left, top] = [0, 0], role = "img" }) {
  let high = height;
  const drawing = svg("svg", { viewBox: `${left} ${top} ${width} ${height}`, role, "aria-label": label });
  const element = html("div", { class: `sb-scene ${kind}` }, drawing);
  const drawn = [];
  const paint = (shapes, tall = high) => {
    if (tall !== high) drawing.setAttribute("viewBox", `${left} ${top} ${width} ${(high = tall)}`);
    for (const [, , , gone] of drawn.splice(shapes.length)) gone.remove();
    shapes.forEach((shape, n) => {
      const [tag, attributes, text = ""] = shape[0] === "line" ? asPath(shape) : shape;
      if (drawn[n]?.[0] !== tag) {
        const made = svg(tag);
        if (drawn[n]) drawn[n][3].replaceWith(made);
        else drawing.append(made);
        drawn[n] = [tag, {}, "", made];
      }
      const [, before, said, part] = drawn[n];
      for (const name of Object.keys(before)) if (attributes[name] === undefined) part.removeAttribute(name);
      for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== before[name]) part.setAttribute(name, cut(value));
      if (text !== said) write(part, text);
      drawn[n] = [tag, attributes, text, part];
    });
  };
  const put = (handle, [x, y]) => {
    handle.style.setProperty("left", `${cut((100 * (x - left)) / width)}%`);
    handle.style.setProperty("top", `${cut((100 * (y - top)) / high)}%`);
  };
  /** Where the pointer is, in the drawing's units. */
  const place = ({ clientX, clientY }) => {
    const box = drawing.getBoundingClientRect();
    return [left + ((clientX - box.left) / box.width) * width, top + ((clientY - box.top) / box.height) * high];
  };
  return { element, drawing, paint, put, place };
}

const KEYS = { ArrowUp: [0, 1], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowLeft: [-1, 0], PageUp: [0, 10], PageDown: [0, -10] };
const MARKS = {
  x: "M0 8L6 3v10ZM16 8L10 3v10Z",
  y: "M8 0L13 6H3ZM8 16L13 10H3Z",
  both: "M8 0L11 4H5ZM8 16L11 12H5ZM0 8L4 5v6ZM16 8L12 5v6Z",
};

/**
 * A handle, of another form where `mark` is its path, that the pointer drags and arrow keys move. `at()` is its place in the drawing, `moved([x, y])` hears where it was
 * dragged to, `stepped([right, up])` of keys, with Shift five times; `state()` gives least, most, now and its words.
 * @param {Panel} panel
 * @param {any} stage
 * @param {HandleOptions} options
 */
export function handle(panel, { element, put, place }, { label, axis, kind, term, mark: form = MARKS[axis], at, moved, stepped, ends, state }) {
  const mark = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: form }));
  const grip = html("div", { class: `sb-grip sb-grip-${axis} sb-of-${kind}`, role: "slider", tabindex: 0, "aria-label": label, "data-term": term }, mark);
  let offset = null;
  grip.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    grip.focus({ preventScroll: true, focusVisible: false });
    offset = place(event).map((part, side) => part - at()[side]);
    grip.classList.add("sb-held");
  });
  grip.addEventListener("pointermove", (event) => offset && moved(place(event).map((part, side) => part - offset[side])));
  const release = () => {
    offset = null;
    grip.classList.remove("sb-held");
    panel.redraw();
  };
  for (const end of ["pointerup", "pointercancel"]) grip.addEventListener(end, release);
  grip.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (way) stepped(way.map((part) => part * (event.shiftKey ? 5 : 1)));
    else if (!(event.key in (ends ?? {}))) return;
    else ends[event.key]();
    event.preventDefault();
  });
  element.append(grip);
  /** Called with each picture, since a handle belongs to it. */
  const show = () => {
    const { least, most, now, words } = state();
    put(grip, at());
    for (const [name, value] of Object.entries({ min: least, max: most, now })) grip.setAttribute(`aria-value${name}`, String(Number(value.toPrecision(4))));
    grip.setAttribute("aria-valuetext", words);
  };
  return { grip, show, held: () => offset !== null };
}

/**
 * A handle for one number along an axis of the drawing: `to(value)` is where it stands there and `from(unit)` the way back,
 * `across()` its place on the other axis. What is set is the number less `offset()`, without the noise of its last digits.
 * @param {Panel} panel
 * @param {any} stage
 * @param {any} options
 */
export function grip(panel, stage, { axis, least, most, step, get, set, offset = () => 0, to, from, across, words = (value) => fixed(value, 2), ...others }) {
  const side = axis === "x" ? 0 : 1;
  const kept = (value) => set(Number((clamp(value, least(), most()) - offset()).toFixed(6)));
  return handle(panel, stage, {
    axis,
    at: () => (side ? [across(), to(get())] : [to(get()), across()]),
    moved: (place) => kept(Math.round(from(place[side]) / step) * step),
    stepped: ([right, up]) => kept(get() + (right + up) * step),
    ends: { Home: () => kept(least()), End: () => kept(most()) },
    state: () => ({ least: least(), most: most(), now: get(), words: words(get()) }),
    ...others,
  });
}

/** As many handles as `count` asks for, made by `make(k)` and shown. */
export function grips(made, count, make) {
  for (const gone of made.splice(Math.max(0, count))) gone.grip.remove();
  for (let k = made.length; k < count; k += 1) made[k] = make(k);
  for (const one of made) one.show();
}

/**
 * Places for words: as near to where they are wanted as a gap between them allows (isotonic regression).
 * @param {Vector} wanted
 */
export function spread(wanted, gap, low, high) {
  const blocks = [];
  const mean = ({ total, count }) => total / count;
  wanted.forEach((place, k) => {
    blocks.push({ total: place - k * gap, count: 1 });
    while (blocks.length > 1 && mean(blocks.at(-2)) > mean(blocks.at(-1))) {
      const last = blocks.pop();
      blocks[blocks.length - 1] = { total: blocks.at(-1).total + last.total, count: blocks.at(-1).count + last.count };
    }
  });
  const most = Math.max(low, high - (wanted.length - 1) * gap);
  return blocks.flatMap((block) => Array(block.count).fill(clamp(mean(block), low, most))).map((place, k) => place + k * gap);
}

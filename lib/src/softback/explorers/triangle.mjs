/** The triangle of three probabilities: its places, the lines of equal loss, and arrows. */

import { softmaxVjp, sum } from "./core.mjs";
import { fixed } from "./format.mjs";
import { handle } from "./scene.mjs";

export const SIDE = 280;
export const HEIGHT = (SIDE * Math.sqrt(3)) / 2;
export const CORNERS = [
  [0, HEIGHT],
  [SIDE, HEIGHT],
  [SIDE / 2, 0],
];
const RIM_PARTS = 20;
const HALVINGS = 16;
const ROWS = 7;
const NUDGE = SIDE / 50; // of an arrow key

const tenth = (value) => Math.round(value * 10) / 10;

/** Where the probabilities y stand on the screen, y down. */
export const onScreen = (y) => [0, 1].map((side) => sum(y.map((share, k) => share * CORNERS[k][side])));

/**
 * The probabilities at a place on the screen; outside, those of the nearest place of the triangle.
 * @param {Vector} place
 */
export function fromScreen([across, down]) {
  const third = 1 - down / HEIGHT;
  const second = across / SIDE - third / 2;
  return nearest([1 - second - third, second, third]);
}

/** Numbers that sum to 1, moved as little as it takes so that none is negative. */
function nearest(y) {
  const falling = y.toSorted((one, other) => other - one);
  const excess = Math.max(...falling.map((_, n) => (sum(falling.slice(0, n + 1)) - 1) / (n + 1)));
  return y.map((share) => Math.max(0, share - excess));
}

/**
 * A mark that is moved over the triangle by pointer or by arrow keys: `get()` are its probabilities, `set(y)` takes others.
 * @param {Panel} panel
 * @param {any} stage
 * @param {any} options
 */
export const mark = (panel, stage, { get, set, ...others }) =>
  handle(panel, stage, {
    axis: "both",
    at: () => onScreen(get()),
    moved: (place) => set(fromScreen(place)),
    stepped([right, up]) {
      const [x, y] = onScreen(get());
      set(fromScreen([x + right * NUDGE, y - up * NUDGE]));
    },
    state: () => ({ least: 0, most: 1, now: get()[0], words: get().map((share) => fixed(share, 3)).join(", ") }),
    ...others,
  });

/** Path data of a line through places on the screen. */
export const lineThrough = (places) => `M${places.map((at) => at.map(tenth).join(" ")).join("L")}`;

/**
 * Path data of an arrow. A short one has a shorter head, so that it grows from nothing and shrinks to it.
 * @param {Vector} from
 * @param {Vector} to
 */
export function arrow([x, y], [toX, toY], head = 4) {
  const long = Math.hypot(toX - x, toY - y) || 1;
  const [ux, uy] = [(toX - x) / long, (toY - y) / long].map((part) => part * Math.min(head, 0.7 * long));
  const barb = (side) => [toX - ux + side * uy * 0.6, toY - uy - side * ux * 0.6];
  return lineThrough([[x, y], [toX, toY]]) + lineThrough([barb(1), [toX, toY], barb(-1)]);
}

const mix = (from, to, part) => from.map((share, k) => share + part * (to[k] - share));

const lossOf = (y, q) => -sum(q.map((part, k) => (part === 0 ? 0 : part * Math.log(y[k]))));

/** Places around the rim, closer to each other near the corners, where lines of equal loss bend. */
const RIM = [0, 1, 2].flatMap((k) => {
  const corner = (at) => [0, 1, 2].map((other) => (other === at % 3 ? 1 : 0));
  const part = (step) => (1 - Math.cos((Math.PI * step) / RIM_PARTS)) / 2;
  return Array.from({ length: RIM_PARTS }, (_, step) => mix(corner(k), corner(k + 1), part(step)));
});

/** Path data of the region where the loss is at most `above` more than at its lowest place, which is q. */
export function basin(q, above) {
  const level = lossOf(q, q) + above;
  return `${lineThrough(RIM.map((rim) => onScreen(mix(q, rim, reach(q, rim, level)))))}Z`;
}

/** Where the edge of that region lies on the way to a corner, or null where it holds the corner. */
export function edge(q, k, above) {
  const corner = q.map((_, other) => (other === k ? 1 : 0));
  const part = reach(q, corner, lossOf(q, q) + above);
  return part < 1 ? onScreen(mix(q, corner, part)) : null;
}

/** How far the region reaches from q towards the rim: the loss only rises on that way. */
function reach(q, rim, level) {
  if (lossOf(rim, q) <= level) return 1;
  let [inside, outside] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (inside + outside) / 2;
    if (lossOf(mix(q, rim, middle), q) <= level) inside = middle;
    else outside = middle;
  }
  return inside;
}

/** Evenly spread places inside the triangle. */
const SPREAD = Array.from({ length: ROWS * ROWS }, (_, n) => [Math.floor(n / ROWS), n % ROWS])
  .filter(([a, b]) => a + b < ROWS)
  .map(([a, b]) => [a + 1 / 3, b + 1 / 3, ROWS - a - b - 2 / 3].map((part) => part / ROWS));

/** Path data of arrows at many places: the way of y when the logits take a small step against y - q. */
export const field = (q) => SPREAD.map((y) => arrow(onScreen(y), onScreen(moved(y, q)))).join("");

function moved(y, q) {
  const move = softmaxVjp(y, q.map((part, k) => part - y[k]));
  return y.map((share, k) => share + 0.3 * move[k]);
}

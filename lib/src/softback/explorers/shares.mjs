/** Shares laid end to end, and their borders, which can be dragged. */

import { logsumexp, softmaxJacobian, sum } from "./core.mjs";
import { fixed, name } from "./format.mjs";
import { clamp, grip } from "./scene.mjs";
import { formula } from "./terms.mjs";

const LEAST = 0.01; // the narrowest share that dragging makes
const LARGE = 1e6; // of what all logits have in common: beyond it, a difference would lose digits

/**
 * Where shares begin and end on a line of length 1.
 * @param {Vector} y
 */
export const edgesOf = (y) => y.reduce((ends, share) => [...ends, ends.at(-1) + share], [0]);

/**
 * Logits of some shares: z = T log y + c with the c of the logits z, so a share that stays keeps its logit.
 * @param {Vector} z
 * @param {Vector} shares
 */
function solved(z, shares, T = 1) {
  const c = T * logsumexp(z.map((part) => part / T));
  return shares.map((share) => T * Math.log(share) + (Math.abs(c) < LARGE ? c : 0));
}

/**
 * Logits of other shares, none of them less than dragging makes.
 * @param {Vector} z
 * @param {Vector} y
 */
export function logitsFor(z, y, T = 1) {
  const raised = y.map((share) => Math.max(LEAST, share));
  return solved(z, raised.map((share) => share / sum(raised)), T);
}

/**
 * Logits for which the border between share k and the next lies elsewhere.
 * @param {Vector} z
 * @param {Vector} y
 * @param {number} k
 * @param {number} to
 */
function divided(z, y, k, to, T = 1) {
  const both = y[k] + y[k + 1];
  const least = Math.min(LEAST, both / 2);
  const first = clamp(to - edgesOf(y)[k], least, both - least);
  const [one, next] = solved(z, [first, both - first], T);
  return Number.isFinite(one + next) ? z.with(k, one).with(k + 1, next) : z; // a share of 0 has no logarithm
}

/** The handle between share k and the next; `now()` gives z, y, and T where there is one. */
export const border = (panel, stage, k, now, { x, share, across }) =>
  grip(panel, stage, {
    label: `Border between ${name("y", k)} and ${name("y", k + 1)}`,
    kind: "y",
    axis: "x",
    term: "y",
    least: () => edgesOf(now().y)[k],
    most: () => edgesOf(now().y)[k + 2],
    step: 0.005,
    get: () => edgesOf(now().y)[k + 1],
    set: (to) => panel.set({ z: divided(now().z, now().y, k, to, now().T) }),
    to: x,
    from: share,
    across,
    words: () => `${name("y", k)} ${fixed(now().y[k])}, ${name("y", k + 1)} ${fixed(now().y[k + 1])}`,
  });

/** An entry of the Jacobian as a product of two shares, or of a share and the rest; `now()` gives y, i, j. */
export const entryFormula = (panel, now, [entry, row, column]) =>
  formula(panel, {
    label: "The derivative, with its numbers",
    parts: [["entry", entry], "=", ["row", row], "\u00b7", ["column", column]],
    now() {
      const { y, i, j } = now();
      const value = softmaxJacobian(y)[i][j];
      const others = sum(y.filter((_, k) => k !== j));
      return {
        entry: { letter: `\u2202${name("y", i)}/\u2202${name("z", j)}`, value: fixed(value, 4), kind: value < 0 ? "down" : "up" },
        row: { letter: i === j ? "y" : "\u2212y", index: i + 1, value: (i === j ? "" : "\u2212") + fixed(y[i]), kind: "y" },
        column: { letter: i === j ? "1\u2212y" : "y", index: j + 1, value: fixed(i === j ? others : y[j]), kind: "y" },
      };
    },
  });

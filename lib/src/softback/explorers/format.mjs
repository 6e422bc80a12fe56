/** Numbers as a reader sees them: a true minus sign, no -0, a power of ten where the digits would not fit. */

const minus = (text) => text.replaceAll("-", "\u2212");

/**
 * A number with so many digits after the point, or as a power of ten if that says too little or too much.
 * @param {number} x
 * @param {number} [digits]
 */
export function fixed(x, digits = 3) {
  if (x === 0) return (0).toFixed(digits);
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : minus(String(x).replace("Infinity", "\u221e"));
  const size = Math.abs(x);
  if (size >= 1e6 || size < 0.5 * 10 ** -digits) return minus(x.toExponential(Math.min(digits, 2)).replace("e+", "e"));
  return minus(x.toFixed(digits));
}

/**
 * A number with so many significant digits.
 * @param {number} x
 * @param {number} digits
 */
export function significant(x, digits) {
  if (x === 0 || !Number.isFinite(x)) return fixed(x, 0);
  const size = Math.abs(x);
  const text = size >= 1e-3 && size < 1e6 ? x.toPrecision(digits) : x.toExponential(digits - 1);
  return minus(text.replace("e+", "e"));
}

/**
 * As `fixed`, but what rounds to zero is 0, and what is huge is short, like 1e308: for cells with little room.
 * @param {number} x
 * @param {number} [digits]
 */
export function short(x, digits = 2) {
  if (Math.abs(x) < 0.5 * 10 ** -digits) return (0).toFixed(digits);
  if (Math.abs(x) < 1e4 || !Number.isFinite(x)) return fixed(x, digits);
  return minus(x.toExponential(1).replace(/(\.0)?e\+/, "e"));
}

/**
 * As `short`, with its sign, also +.
 * @param {number} x
 * @param {number} [digits]
 */
export const signed = (x, digits = 3) => (x > 0 && short(x, digits) !== short(0, digits) ? "+" : "") + short(x, digits);

/**
 * A number that Python reads back exactly.
 * @param {number} x
 */
export const pythonNumber = (x) => {
  const text = String(x);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
};

/** @param {Vector | Matrix} x */
export const pythonList = (x) => `[${x.map((part) => (Array.isArray(part) ? pythonList(part) : pythonNumber(part))).join(", ")}]`;

/**
 * Heads of the columns of a table with one for each class: 1, 2, 3.
 * @param {unknown[]} x
 */
export const classHeads = (x) => ["", ...x.map((_, k) => String(k + 1))];

const SUBSCRIPTS = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089";

/**
 * name("y", 0) is y with a small 1: in prose, classes count from 1.
 * @param {string} letter
 * @param {number} index
 */
export const name = (letter, index) => letter + String(index + 1).replace(/\d/g, (digit) => SUBSCRIPTS[digit]);

/**
 * A vector in words: (1.00, 2.00).
 * @param {Vector} x
 * @param {number} [digits]
 */
export const vector = (x, digits = 2) => `(${x.map((part) => fixed(part, digits)).join(", ")})`;

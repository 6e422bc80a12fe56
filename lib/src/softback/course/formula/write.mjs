/* What the desk needs beside MathML: a tree as TeX, and as it could have been typed. */

import { show } from "./show.mjs";

const TEX_OPERATORS = { "+": " + ", "-": " - ", minus: "-", dot: " \\cdot ", times: " \\, " };
const texBase = (base) => (base === "delta" ? "\\delta" : base);

const TEX = {
  row: (...parts) => parts.join(""),
  mark: (shown) => shown,
  hole: () => "\\square",
  number: (text) => text,
  entry: (base, letters, up) => texBase(base) + (letters && `_{${[...letters].join(" ")}}`) + (up === null ? "" : `^{${up}}`),
  operator: (sign) => TEX_OPERATORS[sign],
  brackets: (inner) => `\\left( ${inner} \\right)`,
  fraction: (top, bottom) => `\\frac{${top}}{${bottom}}`,
  power: (base, exponent) => `${base}^{${exponent}}`,
  exp: (of) => `e^{${of}}`,
  word: (name) => `\\${name} `,
  total: (index) => `\\sum_{${index}} `,
  partial: () => "\\partial ",
  slope: (by) => `\\partial z_{${by ? [...by].join(" ") : "\\square"}}`,
};

export const tex = (tree) => show(tree, TEX);

/* The tree as it could have been typed; `least` is the strength that needs no brackets. */
export function typed(tree, least = 1) {
  const { kind, left, right, of } = tree;
  const put = (text, strength) => (strength < least ? `(${text})` : text);
  switch (kind) {
    case "hole": return "□";
    case "number": return tree.text;
    case "name": return tree.letters ? `${tree.base}_${tree.letters}` : tree.base;
    case "+":
    case "-": return put(`${typed(left)} ${kind} ${typed(right, 2)}`, 1);
    case "minus": return put(`-${typed(of, 2)}`, 1);
    case "*":
    case "/": return put(`${typed(left, 2)}${kind}${typed(right, 3)}`, 2);
    case "power": return put(`${typed(of, 4)}^${tree.exponent}`, 3);
    case "sum": return `sum_${tree.index}(${typed(of)})`;
    case "d": return `d(${typed(of)}, z_${tree.by ?? ""})`;
    default: return `${kind}(${typed(of)})`;
  }
}

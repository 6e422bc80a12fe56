/* The twin of judge.py: what a page says of a formula. `data` is what export.py made for one question. */

import { FormulaError, isEmpty, parse, sentence } from "./read.mjs";
import { mathml } from "./show.mjs";
import { close, evaluate, world } from "./value.mjs";

/* Values of mistakes are stored with ten digits. */
const STORED = 1e-9;
const DIGITS = 4, ALL_DIGITS = 17;

/* The verdict on a text: { kind, passed, message, slip, at, to }. `kind` is "right", "slip", "wrong", "unread", "novalue" or "empty",
   `slip` the id of the mistake or "", `at` and `to` the place in the text that the message speaks of, or null. */
export function judge(data, text) {
  if (isEmpty(text)) return verdict("empty", sentence("empty"));
  try {
    const tree = parse(text, data.scope);
    return compared(data, valuesOf(data, tree));
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return verdict("unread", error.message, "", error);
  }
}

/* The formula as a reader would print it, while it is being typed: what is missing, or cannot be read, is a box. */
export function echo(data, text) {
  let end = text.length;
  for (let tries = 0; tries < 3 && end > 0; tries++) {
    try {
      return mathml(parse(text.slice(0, end), data.scope, { holes: true }));
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      end = Math.min(error.at, end - 1);
    }
  }
  return "";
}

function verdict(kind, message, slip = "", { at, to } = { at: null, to: null }) {
  return { kind, passed: kind === "right", message, slip, at, to };
}

/* ---- Points: each draw with each case of the indices ---- */

const OPENED = new WeakMap();

export function opened(data) {
  if (!OPENED.has(data)) {
    const scope = { ...data.scope, names: data.signatures, derivatives: true };
    const defined = new Map();
    for (const text of data.define) {
      const [name, formula] = text.split(" = "), [base, letters = ""] = name.split("_");
      defined.set(base, { letters, tree: parse(formula, { ...scope, free: letters }) });
    }
    OPENED.set(data, points(data, { scope, defined }));
  }
  return OPENED.get(data);
}

export function points(data, open) {
  const all = [];
  data.draws.forEach((draw, n) => {
    const here = world(open, draw);
    data.places[n].forEach((places, c) => {
      if (!places) return;
      const at = Object.fromEntries([...data.scope.free].map((letter, m) => [letter, places[m]]));
      all.push({ world: here, at, C: draw.C, case: data.cases[c] });
    });
  });
  return all;
}

/* The value at each point, or the error where there is none. */
export function valuesOf(data, tree) {
  return opened(data).map((point) => {
    try {
      return evaluate(tree, point.world, point.at);
    } catch (error) {
      if (!(error instanceof FormulaError) || error.says === "steps") throw error;
      return new FormulaError(error.says, error.at, error.to, { where: where(data, point) });
    }
  });
}

/* ---- The comparison ---- */

const isError = (x) => x instanceof FormulaError;
const wantedAt = (data, n) => ({ value: data.right[n], error: data.bound });

function compared(data, values) {
  const good = agreeing(data, values);
  if (good.every(Boolean)) return verdict("right", sentence("right", { asked: data.asked, classes: data.classes }));
  const slip = slipOf(data, values);
  if (slip) return verdict("slip", slip.says, slip.id);
  const error = values.find(isError);
  return error ? verdict("novalue", error.message, "", error) : verdict("wrong", difference(data, values, good));
}

/* For each point, whether the value is the right one. */
export const agreeing = (data, values) => values.map((x, n) => !isError(x) && close(x, wantedAt(data, n)));

/* The first mistake that has these values. */
export const slipOf = (data, values) => data.slips.find((slip) => slip.values.some((stored) => values.every((x, n) => gives(x, stored[n]))));

function gives(x, stored) {
  if (isError(x) || stored === null) return isError(x) && stored === null;
  return Math.abs(x.value - stored) <= 4 * x.error + STORED * Math.abs(stored);
}

/* The cases and the numbers of classes that are right, and how many cases are not. */
export function rightFor(data, good) {
  const all = opened(data), every = (key) => [...new Set(all.map((point) => point[key]))];
  const right = (key) => every(key).filter((x) => all.every((point, n) => point[key] !== x || good[n]));
  const cases = right("case");
  return { cases, classes: right("C"), others: every("case").length - cases.length };
}

/* What a sentence says of a point: what was found there, and what is right. */
export function numbersAt(data, values, n) {
  const point = opened(data)[n], [found, wanted] = apart(values[n], wantedAt(data, n));
  return { found, wanted, case: point.case, C: point.C, where: where(data, point) };
}

function difference(data, values, good) {
  const numbers = { ...numbersAt(data, values, good.indexOf(false)), asked: data.asked };
  const { cases, classes, others } = rightFor(data, good);
  if (cases.length) return sentence(others === 1 ? "one-case" : "some-cases", { ...numbers, good: cases.join("; ") });
  if (classes.length) return sentence("few-classes", { ...numbers, good: classes.join(", ") });
  return sentence(others > 1 ? "wrong-case" : "wrong", numbers);
}

/* ---- Words ---- */

/* The numbers of a draw and the places of the indices, as far as the question has them. */
function where(data, { world: { draw }, at }) {
  const inputs = data.inputs.map((name) => `${name} = \`${shown(draw[name])}\``);
  return [...inputs, ...Object.entries(at).map(([letter, k]) => `${letter} = ${k + 1}`)].join(", ");
}

const shown = (x) => (Array.isArray(x) ? `[${x.map(shown).join(", ")}]` : String(x));

/* Two numbers with as many digits as show that they differ. */
function apart(a, b) {
  for (let digits = DIGITS; ; digits += 2) {
    const pair = [number(a, digits), number(b, digits)];
    if (pair[0] !== pair[1] || digits >= ALL_DIGITS) return pair;
  }
}

/* A value with so many significant digits; what may be zero is zero. */
export function number({ value, error }, count) {
  if (Math.abs(value) <= 4 * error) return "0";
  const [long, power] = Math.abs(value).toExponential(count - 1).split("e"), exponent = Number(power);
  const digits = long.replace(".", "").replace(/0+$/, ""), sign = value < 0 ? "-" : "";
  if (exponent < -5 || exponent > 8) return `${sign}${digits.replace(/^.(?=.)/, "$&.")}e${exponent}`;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0"), rest = digits.slice(exponent + 1);
  return sign + whole + (rest && `.${rest}`);
}

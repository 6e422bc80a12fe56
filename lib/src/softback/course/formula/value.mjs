/* The twin of value.py: a tree gets a value, and a bound of what rounding did to it. */

import { GRAMMAR } from "./grammar.mjs";
import { FormulaError } from "./read.mjs";

const EPS = 2 ** -52;
/* Values whose error may be larger than this, relative to 1 and to them, are refused: nothing could be compared. */
const MOST = 1e-8;

/* A jet is a number with its derivatives: v[m] is the mixed derivative with respect to the logits in the bits of m, e[m] its bound. */
const constant = (x, size = 1, error = 0) => {
  const jet = { v: Array(size).fill(0), e: Array(size).fill(0) };
  jet.v[0] = x;
  jet.e[0] = error;
  return jet;
};

function plus(a, b, sign = 1) {
  const v = a.v.map((x, m) => x + sign * b.v[m]);
  return { v, e: v.map((x, m) => a.e[m] + b.e[m] + EPS * Math.abs(x)) };
}

function times(a, b) {
  const out = constant(0, a.v.length);
  for (let m = 0; m < a.v.length; m++) {
    for (let s = m; ; s = (s - 1) & m) {
      const x = a.v[s], y = b.v[m ^ s], f = b.e[m ^ s];
      out.v[m] += x * y;
      out.e[m] += Math.abs(x) * f + Math.abs(y) * a.e[s] + a.e[s] * f + 2 * EPS * Math.abs(x * y);
      if (s === 0) break;
    }
  }
  return out;
}

/* f(a) from the derivatives of f at the number in a: a Taylor series, which ends because what is small vanishes. */
function applied(a, slope) {
  const size = a.v.length, x = a.v[0];
  const term = (n) => constant(slope(n, x), size, Math.abs(slope(n + 1, x)) * a.e[0] + 4 * EPS * Math.abs(slope(n, x)));
  let out = term(0);
  if (size === 1) return out;
  const rest = { v: [0, ...a.v.slice(1)], e: [0, ...a.e.slice(1)] };
  let power = constant(1, size);
  for (let n = 1; 2 ** n <= size; n++) {
    power = times(times(power, rest), constant(1 / n, size));
    out = plus(out, times(term(n), power));
  }
  return out;
}

const exp = (n, x) => Math.exp(x);
const log = (n, x) => (n ? [0, 1, -1, 2][n] * x ** -n : Math.log(x));
const power = (p) => (n, x) => {
  let factor = 1;
  for (let k = 0; k < n; k++) factor *= p - k;
  return factor && factor * x ** (p - n);
};
const vanishes = (jet) => Math.abs(jet.v[0]) <= 4 * jet.e[0];

/* What names stand for at one draw; `opened` has the fixed numbers' names and the trees of what is defined. */
export function world(opened, draw) {
  return { opened, draw, size: 1, moved: [], cache: new Map(), clock: { steps: 0 } };
}

/* The same world where one logit has begun to move. */
function moving(old, place) {
  const key = `moves ${place}`;
  if (!old.cache.has(key)) old.cache.set(key, { ...old, size: 2 * old.size, moved: [...old.moved, place], cache: new Map() });
  return old.cache.get(key);
}

const position = (letters, at) => [...letters].map((letter) => at[letter]);

function value(tree, world, at) {
  const { kind, left, right, of } = tree, { size } = world;
  if (++world.clock.steps > GRAMMAR.limits.steps) throw new FormulaError("steps", tree.at, tree.to);
  switch (kind) {
    case "number": return constant(Number(tree.text), size, tree.text.includes(".") ? EPS * Number(tree.text) : 0);
    case "name": return entry(tree, world, at);
    case "+":
    case "-": return plus(value(left, world, at), value(right, world, at), kind === "+" ? 1 : -1);
    case "*": return times(value(left, world, at), value(right, world, at));
    case "/": return times(value(left, world, at), raised(value(right, world, at), -1, right));
    case "minus": return times(constant(-1, size), value(of, world, at));
    case "power": return raised(value(of, world, at), tree.exponent, of);
    case "exp": return applied(value(of, world, at), exp);
    case "log": {
      const jet = finite(value(of, world, at), of);
      if (vanishes(jet) || jet.v[0] < 0) throw new FormulaError("logarithm", tree.at, tree.to);
      return applied(jet, log);
    }
    case "sum": {
      const length = count(world, tree.index);
      let out = constant(0, size);
      for (let k = 0; k < length; k++) out = plus(out, value(of, world, { ...at, [tree.index]: k }));
      return out;
    }
    case "d": {
      const jet = value(of, moving(world, position(tree.by, at)), at);
      return { v: jet.v.slice(size), e: jet.e.slice(size) };
    }
  }
}

function count({ opened, draw }, letter) {
  const { kinds } = opened.scope;
  return draw[Object.keys(kinds).find((kind) => kinds[kind].includes(letter))];
}

const tooLarge = ({ at, to }) => new FormulaError("too-large", at, to);

function finite(jet, tree) {
  if (!Number.isFinite(jet.v[0])) throw tooLarge(tree);
  return jet;
}

function raised(jet, exponent, tree) {
  finite(jet, tree);
  if (exponent < 0 && vanishes(jet)) throw new FormulaError("zero", tree.at, tree.to);
  return applied(jet, power(exponent));
}

function entry({ base, letters }, world, at) {
  const place = position(letters, at), { opened, draw, size } = world;
  if (base === "delta") return constant(place[0] === place[1] ? 1 : 0, size);
  if (opened.defined.has(base)) return defined(base, place, world);
  const x = place.reduce((entries, k) => entries[k], draw[base]);
  const jet = constant(x, size, Number.isInteger(x) ? 0 : EPS * Math.abs(x));
  if (base === "z") world.moved.forEach((moved, bit) => { if (`${moved}` === `${place}`) jet.v[1 << bit] = 1; });
  return jet;
}

/* What is defined is computed once in each world, and its steps do not count. */
function defined(base, place, world) {
  const key = `${base} ${place}`;
  if (!world.cache.has(key)) {
    const { letters, tree } = world.opened.defined.get(base);
    const at = Object.fromEntries([...letters].map((letter, n) => [letter, place[n]]));
    world.cache.set(key, value(tree, { ...world, clock: { steps: 0 } }, at));
  }
  return world.cache.get(key);
}

/* The value of a tree where its free indices stand for the places in `at`: { value, error }. */
export function evaluate(tree, world, at) {
  world.clock.steps = 0;
  const { v: [x], e: [error] } = value(tree, world, at);
  if (!Number.isFinite(x) || !(error <= MOST * (1 + Math.abs(x)))) throw tooLarge(tree);
  return { value: x, error };
}

/* Whether two values are equal as far as rounding lets us see. */
export const close = (a, b) => Math.abs(a.value - b.value) <= 4 * (a.error + b.error);

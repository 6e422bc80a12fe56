/* The twin of line.py: a line of a derivation is compared with the line above. `data` is what Level.data holds. */

import { agreeing, numbersAt, opened, points, rightFor, slipOf, valuesOf } from "../formula/judge.mjs";
import { FormulaError, filled, isEmpty, kindOf, parse, sentence } from "../formula/read.mjs";
import { close, evaluate } from "../formula/value.mjs";
import { typed } from "../formula/write.mjs";
import { predicate } from "./form.mjs";
import { changes } from "./mend.mjs";
import { WORDS } from "./words.mjs";

const DESKS = new WeakMap();

function deskOf(data) {
  if (!DESKS.has(data)) {
    const { scope, loose } = data, goal = parse(data.goal, scope), all = opened(data);
    DESKS.set(data, {
      start: parse(data.start, scope),
      model: new Set(data.model.map((text) => typed(parse(text, scope)))),
      loose: loose ? points({ ...data, ...loose }, all[0].world.opened) : [],
      right: data.right.map((value) => ({ value, error: data.bound })),
      waypoints: data.waypoints.map(({ when }) => when.map((text) => predicate(text, goal))),
    });
  }
  return DESKS.get(data);
}

export const start = (data) => deskOf(data).start;

/* What is said of a text below the tree `above`, which `name` names ("line 2"): { kind, message, reasons, slip, at, to, uses, tree, change }. */
export function judgeLine(data, text, above, name) {
  if (isEmpty(text)) return line("empty", sentence("empty"));
  let tree = null;
  try {
    tree = parse(text, data.scope);
    if (typed(tree) === typed(above)) return line("same", filled(WORDS.same, { above: name }), { tree });
    return comparedWith(data, tree, above, name);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return line("unread", error.message, { at: error.at, to: error.to, tree });
  }
}

function line(kind, message, more) {
  return { kind, message, reasons: [], slip: "", at: null, to: null, uses: false, tree: null, change: null, ...more };
}

function comparedWith(data, tree, above, name) {
  const values = valuesOf(data, tree), good = agreeing(data, values);
  if (good.every(Boolean)) return line("right", filled(WORDS.right, { above: name }), { uses: usesCondition(data, tree, above), tree });
  const slip = slipOf(data, values), error = values.find((x) => x instanceof FormulaError);
  if (error && !slip) return line("novalue", error.message, { at: error.at, to: error.to, tree });
  const change = mend(data, tree);
  const reason = slip?.says ?? (change ? WORDS[change.kind] : relation(data, values, name));
  const reasons = [reason, whereRight(data, good), numbersOf(data, values, good, name)].filter(Boolean);
  const place = change ? { at: change.node.at, to: change.node.to } : {};
  return line(slip ? "slip" : "wrong", filled(WORDS["not-equal"], { above: name }), { reasons, slip: slip?.id ?? "", ...place, tree, change });
}

/* Whether two lines that are equal differ where the condition does not hold. */
function usesCondition(data, left, right) {
  const { loose } = deskOf(data);
  return !agrees({ kind: "-", left, right }, loose, loose.map(() => ({ value: 0, error: 0 })));
}

/* Whether a tree has these values; one without a value has not. */
function agrees(tree, all, wanted) {
  try {
    return all.every(({ world, at }, n) => close(evaluate(tree, world, at), wanted[n]));
  } catch (error) {
    if (error instanceof FormulaError) return false;
    throw error;
  }
}

/* A small change that makes a line right, or null; best one that leads to a line of the model. */
function mend(data, tree) {
  const { model, right } = deskOf(data);
  const mends = changes(tree, data.scope).filter((change) => agrees(change.tree, opened(data), right));
  return mends.find((change) => model.has(typed(change.tree))) ?? mends[0] ?? null;
}

/* "It is line 2, times …": simple factors are tried, then simple terms. */
function relation(data, values, name) {
  const scope = { ...data.scope, names: { ...data.scope.names, C: "" } }, terms = simpleTerms(data);
  const tries = [{ says: "times", kind: "*", texts: simpleFactors(data) }, { says: "more", kind: "+", texts: terms }, { says: "less", kind: "-", texts: terms }];
  for (const { says, kind, texts } of tries) {
    const what = texts.find((text) => agrees({ kind, left: start(data), right: parse(text, scope) }, opened(data), values));
    if (what) return filled(WORDS[says], { above: name, what });
  }
  return "";
}

/* The names with at most one index, as they can stand here. */
function simpleNames({ scope }) {
  const ofKind = (kind) => [...scope.free].filter((letter) => kindOf(letter, scope) === kind);
  return Object.entries(scope.names).flatMap(([base, signature]) => {
    if (!signature) return [base];
    return signature.length === 1 ? ofKind(signature).map((letter) => `${base}_${letter}`) : [];
  });
}

const simpleFactors = (data) => ["-1", "2", "1/2", "C", "1/C", ...simpleNames(data).flatMap((name) => [name, `1/${name}`])];

function simpleTerms(data) {
  const simple = simpleNames(data), { free, names } = data.scope;
  const pairs = [...free].flatMap((a, n) => [...free.slice(n + 1)].filter((b) => kindOf(a, data.scope) === kindOf(b, data.scope)).map((b) => `delta_${a}${b}`));
  const products = simple.flatMap((a, n) => simple.slice(n).map((b) => `${a}*${b}`));
  return ["1", ...simple, ...(Object.hasOwn(names, "delta") ? pairs : []), ...products];
}

function whereRight(data, good) {
  const { cases, classes } = rightFor(data, good);
  if (cases.length) return filled(WORDS["one-case"], { good: cases.join("; ") });
  return classes.length ? filled(WORDS["few-classes"], { good: classes.join(", ") }) : "";
}

function numbersOf(data, values, good, name) {
  const n = values.findIndex((x, m) => !good[m] && !(x instanceof FormulaError));
  return n < 0 ? "" : filled(WORDS.numbers, { above: name, ...numbersAt(data, values, n) });
}

/* For each waypoint the number of the line that reached it, "passed" where only a later one was reached, or null. */
export function progress(data, trees) {
  const { waypoints } = deskOf(data);
  const reached = trees.map((tree) => waypoints.map((tests) => tests.every((test) => test(tree))));
  const last = Math.max(-1, ...reached.map((marks) => marks.lastIndexOf(true)));
  return waypoints.map((_, w) => reached.findIndex((marks) => marks[w]) + 1 || (w < last ? "passed" : null));
}

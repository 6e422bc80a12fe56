/* The twin of mend.py: small changes of a line, each { kind, node, sign, tree }, the likely kinds first. */

import { kindOf } from "../formula/read.mjs";

const CHANGES = ["sign", "index", "delta", "power", "letter", "extra", "missing"];
const MOST_CHANGES = 400;
const productOf = (left, right) => ({ kind: "*", left, right });

export function changes(tree, scope) {
  const all = [];
  const walk = (node, bound, rebuilt) => {
    for (const [kind, changed, place] of local(node, scope, scope.free + bound)) {
      all.push({ kind, node: place ?? node, sign: place === null, tree: rebuilt(changed) });
    }
    for (const key of ["left", "right", "of"]) {
      if (node[key]) walk(node[key], bound + (node.kind === "sum" ? node.index : ""), (part) => rebuilt({ ...node, [key]: part }));
    }
  };
  walk(tree, "", (changed) => changed);
  return all.sort((a, b) => CHANGES.indexOf(a.kind) - CHANGES.indexOf(b.kind)).slice(0, MOST_CHANGES);
}

/* Kind, result and marked place (null for the sign) of each change at a node. */
function* local(node, scope, letters) {
  const { kind, of } = node;
  if ("+-*/".includes(kind)) yield* ofTwo(node);
  else if (kind === "minus") yield ["sign", of, null];
  else if (kind === "name") yield* ofName(node, scope, letters);
  else if (kind === "number") {
    for (const delta of deltas(scope, letters)) yield ["delta", delta, node];
    for (const text of ["1", "2"]) if (text !== node.text) yield ["letter", { kind: "number", text }, node];
  } else if (kind === "d") {
    for (const by of others(node.by, scope, letters)) yield ["index", { ...node, by }, node];
    if (of.kind === "name") yield ["missing", { ...node, of: { kind: "log", of } }, of];
  } else if (kind === "power") {
    yield ["power", of, node];
    for (const exponent of [node.exponent - 1, node.exponent + 1]) yield ["power", { ...node, exponent }, node];
  } else if (kind === "exp" || kind === "log") yield ["extra", of, node];
  if (kind !== "minus" && kind !== "number") {
    for (const changed of factors(node, scope, letters)) yield ["missing", changed, node];
  }
}

function* ofTwo(node) {
  const { kind, left, right } = node;
  if ("+-".includes(kind)) yield ["sign", { ...node, kind: kind === "+" ? "-" : "+" }, null];
  yield ["extra", left, right];
  if (kind !== "/") yield ["extra", right, left];
  if ("*/".includes(kind)) yield ["sign", { ...node, kind: kind === "*" ? "/" : "*" }, null];
}

function* ofName(node, scope, letters) {
  const { names } = scope;
  for (const other of others(node.letters, scope, letters)) yield ["index", { ...node, letters: other }, node];
  if (node.base === "delta") yield ["delta", { kind: "number", text: "1" }, node];
  else if (node.letters) {
    for (const base of Object.keys(names)) if (base !== node.base && names[base] === names[node.base]) yield ["letter", { ...node, base }, node];
  }
  yield ["power", { kind: "power", of: node, exponent: 2 }, node];
}

/* The letters with one of them exchanged for another of its kind. */
function* others(old, scope, letters) {
  for (const [n, letter] of [...old].entries()) {
    for (const other of letters) {
      if (other !== letter && kindOf(other, scope) === kindOf(letter, scope)) yield old.slice(0, n) + other + old.slice(n + 1);
    }
  }
}

function deltas(scope, letters) {
  if (!Object.hasOwn(scope.names, "delta")) return [];
  const pairs = [...letters].flatMap((a, n) => [...letters.slice(n + 1)].map((b) => [a, b]));
  return pairs.filter(([a, b]) => kindOf(a, scope) === kindOf(b, scope)).map(([a, b]) => ({ kind: "name", base: "delta", letters: a + b }));
}

/* A part with a factor that may be missing in front, or below. */
function* factors(node, scope, letters) {
  const { names } = scope;
  for (const [base, signature] of Object.entries(names)) {
    if (base === "delta") continue;
    for (const at of signature ? indices(signature, scope, letters) : []) {
      const name = { kind: "name", base, letters: at };
      yield productOf(name, node);
      if (base === "z" && Object.hasOwn(names, "S")) yield productOf({ kind: "exp", of: name }, node);
    }
  }
  for (const delta of deltas(scope, letters)) yield productOf(delta, node);
  if (names.S === "") yield { kind: "/", left: node, right: { kind: "name", base: "S", letters: "" } };
}

/* All indices of these kinds that can be made of the letters. */
export function indices(signature, scope, letters) {
  return [...signature].reduce((all, kind) => all.flatMap((at) => [...letters].filter((a) => kindOf(a, scope) === kind).map((a) => at + a)), [""]);
}

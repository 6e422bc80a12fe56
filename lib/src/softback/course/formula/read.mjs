/* The twin of read.py: a text becomes a tree. Nothing that is typed is ever run as code. */

import { GRAMMAR } from "./grammar.mjs";

const { limits: LIMITS, says: SAYS } = GRAMMAR;

/* A sentence with values in its {places}. */
export function filled(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? values[name] : place));
}

/* The sentence of the table that has a name. */
export const sentence = (says, values) => filled(SAYS[says], values);

/* A sentence for the reader, and the place in the text that it speaks of. */
export class FormulaError extends Error {
  constructor(says, at, to, values) {
    super(sentence(says, values));
    this.says = says;
    this.at = at;
    this.to = to;
  }
}

/* ---- What people paste ---- */

const REWRITTEN = /[\u{1D400}-\u{1D7FF}\uFF01-\uFF5E]/u;

/* The text in plain letters, and for each of them where it stood: δᵢⱼ² becomes delta_ij^2. */
function plainly(text) {
  const { put, low, high } = GRAMMAR;
  let plain = "", offset = 0;
  const places = [];
  for (const character of text) {
    const usual = REWRITTEN.test(character) ? character.normalize("NFKC") : character;
    let letters = put[usual] ?? usual;
    if (low[usual]) letters = (/_[a-z]*$/.test(plain) ? "" : "_") + low[usual];
    if (high[usual]) letters = (/\^-?\d*$/.test(plain) ? "" : "^") + high[usual];
    for (let n = 0; n < letters.length; n++) places.push(offset);
    plain += letters;
    offset += character.length;
  }
  places.push(offset);
  return { plain, places };
}

/* ---- Tokens ---- */

const TOKEN = /(\d+(?:\.\d+)?|\.\d+)|([A-Za-z]+(?:_(?:[A-Za-z]+|\{[A-Za-z, ]+\}))?)|(\*\*|[-+*/^(),])/y;
const isSpace = (character) => GRAMMAR.space.includes(character);
/* Whether nothing is written, or dots that stand for an answer. */
export const isEmpty = (text) => [...text].every((character) => isSpace(character) || ".…=".includes(character));

function tokens(text) {
  const { plain, places } = plainly(text);
  const found = [];
  let at = 0, end = plain.length;
  const skip = () => { while (at < end && isSpace(plain[at])) at++; };
  while (end > 0 && isSpace(plain[end - 1])) end--;
  skip();
  if (plain[at] === "=") at++;
  for (skip(); at < end; skip()) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(plain);
    if (!match) throw stranger(plain, at, places[at]);
    const kind = match[1] ? "number" : match[2] ? "name" : "sign";
    found.push({ kind, text: match[0].replace(/[{}, ]/g, "") || match[0], at: places[at], to: places[at + match[0].length] });
    if (match[0] === "**") found.at(-1).text = "^";
    at += match[0].length;
  }
  found.push({ kind: "end", text: "", at: places[end], to: places[end] });
  return found;
}

function stranger(plain, at, place) {
  const sign = String.fromCodePoint(plain.codePointAt(at));
  const says = Object.hasOwn(GRAMMAR.strangers, sign) ? GRAMMAR.strangers[sign] : "stranger";
  if (sign === "_" && /\d/.test(plain[at + 1] ?? "")) return new FormulaError("numbered", place, place + 1);
  if (says !== "stranger" || /[\p{L}\p{N}\p{P}\p{S}]/u.test(sign)) return new FormulaError(says, place, place + sign.length, { sign });
  const code = sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return new FormulaError("unseen", place, place + sign.length, { code });
}

/* ---- Names ---- */

export const kindOf = (letter, { kinds }) => Object.keys(kinds).find((kind) => kinds[kind].includes(letter));

/* A name as it could be typed, with the first letters of its kinds that are free: y_i, delta_ij, S. */
export function example(base, scope) {
  const signature = scope.names[base];
  const kinds = signature === "==" ? Array(2).fill(Object.keys(scope.kinds)[0]) : [...signature];
  let letters = "";
  for (const kind of kinds) {
    const all = [...scope.free, ...scope.kinds[kind]].filter((letter) => scope.kinds[kind].includes(letter));
    letters += all.find((letter) => !letters.includes(letter));
  }
  return letters ? `${base}_${letters}` : base;
}

/* ---- The parser: one function for each rule of the grammar ---- */

/* The tree of a text, see read.py; with `holes`, what is missing at the end of a text is a hole. */
export function parse(text, scope, { holes = false } = {}) {
  const characters = [...text];
  if (characters.length > LIMITS.length) {
    const at = characters.slice(0, LIMITS.length).join("").length;
    throw new FormulaError("long", at, at, { length: characters.length, most: LIMITS.length });
  }
  const all = tokens(holes ? text.replace(/_\{?$/, "") : text), bound = [];
  let place = 0, depth = 0, derivatives = 0;

  const token = () => all[place];
  const ended = () => token().kind === "end";
  const fail = (says, values, { at, to } = token()) => new FormulaError(says, at, to, values);
  const take = (...signs) => (token().kind === "sign" && signs.includes(token().text) ? all[place++] : null);
  const node = (kind, at, parts) => ({ kind, at, to: all[Math.max(place - 1, 0)].to, ...parts });
  const known = (letter) => scope.free.includes(letter) || bound.includes(letter);

  function whole() {
    const tree = sum();
    if (ended()) return tree;
    throw token().text === ")" ? fail("closes-nothing") : unjoined();
  }

  /* Two things side by side, or a sign where none can stand. */
  function unjoined() {
    if (ended()) return fail("unclosed");
    return fail({ "^": "exponents", ",": "comma" }[token().text] ?? "unjoined");
  }

  function sum() {
    if (++depth > LIMITS.depth) throw fail("deep");
    const tree = chain(product, "+", "-");
    depth--;
    return tree;
  }

  /* A sign in front belongs to the whole product: -a*b is -(a*b), which has the same value and reads better. */
  function product() {
    const signs = leading();
    let tree = chain(signed, "*", "/");
    for (const { at } of signs) tree = node("minus", at, { of: tree, sign: at });
    return tree;
  }

  function chain(part, ...signs) {
    let tree = part();
    for (let sign; (sign = take(...signs)); ) {
      const right = part();
      tree = node(sign.text, tree.at, { left: tree, right, sign: sign.at });
    }
    return tree;
  }

  function signed() {
    const signs = leading();
    let tree = power();
    for (const { at } of signs) tree = node("minus", at, { of: tree, sign: at });
    return tree;
  }

  /* The minus signs that stand here, the last one first. */
  function leading() {
    const signs = [];
    let number = 0;
    for (let sign; (sign = take("+", "-")); number++) {
      if (sign.text === "-") signs.unshift(sign);
      if (number === LIMITS.depth) throw fail("signs", {}, sign);
    }
    return signs;
  }

  function power() {
    const of = atom();
    return take("^") ? node("power", of.at, { exponent: integer(), of }) : of;
  }

  function integer() {
    const whole = () => fail("exponent", { most: LIMITS.exponent });
    if (++depth > LIMITS.depth) throw fail("deep");
    if (take("(")) {
      const inside = integer();
      if (!take(")") && !(holes && ended())) throw whole();
      depth--;
      return inside;
    }
    depth--;
    const sign = take("+", "-"), { kind, text } = token();
    if (holes && kind === "end") return 1;
    if (kind !== "number" || !/^\d+$/.test(text) || Number(text) > LIMITS.exponent) throw whole();
    place++;
    return sign?.text === "-" ? -Number(text) || 0 : Number(text);
  }

  function atom() {
    const start = token();
    if (start.kind === "end") {
      if (holes) return { kind: "hole", at: start.at, to: start.to };
      throw fail("ends");
    }
    if (take("(")) {
      const inside = sum();
      closed();
      return inside;
    }
    place++;
    if (start.kind === "number") {
      if (start.text.length > LIMITS.digits) throw fail("digits", {}, start);
      return node("number", start.at, { text: start.text });
    }
    if (start.kind === "name") return named(start);
    throw fail("missing", {}, start);
  }

  function closed() {
    if (!take(")") && !(holes && ended())) throw unjoined();
  }

  function argument(start) {
    if (!take("(")) throw fail("argument", { name: start.text });
  }

  function named(start) {
    const [base, letters = ""] = start.text.split("_");
    if (holes && ended()) return entry(start, base, letters, true);
    if (base === "sum") return total(start, letters || "k");
    if (!letters && Object.hasOwn(GRAMMAR.functions, base)) {
      argument(start);
      const of = sum();
      closed();
      return node(GRAMMAR.functions[base], start.at, { of });
    }
    return start.text === "d" ? derivative(start) : entry(start, base, letters);
  }

  function total(start, letters) {
    for (const [n, letter] of [...letters].entries()) {
      index(letter, start);
      if (known(letter) || letters.indexOf(letter) < n) throw fail("taken", { letter }, start);
    }
    argument(start);
    bound.push(...letters);
    if (bound.length > LIMITS.sums) throw fail("sums", {}, start);
    const of = sum();
    closed();
    bound.length -= letters.length;
    for (const letter of letters) if (!runs(of, letter)) throw fail("idle", { letter }, start);
    return [...letters].reduceRight((inner, index) => node("sum", start.at, { index, of: inner }), of);
  }

  function derivative(start) {
    const logit = () => ({ example: example(Object.keys(scope.names)[0], scope), logit: example("z", scope) });
    if (!scope.derivatives) throw fail("no-derivatives", {}, start);
    argument(start);
    if (++derivatives > LIMITS.derivatives) throw fail("derivatives", {}, start);
    const of = sum();
    derivatives--;
    if (!take(",") && !(holes && ended())) throw ended() || token().text === ")" ? fail("by-what", logit()) : unjoined();
    const by = token(), [base, letters] = by.text.split("_");
    if (holes && ended()) return node("d", start.at, { of, by: null });
    if (base !== "z" || !letters || letters.length !== scope.names.z.length) throw fail("by-logit", logit());
    place++;
    indices("z", letters, by);
    closed();
    return node("d", start.at, { of, by: letters });
  }

  function index(letter, at) {
    if (!kindOf(letter, scope)) throw fail("no-index", { letter, known: Object.values(scope.kinds).join("").split("").join(", ") }, at);
  }

  function indices(base, letters, at) {
    const signature = scope.names[base];
    for (const [n, letter] of [...letters].entries()) {
      index(letter, at);
      if (!known(letter)) throw fail("unbound", { letter }, at);
      const kind = signature === "==" ? kindOf(letters[0], scope) : signature[n];
      if (kindOf(letter, scope) !== kind) throw fail("kind", { letter, example: example(base, scope) }, at);
    }
  }

  function entry(start, base, letters, unfinished = false) {
    const { names } = scope;
    if (unfinished && !(Object.hasOwn(names, base) && names[base].length === letters.length && [...letters].every(known))) {
      return node("hole", start.at);
    }
    if (base === "e" && token().text === "^") throw fail("power-of-e", {}, start);
    if (!Object.hasOwn(names, base)) throw stray(start, base, letters);
    if (names[base].length !== letters.length) {
      const says = ["takes-none", "takes-one", "takes-two"][names[base].length];
      throw fail(says, { name: base, example: example(base, scope) }, start);
    }
    indices(base, letters, start);
    return node("name", start.at, { base, letters });
  }

  function stray(start, base, letters) {
    const { names } = scope, glued = /^(delta|[a-zA-Z])([a-z]{1,2})$/.exec(base);
    if (!letters && glued && Object.hasOwn(names, glued[1]) && names[glued[1]].length === glued[2].length && [...glued[2]].every((letter) => kindOf(letter, scope))) {
      return fail("glued", { name: `${glued[1]}_${glued[2]}` }, start);
    }
    if (/^d[a-z]$/.test(base) && Object.hasOwn(names, base[1])) {
      return scope.derivatives ? fail("quotient-d", { example: example(base[1], scope), logit: example("z", scope) }, start) : fail("no-derivatives", {}, start);
    }
    return fail("unknown", { name: base, known: Object.keys(names).map((name) => `\`${example(name, scope)}\``).join(", ") }, start);
  }

  return whole();
}

/* Whether an index stands in a tree; a hole may still get it. */
function runs(tree, letter) {
  if (tree.kind === "hole" || tree.by === null) return true;
  if (tree.letters?.includes(letter) || tree.by?.includes(letter)) return true;
  return [tree.left, tree.right, tree.of].some((part) => part && runs(part, letter));
}

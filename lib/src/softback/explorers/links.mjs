/** How links to an explorer carry its traits. They are read as strictly as what somebody types. */

import { checkedRows, readBetween, readNumber, readNumbers } from "./numbers.mjs";

const joined = (value) => value.join(",");

/**
 * One of a few values, null and numbers among them, known by its text.
 * @param {unknown[]} values
 * @param {string} text
 */
function oneOf(values, text) {
  const found = values.find((value) => String(value) === text);
  if (found === undefined) throw new Error(`\u201c${text.slice(0, 20)}\u201d is not one of ${values.join(", ")}.`);
  return found;
}

function readVector(text, limits) {
  if (limits.optional && !text) return [];
  const numbers = readNumbers(text, limits);
  const total = numbers.reduce((sum, part) => sum + part, 0);
  const fine = !limits.distribution || (Math.min(...numbers) >= 0 && Math.abs(total - 1) <= 1e-9);
  if (!fine) throw new Error("The numbers must be at least 0 and sum to 1.");
  return numbers;
}

function readIndices(text, { below }) {
  const indices = text.split(",").map(Number);
  const fine = indices.length === 2 && indices.every((k) => Number.isInteger(k) && k >= 0 && k < below);
  if (!fine || /[^\d,]/.test(text)) throw new Error(`Two indices from 0 to ${below - 1} are needed, such as 0,1.`);
  return indices;
}

const readMatrix = (text, limits) => checkedRows(text.split(";").map((row) => row.split(",").map(readNumber)), limits);

/** Kinds of traits, as in softback.explorers: `read(text, limits)` throws a sentence where a value is refused. */
/** @type {Record<Limits["kind"], { read: (text: string, limits: Limits) => any, write: (value: any) => string }>} */
const KINDS = {
  Number: { read: (text, { least, most }) => readBetween(text, least, most), write: String },
  Whole: { read: (text, { least, most }) => oneOf(wholeNumbers(least, most), text), write: String },
  Bool: { read: (text) => oneOf([false, true], text), write: String },
  Enum: { read: (text, { values }) => oneOf(values, text), write: String },
  Vector: { read: readVector, write: joined },
  Indices: { read: readIndices, write: joined },
  Matrix: { read: readMatrix, write: (matrix) => matrix.map(joined).join(";") },
};

const wholeNumbers = (least, most) => Array.from({ length: most - least + 1 }, (_, k) => least + k);

/**
 * The value of a trait with these limits, from the text in a link.
 * @param {string} text
 * @param {Limits} limits
 */
export const fromLink = (text, limits) => KINDS[limits.kind].read(text, limits);

/**
 * The text that carries a value in a link.
 * @param {any} value
 * @param {Limits} limits
 */
export const toLink = (value, limits) => KINDS[limits.kind].write(value);

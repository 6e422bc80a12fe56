/**
 * Read numbers that somebody typed or pasted, or say in one sentence why not.
 * Links are read by the same functions.
 */

const EXAMPLE = "for example 1, 2, 3";

/**
 * Numbers from text: separated by commas, semicolons, spaces, tabs or lines; brackets are fine.
 * @param {string} text
 * @param {Pick<Limits, "least" | "most">} limits
 */
export function readNumbers(text, { least, most }) {
  const parts = split(text);
  const range = least === most ? `${least}` : `${least} to ${most}`;
  if (!parts.length) throw new Error(`This field is empty. Type ${range} numbers, ${EXAMPLE}.`);
  const numbers = parts.map(readNumber);
  if (numbers.length < least || numbers.length > most) {
    const typed = numbers.length === 1 ? "This is 1 number" : `These are ${numbers.length} numbers`;
    throw new Error(`${typed}; type ${range}.`);
  }
  return numbers;
}

/** The parts of a text, or of a piece of a longer one that says what its commas are. */
function split(text, whole = text) {
  const plain = text.replace(/[[\](){}]/g, " ").replace(/\u2212/g, "-").trim();
  // A column from a spreadsheet may have decimal commas: then commas separate nothing.
  const all = whole.trim();
  const decimalCommas = /[\n\t;]/.test(all) && /\d,\d/.test(all) && !/, |\d,\d+,/.test(all);
  const parts = decimalCommas ? plain.replace(/,/g, ".").split(/[\s;]+/) : plain.split(/[\s,;]+/);
  return parts.filter((part) => part !== "");
}

/**
 * One finite number from text.
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.trim().replace(/\u2212/g, "-");
  if (!plain) throw new Error("A number is missing; type one such as 2 or -0.5.");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) {
    throw new Error(`\u201c${plain.slice(0, 20)}\u201d is not a number; type numbers such as 2 or -0.5.`);
  }
  const value = Number(plain);
  if (!Number.isFinite(value)) throw new Error(`${plain.slice(0, 20)} is too large; the largest float64 is about 1.8e308.`);
  return value;
}

/**
 * One finite number between two bounds.
 * @param {string} text
 * @param {number} least
 * @param {number} most
 */
export function readBetween(text, least, most) {
  const value = readNumber(text);
  if (value < least || value > most) throw new Error(`${text.trim()} is out of range; type a number from ${least} to ${most}.`);
  return value;
}

/**
 * Numbers in rows, from text with one line, or one pair of brackets, for each row.
 * @param {string} text
 * @param {Pick<Limits, "rows" | "columns" | "square">} limits
 */
export function readRows(text, limits) {
  const lines = text.trim().replace(/^\[\s*\[|\]\s*\]$/g, "").split(/\]\s*,?\s*\[|\r?\n/).filter((line) => line.trim() !== "");
  const blank = lines.findIndex((line) => /^\t|\t\t|\t$|,\s*,/.test(line)); // an empty cell of a spreadsheet
  if (blank >= 0) throw new Error(`A cell of row ${blank + 1} is empty; type a number for each.`);
  return checkedRows(lines.map((line) => split(line, text).map(readNumber)), limits);
}

/**
 * The same rows, if they make a matrix within the limits.
 * @param {Matrix} rows
 * @param {Pick<Limits, "rows" | "columns" | "square">} limits
 */
export function checkedRows(rows, { rows: [fewestRows, mostRows], columns: [, mostColumns], square }) {
  const [count, columns] = [rows.length, rows[0].length];
  const odd = rows.findIndex((row) => row.length !== columns);
  if (odd > 0) throw new Error(`Row 1 has ${columns} numbers but row ${odd + 1} has ${rows[odd].length}; make the rows equally long.`);
  if (count > mostRows) throw new Error(`These are ${count} rows; type at most ${mostRows}.`);
  if (columns > mostColumns) throw new Error(`These are ${columns} columns; type at most ${mostColumns}.`);
  if (square && count !== columns) throw new Error(`This is ${count} by ${columns}; type as many columns as rows.`);
  if (count < fewestRows) throw new Error(`This is ${count} by ${columns}; type at least ${fewestRows} rows.`);
  return rows;
}

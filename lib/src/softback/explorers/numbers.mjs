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

function split(text) {
  const plain = text.replace(/[[\](){}]/g, " ").replace(/\u2212/g, "-").trim();
  // A column from a spreadsheet may have decimal commas: then commas separate nothing.
  const decimalCommas = /[\n\t;]/.test(plain) && /\d,\d/.test(plain) && !/, |\d,\d+,/.test(plain);
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
 * Numbers in rows, as their text has them: one line, or one pair of brackets, for each row.
 * @param {Vector} numbers
 * @param {string} text
 * @param {Pick<Limits, "rows" | "columns" | "square">} limits
 */
export function toRows(numbers, text, { rows: [fewestRows, mostRows], columns: [, mostColumns], square }) {
  const lines = text.trim().replace(/^\[\s*\[|\]\s*\]$/g, "").split(/\]\s*,?\s*\[|\n/);
  const rows = lines.filter((line) => line.trim() !== "").length;
  const columns = numbers.length / rows;
  if (rows > mostRows) throw new Error(`These are ${rows} rows; type at most ${mostRows}.`);
  if (!Number.isInteger(columns)) throw new Error(`${numbers.length} numbers do not fill ${rows} rows; make the rows equally long.`);
  if (columns > mostColumns) throw new Error(`These are ${columns} columns; type at most ${mostColumns}.`);
  if (square && rows !== columns) throw new Error(`This is ${rows} by ${columns}; type as many columns as rows.`);
  if (rows < fewestRows) throw new Error(`This is ${rows} by ${columns}; type at least ${fewestRows} rows.`);
  return Array.from({ length: rows }, (_, n) => numbers.slice(n * columns, (n + 1) * columns));
}

/** Matrices that somebody typed or pasted: one line, or one pair of brackets, for each row. */

import { readNumber } from "./numbers.mjs";

/** Put numbers in rows as their text has them. */
export function asMatrix(numbers, text, { rows: mostRows, columns: mostColumns }) {
  const lines = text.trim().replace(/^\[\s*\[|\]\s*\]$/g, "").split(/\]\s*,?\s*\[|\n/);
  const rows = lines.filter((line) => line.trim() !== "").length;
  const columns = numbers.length / rows;
  if (rows > mostRows) throw new Error(`These are ${rows} rows; type at most ${mostRows}.`);
  if (!Number.isInteger(columns)) throw new Error(`${numbers.length} numbers do not fill ${rows} rows; make the rows equally long.`);
  if (columns > mostColumns) throw new Error(`These are ${columns} columns; type at most ${mostColumns}.`);
  return Array.from({ length: rows }, (_, n) => numbers.slice(n * columns, (n + 1) * columns));
}

/** The same where there must be as many columns as rows. */
export function readSquare(numbers, text, least, most) {
  const matrix = asMatrix(numbers, text, { rows: most, columns: most });
  const [rows, columns] = [matrix.length, matrix[0].length];
  if (rows !== columns) throw new Error(`This is ${rows} by ${columns}; type as many columns as rows.`);
  if (rows < least) throw new Error(`This is ${rows} by ${rows}; type at least ${least} rows.`);
  return matrix;
}

/** Links carry a matrix as 1,2;3,4. */
export const matrixInLink = (shape) => ({
  read: (text) => asMatrix(text.split(/[;,]/).map(readNumber), text.replace(/;/g, "\n"), shape),
  write: (matrix) => matrix.map((row) => row.join(",")).join(";"),
});

export const squareInLink = (least, most) => ({
  ...matrixInLink({ rows: most, columns: most }),
  read: (text) => readSquare(text.split(/[;,]/).map(readNumber), text.replace(/;/g, "\n"), least, most),
});

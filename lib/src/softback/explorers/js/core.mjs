/**
 * The arithmetic of softmax and its gradients for one row: each function has the name, the
 * arguments and the hard cases of its twin in the Python package softback, which a test compares.
 * Vectors are arrays of numbers; matrices are arrays of rows.
 */

export const sum = (x) => x.reduce((total, part) => total + part, 0);

export const dot = (x, y) => sum(x.map((part, k) => part * y[k]));

/** (z - max z) / T: 0 for the largest logits, negative for the others. */
export function shifted(z, temperature = 1) {
  if (temperature === Infinity) return shifted(z.map((part) => (part === -Infinity ? part : part * 0)));
  const large = temperature > 1;
  // Halves, because the difference of two huge logits overflows where its T-th part does not.
  const half = large ? z.map((part) => part * 0.5) : z;
  const top = Math.max(...half);
  return half.map((part) => (part - top) / (large ? temperature * 0.5 : temperature));
}

/** The sum of exp(s) less its largest term, which is 1. */
function rest(s) {
  const top = s.indexOf(Math.max(...s));
  return sum(s.map((part, k) => (k === top ? 0 : Math.exp(part))));
}

export function logsumexp(z) {
  const top = Math.max(...z);
  return Math.abs(top) === Infinity ? top : top + Math.log1p(rest(shifted(z)));
}

export function softmax(z, temperature = 1) {
  const s = shifted(z, temperature);
  const total = Math.exp(Math.max(...s)) + rest(s); // 1 + rest, but 0 where every class is -inf
  return s.map((part) => Math.exp(part) / total);
}

export function logSoftmax(z, temperature = 1) {
  const s = shifted(z, temperature);
  const logTotal = Math.log1p(rest(s));
  return s.map((part) => part - logTotal);
}

/** J[i][j] = y_i (delta_ij - y_j) / T, the diagonal as y_i times the sum of the other y. */
export function softmaxJacobian(y, temperature = 1) {
  const others = (i) => sum(y.filter((_, k) => k !== i));
  return y.map((row, i) => y.map((column, j) => (i === j ? row * others(i) : -row * column) / temperature));
}

/** y * (g - sum(g * y)) / T; the mean is taken off twice, a class with y = 0 gives 0. */
export function softmaxVjp(y, g, temperature = 1) {
  // Quarters keep the difference of two huge numbers from overflowing.
  const quarter = g.map((part, k) => (y[k] === 0 ? 0 : part * 0.25));
  const centred = centre(centre(quarter, y), y);
  return centred.map((part, k) => (part * y[k] * 4) / temperature);
}

const centre = (x, y) => {
  const mean = dot(x, y);
  return x.map((part) => part - mean);
};

/** Targets smoothed: (1 - e) t + e / C. */
export const smoothed = (t, smoothing) => t.map((part) => (1 - smoothing) * part + smoothing / t.length);

/** -sum(t log y) and its gradient y sum(t) - t, for one row of logits and targets for each class. */
export function crossEntropyAndGrad(z, t, smoothing = 0) {
  const q = smoothing ? smoothed(t, smoothing) : t;
  const logy = logSoftmax(z);
  const loss = -sum(q.map((part, k) => (part === 0 ? 0 : part * logy[k])));
  const total = sum(q);
  // Near y = 1 the difference y - 1 comes from expm1, which does not round it away.
  const slope = (part, k) =>
    logy[k] > Math.log(0.5) ? total * Math.expm1(logy[k]) + (total - part) : Math.exp(logy[k]) * total - part;
  return [loss, q.map(slope)];
}

export const crossEntropy = (z, t, smoothing = 0) => crossEntropyAndGrad(z, t, smoothing)[0];

/** Softmax of a matrix along axis 0, 1 or null (both). */
export function softmaxAlong(z, axis) {
  if (axis === 1) return z.map((row) => softmax(row));
  if (axis === 0) return transpose(softmaxAlong(transpose(z), 1));
  const flat = softmax(z.flat());
  return z.map((row, n) => row.map((_, k) => flat[n * row.length + k]));
}

export const transpose = (matrix) => matrix[0].map((_, k) => matrix.map((row) => row[k]));

/** Eigenvalues of a symmetric matrix in ascending order, by Jacobi's rotations. */
export function eigenvalues(symmetric) {
  const a = symmetric.map((row) => [...row]);
  const offDiagonal = () => Math.hypot(...a.flatMap((row, i) => row.filter((_, j) => j !== i)));
  const size = Math.hypot(...a.flat());
  for (let sweep = 0; sweep < 30 && offDiagonal() > 1e-17 * size; sweep += 1) {
    for (let p = 0; p < a.length; p += 1) for (let q = p + 1; q < a.length; q += 1) rotate(a, p, q);
  }
  return a.map((row, i) => row[i]).sort((one, other) => one - other);
}

/** Turn the plane of p and q so that a[p][q] becomes 0. */
function rotate(a, p, q) {
  if (a[p][q] === 0) return;
  const ratio = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const mix = (x, y) => [cosine * x - cosine * tangent * y, cosine * tangent * x + cosine * y];
  for (const row of a) [row[p], row[q]] = mix(row[p], row[q]);
  a[p].forEach((_, k) => ([a[p][k], a[q][k]] = mix(a[p][k], a[q][k])));
}

/** The Jacobian of a softmaxed matrix with both index pairs flattened row by row; axis as above. */
export function softmaxFullJacobian(y, axis) {
  const flat = y.flat();
  const groupOf = flat.map((_, place) => groupAlong(axis, Math.floor(place / y[0].length), place % y[0].length));
  const full = flat.map(() => flat.map(() => 0));
  for (const group of new Set(groupOf)) {
    const members = flat.map((_, place) => place).filter((place) => groupOf[place] === group);
    const block = softmaxJacobian(members.map((place) => flat[place]));
    members.forEach((p, a) => members.forEach((q, b) => (full[p][q] = block[a][b])));
  }
  return full;
}

/** Which sum an entry belongs to: that of its row, of its column, or the only one. */
export const groupAlong = (axis, row, column) => ({ 0: column, 1: row })[axis] ?? 0;

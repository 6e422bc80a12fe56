/** The diverging colours of the book, as in softback.figures.palette: orange, nearly white, blue. */

const STOPS = [
  [143, 51, 8],
  [221, 127, 74],
  [246, 245, 242],
  [92, 155, 209],
  [13, 74, 128],
];

/**
 * The colour of a value, white at 0 and strongest at plus or minus limit, as [r, g, b].
 * @param {number} value
 * @param {number} limit
 */
export function diverging(value, limit) {
  const part = limit > 0 ? Math.max(-1, Math.min(1, value / limit)) || 0 : 0;
  const place = 2 * (part + 1);
  const stop = Math.min(3, Math.floor(place));
  return STOPS[stop].map((low, c) => Math.round(low + (STOPS[stop + 1][c] - low) * (place - stop)));
}

/**
 * Tell whether white stands out more than black on a colour: one of them always does enough (WCAG).
 * @param {number[]} rgb
 */
export function isDark(rgb) {
  const linear = rgb.map((c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.179;
}
